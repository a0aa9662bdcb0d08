using System.Globalization;
using SvgDistill.Rasterizer.Svg.Values;

namespace SvgDistill.Rasterizer.Svg.Css;

/// <summary>
/// What media features of size are measured on: the picture's own width and height in CSS pixels (Media Queries Level 4, section 4), since
/// a drawing has no window around it.
/// </summary>
internal readonly record struct MediaSize(double Width, double Height)
{
    // In media queries em is the initial font size, whatever the document says.
    private const double FontSize = 16;

    private static readonly string[] _operators = ["<=", ">=", "<", ">", "="];

    /// <summary>A document's size: its root's width and height, else its view box's; null where neither says it.</summary>
    public static MediaSize? Of(SvgDocument document)
    {
        var root = document.Root;
        var box = root.Attribute("viewBox")?.Value.Value is { } text && Length.ParseList(text) is { Count: 4 } list
            && list[2].Number > 0 && list[3].Number > 0 ? list : null;
        return Side("width", box?[2].Number) is { } width && Side("height", box?[3].Number) is { } height ? new(width, height) : null;

        double? Side(string name, double? boxSide) =>
            root.Attribute(name)?.Value.Value is { } value && Length.Parse(value) is { Number: > 0 } length
                && (length.Unit != "%" || boxSide is not null) && length.Factor(boxSide ?? 0, FontSize) is { } factor ? length.Number * factor : boxSide;
    }

    /// <summary>Whether a feature inside its parentheses holds, in lower case; null where it is none of size, or its value is not understood.</summary>
    public bool? Holds(string feature)
    {
        if (feature.IndexOf(':') is var colon and >= 0) return Plain(feature[..colon].Trim(), feature[(colon + 1)..].Trim());
        var parts = Parts(feature);
        return parts switch
        {
            [var name] => Value(name) is { } own ? own != 0 : name == "orientation" ? true : null,
            [var left, var sign, var right] => Value(left) is { } own ? Compared(own, sign, Number(left, right)) : Compared(Number(right, left), sign, Value(right)),
            // 400px <= width <= 700px: both signs point the same way.
            [var low, ['<' or '>', ..] first, var name, ['<' or '>', ..] second, var high] when first[0] == second[0] && Value(name) is { } own =>
                Compared(Number(name, low), first, own) is { } a && Compared(own, second, Number(name, high)) is { } b ? a && b : null,
            _ => null,
        };
    }

    private bool? Plain(string name, string value)
    {
        if (name == "orientation") return value is "portrait" or "landscape" ? value == "portrait" == Height >= Width : null;
        var sign = name.StartsWith("min-", StringComparison.Ordinal) ? ">=" : name.StartsWith("max-", StringComparison.Ordinal) ? "<=" : "=";
        var plain = sign == "=" ? name : name[4..];
        return Compared(Value(plain), sign, Number(plain, value));
    }

    private double? Value(string name) => name switch
    {
        "width" or "device-width" => Width,
        "height" or "device-height" => Height,
        "aspect-ratio" or "device-aspect-ratio" => Width / Height,
        _ => null,
    };

    /// <summary>A value of a feature: a ratio, or a length in pixels.</summary>
    private static double? Number(string name, string text)
    {
        if (!name.EndsWith("ratio", StringComparison.Ordinal))
            return Length.Parse(text) is { } length && length.Unit != "%" && (length.Unit.Length > 0 || length.Number == 0)
                && length.Factor(0, FontSize) is { } factor ? length.Number * factor : null;
        var terms = text.Split('/');
        return terms.Length <= 2 && Term(terms[0]) is { } above && (terms.Length == 1 ? 1 : Term(terms[1])) is { } below ? above / below : null;

        static double? Term(string text) =>
            double.TryParse(text.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number >= 0 ? number : null;
    }

    private static bool? Compared(double? left, string sign, double? right) => left is not { } a || right is not { } b ? null : sign switch
    {
        "<=" => a <= b,
        ">=" => a >= b,
        "<" => a < b,
        ">" => a > b,
        _ => a == b,
    };

    // Texts and the comparison signs between them.
    private static List<string> Parts(string text)
    {
        var parts = new List<string>();
        for (var from = 0; ;)
        {
            var next = text.AsSpan(from).IndexOfAny('<', '>', '=');
            parts.Add((next < 0 ? text[from..] : text[from..(from + next)]).Trim());
            if (next < 0) return parts;
            var sign = Array.Find(_operators, o => text.AsSpan(from + next).StartsWith(o, StringComparison.Ordinal))!;
            parts.Add(sign);
            from += next + sign.Length;
        }
    }
}
