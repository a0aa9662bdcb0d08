using SvgDistill.Rasterizer.Svg.Css;

namespace SvgDistill.Rasterizer.Svg.Values;

/// <summary><c>color-mix()</c> (CSS Color Level 5 section 3).</summary>
internal static class ColorMix
{
    private enum HueArc { Shorter, Longer, Increasing, Decreasing }

    public static ReadColor? Read(string text, int start, int end, CssColor current, int depth)
    {
        var parts = CssText.Split(text, start, end, ',');
        if (parts.Count != 3 || Method(text[parts[0].Start..parts[0].End]) is not var (space, arc)
            || Part(text, parts[1], current, depth) is not var (first, share1)
            || Part(text, parts[2], current, depth) is not var (second, share2)) return null;
        var p1 = share1 ?? 1 - (share2 ?? .5);
        var p2 = share2 ?? 1 - p1;
        var sum = p1 + p2;
        if (!(sum > 0)) return null;
        var (color, alpha) = Mix(space, arc, first, second, p2 / sum);
        alpha *= Math.Min(sum, 1);
        return new ReadColor(CssColorReader.Clipped(space, color, alpha, alpha < 1), space, color, start, end - start)
        {
            IsModern = true, DependsOnContext = first.DependsOnContext || second.DependsOnContext,
        };
    }

    private static (ColorSpace Space, HueArc Arc)? Method(string text)
    {
        var words = CssText.Words(text.ToLowerInvariant());
        if (words is not ["in", var name, ..] || ColorSpace.Named(name) is not { } space) return null;
        if (words.Count == 2) return (space, HueArc.Shorter);
        return space.Hue >= 0 && words.Count == 4 && words[3] == "hue" && char.IsAsciiLetter(words[2][0])
            && Enum.TryParse<HueArc>(words[2], ignoreCase: true, out var arc) ? (space, arc) : null;
    }

    // A colour with a percentage before or behind it.
    private static (ReadColor Color, double? Share)? Part(string text, (int Start, int End) part, CssColor current, int depth)
    {
        double? share = null;
        var (start, end) = part;
        var words = CssText.Words(text[start..end]);
        if (words.Count == 2)
        {
            var (isFirst, word) = words[0].EndsWith('%') ? (true, words[0]) : (false, words[1]);
            if (Length.Parse(word) is not { Unit: "%", Number: >= 0 and <= 100 } percent) return null;
            share = percent.Number / 100;
            var at = isFirst ? text.IndexOf(word, start, StringComparison.Ordinal) : text.LastIndexOf(word, end - 1, StringComparison.Ordinal);
            (start, end) = isFirst ? (at + word.Length, end) : (start, at);
        }
        else if (words.Count != 1) return null;
        return CssColorReader.Read(text, start, end, current, depth + 1) is { } color ? (color, share) : null;
    }

    // Premultiplied, but for hues; what one side does not say is the other's.
    private static (Triple Color, double Alpha) Mix(ColorSpace space, HueArc arc, ReadColor first, ReadColor second, double t)
    {
        var (a, b) = (In(space, first), In(space, second));
        var (alpha1, alpha2) = (first.Color.A, second.Color.A);
        var alpha = alpha1 + (alpha2 - alpha1) * t;
        Span<double> result = stackalloc double[3];
        for (var i = 0; i < 3; i++)
        {
            var (x, y) = (a[i], b[i]);
            if (double.IsNaN(x)) x = y;
            if (double.IsNaN(y)) y = x;
            if (i == space.Hue) result[i] = Turned(x + Arc(Turned(y) - Turned(x), arc) * t);
            else result[i] = alpha > 0 ? (x * alpha1 * (1 - t) + y * alpha2 * t) / alpha : x + (y - x) * t;
        }
        return (new Triple(result[0], result[1], result[2]), alpha);
    }

    private static double Turned(double degrees) => (degrees % 360 + 360) % 360;

    private static double Arc(double d, HueArc arc) => arc switch
    {
        HueArc.Shorter => d > 180 ? d - 360 : d < -180 ? d + 360 : d,
        HueArc.Longer => d is > 0 and < 180 ? d - 360 : d is > -180 and <= 0 ? d + 360 : d,
        HueArc.Increasing => d < 0 ? d + 360 : d,
        _ => d > 0 ? d - 360 : d,
    };

    // A grey has no hue in a space with hues.
    private static Triple In(ColorSpace space, ReadColor color)
    {
        if (ReferenceEquals(space, color.Space)) return color.Components;
        var c = color.Space.To(space, color.Components.Map(v => double.IsNaN(v) ? 0 : v));
        if (space.Hue < 0) return c;
        var hue = color.Space.Hue >= 0 && double.IsNaN(color.Components[color.Space.Hue]);
        var isGrey = space.Hue == 2 ? c.Y == 0 : ReferenceEquals(space, ColorSpace.Hsl) ? c.Y <= 1e-4 : c.Y + c.Z >= 100 - 1e-4;
        if (!hue && !isGrey) return c;
        return space.Hue == 2 ? c with { Z = double.NaN } : c with { X = double.NaN };
    }
}
