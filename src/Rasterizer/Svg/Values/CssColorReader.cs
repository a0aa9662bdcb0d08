using System.Buffers;
using System.Globalization;
using SvgDistill.Rasterizer.Svg.Css;

namespace SvgDistill.Rasterizer.Svg.Values;

/// <summary>Colours of CSS Color Level 4; <see cref="ColorMix"/> has Level 5's.</summary>
internal static class CssColorReader
{
    private const int MaximumDepth = 8;
    private static readonly SearchValues<char> _hexadecimalDigits = SearchValues.Create("0123456789abcdefABCDEF");
    private static readonly CssColor _black = new(0, 0, 0, 1, false);

    /// <summary>Reads a colour that fills the text but for white space, or null.</summary>
    /// <param name="text">The text.</param>
    /// <param name="current">What <c>currentColor</c> stands for; black where nothing is said.</param>
    public static ReadColor? Read(string text, CssColor? current = null) => Read(text, 0, text.Length, current ?? _black, 0);

    internal static ReadColor? Read(string text, int start, int end, CssColor current, int depth)
    {
        (start, var length) = CssText.Trim(text, start, end);
        if (length == 0 || depth > MaximumDepth) return null;
        var all = text.AsSpan(start, length);
        if (all[0] == '#') return Hexadecimal(all[1..]) is { } hex ? Plain(hex, start, length) : null;
        var open = all.IndexOf('(');
        if (open < 0) return Word(all, current, start);
        if (CssText.Find(text.AsSpan(0, start + length), start + open + 1, ")") != start + length - 1) return null;
        var name = CssText.Unescape(all[..open]).ToLowerInvariant();
        var (inner, close) = (start + open + 1, start + length - 1);
        var read = name switch
        {
            "color" => Function(text, inner, close, null, [1, 1, 1], 0),
            "rgb" or "rgba" => Rgb(text, inner, close),
            "hsl" or "hsla" => Hsl(text, inner, close),
            "hwb" => Function(text, inner, close, ColorSpace.Hwb, [1, 1, 1], 1),
            "lab" => Function(text, inner, close, ColorSpace.Lab, [1, 1.25, 1.25], 1),
            "lch" => Function(text, inner, close, ColorSpace.Lch, [1, 1.5, 1], 1),
            "oklab" => Function(text, inner, close, ColorSpace.Oklab, [.01, .004, .004], 1),
            "oklch" => Function(text, inner, close, ColorSpace.Oklch, [.01, .004, 1], 1),
            "color-mix" => ColorMix.Read(text, inner, close, current, depth),
            "light-dark" => LightDark(text, inner, close, current, depth),
            _ => null,
        };
        // What holds the colour of a light-dark() is its first argument.
        return read is null || name == "light-dark" ? read : read with { Start = start, Length = length, Form = read.Form?.From(start) };
    }

    private static ReadColor Plain(CssColor color, int start, int length) =>
        new(color, ColorSpace.Srgb, new(color.R, color.G, color.B), start, length);

    private static ReadColor? Word(ReadOnlySpan<char> text, CssColor current, int start)
    {
        var at = 0;
        if (CssText.ReadIdentifier(text, ref at)?.ToLowerInvariant() is not { } name || at < text.Length) return null;
        if (name == "transparent") return Plain(new CssColor(0, 0, 0, 0, true), start, text.Length);
        if (name == "currentcolor") return Plain(current, start, text.Length) with { DependsOnContext = true };
        return CssColorNames.Values.TryGetValue(name, out var rgb)
            ? Plain(new CssColor((rgb >> 16) / 255.0, ((rgb >> 8) & 255) / 255.0, (rgb & 255) / 255.0, 1, false), start, text.Length)
            : null;
    }

