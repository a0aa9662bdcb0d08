using System.Globalization;
using System.Text;
using SvgDistill.Rasterizer.Svg.Xml;

namespace SvgDistill.Rasterizer.Svg;

/// <summary>Elements put into a file; all that was there keeps its bytes.</summary>
public static class Insertions
{
    /// <summary>Elements beside which others may stand: shapes that nothing refers to, in groups that nothing refers to.</summary>
    public static IReadOnlySet<int> Neighbours(SvgDocument document) => PlainShapes.Of(document);

    /// <summary>True where style rules may override presentation attributes.</summary>
    public static bool HasStyleSheet(SvgDocument document) => document.Elements.Exists(e => e.Is("style"));

    /// <summary>An id that is written nowhere in the file: the stem, or the stem with a number.</summary>
    public static string FreeId(SvgDocument document, string stem)
    {
        var id = stem;
        for (var i = 2; document.Text.Contains(id, StringComparison.Ordinal); i++) id = string.Create(CultureInfo.InvariantCulture, $"{stem}-{i}");
        return id;
    }

    /// <summary>The elements in the element with an id, by order; empty where there is none.</summary>
    public static IReadOnlyList<int> Inside(SvgDocument document, string id) =>
        document.ById(id) is { } group ? [.. group.Children.Select(c => c.Order)] : [];

    /// <summary>The ids of groups that begin with a stem.</summary>
    public static IReadOnlyList<string> Groups(SvgDocument document, string stem) =>
        [.. document.Elements.Where(e => e.Is("g") && e.Id?.StartsWith(stem, StringComparison.Ordinal) == true).Select(e => e.Id!)];

    /// <summary>The element with an id, by order; -1 where there is none.</summary>
    public static int Find(SvgDocument document, string id) => document.ById(id)?.Order ?? -1;

    /// <summary>The file with shapes put in.</summary>
    /// <exception cref="ArgumentException">The element is no neighbour that shapes may have.</exception>
    public static SvgDocument Insert(SvgDocument document, IReadOnlyList<Insertion> insertions)
    {
        var edits = new SourceEdits();
        foreach (var insertion in insertions)
        {
            var neighbour = document.Elements[insertion.Order];
            if (neighbour.FromEntity || neighbour.Parent is null)
                throw new ArgumentException("Nothing can be put beside the root or what stands in an entity.", nameof(insertions));
            var space = Space(document.Text, neighbour.Start);
            var position = insertion.IsBefore ? neighbour.Start
                : document.Text.IndexOf('>', neighbour.EndTag >= 0 ? neighbour.EndTag : neighbour.InsertAt) + 1;
            var markup = Markup(insertion, neighbour.Prefix, space);
            edits.Insert(position, insertion.IsBefore ? markup + space : space + markup);
        }
        return SvgDocument.Parse(document.ToBytes(edits), document.Name, document.Limits);
    }

    // The line break and the indentation before an element, where it begins a line.
    private static string Space(string text, int start)
    {
        var from = start;
        while (from > 0 && text[from - 1] is ' ' or '\t') from--;
        if (from == 0 || text[from - 1] != '\n') return "";
        from--;
        if (from > 0 && text[from - 1] == '\r') from--;
        return text[from..start];
    }

    private static string Markup(Insertion insertion, string prefix, string space)
    {
        var qualified = prefix.Length == 0 ? "" : prefix + ":";
        var markup = new StringBuilder();
        // One step deeper than the group, as the file has its own steps where lines begin with tabs.
        var inner = insertion.Group is null || space.Length == 0 ? space : space + (space.EndsWith('\t') ? "\t" : "  ");
        if (insertion.Group is { } id) markup.Append(CultureInfo.InvariantCulture, $"<{qualified}g id=\"{id}\">");
        for (var i = 0; i < insertion.Shapes.Count; i++)
        {
            if (i > 0 || insertion.Group is not null) markup.Append(inner);
            markup.Append(CultureInfo.InvariantCulture, $"<{qualified}{insertion.Shapes[i].Name} {insertion.Shapes[i].Attributes}/>");
        }
        if (insertion.Group is not null) markup.Append(space).Append(CultureInfo.InvariantCulture, $"</{qualified}g>");
        return markup.ToString();
    }
}
