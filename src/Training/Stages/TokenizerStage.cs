using SvgDistill.Diffusion.Tokenization;
using SvgDistill.Training.Data;

namespace SvgDistill.Training.Stages;

/// <summary>The vocabulary, from the learnt icons' captions, or of the model that is trained on. It takes a second and is made anew each time.</summary>
internal static class TokenizerStage
{
    public static ClipTokenizer Run(StageContext context)
    {
        var folder = context.Place("tokenizer");
        if (context.Config.From is { } from)
        {
            from.CopyTokenizer(folder);
            return ClipTokenizer.Open(folder, context.Config.Text.MaxTokens);
        }
        var texts = context.Split.Learnt.SelectMany(i => Captions.All(context.Icons[i]));
        var (tokens, merges) = BytePairTrainer.Learn(texts, context.Config.Vocabulary);
        BytePairTrainer.Write(folder, tokens, merges, context.Config.Text.MaxTokens);
        return ClipTokenizer.Open(folder, context.Config.Text.MaxTokens);
    }
}
