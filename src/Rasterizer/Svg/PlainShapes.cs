using SvgDistill.Rasterizer.Svg.Xml;

namespace SvgDistill.Rasterizer.Svg;

/// <summary>
/// Shapes whose element may be changed in more than its numbers: nothing else in the file refers to it or to what it lies in, nothing
/// animates it, and it is written in the file itself, not in an entity.
/// </summary>
public static class PlainShapes
{
    private static readonly HashSet<string> _shapes = ["path", "rect", "circle", "ellipse", "line", "polyline", "polygon"];
    private static readonly HashSet<string> _describing = ["title", "desc", "metadata"];
    private static readonly HashSet<string> _containers = ["svg", "g", "a"];

    /// <summary>Their elements, by <see cref="Scenes.SourceElement.Order"/>.</summary>
    public static IReadOnlySet<int> Of(SvgDocument document) => document.Elements.Where(e => IsPlain(e, document)).Select(e => e.Order).ToHashSet();

    private static bool IsPlain(SvgElement element, SvgDocument document)
    {
        if (!element.IsSvg || !_shapes.Contains(element.LocalName) || element.FromEntity || IsReferred(element, document)) return false;
        if (!element.Children.TrueForAll(c => c.IsSvg && _describing.Contains(c.LocalName))) return false;
        if (element.Attributes.Exists(a => a.LocalName is "marker" or "marker-start" or "marker-mid" or "marker-end" or "style" && a.Value.Value.Contains("marker", StringComparison.Ordinal)))
            return false;
        for (var parent = element.Parent; parent is not null; parent = parent.Parent)
            if (!parent.IsSvg || !_containers.Contains(parent.LocalName) || IsReferred(parent, document)) return false;
        return true;
    }

    // However it is referred to (href, url(), a selector, an animation's begin, a label, a script), the id stands somewhere else once more.
    private static bool IsReferred(SvgElement element, SvgDocument document)
    {
        if (element.Id is not { Length: > 0 } id) return false;
        var (text, found) = (document.Text, 0);
        for (var at = text.IndexOf(id, StringComparison.Ordinal); at >= 0; at = text.IndexOf(id, at + 1, StringComparison.Ordinal))
            if ((at == 0 || !IsOfName(text[at - 1])) && (at + id.Length == text.Length || !IsOfName(text[at + id.Length]))) found++;
        return found != 1;

        static bool IsOfName(char c) => char.IsLetterOrDigit(c) || c is '_' or '-';
    }
}
