using SvgDistill.Rasterizer.Drawing;
using SvgDistill.Rasterizer.Scenes;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Rasterizer.Tensors;

/// <summary>Masks and blend modes in tensor operations; the formulas of <see cref="Compositing.Blending{T}"/> on [4, H, W].</summary>
internal static class TensorBlending
{
    /// <summary>Source over backdrop with a blend mode; both premultiplied.</summary>
    public static Tensor Composite(BlendMode mode, Tensor behind, Tensor source)
    {
        Tensor ab = behind.narrow(0, 3, 1), sa = source.narrow(0, 3, 1);
        if (mode == BlendMode.Normal) return source + (1 - sa) * behind;
        Tensor b = behind.narrow(0, 0, 3), s = source.narrow(0, 0, 3);
        // Straight colours where both are there; elsewhere B is not used, and no division may spoil the gradient.
        var both = (ab > 0) & (sa > 0);
        Tensor cb = where(both, b / where(both, ab, ones_like(ab)), zeros_like(b));
        Tensor cs = where(both, s / where(both, sa, ones_like(sa)), zeros_like(s));
        var mixed = where(both, sa * ab * Mix(mode, cb, cs), zeros_like(b));
        return cat([(1 - sa) * b + (1 - ab) * s + mixed, sa + ab - sa * ab], 0);
    }

    /// <summary>[1, H, W]; luminance coefficients as in <see cref="MaskKind.Luminance"/>.</summary>
    public static Tensor MaskFactor(MaskKind kind, Tensor drawn)
    {
        var alpha = drawn.narrow(0, 3, 1);
        if (kind == MaskKind.Alpha) return alpha;
        var color = drawn.narrow(0, 0, 3);
        return .2126 * color.narrow(0, 0, 1) + .7152 * color.narrow(0, 1, 1) + .0722 * color.narrow(0, 2, 1);
    }

    private static Tensor Mix(BlendMode mode, Tensor b, Tensor s) => mode switch
    {
        BlendMode.Hue => SetLuminosity(SetSaturation(s, Saturation(b)), Luminosity(b)),
        BlendMode.Saturation => SetLuminosity(SetSaturation(b, Saturation(s)), Luminosity(b)),
        BlendMode.Color => SetLuminosity(s, Luminosity(b)),
        BlendMode.Luminosity => SetLuminosity(b, Luminosity(s)),
        _ => Separable(mode, b, s),
    };

    private static Tensor Separable(BlendMode mode, Tensor b, Tensor s)
    {
        Tensor zero = zeros_like(b), one = ones_like(b);
        switch (mode)
        {
            case BlendMode.Multiply: return b * s;
            case BlendMode.Screen: return b + s - b * s;
            case BlendMode.Overlay: return Separable(BlendMode.HardLight, s, b);
            case BlendMode.Darken: return minimum(b, s);
            case BlendMode.Lighten: return maximum(b, s);
            case BlendMode.ColorDodge:
                var full = s >= 1;
                return where(b <= 0, zero, where(full, one, minimum(one, b / where(full, one, 1 - s))));
            case BlendMode.ColorBurn:
                var none = s <= 0;
                return where(b >= 1, one, where(none, zero, 1 - minimum(one, (1 - b) / where(none, one, s))));
            case BlendMode.HardLight: return where(s <= .5, 2 * b * s, Separable(BlendMode.Screen, b, 2 * s - 1));
            case BlendMode.SoftLight:
                var dark = b <= .25;
                var d = where(dark, ((16 * b - 12) * b + 4) * b, where(dark, one, b).sqrt());
                return where(s <= .5, b - (1 - 2 * s) * b * (1 - b), b + (2 * s - 1) * (d - b));
            case BlendMode.Difference: return where(b > s, b - s, s - b);
            case BlendMode.Exclusion: return b + s - 2 * b * s;
            default: return s;
        }
    }

    private static Tensor Luminosity(Tensor c) => .3 * c.narrow(0, 0, 1) + .59 * c.narrow(0, 1, 1) + .11 * c.narrow(0, 2, 1);

    private static Tensor Most(Tensor c) => maximum(c.narrow(0, 0, 1), maximum(c.narrow(0, 1, 1), c.narrow(0, 2, 1)));

    private static Tensor Least(Tensor c) => minimum(c.narrow(0, 0, 1), minimum(c.narrow(0, 1, 1), c.narrow(0, 2, 1)));

    private static Tensor Saturation(Tensor c) => Most(c) - Least(c);

    private static Tensor SetLuminosity(Tensor c, Tensor luminosity)
    {
        c = c + (luminosity - Luminosity(c));
        Tensor l = Luminosity(c), low = Least(c), high = Most(c), under = low < 0, over = high > 1;
        c = where(under, l + (c - l) * l / where(under, l - low, ones_like(l)), c);
        return where(over, l + (c - l) * (1 - l) / where(over, high - l, ones_like(l)), c);
    }

    private static Tensor SetSaturation(Tensor c, Tensor saturation)
    {
        Tensor low = Least(c), range = Most(c) - low, some = range > 0;
        return where(some, (c - low) * saturation / where(some, range, ones_like(range)), zeros_like(c));
    }
}
