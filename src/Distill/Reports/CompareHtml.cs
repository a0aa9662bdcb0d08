using System.Text;
using SvgDistill.Distill.Metrics;
using static SvgDistill.Distill.Reports.Html;

namespace SvgDistill.Distill.Reports;

/// <summary>A comparison as one HTML file: no script, no external resource, readable without colours.</summary>
public static class CompareHtml
{
    /// <summary>The whole page.</summary>
    public static string Write(CompareReport report)
    {
        var page = new StringBuilder();
        page.Append($"<h1>{Text(report.Input)}: {Text(report.SourcePrompt)} → {Text(report.TargetPrompt)}</h1>");
        AddStatus(page, report);
        if (report.Runs.Count > 0)
        {
            AddResults(page, report);
            page.Append(CompareTables.Write(report));
            AddCurves(page, report);
            AddPictures(page, report);
        }
        AddReference(page, report.Reference);
        AddMeanings(page, report);
        AddFacts(page, report);
        return Page($"{report.Input}: {report.SourcePrompt} → {report.TargetPrompt}", page.ToString());
    }

    private static void AddStatus(StringBuilder page, CompareReport report)
    {
        var wanted = report.Methods.Count * report.Seeds.Count;
        page.Append($"<p>{Count(report.Methods.Count, "method")} × {Count(report.Seeds.Count, "seed")}; {report.Runs.Count} of {wanted} runs done");
        page.Append(report.Interrupted ? ". Stopped before the last; the command below goes on where it stopped.</p>" : ".</p>");
        if (report.Failures.Count == 0) return;
        page.Append("<p>Without a result:</p><ul>");
        foreach (var (method, seed, error) in report.Failures) page.Append($"<li><b>{Text(method)}</b>, seed {seed}: {Text(error)}</li>");
        page.Append("</ul>");
    }

    private static void AddResults(StringBuilder page, CompareReport report)
    {
        page.Append($"""<h2>Results</h2><div class="wide" tabindex="0" role="region" aria-label="Results" """);
        page.Append($"""style="--behind: {Text(report.Background)}"><table class="results"><thead><tr><th scope="col">method</th>""");
        foreach (var seed in report.Seeds) page.Append($"<th scope=\"col\">seed {seed}</th>");
        page.Append("</tr></thead><tbody>");
        page.Append($"<tr><th scope=\"row\">source</th><td>{Picture(report, report.Runs[0], report.Runs[0].Moments[0])}</td></tr>");
        foreach (var method in report.Methods)
        {
            page.Append($"<tr><th scope=\"row\">{Text(method)}</th>");
            foreach (var seed in report.Seeds)
                page.Append(report.Of(method).FirstOrDefault(r => r.Seed == seed) is { } run
                    ? $"<td>{Picture(report, run, run.Moments[^1])}</td>" : "<td>–</td>");
            page.Append("</tr>");
        }
        page.Append("</tbody></table></div>");
    }

    private static string Picture(CompareReport report, ReportRun run, ReportMoment moment)
    {
        var alternative = moment.Step == 0 ? $"{report.SourcePrompt}, the source"
            : $"{run.Method}, seed {run.Seed}, after {Count(moment.Step, "step")} toward {report.TargetPrompt}";
        return $"""<img src="{DataUri(moment.Picture.Span)}" alt="{Text(alternative)}" width="128" height="128">""";
    }

