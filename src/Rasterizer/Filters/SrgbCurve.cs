using System.Numerics;

namespace SvgDistill.Rasterizer.Filters;

/// <summary>
/// The curve between sRGB and linearRGB (Filter Effects section 10) with its slope. In single precision it is a table with straight
/// segments, within 2e-5 of the curve.
/// </summary>
internal static class SrgbCurve<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Segments = 4096;

    private static readonly float[] _linear = Table(toLinear: true), _srgb = Table(toLinear: false);

    /// <summary>The value and the slope at u in 0..1.</summary>
    public static (T Value, T Slope) At(T u, bool toLinear)
    {
        if (typeof(T) != typeof(float))
        {
            var (value, slope) = Exact(double.CreateChecked(u), toLinear);
            return (T.CreateChecked(value), T.CreateChecked(slope));
        }
        float[] table = toLinear ? _linear : _srgb;
        float at = Segments * float.CreateChecked(u);
        int i = Math.Clamp((int)at, 0, Segments - 1);
        float rise = table[i + 1] - table[i];
        return (T.CreateChecked(table[i] + (at - i) * rise), T.CreateChecked(Segments * rise));
    }

    private static (double Value, double Slope) Exact(double u, bool toLinear)
    {
        if (toLinear)
            return u <= .04045 ? (u / 12.92, 1 / 12.92)
                : (Math.Pow((u + .055) / 1.055, 2.4), 2.4 / 1.055 * Math.Pow((u + .055) / 1.055, 1.4));
        return u <= .0031308 ? (12.92 * u, 12.92) : (1.055 * Math.Pow(u, 1 / 2.4) - .055, 1.055 / 2.4 * Math.Pow(u, 1 / 2.4 - 1));
    }

    private static float[] Table(bool toLinear)
    {
        var table = new float[Segments + 1];
        for (int i = 0; i <= Segments; i++) table[i] = (float)Exact((double)i / Segments, toLinear).Value;
        return table;
    }
}
