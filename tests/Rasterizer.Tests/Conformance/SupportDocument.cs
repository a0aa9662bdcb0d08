using System.Globalization;
using System.Text;

namespace SvgDistill.Rasterizer.Tests.Conformance;

/// <summary>docs/svg-support.md, made from the cases and known.txt.</summary>
internal static class SupportDocument
{
    public static string Text()
    {
        var text = new StringBuilder(
            """
            # SVG support

            Made from `tests/conformance/known.txt`; `SVGDISTILL_RECORD=1 ./test --filter ConformanceGoalTests` makes it anew.

            A case is met when the mean difference to its reference picture, over the premultiplied red, green, blue and alpha of all
            pixels, is at most 1/255. The `icons` are whole drawings from six icon sets at 128 pixels; the `resvg` cases test one thing each.

            | folder | cases | met | |
            |---|---|---|---|

            """);
        foreach (var folder in ConformanceCases.All.GroupBy(ConformanceCases.Folder))
        {
            int known = folder.Count(ConformanceCases.Known.ContainsKey), count = folder.Count();
            text.AppendLine(
                CultureInfo.InvariantCulture, $"| `{folder.Key}` | {count} | {count - known} | {100.0 * (count - known) / count:f1} % |");
        }
        text.AppendLine().AppendLine("## Not met").AppendLine();
        foreach (var group in ConformanceCases.Known.GroupBy(k => k.Value).OrderByDescending(g => g.Count()).ThenBy(g => g.Key, StringComparer.Ordinal))
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"- {char.ToUpperInvariant(group.Key[0])}{group.Key[1..]}:");
            foreach (string path in group.Select(k => k.Key).Order(StringComparer.Ordinal)) text.AppendLine($"  - `{path}`");
        }
        return text.Replace("\r\n", "\n").ToString();
    }
}
