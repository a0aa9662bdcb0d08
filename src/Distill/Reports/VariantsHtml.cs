using System.Globalization;
using System.Text;
using static SvgDistill.Distill.Reports.Html;

namespace SvgDistill.Distill.Reports;

/// <summary>Variants as one HTML file: each with a slider over the source, to be opened and saved. Its one script is its own; it asks nothing of any network.</summary>
public static class VariantsHtml
{
    private const string Style = """
        .variants { display: grid; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); gap: 1.5rem; }
        .variant { border: 1px solid #ddd; padding: .75rem; }
        .variant p { margin: .35rem 0; }
        .slider { position: relative; aspect-ratio: 1; background: var(--behind, #fff); }
        .slider img { position: absolute; inset: 0; width: 100%; height: 100%; border: 0; background: none; }
        .slider .after { clip-path: inset(0 0 0 var(--at, 0%)); background: var(--behind, #fff); }
        .variant input { width: 100%; }
        .rest figure { width: 128px; }
        """;

    // The policy admits this script alone, by its hash.
    private const string Script = """
        for (const slider of document.querySelectorAll('input[type=range]'))
          slider.addEventListener('input', () => slider.previousElementSibling.style.setProperty('--at', slider.value + '%'));
        """;

    /// <summary>The whole page.</summary>
    public static string Write(VariantsReport report)
    {
        var page = new StringBuilder($"<h1>{Text(report.Input)}: {Text(report.SourcePrompt)} → {Text(string.Join(", ", report.Prompts))}</h1>");
        var kept = report.Kept.ToArray();
        page.Append($"<p>{Count(kept.Length, "variant")} of {Count(report.Variants.Count, "candidate")}, the best first: nearer to the prompt and to the source than the others, no two alike");
        page.Append(report.Interrupted ? ". Stopped before the last; the command below goes on where it stopped.</p>" : ".</p>");
        if (!report.Interrupted && kept.Length < report.Wanted)
            page.Append($"<p>{Count(report.Wanted, "variant")} were wanted: the other candidates look like these. More seeds or other prompts give more.</p>");
        if (report.Failures.Count > 0)
        {
            page.Append("<p>Without a result:</p><ul>");
            foreach (var (prompt, seed, error) in report.Failures) page.Append($"<li>{Text(prompt)}, seed {seed}: {Text(error)}</li>");
            page.Append("</ul>");
        }
        page.Append($"""<div class="variants" style="--behind: {Text(report.Background)}">""");
        foreach (var variant in kept) AddVariant(page, report, variant);
        page.Append("</div>");
        AddSheet(page, report);
        page.Append($"<h2>To repeat it</h2><pre>{Text(report.Command)}</pre><table class=\"facts\"><tbody>");
        foreach (var (name, value) in report.Facts) page.Append($"<tr><th scope=\"row\">{Text(name)}</th><td>{Text(value)}</td></tr>");
        page.Append("</tbody></table>");
        return Page($"{report.Input}: variants", page.ToString(), Style, Script);
    }

    private static void AddVariant(StringBuilder page, VariantsReport report, ReportVariant variant)
    {
        var name = Path.GetFileName(variant.File);
        page.Append($"""<section class="variant"><h3>{variant.Rank}. {Text(variant.Name)}</h3><div class="slider">""");
        page.Append($"""<img src="{DataUri(report.Source.Span)}" alt="{Text($"{report.SourcePrompt}, the source")}">""");
        page.Append($"""<img class="after" src="{DataUri(variant.Picture.Span)}" alt="{Text(variant.Name)}"></div>""");
        page.Append("""<input type="range" min="0" max="100" value="0" aria-label="Left of it the source is seen, right of it the variant">""");
        page.Append($"<p><small>{Figures(variant)}</small></p>");
        page.Append($"""<p><a href="{Text(variant.File)}">open</a> · <a href="{Text(variant.File)}" download="{Text(name)}">save</a></p>""");
        page.Append($"<details><summary>command</summary><pre>{Text(variant.EditCommand)}</pre></details></section>");
    }

    private static void AddSheet(StringBuilder page, VariantsReport report)
    {
        var rest = report.Variants.Where(v => v.Rank is null).ToArray();
        if (rest.Length == 0) return;
        page.Append($"""<h2>The other candidates</h2><div class="strip rest" style="--behind: {Text(report.Background)}">""");
        foreach (var variant in rest)
            page.Append($"""<figure><a href="{Text(variant.File)}"><img src="{DataUri(variant.Picture.Span)}" alt="{Text(variant.Name)}" width="128" height="128"></a><figcaption>{Text(variant.Name)}<br><small>{(variant.Like is { } like ? $"like {like}" : Figures(variant))}</small></figcaption></figure>""");
        page.Append("</div>");
    }

    private static string Figures(ReportVariant variant) =>
        string.Create(CultureInfo.InvariantCulture, $"score {variant.Score:0.00}, prompt {variant.PromptGain:+0.0000;-0.0000}, identity {variant.Identity:0.00}");
}
