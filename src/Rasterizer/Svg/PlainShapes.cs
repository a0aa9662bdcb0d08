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
    public static IReadOnlySet<int> Of(SvgDocument document) => Of(document, Names(document.Text));

    /// <summary>Groups, not referred to, of which nothing is left when some elements go.</summary>
    public static IReadOnlySet<int> Emptied(SvgDocument document, IReadOnlySet<int> removed)
    {
        var names = Names(document.Text);
        return document.Elements.Where(e => e.Is("g") && !e.FromEntity && e.Children.Count > 0 && !IsReferred(e, names)
            && e.Children.TrueForAll(c => removed.Contains(c.Order))).Select(e => e.Order).ToHashSet();
    }

    // A sheet that speaks of markers may give them to any shape.
    private static HashSet<int> Of(SvgDocument document, Dictionary<string, int> names) =>
        document.Elements.Any(e => e.Is("style") && e.Texts.Exists(t => t.Value.Contains("marker", StringComparison.Ordinal))) ? []
            : document.Elements.Where(e => IsPlain(e, names)).Select(e => e.Order).ToHashSet();

    private static bool HasMarkers(SvgElement element) => element.Attributes.Exists(a =>
        a.LocalName is "marker" or "marker-start" or "marker-mid" or "marker-end" || a.LocalName == "style" && a.Value.Value.Contains("marker", StringComparison.Ordinal));

    private static bool IsPlain(SvgElement element, Dictionary<string, int> names)
    {
        if (!element.IsSvg || !_shapes.Contains(element.LocalName) || element.FromEntity || IsReferred(element, names)) return false;
        if (!element.Children.TrueForAll(c => c.IsSvg && _describing.Contains(c.LocalName))) return false;
        if (HasMarkers(element)) return false;
        for (var parent = element.Parent; parent is not null; parent = parent.Parent)
            if (!parent.IsSvg || !_containers.Contains(parent.LocalName) || IsReferred(parent, names) || HasMarkers(parent)) return false; // markers are inherited
        return true;
    }

    // However it is referred to (href, url(), a selector, an animation's begin, a label, a script), the id stands somewhere else once more.
    internal static bool IsReferred(SvgElement element, Dictionary<string, int> names) =>
        element.Id is { Length: > 0 } id && (id.Any(c => !IsOfName(c)) || names.GetValueOrDefault(id) != 1);

    // How often each name stands in the text; an id with other letters counts as referred to.
    internal static Dictionary<string, int> Names(string text)
    {
        var names = new Dictionary<string, int>(StringComparer.Ordinal);
        var counts = names.GetAlternateLookup<ReadOnlySpan<char>>();
        for (var at = 0; at < text.Length; at++)
        {
            var start = at;
            while (at < text.Length && IsOfName(text[at])) at++;
            if (at == start) continue;
            counts.TryGetValue(text.AsSpan(start, at - start), out var count);
            counts[text.AsSpan(start, at - start)] = count + 1;
        }
        return names;
    }

    private static bool IsOfName(char c) => char.IsLetterOrDigit(c) || c is '_' or '-';
}