    private static void AddCurves(StringBuilder page, CompareReport report)
    {
        var means = report.Methods.Select(m => (Method: m, Moments: MeanMoments(report, m))).ToArray();
        if (means.All(m => m.Moments.Count < 2)) return;
        page.Append("<h2>Identity against prompt</h2><p>Each line runs from the source to the result, the mean of the seeds at each marked step. ");
        page.Append("Right is nearer to the target prompt, up is nearer to the source: the better line lies further to the upper right.</p>");
        page.Append("""<p class="legend">""");
        for (var i = 0; i < means.Length; i++)
            if (means[i].Moments.Count > 0) page.Append($"<span>{LineChart.Sample(i)} {Text(means[i].Method)}</span> ");
        page.Append("""</p><div class="charts">""");
        AddChart("Identity against prompt", report.PromptLabel, report.IdentityLabel, m => (m.Prompt, m.Identity));
        AddChart("Prompt by step", "step", report.PromptLabel, m => (m.Step, m.Prompt));
        AddChart("Identity by step", "step", report.IdentityLabel, m => (m.Step, m.Identity));
        page.Append("</div>");

        void AddChart(string title, string x, string y, Func<(double Step, double Prompt, double Identity), (double, double)> point)
        {
            var chart = new LineChart(title, x, y, [.. means.Select((m, i) => new ChartLine(m.Method, i, [.. m.Moments.Select(point)]))]);
            page.Append($"<figure>{chart.ToSvg()}<figcaption>{Text(title)}</figcaption></figure>");
        }
    }

    // The steps at which every seed of the method was measured.
    private static List<(double Step, double Prompt, double Identity)> MeanMoments(CompareReport report, string method)
    {
        var runs = report.Of(method).ToArray();
        return [.. runs.SelectMany(r => r.Moments).Where(m => m is { Prompt: not null, Identity: not null })
            .GroupBy(m => m.Step).Where(g => g.Count() == runs.Length).OrderBy(g => g.Key)
            .Select(g => ((double)g.Key, g.Average(m => m.Prompt!.Value), g.Average(m => m.Identity!.Value)))];
    }

    private static void AddPictures(StringBuilder page, CompareReport report)
    {
        page.Append($"""<h2>Step by step</h2><div style="--behind: {Text(report.Background)}">""");
        foreach (var method in report.Methods)
        {
            var runs = report.Of(method).ToArray();
            if (runs.Length == 0) continue;
            page.Append($"<section><h3>{Text(method)}</h3>");
            foreach (var run in runs)
            {
                page.Append($"""<div class="run"><p>seed {run.Seed}</p><div class="strip">""");
                foreach (var moment in run.Moments)
                {
                    var caption = moment.Step == 0 ? "source" : $"step {moment.Step}";
                    page.Append($"<figure>{Picture(report, run, moment)}<figcaption>{caption}</figcaption></figure>");
                }
                page.Append($"</div><details><summary>command</summary><pre>{Text(run.Command)}</pre></details></div>");
            }
            page.Append("</section>");
        }
        page.Append("</div>");
    }

    private static void AddReference(StringBuilder page, ReportReference? reference)
    {
        if (reference is null) return;
        page.Append($"<h2>Published figures</h2><p>{Text(reference.Source)}. {Text(reference.Note)}</p>");
        page.Append("<table><thead><tr><th scope=\"col\">method</th>");
        foreach (var column in reference.Columns) page.Append($"<th scope=\"col\">{Text(column)}</th>");
        page.Append("</tr></thead><tbody>");
        foreach (var (method, figures) in reference.Rows)
            page.Append($"<tr><th scope=\"row\">{Text(method)}</th>{string.Concat(figures.Select(f => $"<td>{Text(f)}</td>"))}</tr>");
        page.Append("</tbody></table>");
    }

    private static void AddMeanings(StringBuilder page, CompareReport report)
    {
        page.Append("<h2>What the measures are</h2><dl>");
        foreach (var measure in Measure.All)
        {
            var missing = report.Runs.Select(r => r.Measures.Missing.GetValueOrDefault(measure)).FirstOrDefault(why => why is not null);
            var note = missing is null ? "" : $" <strong>Not computed: {Text(missing)}</strong>";
            page.Append($"<dt>{Text(measure.Name)}</dt><dd>{Text(measure.Meaning)}{note}</dd>");
        }
        page.Append("</dl>");
    }

    private static void AddFacts(StringBuilder page, CompareReport report)
    {
        page.Append($"<h2>To repeat it</h2><pre>{Text(report.Command)}</pre><table class=\"facts\"><tbody>");
        foreach (var (name, value) in report.Facts) page.Append($"<tr><th scope=\"row\">{Text(name)}</th><td>{Text(value)}</td></tr>");
        page.Append("</tbody></table>");
    }
}
