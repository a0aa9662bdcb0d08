using System.Globalization;
using SvgDistill.Rasterizer.Svg.Css;
using SvgDistill.Rasterizer.Svg.Values;
using SvgDistill.Rasterizer.Svg.Writing;
using SvgDistill.Rasterizer.Svg.Xml;

namespace SvgDistill.Rasterizer.Svg.Animating;

/// <summary>
/// Lines, polylines and polygons as paths: their points are no properties, so that CSS cannot move them. What has rules by the element's
/// name stays as it is.
/// </summary>
internal sealed class OutlineAttributes(SvgDocument source, SvgDocument result, SourceEdits edits)
{
    private readonly Cascade _cascade = new(result);

    /// <summary>The source's outline as a declaration, its element made a path; null for other values and where that cannot be.</summary>
    public string? Declaration(ChangingValue change)
    {
        var element = change.Element;
        string[] names = element.LocalName switch { "polygon" or "polyline" => ["points"], "line" => ["x1", "y1", "x2", "y2"], _ => [] };
        if (!names.Contains(change.Name) || _cascade.HasRulesFor(element.LocalName) || _cascade.HasRulesFor("path")) return null;
        if (Path(source.Elements[element.Order]) is not { } before || Path(element) is not { } after) return null;
        if (edits.Rename(element, "path"))
        {
            // Path data on such an element meant nothing before.
            foreach (var name in names.Append("d"))
                if (element.Attribute(name) is { } attribute) edits.Remove(attribute, result.Text);
            edits.Insert(element, "d", after);
        }
        return $"d:path(\"{before}\")";
    }

    private static string? Path(SvgElement element)
    {
        if (element.LocalName != "line")
        {
            var points = PointList.Parse(element.Attribute("points")?.Value.Value ?? "", closed: false, int.MaxValue - 1).Points;
            return $"M{string.Join(' ', points.Select(p => $"{Text(p.X)} {Text(p.Y)}"))}{(element.LocalName == "polygon" ? "Z" : "")}";
        }
        // An end in another unit than the drawing's own has no place in path data.
        double? At(string name) => element.Attribute(name) is not { } attribute ? 0
            : double.TryParse(attribute.Value.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : null;
        return At("x1") is { } x1 && At("y1") is { } y1 && At("x2") is { } x2 && At("y2") is { } y2
            ? $"M{Text(x1)} {Text(y1)} {Text(x2)} {Text(y2)}" : null;
    }

    private static string Text(double value) => NumberText.Format(value, NumberText.MostDecimals);
}
