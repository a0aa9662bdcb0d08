using System.Collections.Frozen;
using SvgDistill.Rasterizer.Svg.Xml;

namespace SvgDistill.Rasterizer.Svg.Css;

/// <summary>
/// What each element declares, attributes, rules and <c>style</c> weighed against each other. Inheritance is
/// <see cref="Style"/>'s.
/// </summary>
internal sealed class Cascade(SvgDocument document)
{
    private readonly StyleSheet _sheet = new(document);
    private readonly Dictionary<SvgElement, Dictionary<string, StyleValue>> _declared = [];

    /// <summary>
    /// The properties that are attributes too (SVG 2 section 6.6), as far as they bear on what is drawn. Blending and
    /// isolation are none.
    /// </summary>
    private static readonly FrozenSet<string> PresentationAttributes = FrozenSet.ToFrozenSet(
    [
        "clip-path", "clip-rule", "color", "color-interpolation", "display", "fill", "fill-opacity", "fill-rule",
        "filter", "font-size", "image-rendering", "marker", "marker-end", "marker-mid", "marker-start", "mask", "mask-type",
        "opacity", "overflow", "paint-order", "shape-rendering", "stop-color", "stop-opacity", "stroke",
        "stroke-dasharray", "stroke-dashoffset", "stroke-linecap", "stroke-linejoin", "stroke-miterlimit",
        "stroke-opacity", "stroke-width", "transform", "transform-origin", "transform-box", "vector-effect", "visibility",
    ]);

    private int _steps = document.Limits.StyleSteps;

    /// <summary>Counts work of looking up properties; refuses a file that asks for too much.</summary>
    public void Spend(int steps, SvgElement element)
    {
        if ((_steps -= steps) < 0)
            throw document.Error(element, "The styles take too long to resolve.",
                "Shorten the values, or flatten the groups.");
    }

    /// <summary>Whether a rule asks for elements of this name.</summary>
    public bool HasRulesFor(string localName) => _sheet.HasRulesFor(localName);

    /// <summary>The winning declaration of every property that the element declares.</summary>
    public Dictionary<string, StyleValue> Declared(SvgElement element)
    {
        if (_declared.TryGetValue(element, out var declared)) return declared;
        declared = [];
        var important = new List<StyleValue>();
        foreach (var attribute in element.Attributes)
            if (attribute.Prefix.Length == 0 && PresentationName(element, attribute.LocalName) is { } name)
                // `marker` is a property but no attribute: only style sheets may use the shorthand.
                if (name != "marker")
                    declared[name] = new StyleValue(attribute.Value.Value, Span(attribute.Value), element, name) { IsAttribute = true };
        foreach (var (value, isImportant) in _sheet.Declarations(element)) Take(value, isImportant);
        if (element.Attribute("style") is { } style)
        {
            var text = CssText.BlankComments(style.Value.Value);
            foreach (var d in CssText.Declarations(text, 0, text.Length))
                Take(new StyleValue(text.Substring(d.ValueStart, d.ValueLength),
                    Span(style.Value)?.Slice(d.ValueStart, d.ValueLength), element, d.Property), d.Important);
        }
        foreach (var value in important) Set(declared, value);
        return _declared[element] = declared;

        void Take(StyleValue value, bool isImportant)
        {
            if (isImportant) important.Add(value);
            else Set(declared, value);
        }
    }

    private static SourceSpan? Span(SourceText text) => text.IsEditable ? new SourceSpan(text, 0, text.Value.Length)
        : null;

    private static void Set(Dictionary<string, StyleValue> declared, StyleValue value)
    {
        if (value.Property == "marker")
            foreach (var name in (string[])["marker-start", "marker-mid", "marker-end"]) declared[name] = value;
        else declared[value.Property] = value;
    }

    private static string? PresentationName(SvgElement element, string attribute) => attribute switch
    {
        "gradientTransform" => element.LocalName is "linearGradient" or "radialGradient" ? "transform" : null,
        "patternTransform" => element.LocalName == "pattern" ? "transform" : null,
        "transform" when element.LocalName is "linearGradient" or "radialGradient" or "pattern" => null,
        _ => PresentationAttributes.Contains(attribute) ? attribute : null,
    };
}
