using SvgDistill.Rasterizer.Svg.Xml;

namespace SvgDistill.Rasterizer.Svg.Reading;

/// <summary>
/// What people call elements besides selectors: the layer names of Inkscape (<c>inkscape:label</c>), Illustrator (<c>data-name</c>) and
/// Affinity (<c>serif:id</c>), and ids.
/// </summary>
internal static class ElementNames
{
    private const string Inkscape = "http://www.inkscape.org/namespaces/inkscape", Serif = "http://www.serif.com/";
    private const int MostListed = 3;

    /// <summary>The elements of a name; none where there are none.</summary>
    public static IReadOnlyList<SvgElement> Find(SvgDocument document, string name)
    {
        // A backslash keeps a comma from parting a list.
        var wanted = name.Replace("\\,", ",", StringComparison.Ordinal).Trim();
        return [.. document.Elements.Where(e => e.Id == wanted || Labels(e).Contains(wanted))];
    }

    /// <summary>A sentence on what there is in place of a selector that matches nothing.</summary>
    public static string Remedy(SvgDocument document, string selector)
    {
        var names = document.Elements.SelectMany(e => (e.Id is { Length: > 0 } id ? [$"#{id}"] : Array.Empty<string>())
            .Concat(e.Classes.Select(c => $".{c}")).Concat(Labels(e))).Distinct(StringComparer.Ordinal).ToArray();
        var near = NearNames.Of(selector, names);
        return near.Count > 0 ? $"Near it are {string.Join(", ", near.Select(n => $"\"{n}\""))}."
            : names.Length > 0 ? $"The file has {string.Join(", ", names.Take(MostListed).Select(n => $"\"{n}\""))}{(names.Length > MostListed ? " and others" : "")}."
            : "The file has no ids, classes or layer names: select by element, as in 'path:nth-child(2)'.";
    }

    private static IEnumerable<string> Labels(SvgElement element) => element.Attributes
        .Where(a => a.LocalName == "label" && a.Namespace == Inkscape || a.LocalName == "data-name" && a.Prefix.Length == 0 || a.LocalName == "id" && a.Namespace == Serif)
        .Select(a => a.Value.Value);
}
