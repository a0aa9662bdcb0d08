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
    private static readonly FrozenSet<string> _presentationAttributes = FrozenSet.ToFrozenSet(
    [
        "alignment-baseline", "baseline-shift", "clip-path", "clip-rule", "color", "color-interpolation", "color-interpolation-filters", "direction",
        "display", "dominant-baseline", "fill", "fill-opacity", "fill-rule", "filter", "flood-color", "flood-opacity", "font-family", "font-size",
        "font-stretch", "font-style", "font-variant", "font-weight", "image-rendering", "kerning", "letter-spacing", "lighting-color", "text-anchor",
        "text-decoration", "text-orientation", "text-rendering", "unicode-bidi", "white-space", "word-spacing", "writing-mode",
        "marker", "marker-end", "marker-mid", "marker-start", "mask", "mask-type",
        "opacity", "overflow", "paint-order", "shape-rendering", "stop-color", "stop-opacity", "stroke",
        "stroke-dasharray", "stroke-dashoffset", "stroke-linecap", "stroke-linejoin", "stroke-miterlimit",
        "stroke-opacity", "stroke-width", "transform", "transform-origin", "transform-box", "vector-effect", "visibility",
    ]);

    private readonly Dictionary<SourceText, TextRanges> _held = [];
    private int _steps = document.Limits.StyleSteps;

    /// <summary>Counts work of looking up properties; refuses a file that asks for too much.</summary>
    public void Spend(int steps, SvgElement element)
    {
        if ((_steps -= steps) < 0)
            throw document.Error(element, "The styles take too long to resolve.",
                "Shorten the values, or flatten the groups.");
    }

    /// <summary>Keeps a value as the file has it, since something that cannot follow is made of it.</summary>
    public void Hold(StyleValue value)
    {
        if (value.Span is not { } span) return;
        if (!_held.TryGetValue(span.Text, out var ranges)) _held[span.Text] = ranges = new();
        ranges.Add(span.Start, span.Start + span.Length);
    }

    /// <summary>Whether what is written at a place has to stay: because something is made of it, or because a selector tests it.</summary>
    public bool Holds(SourceText text, int start) => _held.TryGetValue(text, out var ranges) && ranges.Contains(start) || Tested.Contains(text);

    /// <summary>Whether a selector tests an attribute that may be edited.</summary>
    public bool TestsAttributes => _sheet.TestsAttributes;

    /// <summary>Whether a selector tests the attribute of this name.</summary>
    public bool Tests(string attribute) => _sheet.Tests(attribute);

    /// <summary>Elements with an attribute that a selector tests.</summary>
    public IEnumerable<SvgElement> TestedElements => !_sheet.TestsAttributes ? [] : document.Elements.Where(e => e.Attributes.Exists(a => _sheet.Tests(a.LocalName)));

    // Values of attributes that selectors test: with others the rules would no longer apply, or others would.
    private HashSet<SourceText> Tested => field ??= [.. TestedElements.SelectMany(e => e.Attributes).Where(a => _sheet.Tests(a.LocalName)).Select(a => a.Value)];

    /// <summary>Whether a rule asks for elements of this name.</summary>
    public bool HasRulesFor(string localName) => _sheet.HasRulesFor(localName);

    /// <summary>The winning declaration of every property that the element declares.</summary>
    public Dictionary<string, StyleValue> Declared(SvgElement element)
    {
        if (_declared.TryGetValue(element, out var declared)) return declared;
        declared = [];
        foreach (var attribute in element.Attributes)
            if (attribute.Prefix.Length == 0 && PresentationName(element, attribute.LocalName) is { } name)
                // `marker` is a property but no attribute: only style sheets may use the shorthand. A value that is none of the
                // property's is as if it were not there.
                if (name != "marker" && PropertyGrammar.Takes(name, attribute.Value.Value, isAttribute: true))
                    declared[name] = new StyleValue(attribute.Value.Value, Span(attribute.Value), element, name) { IsAttribute = true };
        var rules = _sheet.Declarations(element).ToList();
        var inline = element.Attribute("style") is { } style ? Inline(element, style.Value) : [];
        // What revert-layer goes back to: the attributes from a rule, the rules from a style attribute.
        var attributes = rules.Exists(d => Reverts(d.Value)) ? new Dictionary<string, StyleValue>(declared) : declared;
        foreach (var (value, important) in rules)
            if (!important) Set(declared, value, attributes);
        var ruled = inline.Exists(d => Reverts(d.Value)) ? new Dictionary<string, StyleValue>(declared) : declared;
        foreach (var (value, important) in inline)
            if (!important) Set(declared, value, ruled);
        foreach (var (value, important) in rules)
            if (important) Set(declared, value, attributes);
        foreach (var (value, important) in inline)
            if (important) Set(declared, value, ruled);
        return _declared[element] = declared;
    }

    private static List<(StyleValue Value, bool Important)> Inline(SvgElement element, SourceText style)
    {
        var text = CssText.BlankComments(style.Value);
        return StyleValue.Valid(CssBlock.Declarations(text, 0, text.Length), d => new StyleValue(
            text.Substring(d.ValueStart, d.ValueLength), Span(style)?.Slice(d.ValueStart, d.ValueLength), element, d.Property));
    }

    private static bool Reverts(StyleValue value) => value.Text.Trim().Equals("revert-layer", StringComparison.OrdinalIgnoreCase);

    private static SourceSpan? Span(SourceText text) => text.IsEditable ? new SourceSpan(text, 0, text.Value.Length)
        : null;

    private static void Set(Dictionary<string, StyleValue> declared, StyleValue value, Dictionary<string, StyleValue> lower)
    {
        if (value.Property == "font" && !Reverts(value))
            foreach (var longhand in FontShorthand.Expand(value)) declared[longhand.Property] = longhand;
        else
            foreach (var name in value.Property switch
            {
                "marker" => ["marker-start", "marker-mid", "marker-end"],
                "font-synthesis" => ["font-synthesis-weight", "font-synthesis-style"],
                var property => (string[])[property],
            }) Set(name);

        void Set(string name)
        {
            if (!Reverts(value)) declared[name] = value;
            else if (lower.TryGetValue(name, out var before)) declared[name] = before;
            else declared.Remove(name);
        }
    }

    private static string? PresentationName(SvgElement element, string attribute) => attribute switch
    {
        "gradientTransform" => element.LocalName is "linearGradient" or "radialGradient" ? "transform" : null,
        "patternTransform" => element.LocalName == "pattern" ? "transform" : null,
        "transform" when element.LocalName is "linearGradient" or "radialGradient" or "pattern" => null,
        _ => _presentationAttributes.Contains(attribute) ? attribute : null,
    };
}
