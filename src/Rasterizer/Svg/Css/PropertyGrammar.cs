using System.Collections.Frozen;
using SvgDistill.Rasterizer.Svg.Values;

namespace SvgDistill.Rasterizer.Svg.Css;

/// <summary>
/// Which values the properties that bear on the picture take. A declaration or attribute with another value is dropped, so
/// that what stood before it holds (CSS Syntax section 2.2); properties that are only kept are not looked at.
/// </summary>
internal static class PropertyGrammar
{
    private delegate bool Accepts(string text, bool isAttribute);

    private static readonly FrozenDictionary<string, Accepts> _grammars = new Dictionary<string, Accepts>
    {
        ["fill"] = Paint, ["stroke"] = Paint,
        ["color"] = Color, ["stop-color"] = Color, ["flood-color"] = Color, ["lighting-color"] = Color, ["background-color"] = Color,
        ["opacity"] = Fraction, ["fill-opacity"] = Fraction, ["stroke-opacity"] = Fraction, ["stop-opacity"] = Fraction, ["flood-opacity"] = Fraction,
        // As resvg's pictures have it, an attribute below zero is an error that leaves the stroke out.
        ["stroke-width"] = (t, isAttribute) => IsLength(t, notNegative: !isAttribute),
        ["stroke-dashoffset"] = (t, _) => IsLength(t),
        ["stroke-dasharray"] = Dashes,
        ["stroke-miterlimit"] = (t, _) => Length.Parse(t) is { Unit: "", Number: >= 0 },
        ["stroke-linecap"] = Words("butt", "round", "square"),
        ["stroke-linejoin"] = Words("miter", "miter-clip", "round", "bevel", "arcs"),
        ["fill-rule"] = Words("nonzero", "evenodd"), ["clip-rule"] = Words("nonzero", "evenodd"),
        ["visibility"] = Words("visible", "hidden", "collapse"),
        ["overflow"] = Overflow, ["display"] = Display,
        ["mask-type"] = Words("luminance", "alpha"), ["isolation"] = Words("auto", "isolate"),
        ["mix-blend-mode"] = Words("normal", "multiply", "screen", "overlay", "darken", "lighten", "color-dodge", "color-burn", "hard-light",
            "soft-light", "difference", "exclusion", "hue", "saturation", "color", "luminosity", "plus-darker", "plus-lighter"),
        ["color-interpolation"] = Words("auto", "srgb", "linearrgb"), ["color-interpolation-filters"] = Words("auto", "srgb", "linearrgb"),
        ["shape-rendering"] = Words("auto", "optimizespeed", "crispedges", "geometricprecision"),
        ["image-rendering"] = Words("auto", "smooth", "high-quality", "crisp-edges", "pixelated", "optimizespeed", "optimizequality",
            "-webkit-optimize-contrast"),
        ["image-orientation"] = (t, _) => CssText.Words(t.ToLowerInvariant()) is ["none" or "from-image"],
        ["vector-effect"] = (t, _) => CssText.Words(t.ToLowerInvariant()).TrueForAll(w =>
            w is "none" or "non-scaling-stroke" or "non-scaling-size" or "non-rotation" or "fixed-position" or "viewport" or "screen"),
        ["paint-order"] = PaintOrder,
        ["marker"] = Reference, ["marker-start"] = Reference, ["marker-mid"] = Reference, ["marker-end"] = Reference,
        ["clip-path"] = ClipPath, ["mask"] = Mask, ["filter"] = Functions,
        ["transform"] = Transform, ["transform-origin"] = Origin,
        ["transform-box"] = Words("content-box", "border-box", "fill-box", "stroke-box", "view-box"),
        ["font-size"] = FontSize, ["font"] = (t, _) => FontShorthand.Takes(t),
        ["font-style"] = (t, _) => CssText.Words(t.ToLowerInvariant())[0] is "normal" or "italic" or "oblique",
        ["font-weight"] = (t, _) => t.Trim().ToLowerInvariant() is "normal" or "bold" or "bolder" or "lighter"
            || Length.Parse(t) is { Unit: "", Number: >= 1 and <= 1000 },
        ["font-stretch"] = (t, _) => FontStretches.Parse(t) is not null,
        ["font-synthesis"] = (t, _) => Is(t, "none") || CssText.Words(t.ToLowerInvariant()).TrueForAll(w => w is "weight" or "style" or "small-caps" or "position"),
        ["font-synthesis-weight"] = Words("auto", "none"), ["font-synthesis-style"] = Words("auto", "none", "oblique-only"),
        ["text-decoration"] = (t, _) => CssText.Words(t).TrueForAll(w => !w.Contains(',') || w.Contains('(')),
        ["letter-spacing"] = Spacing, ["word-spacing"] = Spacing,
        ["kerning"] = (t, _) => Is(t, "auto") || IsLength(t), ["font-kerning"] = Words("auto", "normal", "none"),
        ["text-anchor"] = Words("start", "middle", "end"), ["direction"] = Words("ltr", "rtl"),
        ["unicode-bidi"] = Words("normal", "embed", "isolate", "bidi-override", "isolate-override", "plaintext"),
        ["text-orientation"] = Words("mixed", "upright", "sideways", "sideways-right"),
        ["writing-mode"] = Words("horizontal-tb", "vertical-rl", "vertical-lr", "sideways-rl", "sideways-lr", "lr", "lr-tb", "rl", "rl-tb", "tb", "tb-rl"),
        ["text-rendering"] = Words("auto", "optimizespeed", "optimizelegibility", "geometricprecision"),
        ["dominant-baseline"] = Words("auto", "use-script", "no-change", "reset-size", "ideographic", "alphabetic", "hanging", "mathematical",
            "central", "middle", "text-after-edge", "text-before-edge", "text-top", "text-bottom"),
        ["alignment-baseline"] = Words("auto", "baseline", "before-edge", "text-before-edge", "middle", "central", "after-edge", "text-after-edge",
            "ideographic", "alphabetic", "hanging", "mathematical", "text-top", "text-bottom", "top", "bottom", "center"),
        ["baseline-shift"] = (t, _) => t.Trim().ToLowerInvariant() is "baseline" or "sub" or "super" || IsLength(t),
        ["x"] = Coordinate, ["y"] = Coordinate, ["cx"] = Coordinate, ["cy"] = Coordinate, ["r"] = Size,
        ["rx"] = Size, ["ry"] = Size, ["width"] = Size, ["height"] = Size,
    }.ToFrozenDictionary();

