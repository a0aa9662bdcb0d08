using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Rasterizer.Compositing;

/// <summary>
/// Compositing and Blending Level 1 (W3C): with backdrop b and source s, result = (1 - as) cb + (1 - ab) cs + as ab B(Cb, Cs) where c are
/// premultiplied and C straight colours. Section 10.1 has the separable functions B, 10.2 the others.
/// </summary>
internal static class Blending<T> where T : unmanaged, INumberLike<T>
{
    private static readonly T _zero = T.Constant(0), _one = T.Constant(1), _two = T.Constant(2);

    /// <summary>Premultiplied r, g, b, a of both and of the result.</summary>
    public static void Composite(BlendMode mode, ReadOnlySpan<T> behind, ReadOnlySpan<T> source, Span<T> result)
    {
        T ab = behind[3], sa = source[3];
        result[3] = sa + ab - sa * ab;
        for (int c = 0; c < 3; c++) result[c] = (_one - sa) * behind[c] + (_one - ab) * source[c];
        if (!(ab.Value > 0) || !(sa.Value > 0)) return;
        Span<T> cb = [behind[0] / ab, behind[1] / ab, behind[2] / ab], cs = [source[0] / sa, source[1] / sa, source[2] / sa];
        Span<T> mixed = stackalloc T[3];
        Mix(mode, cb, cs, mixed);
        T both = sa * ab;
        for (int c = 0; c < 3; c++) result[c] += both * mixed[c];
    }

    private static void Mix(BlendMode mode, ReadOnlySpan<T> cb, ReadOnlySpan<T> cs, Span<T> mixed)
    {
        switch (mode)
        {
            case BlendMode.Hue:
                SetSaturation(cs, Saturation(cb), mixed);
                SetLuminosity(mixed, Luminosity(cb), mixed);
                break;
            case BlendMode.Saturation:
                SetSaturation(cb, Saturation(cs), mixed);
                SetLuminosity(mixed, Luminosity(cb), mixed);
                break;
            case BlendMode.Color:
                SetLuminosity(cs, Luminosity(cb), mixed);
                break;
            case BlendMode.Luminosity:
                SetLuminosity(cb, Luminosity(cs), mixed);
                break;
            default:
                for (int c = 0; c < 3; c++) mixed[c] = Separable(mode, cb[c], cs[c]);
                break;
        }
    }

    private static T Separable(BlendMode mode, T b, T s) => mode switch
    {
        BlendMode.Multiply => b * s,
        BlendMode.Screen => b + s - b * s,
        BlendMode.Overlay => Separable(BlendMode.HardLight, s, b),
        BlendMode.Darken => Min(b, s),
        BlendMode.Lighten => Max(b, s),
        BlendMode.ColorDodge => b.Value <= 0 ? _zero : s.Value >= 1 ? _one : Min(_one, b / (_one - s)),
        BlendMode.ColorBurn => b.Value >= 1 ? _one : s.Value <= 0 ? _zero : _one - Min(_one, (_one - b) / s),
        BlendMode.HardLight => s.Value <= .5 ? b * _two * s : Separable(BlendMode.Screen, b, _two * s - _one),
        BlendMode.SoftLight => SoftLight(b, s),
        BlendMode.Difference => b.Value > s.Value ? b - s : s - b,
        BlendMode.Exclusion => b + s - _two * b * s,
        _ => s,
    };

    private static T SoftLight(T b, T s)
    {
        if (s.Value <= .5) return b - (_one - _two * s) * b * (_one - b);
        T d = b.Value <= .25 ? ((T.Constant(16) * b - T.Constant(12)) * b + T.Constant(4)) * b : T.Sqrt(b);
        return b + (_two * s - _one) * (d - b);
    }

    private static T Luminosity(ReadOnlySpan<T> c) => T.Constant(.3) * c[0] + T.Constant(.59) * c[1] + T.Constant(.11) * c[2];

    private static T Saturation(ReadOnlySpan<T> c) => Max(c[0], Max(c[1], c[2])) - Min(c[0], Min(c[1], c[2]));

    private static void SetLuminosity(ReadOnlySpan<T> c, T luminosity, Span<T> result)
    {
        T shift = luminosity - Luminosity(c);
        for (int i = 0; i < 3; i++) result[i] = c[i] + shift;
        T l = Luminosity(result), low = Min(result[0], Min(result[1], result[2])), high = Max(result[0], Max(result[1], result[2]));
        for (int i = 0; i < 3; i++)
        {
            if (low.Value < 0) result[i] = l + (result[i] - l) * l / (l - low);
            if (high.Value > 1) result[i] = l + (result[i] - l) * (_one - l) / (high - l);
        }
    }

    private static void SetSaturation(ReadOnlySpan<T> c, T saturation, Span<T> result)
    {
        T low = Min(c[0], Min(c[1], c[2])), range = Max(c[0], Max(c[1], c[2])) - low;
        // The least component becomes 0, the greatest the saturation, the one between keeps its place.
        for (int i = 0; i < 3; i++) result[i] = range.Value > 0 ? (c[i] - low) * saturation / range : _zero;
    }

    private static T Min(T a, T b) => a.Value <= b.Value ? a : b;

    private static T Max(T a, T b) => a.Value >= b.Value ? a : b;
}
