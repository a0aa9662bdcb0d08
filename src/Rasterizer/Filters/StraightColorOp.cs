using System.Numerics;

namespace SvgDistill.Rasterizer.Filters;

/// <summary>
/// What maps each pixel's straight colour: from premultiplied to straight, through the map, clamped to 0..1, and back. Pixels that are
/// all but transparent (an alpha below <see cref="LeastAlpha"/>) have colours that mean nothing, and their gradient is left out.
/// </summary>
internal abstract class StraightColorOp<T>(FilterOp<T> input) : FilterOp<T>(input) where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const double LeastAlpha = 1.0 / 1024;

    /// <summary>Writes the mapped colour, not clamped.</summary>
    protected abstract void Map(ReadOnlySpan<T> color, Span<T> mapped);

    /// <summary>Turns dL/dmapped into dL/dcolor.</summary>
    protected abstract void MapBackward(ReadOnlySpan<T> color, ReadOnlySpan<T> gradient, Span<T> colorGradient);

    /// <summary>True where transparent pixels stay transparent.</summary>
    protected virtual bool KeepsTransparent => false;

    protected override void Forward(ReadOnlySpan<double> scalars)
    {
        var from = Inputs[0].Output.Data;
        var to = Output.Data;
        var count = Output.Count;
        Span<T> color = stackalloc T[4], mapped = stackalloc T[4];
        for (int i = 0; i < count; i++)
        {
            T alpha = from[3 * count + i];
            if (alpha == T.Zero && KeepsTransparent)
            {
                for (int plane = 0; plane < 4; plane++) to[plane * count + i] = T.Zero;
                continue;
            }
            Straight(from, count, i, color);
            Map(color, mapped);
            T a = Clamp(mapped[3]);
            for (int plane = 0; plane < 3; plane++) to[plane * count + i] = a * Clamp(mapped[plane]);
            to[3 * count + i] = a;
        }
    }

    protected override void Backward(ReadOnlySpan<double> scalars, Span<double> scalarGradient)
    {
        var from = Inputs[0].Output.Data;
        var g = Gradient.Data;
        var target = Inputs[0].Gradient.Data;
        var count = Output.Count;
        Span<T> color = stackalloc T[4], mapped = stackalloc T[4], ofMapped = stackalloc T[4], ofColor = stackalloc T[4];
        for (int i = 0; i < count; i++)
        {
            T alpha = from[3 * count + i];
            if (alpha == T.Zero && KeepsTransparent) continue;
            Straight(from, count, i, color);
            Map(color, mapped);
            T a = Clamp(mapped[3]);
            ofMapped[3] = g[3 * count + i];
            for (int plane = 0; plane < 3; plane++)
            {
                ofMapped[3] += g[plane * count + i] * Clamp(mapped[plane]);
                ofMapped[plane] = Inside(mapped[plane]) ? a * g[plane * count + i] : T.Zero;
            }
            if (!Inside(mapped[3])) ofMapped[3] = T.Zero;
            MapBackward(color, ofMapped, ofColor);
            T ofAlpha = ofColor[3];
            if (alpha >= T.CreateChecked(LeastAlpha))
            {
                for (int plane = 0; plane < 3; plane++)
                {
                    T slope = from[plane * count + i] <= alpha ? ofColor[plane] / alpha : T.Zero;
                    target[plane * count + i] += slope;
                    ofAlpha -= slope * color[plane];
                }
            }
            target[3 * count + i] += ofAlpha;
        }
    }

    private static T Clamp(T value) => T.Clamp(value, T.Zero, T.One);

    private static bool Inside(T value) => value >= T.Zero && value <= T.One;

    private static void Straight(ReadOnlySpan<T> from, int count, int i, Span<T> color)
    {
        T alpha = from[3 * count + i];
        for (int plane = 0; plane < 3; plane++)
            color[plane] = alpha > T.Zero ? T.Min(from[plane * count + i] / alpha, T.One) : T.Zero;
        color[3] = alpha;
    }
}
