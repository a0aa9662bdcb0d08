using System.Globalization;
using System.Text;
using static SvgDistill.Distill.Reports.Html;

namespace SvgDistill.Distill.Reports;

/// <summary>
/// One edit as one HTML file: source and result under a slider, where points went, curves, options, measures, what stayed and why. The
/// drawings are images, so that nothing in them runs; the page's policy names its one script by hash and forbids every request.
/// </summary>
public static class EditHtml
{
    private const string Style = """
        .stage { position: relative; width: min(100%, 34rem); background: var(--behind); border: 1px solid #ddd; overflow: hidden; }
        .stage img { position: absolute; inset: 0; width: 100%; height: 100%; border: 0; background: none; object-fit: fill; }
        .stage .before { background: var(--behind); clip-path: inset(0 calc(100% - var(--at, 50%)) 0 0); }
        .stage .edge { position: absolute; top: 0; bottom: 0; left: var(--at, 50%); width: 2px; margin-left: -1px; background: #0b57a4; }
        .slider { display: block; width: min(100%, 34rem); margin: .5rem 0; }
        .ends { display: flex; justify-content: space-between; width: min(100%, 34rem); color: #444; font-size: .875rem; }
        .pair { display: flex; flex-wrap: wrap; gap: 1.5rem; }
        .pair figure { margin: 0; flex: 1 1 16rem; max-width: 24rem; }
        .pair .stage { width: 100%; }
        .moves { position: absolute; inset: 0; width: 100%; height: 100%; }
        .moves path { fill: none; stroke: #d0006f; stroke-width: 1.6px; vector-effect: non-scaling-stroke; }
        .moves .halo { stroke: #fff; stroke-width: 4px; }
        .dim img { opacity: .45; }
        """;

    // The slider's only task. Without scripts the two stand half and half.
    private const string Script = """
        document.querySelectorAll('.slider').forEach(s => {
          const stage = document.getElementById(s.dataset.stage);
          const move = () => stage.style.setProperty('--at', s.value + '%');
          s.addEventListener('input', move);
          move();
        });
        """;

    /// <summary>The whole page.</summary>
    public static string Write(EditReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var title = $"{report.Input}: {report.SourcePrompt} → {report.TargetPrompt}";
        var page = new StringBuilder();
        page.Append($"<h1>{Text(title)}</h1>");
        AddSlider(page, report);
        AddWay(page, report);
        AddCurves(page, report);
        AddTable(page, "Measures", report.Measures);
        AddFrozen(page, report);
        page.Append($"<h2>To repeat it</h2><pre>{Text(report.Command)}</pre>");
        AddTable(page, "Options", report.Options);
        page.Append($"<h2>Record</h2><details><summary>as JSON</summary><pre>{Text(report.Record)}</pre></details>");
        return Page(title, page.ToString(), Style, Script);
    }

    private static string Stage(EditReport report, string attributes, string content) => string.Create(CultureInfo.InvariantCulture,
        $"""<div class="stage" {attributes} style="--behind: {Text(report.Background)}; aspect-ratio: {report.Scene.Width / report.Scene.Height:0.######}">{content}</div>""");

    private static string Image(ReadOnlyMemory<byte> svg, string alternative, string @class = "after") =>
        $"""<img class="{@class}" src="{DataUri(svg.Span)}" alt="{Text(alternative)}">""";

    private static void AddSlider(StringBuilder page, EditReport report)
    {
        page.Append(Stage(report, "id=\"compared\"",
            Image(report.After, $"{report.TargetPrompt}, the result") + Image(report.Before, $"{report.SourcePrompt}, the source", "before")
            + "<span class=\"edge\"></span>"));
        page.Append("""<input class="slider" data-stage="compared" type="range" min="0" max="100" value="50" aria-label="How much of the source is shown">""");
        page.Append("""<p class="ends"><span>← source</span><span>result →</span></p>""");
    }

    private static void AddWay(StringBuilder page, EditReport report)
    {
        page.Append("<h2>What moved</h2><div class=\"pair\">");
        var count = report.Moves.Count;
        var words = count == 0 ? "No point moved far enough for an arrow." : $"From where points were to where they are: in each small square the one that moved most, {Count(count, "arrow")}.";
        page.Append($"<figure>{Stage(report, "", $"<div class=\"dim\">{Image(report.After, "the result")}</div>{MovedPoints.Arrows(report.Scene, report.Moves)}")}<figcaption>{words}</figcaption></figure>");
        if (!report.Film.IsEmpty)
            page.Append($"<figure>{Stage(report, "", Image(report.Film, $"from {report.SourcePrompt} to {report.TargetPrompt}"))}<figcaption>The edit as a film. It plays once when the page is opened.</figcaption></figure>");
        page.Append("</div>");
    }

    private static void AddCurves(StringBuilder page, EditReport report)
    {
        var curves = report.Curves.Where(c => c.Values.Count > 1).ToArray();
        if (curves.Length == 0) return;
        page.Append("<h2>Curves</h2><div class=\"charts\">");
        for (var i = 0; i < curves.Length; i++)
        {
            var (name, values) = curves[i];
            var chart = new LineChart(name, "step", name, [new ChartLine(name, i, [.. values.Select(v => (v.Step, v.Value))])]) { HasMarks = values.Count <= 40 };
            page.Append($"<figure>{chart.ToSvg()}<figcaption>{Text(name)}</figcaption></figure>");
        }
        page.Append("</div>");
    }

    private static void AddFrozen(StringBuilder page, EditReport report)
    {
        page.Append("<h2>What stayed, and why</h2>");
        if (report.Frozen.Count == 0) page.Append("<p>Every element had numbers that could move.</p>");
        else
        {
            page.Append("<div class=\"wide\"><table class=\"facts\"><thead><tr><th scope=\"col\">element</th><th scope=\"col\">line</th><th scope=\"col\">why</th></tr></thead><tbody>");
            foreach (var (element, why) in report.Frozen)
                page.Append($"<tr><th scope=\"row\">&lt;{Text(element.TagName)}{(element.Id is { Length: > 0 } id ? $" id=\"{Text(id)}\"" : "")}&gt;</th><td>{element.Line}</td><td>{Text(why)}</td></tr>");
            page.Append("</tbody></table></div>");
        }
        if (report.Notes.Count > 0) page.Append($"<ul>{string.Concat(report.Notes.Select(n => $"<li>{Text(n)}</li>"))}</ul>");
    }

    private static void AddTable(StringBuilder page, string title, IReadOnlyList<(string Name, string Value)> rows)
    {
        if (rows.Count == 0) return;
        page.Append($"<h2>{title}</h2><table class=\"facts\"><tbody>");
        foreach (var (name, value) in rows) page.Append($"<tr><th scope=\"row\">{Text(name)}</th><td>{Text(value)}</td></tr>");
        page.Append("</tbody></table>");
    }
}
