using System.Collections.Frozen;
using System.Text;
using SvgDistill.Rasterizer.Svg.Values;
using SvgDistill.Rasterizer.Svg.Xml;

namespace SvgDistill.Rasterizer.Svg.Css;

/// <summary>
/// An element's style where it is drawn: declared values, and those it inherits from what it is drawn inside, which for
/// <c>use</c>d content is the <c>use</c> element and not the original's parent.
/// </summary>
internal sealed class Style(Cascade cascade, SvgElement element, Style? parent)
{
    private const int MaximumVariables = 64;
    private const int MaximumSubstitution = 1 << 16;

    private static readonly FrozenSet<string> _inherited = FrozenSet.ToFrozenSet(
    [
        "clip-rule", "color", "color-interpolation", "color-interpolation-filters", "direction", "dominant-baseline", "fill", "fill-opacity", "fill-rule", "font-family",
        "font-feature-settings", "font-kerning", "font-optical-sizing", "font-size", "font-stretch", "font-style",
        "font-synthesis-style", "font-synthesis-weight", "font-variant",
        "font-variant-caps", "font-variant-ligatures", "font-variation-settings", "font-weight", "kerning", "letter-spacing", "text-anchor",
        "text-orientation", "text-rendering", "white-space", "word-spacing", "writing-mode",
        "image-orientation", "image-rendering", "marker-end", "marker-mid", "marker-start", "paint-order", "shape-rendering", "stroke", "stroke-dasharray",
        "stroke-dashoffset", "stroke-linecap", "stroke-linejoin", "stroke-miterlimit", "stroke-opacity", "stroke-width",
        "visibility",
    ]);

    private readonly Dictionary<string, StyleValue> _declared = cascade.Declared(element);

    /// <summary>
    /// The nearest style around this one that declares anything; the ones between have nothing to say.
    /// </summary>
    private readonly Style? _next = parent is null || parent._declared.Count > 0 ? parent : parent._next;

    public SvgElement Element => element;
    public Style? Parent => parent;
    /// <summary>What the element itself declares.</summary>
    public IReadOnlyDictionary<string, StyleValue> Declared => _declared;

    /// <summary>The style of a child.</summary>
    public Style Of(SvgElement child) => new(cascade, child, this);

    /// <summary>
    /// The value of a property with inheritance and <c>var()</c> resolved, or null for its initial value.
    /// </summary>
    public StyleValue? Find(string property) => FindWithStyle(property).Value;

    /// <summary>
    /// The same, with the style on whose element the value was declared (in whose context its words are meant).
    /// </summary>
    public (StyleValue? Value, Style At) FindWithStyle(string property)
    {
        var inherited = _inherited.Contains(property);
        for (var style = this; ;)
        {
            cascade.Spend(1, element);
            if (style._declared.TryGetValue(property, out var value))
            {
                cascade.Spend(value.Text.Length, element);
                if (CssText.FindFunction(value.Text, "var") >= 0) value = style.Substituted(value);
                if (!PropertyGrammar.IsWideKeyword(value.Text)) return (value, style);
                var word = value.Text.Trim().ToLowerInvariant();
                // No other origin says anything that a reverted value would go back to.
                if (word == "initial" || (word != "inherit" && !inherited)) return (null, style);
            }
            else if (!inherited) return (null, style);
            // Only what is not inherited by nature asks the parent itself.
            if ((inherited ? style._next : style.Parent) is not { } outer) return (null, style);
            style = outer;
        }
    }

    /// <summary>A property's word in lower case, or null.</summary>
    public string? Word(string property) => Find(property)?.Text.Trim().ToLowerInvariant();

    // CSS Custom Properties: what is invalid once var() is resolved counts as unset, whatever was declared before. Of the results only
    // a colour that a custom property alone says has a place in the file, that property's.
    private StyleValue Substituted(StyleValue value)
    {
        var budget = MaximumVariables;
        if (Whole(value.Text, MaximumVariables) is { Span: not null } whole && CssColorReader.Read(whole.Text) is { DependsOnContext: false }
            && PropertyGrammar.Takes(value.Property, whole.Text, value.IsAttribute))
            return value with { Text = whole.Text, Span = whole.Span, Element = whole.Element, Earlier = null };
        var text = Resolve(value.Text, ref budget);
        return value with
        {
            Text = text is not null && PropertyGrammar.Takes(value.Property, text, value.IsAttribute) ? text : "unset",
            Span = null, Earlier = null,
        };
    }

    // The declaration that a text of one var() and nothing else stands for; null for other texts.
    private StyleValue? Whole(string text, int budget)
    {
        var trimmed = text.Trim();
        if (budget == 0 || CssText.FindFunction(trimmed, "var") != 0) return null;
        var end = CssText.Find(trimmed, 4, ")");
        if (end != trimmed.Length - 1) return null;
        var comma = CssText.Find(trimmed.AsSpan(0, end), 4, ",");
        if (Declaration(CssText.Unescape(trimmed.AsSpan(4, Math.Min(comma, end) - 4).Trim())) is not var (value, at)) return null;
        return CssText.FindFunction(value.Text, "var") >= 0 ? at.Whole(value.Text, budget - 1) : value;
    }

    // The text with every var(--name[, fallback]) replaced, or null where one of them has no value. Names that lead to
    // themselves use the budget up.
    private string? Resolve(string text, ref int budget)
    {
        for (int at; (at = CssText.FindFunction(text, "var")) >= 0;)
        {
            if (--budget < 0 || text.Length > MaximumSubstitution) return null;
            var end = CssText.Find(text, at + 4, ")");
            if (end >= text.Length) return null;
            var comma = CssText.Find(text.AsSpan(0, end), at + 4, ",");
            var name = CssText.Unescape(text.AsSpan(at + 4, Math.Min(comma, end) - at - 4).Trim());
            var replacement = Variable(name, ref budget)
                ?? (comma < end ? Resolve(text[(comma + 1)..end].Trim(), ref budget) : null);
            if (replacement is null) return null;
            cascade.Spend(text.Length, element);
            text = new StringBuilder().Append(text, 0, at).Append(replacement).Append(text, end + 1,
                text.Length - end - 1).ToString();
        }
        return text;
    }

    // A custom property's value, resolved where it is declared, or null where it has none.
    private string? Variable(string name, ref int budget)
    {
        if (Declaration(name) is not var (value, at)) return null;
        // What is made of it is drawn as the file has it, and could not follow.
        cascade.Hold(value);
        return at.Resolve(value.Text, ref budget);
    }

    // A custom property's declaration, and the style that declares it.
    private (StyleValue Value, Style At)? Declaration(string name)
    {
        for (var style = this; style is not null; style = style._next)
        {
            cascade.Spend(1, element);
            if (!style._declared.TryGetValue(name, out var value)) continue;
            if (!PropertyGrammar.IsWideKeyword(value.Text)) return (value, style);
            if (value.Text.Trim().Equals("initial", StringComparison.OrdinalIgnoreCase)) return null;
        }
        return null;
    }
}
