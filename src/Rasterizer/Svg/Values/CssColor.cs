using System.Buffers;
using System.Globalization;
using SvgDistill.Rasterizer.Svg.Css;

namespace SvgDistill.Rasterizer.Svg.Values;

/// <summary>A colour as read: straight sRGB, every component 0..1.</summary>
/// <param name="R">Red.</param>
/// <param name="G">Green.</param>
/// <param name="B">Blue.</param>
/// <param name="A">Alpha.</param>
/// <param name="HasAlpha">True where alpha was written, so that it must be written back.</param>
public readonly record struct CssColor(double R, double G, double B, double A, bool HasAlpha)
{
    private static readonly SearchValues<char> HexadecimalDigits = SearchValues.Create("0123456789abcdefABCDEF");

    /// <summary>
    /// Reads a colour (CSS Color Level 4: names, hexadecimal, rgb, hsl, hwb) that fills the text but for white space;
    /// null where it is none.
    /// </summary>
    public static CssColor? Parse(ReadOnlySpan<char> text)
    {
        text = text.Trim();
        if (text.IsEmpty) return null;
        if (text[0] == '#') return Hexadecimal(text[1..]);
        var open = text.IndexOf('(');
        if (open < 0) return Named(text);
        if (text[^1] != ')') return null;
        var arguments = text[(open + 1)..^1];
        return text[..open].ToString().ToLowerInvariant() switch
        {
            "rgb" or "rgba" => Rgb(arguments),
            "hsl" or "hsla" => Hsl(arguments),
            "hwb" => Hwb(arguments),
            _ => null,
        };
    }

    private static CssColor? Named(ReadOnlySpan<char> text)
    {
        var name = text.ToString().ToLowerInvariant();
        if (name == "transparent") return new CssColor(0, 0, 0, 0, true);
        return CssColorNames.Values.TryGetValue(name, out var rgb)
            ? new CssColor((rgb >> 16) / 255.0, ((rgb >> 8) & 255) / 255.0, (rgb & 255) / 255.0, 1, false)
            : null;
    }

    private static CssColor? Hexadecimal(ReadOnlySpan<char> digits)
    {
        if (digits.Length is not (3 or 4 or 6 or 8) || digits.ContainsAnyExcept(HexadecimalDigits)) return null;
        var value = uint.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        if (digits.Length < 6)
        {
            var (wide, count) = (0u, digits.Length);
            for (var i = count - 1; i >= 0; i--) wide = wide << 8 | 17 * ((value >> (4 * i)) & 15);
            value = wide;
        }
        var hasAlpha = digits.Length is 4 or 8;
        if (!hasAlpha) value = value << 8 | 255;
        return new CssColor((value >> 24) / 255.0, ((value >> 16) & 255) / 255.0, ((value >> 8) & 255) / 255.0,
            (value & 255) / 255.0, hasAlpha);
    }

    // Components as numbers with units; separators are commas, slashes or spaces in any mixture that drawings use.
    private static List<(double Value, string Unit)>? Arguments(ReadOnlySpan<char> text)
    {
        var scanner = new NumberScanner(text);
        var result = new List<(double, string)>();
        for (scanner.SkipSpace(); !scanner.AtEnd;)
        {
            if (text[scanner.Position..].StartsWith("none", StringComparison.OrdinalIgnoreCase))
            {
                scanner.Position += 4;
                result.Add((0, ""));
            }
            else if (scanner.TryNumber(out var number))
                result.Add((number, scanner.Unit().ToString().ToLowerInvariant()));
            else return null;
            scanner.SkipSpace();
            if (scanner.Current is ',' or '/') scanner.Position++;
            scanner.SkipSpace();
        }
        return result.Count is 3 or 4 ? result : null;
    }

    private static double Alpha(List<(double Value, string Unit)> arguments) =>
        arguments.Count < 4 ? 1 : Clamp(arguments[3].Unit == "%" ? arguments[3].Value / 100 : arguments[3].Value);

    private static double Clamp(double value) => Math.Clamp(value, 0, 1);

    private static CssColor? Rgb(ReadOnlySpan<char> text)
    {
        if (Arguments(text) is not { } a) return null;
        Span<double> c = stackalloc double[3];
        for (var i = 0; i < 3; i++)
        {
            // Numbers and percentages do not mix.
            if (a[i].Unit is not ("" or "%") || a[i].Unit != a[0].Unit) return null;
            c[i] = Clamp(Math.Round(a[i].Unit == "%" ? a[i].Value * 255 / 100 : a[i].Value,
                MidpointRounding.AwayFromZero) / 255);
        }
        return new CssColor(c[0], c[1], c[2], Alpha(a), a.Count == 4);
    }

    private static double? Degrees((double Value, string Unit) hue) => hue.Unit switch
    {
        "" or "deg" => hue.Value,
        "grad" => hue.Value * .9,
        "rad" => hue.Value * 180 / Math.PI,
        "turn" => hue.Value * 360,
        _ => null,
    };

    private static CssColor? Hsl(ReadOnlySpan<char> text)
    {
        if (Arguments(text) is not { } a || Degrees(a[0]) is not { } hue) return null;
        var (saturation, lightness) = (Clamp(a[1].Value / 100), Clamp(a[2].Value / 100));
        var chroma = saturation * Math.Min(lightness, 1 - lightness);
        return FromHue(hue, lightness - chroma, lightness + chroma, a);
    }

    private static CssColor? Hwb(ReadOnlySpan<char> text)
    {
        if (Arguments(text) is not { } a || Degrees(a[0]) is not { } hue) return null;
        var (white, black) = (Clamp(a[1].Value / 100), Clamp(a[2].Value / 100));
        if (white + black > 1) (white, black) = (white / (white + black), black / (white + black));
        return FromHue(hue, white, 1 - black, a);
    }

    // CSS Color 4 section 7: each component runs between the least and the greatest with the hue.
    private static CssColor FromHue(double degrees, double low, double high, List<(double, string)> a)
    {
        var hue = (degrees % 360 + 360) % 360 / 30;
        double Component(double n)
        {
            var k = (n + hue) % 12;
            // Cut to whole bytes, as resvg's pictures show it.
            return Math.Floor(255 * (high + (low - high) * Math.Clamp(Math.Min(k - 3, 9 - k) / 2 + .5, 0,
                1)) + 1e-9) / 255;
        }
        return new CssColor(Component(0), Component(8), Component(4), Alpha(a), a.Count == 4);
    }
}
