using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using SvgDistill.Diffusion;
using SvgDistill.Diffusion.Clip;
using SvgDistill.Diffusion.Models;
using SvgDistill.Diffusion.Weights;
using SvgDistill.Training.Configuring;
using SvgDistill.Training.Stages;
using TorchSharp;

namespace SvgDistill.Training.Output;

/// <summary>The contrastive model as a CLIPModel folder of transformers in fp16, with its tokenizer, the preparation of pictures and a card.</summary>
internal static class ClipFolder
{
    private const string Weights = "model.safetensors", Mark = "svgdistill";

    /// <summary>Writes the folder; it is opened once before it goes to its place.</summary>
    public static void Write(StageContext context, ClipStage stage) => PlacedFolder.Write(context.Config.ClipOutput, IsOurs, folder =>
    {
        ModelFolder.Json(folder, "config.json", ConfigWriter.Clip(stage.Config));
        ModelFolder.Json(folder, "preprocessor_config.json", Preparation(stage.Config.Vision.ImageSize));
        ModelFolder.CopyTokenizer(context, folder);
        ModelFolder.Weights(stage.Files.Result, "", Path.Combine(folder, Weights), Mark);
        using var model = ClipModel.Open(folder);
        File.WriteAllText(Path.Combine(folder, "README.md"), Card(context, stage, model));
    });

    /// <summary>Finds out whether it may go to its place: another program's CLIP stays.</summary>
    public static void RequirePlace(string output) => PlacedFolder.RequirePlace(output, IsOurs);

    private static bool IsOurs(string folder)
    {
        var path = Path.Combine(folder, Weights);
        if (!File.Exists(path)) return false;
        try
        {
            using var file = new SafetensorsFile(path);
            return file.Metadata.ContainsKey(Mark);
        }
        catch (ModelException)
        {
            return false; // What cannot be read was not made here, or not to its end.
        }
    }

    // transformers' CLIPImageProcessor: the shorter edge to the side, the middle cut out, scaled to 0..1 and normalised.
    private static JsonObject Preparation(int side)
    {
        var (mean, deviation) = ClipModel.Normalisation;
        static JsonArray List(IEnumerable<float> values) => [.. values.Select(v => JsonValue.Create(v))];
        return new()
        {
            ["crop_size"] = new JsonObject { ["height"] = side, ["width"] = side }, ["do_center_crop"] = true, ["do_normalize"] = true, ["do_rescale"] = true, ["do_resize"] = true,
            ["image_mean"] = List(mean), ["image_processor_type"] = "CLIPImageProcessor", ["image_std"] = List(deviation), ["resample"] = 3,
            ["size"] = new JsonObject { ["shortest_edge"] = side },
        };
    }

    private static string Taught(ClipSettings settings) =>
        (settings.Teacher > 0 ? FormattableString.Invariant($" ResNet-18's features of the icons, turned so that subjects part, say where pictures and names lie (weight {settings.Teacher}).") : "")
        + (settings.Restyled > 0 ? FormattableString.Invariant($" A part of {settings.Restyled} of the pictures is drawn in another style: greys, other colours, black and white, outlines.") : "");

    private static string Card(StageContext context, ClipStage stage, ClipModel model)
    {
        var (config, tower, plan) = (context.Config, stage.Config.Vision.Tower, context.Config.Clip!.Plan);
        string Recall(string what) => context.Log.Last("clip", what) is { } x ? x.ToString("f3", CultureInfo.InvariantCulture) : "not measured";
        return new StringBuilder()
            .Append(CultureInfo.InvariantCulture, $"# {Path.GetFileName(config.ClipOutput)}\n\nPictures of icons and their names as vectors of one space, made by `svgdistill train {Path.GetFileName(config.File)}`. transformers' CLIPModel, fp16.\n\n")
            .Append(CultureInfo.InvariantCulture, $"Both towers: {tower.Layers} layers of {tower.Channels}, {tower.Heads} heads. Pictures of {stage.Config.Vision.ImageSize} px in patches of {stage.Config.Vision.PatchSize}; texts of {stage.Config.Text.MaxTokens} tokens; ")
            .Append(CultureInfo.InvariantCulture, $"vectors of {stage.Config.EmbeddingSize}. {model.ParameterCount / 1e6:f2} M parameters.\n\n").Append(ModelFolder.Data(context))
            .Append(CultureInfo.InvariantCulture, $"\n## Training\n\n{plan.Steps} steps of {plan.Batch}; symmetric cross entropy, AdamW, cosine.{Taught(config.Clip!)} Of {stage.Named.Length} {(stage.IsHeldOut ? "held-out " : "")}icons among {stage.Names.Length} names ")
            .Append(CultureInfo.InvariantCulture, $"the right name is the first for {Recall("recall_at_1")}, one of the first five for {Recall("recall_at_5")}.\n").ToString();
    }
}
