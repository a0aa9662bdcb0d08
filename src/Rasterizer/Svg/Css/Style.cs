using System.Collections.Frozen;
using System.Text;
using SvgDistill.Rasterizer.Svg.Xml;

namespace SvgDistill.Rasterizer.Svg.Css;

/// <summary>
/// An element's style where it is drawn: declared values, and those it inherits from what it is drawn inside, which for
/// <c>use</c>d content is the <c>use</c> element and not the original's parent.
/// </summary>
internal sealed class Style(Cascade cascade, SvgElement element, Style? parent)
{
    private const int MaximumVariables = 16;
    private const int MaximumSubstitution = 1 << 16;

    private static readonly FrozenSet<string> Inherited = FrozenSet.ToFrozenSet(
    [
        "clip-rule", "color", "color-interpolation", "fill", "fill-opacity", "fill-rule", "font-size",
        "image-rendering", "marker-end", "marker-mid", "marker-start", "paint-order", "shape-rendering", "stroke", "stroke-dasharray",
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
        var inherited = Inherited.Contains(property);
        for (var style = this; ;)
        {
            cascade.Spend(1, element);
            if (style._declared.TryGetValue(property, out var value))
            {
                cascade.Spend(value.Text.Length, element);
                if (value.Text.Contains("var(", StringComparison.Ordinal) && !style.Substitute(ref value))
                    value = value with { Text = "unset", Span = null };
                var word = value.Text.AsSpan().Trim();
                var inherits = word is "inherit" || (inherited && word is "unset");
                if (!inherits) return (word is "initial" or "unset" or "revert" ? null : value, style);
            }
            else if (!inherited) return (null, style);
            // Only what is not inherited by nature asks the parent itself.
            if ((inherited ? style._next : style.Parent) is not { } outer) return (null, style);
            style = outer;
        }
    }

    /// <summary>A property's word in lower case, or null.</summary>
    public string? Word(string property) => Find(property)?.Text.Trim().ToLowerInvariant();

    private StyleValue? Variable(string name)
    {
        for (var style = this; style is not null; style = style._next)
        {
            cascade.Spend(1, element);
            if (style._declared.TryGetValue(name, out var value)) return value;
        }
        return null;
    }

    // CSS Custom Properties: var(--name[, fallback]), names inside names bounded. The result has no place in the file:
    // words stay words.
    private bool Substitute(ref StyleValue value)
    {
        var text = value.Text;
        for (var count = 0; text.IndexOf("var(", StringComparison.Ordinal) is >= 0 and var at; count++)
        {
            if (count == MaximumVariables || text.Length > MaximumSubstitution) return false;
            var end = CssText.Find(text, at + 4, ")");
            if (end >= text.Length) return false;
            var comma = CssText.Find(text.AsSpan(0, end), at + 4, ",");
            var name = text[(at + 4)..Math.Min(comma, end)].Trim();
            var replacement = Variable(name)?.Text ?? (comma < end ? text[(comma + 1)..end].Trim() : null);
            if (replacement is null) return false;
            cascade.Spend(text.Length, element);
            text = new StringBuilder().Append(text, 0, at).Append(replacement).Append(text, end + 1,
                text.Length - end - 1).ToString();
        }
        value = value with { Text = text, Span = null };
        return true;
    }
}
