using System.Text;

namespace SvgDistill.Distill.Reports;

/// <summary>The <c>results.csv</c> of variants: a line for every one, the kept first, an empty rank for those that were not kept.</summary>
public static class VariantsCsv
{
    /// <summary>The whole file.</summary>
    public static string Write(VariantsReport report)
    {
        var text = new StringBuilder(Csv.Line(["rank", "prompt", "seed", "strength", "score", "prompt_gain", "identity", "like", "file", "sha256", "command"]));
        foreach (var v in report.Variants)
            text.Append(Csv.Line([v.Rank, v.Prompt, v.Seed, v.Strength, Math.Round(v.Score, 4), v.PromptGain, v.Identity, v.Like, v.File, v.Sha256, v.EditCommand]));
        return text.ToString();
    }
}
