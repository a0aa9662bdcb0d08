using System.Globalization;
using System.Text;
using static SvgDistill.Distill.Reports.Html;

namespace SvgDistill.Distill.Reports;

/// <summary>An evaluation as one HTML file: no script, no external resource, every picture in it.</summary>
public static class EvaluateHtml
{
    // The columns of the tables, as far as they were measured: a key of the summary, a heading, digits after the point.
    private static readonly (string Key, string Heading, int Decimals)[] _columns =
    [
        ("nearer_to_after", "nearer to the wanted drawing, share", 2), ("nearer_to_after_ssim", "the same by SSIM", 2),
        ("nearer_to_after_resnet", "the same by ResNet-18", 2), ("recognized", "target recognised, share", 2),
        ("recognized_in_5", "among the first five", 2), ("target_loss_fell", "loss under the target fell, share", 2),
        ("gained", "gained for the prompt, share", 2), ("denoising_gain_median", "gain, median, thousandths", 2),
        ("target_loss_after_median", "loss under the target, median", 4), ("overlap_median", "overlap of silhouettes, median", 3),
        ("kept_median", "kept of what should not change, median", 3), ("crossings_added_median", "crossings added, median", 0),
        ("crossings_added_95", "crossings added, 95th percentile", 0), ("slivers_median", "slivers, median", 0), ("flecks_median", "flecks, median", 0),
        ("out_of_canvas_median", "out of the canvas, median", 3), ("symmetry_error_median", "symmetry error, median", 4),
        ("mse_after_median", "squared difference to the wanted, median", 4), ("mse_before_median", "squared difference to the source, median", 4),
        ("resnet_after_median", "ResNet-18 cosine to the wanted, median", 3), ("seconds", "seconds, median", 1),
    ];

    /// <summary>The whole page.</summary>
    public static string Write(EvaluateReport report)
    {
        var page = new StringBuilder($"<h1>{Text(report.List)}</h1>");
        AddStatus(page, report);
        AddTable(page, report, "All pairs", report.Pairs);
        foreach (var group in report.Groups) AddTable(page, report, group, [.. report.Pairs.Where(p => p.Group == group)]);
        AddPairs(page, report);
        AddMissing(page, report);
        page.Append($"<h2>To repeat it</h2><pre>{Text(report.Command)}</pre><table class=\"facts\"><tbody>");
        foreach (var (name, value) in report.Facts) page.Append($"<tr><th scope=\"row\">{Text(name)}</th><td>{Text(value)}</td></tr>");
        page.Append("</tbody></table><p>docs/evaluate.md says what each figure is.</p>");
        return Page(report.List, page.ToString());
    }

    private static void AddStatus(StringBuilder page, EvaluateReport report)
    {
        page.Append($"<p>{Count(report.Pairs.Count, "pair")}, {Count(report.Rows.Count, "row")}, {Count(report.Pairs.Sum(p => p.Results.Count), "result")}");
        page.Append(report.Interrupted ? ". Stopped before the last; the command below goes on where it stopped.</p>" : ".</p>");
        if (report.Failures.Count == 0) return;
        page.Append("<p>Without a result:</p><ul>");
        foreach (var (pair, row, error) in report.Failures) page.Append($"<li><b>{Text(pair)}</b>, {Text(row)}: {Text(error)}</li>");
        page.Append("</ul>");
    }

    private static void AddTable(StringBuilder page, EvaluateReport report, string caption, IReadOnlyList<ReportPair> pairs)
    {
        var rows = report.Rows.Select(row => (Name: row, Results: pairs.SelectMany(p => p.Results).Where(r => r.Row == row).ToArray()))
            .Where(row => row.Results.Length > 0).Select(row => (row.Name, row.Results.Length, Summary: EvaluateSummary.Of(row.Results))).ToArray();
        var shown = _columns.Where(c => rows.Any(r => Value(r.Summary, c.Key) is not null)).ToArray();
        page.Append($"""<h2>{Text(caption)}</h2><div class="wide" tabindex="0" role="region" aria-label="{Text(caption)}"><table><thead><tr><th scope="col">row</th><th scope="col">pairs</th>""");
        foreach (var column in shown) page.Append($"<th scope=\"col\">{Text(column.Heading)}</th>");
        page.Append("</tr></thead><tbody>");
        foreach (var (name, count, summary) in rows)
        {
            page.Append($"<tr><th scope=\"row\">{Text(name)}</th><td>{count}</td>");
            foreach (var column in shown) page.Append($"<td>{(Value(summary, column.Key) is { } value ? Number(value, column.Decimals) : "–")}</td>");
            page.Append("</tr>");
        }
        page.Append("</tbody></table></div>");
    }

    private static void AddPairs(StringBuilder page, EvaluateReport report)
    {
        page.Append("<h2>Pictures</h2>");
        foreach (var pair in report.Pairs)
        {
            var group = pair.Group is null ? "" : $", {Text(pair.Group)}";
            page.Append($"""<section style="--behind: {Text(pair.Background)}"><h3>{Text(pair.SourcePrompt)} → {Text(pair.TargetPrompt)} <small>{Text(pair.Id)}{group}</small></h3><div class="strip">""");
            Add(pair.Before, pair.SourcePrompt, "source", "");
            if (pair.After is { } after) Add(after, $"{pair.TargetPrompt}, as it is wanted", "wanted", "");
            // The two rows that are always there are the two pictures above.
            foreach (var result in pair.Results.Where(r => r.Row is not ("no-op" or "perfect")))
                Add(result.Picture, $"{pair.TargetPrompt}, by {result.Row}", result.Row, Figures(result));
            page.Append("</div></section>");
        }

        void Add(ReadOnlyMemory<byte> picture, string alternative, string caption, string figures) => page.Append(
            $"""<figure><img src="{DataUri(picture.Span)}" alt="{Text(alternative)}" width="128" height="128"><figcaption>{Text(caption)}{figures}</figcaption></figure>""");
    }

    private static string Figures(ReportResult result)
    {
        List<string> words = [];
        if (result["nearer_to_after"] is { } nearer) words.Add(nearer > 0 ? "nearer" : "not nearer");
        if (result["target_loss_after"] is { } after && result["target_loss_before"] is { } before)
            words.Add($"loss {Number(before, 4)} → {Number(after, 4)}");
        if (result["overlap"] is { } overlap) words.Add($"overlap {Number(overlap, 2)}");
        if (result["crossings_added"] is { } crossings) words.Add($"crossings {Number(crossings, 0)}");
        return words.Count == 0 ? "" : $"<br><small>{string.Join("<br>", words)}</small>";
    }

    private static void AddMissing(StringBuilder page, EvaluateReport report)
    {
        var missing = report.Pairs.SelectMany(p => p.Results).SelectMany(r => r.Missing).GroupBy(m => m.Value, m => m.Key).ToArray();
        if (missing.Length == 0) return;
        page.Append("<h2>Not computed</h2><ul>");
        foreach (var reason in missing) page.Append($"<li>{Text(string.Join(", ", reason.Distinct()))}: {Text(reason.Key)}</li>");
        page.Append("</ul>");
    }

    private static double? Value(IReadOnlyList<(string Key, double? Value)> summary, string key) => summary.FirstOrDefault(s => s.Key == key).Value;

    private static string Number(double value, int decimals) => value.ToString("F" + decimals, CultureInfo.InvariantCulture);
}
