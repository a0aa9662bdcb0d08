using System.Globalization;
using System.Text;

namespace SvgDistill.Rasterizer.Tests.Conformance;

/// <summary>docs/svg-support.md, made from the cases and known.txt.</summary>
internal static class SupportDocument
{
    private const string Choices =
        """
        ## Style sheets, images and motions

        - Read: selectors with specificity and `!important`, `var()` with declared custom properties, `@media` for `screen` and `all`, and the
          geometry properties `x y cx cy r rx ry width height` of rectangles, circles, ellipses, images, viewports and `use`, and `d` of
          paths (not in a file whose root says `version="1.0"` or `"1.1"`, where they are attributes only).
        - Kept and passed over: `@media` with conditions on sizes and the like, `@import`, `@supports`.
        - Kept, drawn without, and named in a note that counts them: text, filters, foreign objects, images outside the file or in other
          formats, references to other files, clip paths by basic shapes, masks by gradients and `mask-image`, `transform-box`
          (`transform-origin` is always in the viewport's box), transforms in three dimensions, the properties `rotate`, `scale`,
          `translate` and `offset-path`, `color-interpolation: linearRGB`, mesh gradients and hatches, `plus-lighter`, animations, scripts,
          and vector effects other than `non-scaling-stroke`. A note also names what an edit leaves as it is: shapes whose markers
          are painted by `context-fill` or `context-stroke`, and rectangles, circles and ellipses with markers.
        - A stroke with `vector-effect: non-scaling-stroke` is as wide as it says in the picture's own size (`width` and `height`, else the
          view box's), its paint lies in the shape's space; drawn larger, the whole picture grows. `pathLength` measures dashes in the
          space that the stroke is made in.
        - Stars, arcs, spirals, offsets, boxes, path effects and connectors of Inkscape, which draws them from their own numbers, lose these
          where their path moves, and are plain paths then.
        - The pixels of an embedded PNG and its attributes stay as they are; `--move` moves the image, or the group that it is in, as it
          moves shapes.


        """;

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
        text.AppendLine().Append(Choices).AppendLine("## Not met").AppendLine();
        foreach (var group in ConformanceCases.Known.GroupBy(k => k.Value).OrderByDescending(g => g.Count()).ThenBy(g => g.Key, StringComparer.Ordinal))
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"- {char.ToUpperInvariant(group.Key[0])}{group.Key[1..]}:");
            foreach (string path in group.Select(k => k.Key).Order(StringComparer.Ordinal)) text.AppendLine($"  - `{path}`");
        }
        return text.Replace("\r\n", "\n").ToString();
    }
}
