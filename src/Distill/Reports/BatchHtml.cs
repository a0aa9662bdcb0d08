using System.Globalization;
using System.Text;
using static SvgDistill.Distill.Reports.Html;

namespace SvgDistill.Distill.Reports;

/// <summary>A batch as one HTML file: what failed, then a row for every job with its pictures.</summary>
public static class BatchHtml
{
    // So that a page of a large batch still opens; the table and the folders have all.
    private const int MostPictures = 1000;

    /// <summary>The whole page.</summary>
    public static string Write(BatchReport report)
    {
        var page = new StringBuilder($"<h1>{Text(report.List)}: {Count(report.Jobs.Count, "job")}</h1>");
        page.Append(CultureInfo.InvariantCulture, $"<p>{report.Count("done")} done, {report.Count("failed")} failed, {report.Count("missing")} missing.</p>");
        page.Append($"<pre>{Text(report.Command)}</pre>");
        if (report.Count("failed") > 0)
        {
            page.Append("<h2>Failed</h2><ul>");
            foreach (var job in report.Jobs.Where(j => j.Status == "failed"))
                page.Append(CultureInfo.InvariantCulture, $"<li><b>{Text(job.Id)}</b> (line {job.Line}): {Text(job.Error!)}</li>");
            page.Append("</ul>");
        }
        page.Append("""<h2>Jobs</h2><div class="wide" tabindex="0" role="region" aria-label="Jobs"><table><thead><tr>""");
        foreach (var column in new[] { "job", "before", "after", "prompts", "method", "seed", "overlap", "moved, %", "loss" }) page.Append($"<th scope=\"col\">{column}</th>");
        page.Append("</tr></thead><tbody>");
        for (var i = 0; i < report.Jobs.Count; i++) AddJob(page, report.Jobs[i], i < MostPictures);
        page.Append("</tbody></table></div>");
        return Page($"{report.List}: {Count(report.Jobs.Count, "job")}", page.ToString());
    }

    private static void AddJob(StringBuilder page, BatchReportJob job, bool pictures)
    {
        page.Append($"<tr><th scope=\"row\">{(job.File is { } file ? $"<a href=\"{Text(file)}\">{Text(job.Id)}</a>" : Text(job.Id))}</th>");
        page.Append($"<td>{Picture(pictures ? job.Before : null, job.Input)}</td><td>{Picture(pictures ? job.After : null, $"{job.Input} as {job.Target}")}</td>");
        page.Append(job.Status == "done" ? $"<td>{Text(job.Source ?? "")} → {Text(job.Target ?? "")}</td>" : $"<td>{Text(job.Target ?? "")} ({job.Status})</td>");
        page.Append(CultureInfo.InvariantCulture, $"<td>{Text(job.Method ?? "")}</td><td>{job.Seed}</td><td>{job.Overlap:0.000}</td><td>{job.Displacement:0.00}</td>");
        page.Append(CultureInfo.InvariantCulture, $"<td>{(job.LossAfter is { } after ? string.Create(CultureInfo.InvariantCulture, $"{job.LossBefore:0.0000} → {after:0.0000}") : "")}</td></tr>");
    }

    private static string Picture(byte[]? file, string what) =>
        file is null ? "" : $"<img width=\"128\" height=\"128\" alt=\"{Text(what)}\" src=\"{DataUri(file)}\">";
}
