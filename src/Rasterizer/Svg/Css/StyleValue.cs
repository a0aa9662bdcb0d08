using SvgDistill.Rasterizer.Svg.Values;
using SvgDistill.Rasterizer.Svg.Xml;

namespace SvgDistill.Rasterizer.Svg.Css;

/// <summary>A value that a declaration or presentation attribute gives to a property.</summary>
/// <param name="Text">The value as CSS text, without <c>!important</c>.</param>
/// <param name="Span">Where it is written; null where it has no single place (entities, <c>var()</c>).</param>
/// <param name="Element">The element it is written on: for style sheets the <c>style</c> element.</param>
/// <param name="Property">The property's name.</param>
internal sealed record StyleValue(string Text, SourceSpan? Span, SvgElement Element, string Property)
{
    /// <summary>True for a presentation attribute, whose numbers need no units.</summary>
    public bool IsAttribute { get; init; }

    /// <summary>
    /// A plain sRGB colour that the same block declares before a colour of a newer notation, for readers that do not know
    /// that one; null where there is none.
    /// </summary>
    public StyleValue? Earlier { get; init; }

    /// <summary>The declarations of one block that their properties take, in order.</summary>
    public static List<(StyleValue Value, bool Important)> Valid(List<CssDeclaration> declarations, Func<CssDeclaration, StyleValue> toValue)
    {
        var result = new List<(StyleValue Value, bool Important)>(declarations.Count);
        foreach (var declaration in declarations)
        {
            var value = toValue(declaration);
            if (!PropertyGrammar.Takes(value.Property, value.Text, isAttribute: false)) continue;
            if (PropertyGrammar.IsColor(value.Property) && CssColorReader.Read(value.Text) is { IsModern: true }
                && result.FindLast(d => d.Value.Property == value.Property && d.Important == declaration.Important).Value is { } before
                && CssColorReader.Read(before.Text) is { IsModern: false, DependsOnContext: false })
                value = value with { Earlier = before };
            result.Add((value, declaration.Important));
        }
        return result;
    }
}