    /// <summary>The words that every property takes (CSS Cascade Level 5 section 7.3).</summary>
    public static bool IsWideKeyword(ReadOnlySpan<char> text)
    {
        text = text.Trim();
        foreach (var word in (ReadOnlySpan<string>)["inherit", "initial", "unset", "revert", "revert-layer"])
            if (text.Equals(word, StringComparison.OrdinalIgnoreCase)) return true;
        return false;
    }

    /// <summary>Whether a property takes colours.</summary>
    public static bool IsColor(string property) => property is "fill" or "stroke" || property.EndsWith("color", StringComparison.Ordinal);

    /// <summary>Whether values of a property are looked at.</summary>
    public static bool Knows(string property) => property.StartsWith("--", StringComparison.Ordinal) || _grammars.ContainsKey(property);

    /// <summary>Whether a value is the property's. One with <c>var()</c> is, until that is resolved.</summary>
    /// <param name="property">The property.</param>
    /// <param name="text">The value, comments blanked.</param>
    /// <param name="isAttribute">True for a presentation attribute, whose lengths and angles need no units.</param>
    public static bool Takes(string property, string text, bool isAttribute) =>
        property.StartsWith("--", StringComparison.Ordinal) || !_grammars.TryGetValue(property, out var accepts)
        || IsWideKeyword(text) || CssText.FindFunction(text, "var") >= 0
        || (CssText.Trim(text, 0, text.Length).Length > 0 && accepts(text, isAttribute));

    private static Accepts Words(params string[] words) => (text, _) => words.Contains(text.Trim().ToLowerInvariant());

    private static bool Is(ReadOnlySpan<char> text, string word) => text.Trim().Equals(word, StringComparison.OrdinalIgnoreCase);

    // Attributes take the colours of SVG 1.1 and CSS Color 3, style sheets those of Level 4 and 5 as well: so draw librsvg and resvg, and
    // what stands above such an attribute was written for readers that do not know it.
    private static bool Color(string text, bool isAttribute) => CssColorReader.Read(text) is { } color && !(isAttribute && color.IsModern);

    private static bool Paint(string text, bool isAttribute)
    {
        var words = CssText.Words(text);
        var first = words[0].ToLowerInvariant();
        if (!IsUrl(words[0])) return words.Count == 1 && (first is "none" or "context-fill" or "context-stroke") || Color(text, isAttribute);
        return words.Count == 1 || (words.Count == 2 && !IsUrl(words[1]) && Paint(words[1], isAttribute));
    }

    private static bool IsUrl(string word) => word.StartsWith("url(", StringComparison.OrdinalIgnoreCase);

    private static bool Fraction(string text, bool isAttribute) => Length.Parse(text) is { Unit: "" or "%" };

    private static bool IsLength(string text, bool notNegative = false) =>
        Length.Parse(text) is { } length && length.Factor(1, 1) is not null && !(notNegative && length.Number < 0);

    private static bool Coordinate(string text, bool isAttribute) => IsLength(text);

    private static bool Size(string text, bool isAttribute) => Is(text, "auto") || IsLength(text, notNegative: true);

    private static bool Dashes(string text, bool isAttribute) => Is(text, "none")
        || Length.ParseList(text) is { } list && list.TrueForAll(l => l.Number >= 0 && l.Factor(1, 1) is not null);

    private static bool Overflow(string text, bool isAttribute) =>
        CssText.Words(text.ToLowerInvariant()) is { Count: 1 or 2 } words
        && words.TrueForAll(w => w is "visible" or "hidden" or "clip" or "scroll" or "auto" or "overlay");

