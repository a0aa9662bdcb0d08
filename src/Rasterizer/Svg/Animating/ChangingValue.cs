using System.Globalization;
using System.Text.RegularExpressions;
using SvgDistill.Rasterizer.Svg.Css;
using SvgDistill.Rasterizer.Svg.Values;
using SvgDistill.Rasterizer.Svg.Xml;

namespace SvgDistill.Rasterizer.Svg.Animating;

/// <summary>An attribute or property of an element with its value in each of several states.</summary>
/// <param name="Element">The element, of the document that is animated.</param>
/// <param name="Name">The attribute's or property's name; for a gradient's or pattern's transform the attribute's.</param>
/// <param name="Texts">The values as an attribute has them, colours as numbers of sRGB.</param>
/// <param name="IsAttribute">False where a style sheet or <c>style</c> gives the value, in its own grammar.</param>
internal sealed partial record ChangingValue(SvgElement Element, string Name, string[] Texts, bool IsAttribute)
{
    /// <summary>Whether it is a list of transform functions.</summary>
    public bool IsTransform => Name is "transform" or "gradientTransform" or "patternTransform";

    /// <summary>Whether it is a colour.</summary>
    public bool IsColor => PropertyGrammar.IsColor(Name);

    /// <summary>Whether it is a number of 0..1, whatever the drawing's size.</summary>
    public bool IsFraction => Name == "offset" || Name.EndsWith("opacity", StringComparison.Ordinal);

    /// <summary>As notes name it.</summary>
    public override string ToString() => $"{Name} of <{Element.LocalName}{(Element.Id is { Length: > 0 } id ? $" id=\"{id}\"" : "")}>";

    /// <summary>The numbers of each text; null where they do not correspond, so that nothing lies between two of the texts.</summary>
    public double[][]? Numbers()
    {
        var numbers = Texts.Select(text => IsColor && CssColor.Parse(text) is { } c ? [255 * c.R, 255 * c.G, 255 * c.B, 255 * c.A]
            : Number().Matches(text).Select(m => double.Parse(m.Value, CultureInfo.InvariantCulture)).ToArray()).ToArray();
        var form = Form(Texts[0]);
        return numbers.All(n => n.Length > 0 && n.Length == numbers[0].Length) && (IsColor || Texts.All(t => Form(t) == form)) ? numbers : null;
    }

    // What is left of a text without its numbers and what parts them.
    private static string Form(string text) => Parts().Replace(text, "");

    [GeneratedRegex(@"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?")]
    private static partial Regex Number();

    [GeneratedRegex(@"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?|[\s,]+")]
    private static partial Regex Parts();
}