    private static CssColor? Hexadecimal(ReadOnlySpan<char> digits)
    {
        if (digits.Length is not (3 or 4 or 6 or 8) || digits.ContainsAnyExcept(_hexadecimalDigits)) return null;
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

    // The scheme of a picture is light unless something asks for another.
    private static ReadColor? LightDark(string text, int start, int end, CssColor current, int depth)
    {
        var parts = CssText.Split(text, start, end, ',');
        return parts.Count == 2 && Read(text, parts[1].Start, parts[1].End, current, depth + 1) is not null
            && Read(text, parts[0].Start, parts[0].End, current, depth + 1) is { } light
            ? light with { IsModern = true } : null;
    }

    /// <summary>A number, percentage or angle among a function's arguments; NaN for <c>none</c>.</summary>
    private readonly record struct Argument(double Value, string Unit, int Start, int Length)
    {
        public bool IsNone => double.IsNaN(Value);
    }

    /// <summary>
    /// The arguments of [start, end): three and perhaps alpha, with commas throughout, or with spaces and a slash before
    /// alpha; null for any other list.
    /// </summary>
    private static (List<Argument> List, bool HasCommas)? Arguments(string text, int start, int end)
    {
        var scanner = new NumberScanner(text.AsSpan(0, end)) { Position = start };
        var list = new List<Argument>();
        var commas = false;
        for (scanner.SkipSpace(); ;)
        {
            if (list.Count > 3 || scanner.AtEnd) return null;
            var at = scanner.Position;
            if (text.AsSpan(at, end - at).StartsWith("none", StringComparison.OrdinalIgnoreCase)
                && (at + 4 == end || !CssText.IsNameCharacter(text[at + 4])))
            {
                scanner.Position += 4;
                list.Add(new Argument(double.NaN, "", at, 4));
            }
            else if (scanner.TryNumber(out var number))
            {
                var length = scanner.Position - at;
                list.Add(new Argument(number, scanner.Unit().ToString().ToLowerInvariant(), at, length));
            }
            else return null;
            scanner.SkipSpace();
            if (scanner.AtEnd) return list.Count >= 3 ? (list, commas) : null;
            var isComma = scanner.Take(',');
            if (list.Count == 1) commas = isComma;
            // Before alpha a comma where there are commas, else a slash; nowhere else a slash.
            if (isComma != commas || (scanner.Take('/') != (list.Count == 3 && !commas))) return null;
            scanner.SkipSpace();
        }
    }

    private static double? Degrees(Argument hue) => hue.Unit switch
    {
        "" or "deg" => 1,
        "grad" => .9,
        "rad" => 180 / Math.PI,
        "turn" => 360,
        _ => null,
    };

    private static double? AlphaScale(Argument alpha) => alpha.Unit switch
    {
        "" => 1,
        "%" => .01,
        _ => null,
    };

    private static double? Alpha(List<Argument> arguments)
    {
        if (arguments.Count < 4) return 1;
        return AlphaScale(arguments[3]) is not { } scale ? null : arguments[3].IsNone ? 0 : Clamp(scale * arguments[3].Value);
    }

    private static double Clamp(double value) => Math.Clamp(value, 0, 1);

    private static ReadColor? Rgb(string text, int start, int end)
    {
        if (Arguments(text, start, end) is not var (a, commas) || Alpha(a) is not { } alpha) return null;
        Span<double> c = stackalloc double[3];
        for (var i = 0; i < 3; i++)
        {
            // Behind commas, numbers and percentages do not mix and none is missing.
            if (a[i].Unit is not ("" or "%") || (commas && (a[i].Unit != a[0].Unit || a[i].IsNone))) return null;
            c[i] = a[i].IsNone ? 0 : Clamp(Math.Round(a[i].Unit == "%" ? a[i].Value * 255 / 100 : a[i].Value,
                MidpointRounding.AwayFromZero) / 255);
        }
        return Plain(new CssColor(c[0], c[1], c[2], alpha, a.Count == 4), start, end - start);
    }

    private static ReadColor? Hsl(string text, int start, int end)
    {
        if (Arguments(text, start, end) is not var (a, commas) || Alpha(a) is not { } alpha || Degrees(a[0]) is not { } turn) return null;
        for (var i = 0; i < 3; i++)
            if (commas ? a[i].IsNone || (i > 0 && a[i].Unit != "%") : i > 0 && a[i].Unit is not ("" or "%")) return null;
        var hsl = new Triple(turn * a[0].Value, Math.Clamp(a[1].Value, 0, 100), Math.Clamp(a[2].Value, 0, 100));
        var rgb = ColorSpace.Hsl.To(ColorSpace.Srgb, hsl.Map(v => double.IsNaN(v) ? 0 : v))
            // Cut to whole bytes, as resvg's pictures show it.
            .Map(v => Clamp(Math.Floor(255 * v + 1e-6) / 255));
        return new ReadColor(new CssColor(rgb.X, rgb.Y, rgb.Z, alpha, a.Count == 4), ColorSpace.Hsl, hsl, start, end - start);
    }

    /// <summary>
    /// A function whose components stand parted by spaces.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="start">Where its arguments begin.</param>
    /// <param name="end">Where they end.</param>
    /// <param name="space">Its space, or null where the first argument names it.</param>
    /// <param name="percent">What one percent of each component is.</param>
    /// <param name="number">What one of a plain number is.</param>
    private static ReadColor? Function(string text, int start, int end, ColorSpace? space, double[] percent, double number)
    {
        if (space is null)
        {
            start = CssText.SkipSpace(text, start);
            var name = CssText.ReadIdentifier(text.AsSpan(0, end), ref start)?.ToLowerInvariant();
            // The cylinders and labs have functions of their own.
            if (name is null or "lab" or "lch" or "oklab" or "oklch" or "hsl" or "hwb" || ColorSpace.Named(name) is not { } named
                || start >= end || !CssText.IsSpace(text[start])) return null;
            (space, percent, number) = (named, [.01, .01, .01], 1);
        }
        if (Arguments(text, start, end) is not (var a, false) || Alpha(a) is not { } alpha) return null;
        Span<double> values = stackalloc double[3];
        Span<ColorComponent> places = stackalloc ColorComponent[3];
        for (var i = 0; i < 3; i++)
        {
            var scale = i == space.Hue ? Degrees(a[i]) : a[i].Unit switch { "" => number, "%" => percent[i], _ => null };
            if (scale is not { } factor) return null;
            (values[i], places[i]) = (factor * a[i].Value, new ColorComponent(a[i].Start, a[i].Length, factor));
        }
        Limit(space, values);
        var components = new Triple(values[0], values[1], values[2]);
        ColorComponent? alphaPlace = a.Count == 4 ? new ColorComponent(a[3].Start, a[3].Length, AlphaScale(a[3])!.Value) : null;
        return new ReadColor(Clipped(space, components, alpha, a.Count == 4), space, components, start, end - start)
        {
            Form = new ColorForm(space, places[0], places[1], places[2], alphaPlace), IsModern = !ReferenceEquals(space, ColorSpace.Hwb),
        };
    }

    // Lightness, chroma, whiteness and blackness have ends that colours do not pass while they are read.
    private static void Limit(ColorSpace space, Span<double> v)
    {
        if (ReferenceEquals(space, ColorSpace.Hwb)) (v[1], v[2]) = (Math.Clamp(v[1], 0, 100), Math.Clamp(v[2], 0, 100));
        if (ReferenceEquals(space, ColorSpace.Lab) || ReferenceEquals(space, ColorSpace.Lch)) v[0] = Math.Clamp(v[0], 0, 100);
        if (ReferenceEquals(space, ColorSpace.Oklab) || ReferenceEquals(space, ColorSpace.Oklch)) v[0] = Math.Clamp(v[0], 0, 1);
        if (space.Hue == 2) v[1] = Math.Max(v[1], 0);
    }

    internal static CssColor Clipped(ColorSpace space, Triple components, double alpha, bool hasAlpha)
    {
        var rgb = space.To(ColorSpace.Srgb, components.Map(v => double.IsNaN(v) ? 0 : v)).Map(Clamp);
        return new CssColor(rgb.X, rgb.Y, rgb.Z, alpha, hasAlpha);
    }
}
