using System.Text;

namespace SvgDistill.Distill.Reports;

/// <summary>An evaluation's <c>results.csv</c>: a line for every pair and row, an empty cell for what was not computed.</summary>
public static class EvaluateCsv
{
    /// <summary>The whole file.</summary>
    public static string Write(EvaluateReport report)
    {
        string[] keys = [.. report.Pairs.SelectMany(p => p.Results).SelectMany(r => r.Figures).Select(f => f.Key).Distinct()];
        var text = new StringBuilder(Csv.Line(["pair", "group", "src", "trg", "row", .. keys, "seconds", "sha256"]));
        foreach (var pair in report.Pairs)
            foreach (var result in pair.Results)
                text.Append(Csv.Line([pair.Id, pair.Group, pair.SourcePrompt, pair.TargetPrompt, result.Row,
                    .. keys.Select(k => (object?)result[k]), Math.Round(result.Seconds, 3), result.Sha256]));
        return text.ToString();
    }
}