    // Two words or more at most say an outer and an inner kind; all but "none" are drawn alike.
    private static bool Display(string text, bool isAttribute) => CssText.Words(text.ToLowerInvariant()) is { Count: <= 3 } words
        && words.TrueForAll(w => (w is "none" or "contents" && words.Count == 1) || w is "block" or "inline" or "run-in" or "flow" or "flow-root"
            or "table" or "flex" or "grid" or "ruby" or "math" or "list-item" or "compact" or "marker" or "inline-block" or "inline-table"
            or "inline-flex" or "inline-grid" || w.StartsWith("table-", StringComparison.Ordinal) || w.StartsWith("ruby-", StringComparison.Ordinal)
            || w.StartsWith("-webkit-", StringComparison.Ordinal));

    private static bool PaintOrder(string text, bool isAttribute)
    {
        var words = CssText.Words(text.ToLowerInvariant());
        return words is ["normal"] || (words.TrueForAll(w => w is "fill" or "stroke" or "markers") && words.Distinct().Count() == words.Count);
    }

    private static bool Reference(string text, bool isAttribute) =>
        CssText.Words(text) is [var word] && (IsUrl(word) || Is(word, "none"));

    private static bool ClipPath(string text, bool isAttribute) => CssText.Words(text.ToLowerInvariant()) is { Count: <= 2 } words
        && (words is ["none"] || (words.Count == 1 && IsUrl(words[0])) || words.TrueForAll(w => IsFunction(w, "inset", "circle", "ellipse",
            "polygon", "path", "rect", "xywh", "shape") || w is "border-box" or "padding-box" or "content-box" or "margin-box" or "fill-box"
            or "stroke-box" or "view-box"));

    // A shorthand of many parts, of which drawings use the reference.
    private static bool Mask(string text, bool isAttribute)
    {
        var words = CssText.Words(text.ToLowerInvariant());
        return words is ["none"] || words.Exists(w => IsUrl(w) || w.Contains("gradient(", StringComparison.Ordinal));
    }

    private static bool Functions(string text, bool isAttribute)
    {
        var words = CssText.Words(text);
        return (words.Count == 1 && Is(words[0], "none"))
            || words.TrueForAll(w => w.Contains('(') && w.EndsWith(')'));
    }

    private static bool IsFunction(string word, params string[] names)
    {
        var open = word.IndexOf('(');
        return open > 0 && word[^1] == ')' && names.Contains(word[..open]);
    }

    private static bool FontSize(string text, bool isAttribute) => text.Trim().ToLowerInvariant() is "xx-small" or "x-small" or "small"
        or "medium" or "large" or "x-large" or "xx-large" or "xxx-large" or "smaller" or "larger" or "math"
        || (IsLength(text, notNegative: true) && (isAttribute || HasUnit(Length.Parse(text)!.Value)));

    private static bool Spacing(string text, bool isAttribute) => Is(text, "normal") || IsLength(text);

    private static bool HasUnit(Length length) => length.Unit.Length > 0 || length.Number == 0;

    // In style sheets lengths and angles have units and commas stand between arguments alone (CSS Transforms Level 1 section 8);
    // the attribute's older grammar is looked at where it is read.
    private static bool Transform(string text, bool isAttribute)
    {
        if (isAttribute || TransformList.IsThreeDimensional(text)) return true;
        if (TransformList.Parse(text) is not { } items) return false;
        var at = 0;
        foreach (var word in CssText.Words(text))
        {
            if (Is(word, "none")) return items.Count == 0;
            var (open, parts) = (word.IndexOf('('), new List<string>());
            // Functions may stand without a space between them.
            for (var from = 0; open > 0; open = word.IndexOf('(', from))
            {
                var close = word.IndexOf(')', open);
                if (close < 0 || at >= items.Count) return false;
                var arguments = word[(open + 1)..close].Split(',');
                if (!HasUnits(word[from..open].ToLowerInvariant(), arguments)) return false;
                (at, from) = (at + 1, close + 1);
                if (from < word.Length && word[from] == ',') return false;
            }
        }
        return at == items.Count;
    }

    private static bool HasUnits(string name, string[] arguments)
    {
        foreach (var argument in arguments)
        {
            if (Length.Parse(argument) is not { } length) return false;
            var isAngle = length.Unit is "deg" or "grad" or "rad" or "turn";
            var fits = name switch
            {
                "matrix" => length.Unit.Length == 0,
                "scale" or "scalex" or "scaley" => length.Unit is "" or "%",
                "translate" or "translatex" or "translatey" => !isAngle && HasUnit(length),
                // A turn about another point is the attribute's alone.
                "rotate" => arguments.Length == 1 && (isAngle || length is { Unit: "", Number: 0 }),
                _ => isAngle || length is { Unit: "", Number: 0 },
            };
            if (!fits) return false;
        }
        return true;
    }

    private static bool Origin(string text, bool isAttribute) => CssText.Words(text.ToLowerInvariant()) is { Count: <= 3 } words
        && words.TrueForAll(w => w is "left" or "right" or "top" or "bottom" or "center"
            || (Length.Parse(w) is { } length && length.Factor(1, 1) is not null && (isAttribute || HasUnit(length))));
}
