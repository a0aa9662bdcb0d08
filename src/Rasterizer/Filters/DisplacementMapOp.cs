using System.Numerics;
using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Rasterizer.Filters;

/// <summary>
/// <c>feDisplacementMap</c>, looked up bilinearly, so that the map has a gradient too. Scalars: the scale along x and y in pixels. The map's
/// colours are straight (Filter Effects section 9.11); where it is all but transparent its colours have no gradient.
/// </summary>
internal sealed class DisplacementMapOp<T>(FilterOp<T> input, FilterOp<T> map, DisplacementMapPrimitive primitive, Func<int> first)
    : FilterOp<T>(input, map) where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const double LeastAlpha = 1.0 / 1024;

    protected override void Forward(ReadOnlySpan<double> scalars)
    {
        var source = Inputs[0].Output;
        for (int y = 0, i = 0; y < Output.Height; y++)
        {
            for (int x = 0; x < Output.Width; x++, i++)
            {
                var at = Place(scalars, x, y, i);
                for (int plane = 0; plane < 4; plane++)
                {
                    var from = source.Plane(plane);
                    T top = Mix(Pixel(from, at.X, at.Y), Pixel(from, at.X + 1, at.Y), at.U), bottom = Mix(Pixel(from, at.X, at.Y + 1), Pixel(from, at.X + 1, at.Y + 1), at.U);
                    Output.Plane(plane)[i] = Mix(top, bottom, at.V);
                }
            }
        }
    }

    protected override void Backward(ReadOnlySpan<double> scalars, Span<double> scalarGradient)
    {
        var source = Inputs[0].Output;
        T scaleX = T.CreateChecked(scalars[first()]), scaleY = T.CreateChecked(scalars[first() + 1]);
        for (int y = 0, i = 0; y < Output.Height; y++)
        {
            for (int x = 0; x < Output.Width; x++, i++)
            {
                var at = Place(scalars, x, y, i);
                T ofX = T.Zero, ofY = T.Zero;
                for (int plane = 0; plane < 4; plane++)
                {
                    T g = Gradient.Plane(plane)[i];
                    if (g == T.Zero) continue;
                    Span<T> from = source.Plane(plane), to = Inputs[0].Gradient.Plane(plane);
                    Scatter(to, at.X, at.Y, g * (T.One - at.U) * (T.One - at.V));
                    Scatter(to, at.X + 1, at.Y, g * at.U * (T.One - at.V));
                    Scatter(to, at.X, at.Y + 1, g * (T.One - at.U) * at.V);
                    Scatter(to, at.X + 1, at.Y + 1, g * at.U * at.V);
                    T p00 = Pixel(from, at.X, at.Y), p10 = Pixel(from, at.X + 1, at.Y), p01 = Pixel(from, at.X, at.Y + 1), p11 = Pixel(from, at.X + 1, at.Y + 1);
                    ofX += g * Mix(p10 - p00, p11 - p01, at.V);
                    ofY += g * Mix(p01 - p00, p11 - p10, at.U);
                }
                ToMap(primitive.ChannelX, i, ofX * scaleX);
                ToMap(primitive.ChannelY, i, ofY * scaleY);
            }
        }
    }

    private (int X, int Y, T U, T V) Place(ReadOnlySpan<double> scalars, int x, int y, int i)
    {
        // Farther away all is out of sight.
        double atX = Math.Clamp(x + scalars[first()] * Shift(primitive.ChannelX, i), -2.0, Output.Width + 1.0);
        double atY = Math.Clamp(y + scalars[first() + 1] * Shift(primitive.ChannelY, i), -2.0, Output.Height + 1.0);
        double column = Math.Floor(atX), row = Math.Floor(atY);
        return ((int)column, (int)row, T.CreateChecked(atX - column), T.CreateChecked(atY - row));
    }

    private double Shift(int channel, int i)
    {
        double alpha = double.CreateChecked(Inputs[1].Output.Plane(3)[i]);
        if (channel == 3) return alpha - .5;
        return (alpha > 0 ? Math.Min(1, double.CreateChecked(Inputs[1].Output.Plane(channel)[i]) / alpha) : 0) - .5;
    }

    private void ToMap(int channel, int i, T gradient)
    {
        var (map, to) = (Inputs[1].Output, Inputs[1].Gradient);
        T alpha = map.Plane(3)[i];
        if (channel == 3)
        {
            to.Plane(3)[i] += gradient;
            return;
        }
        T color = map.Plane(channel)[i];
        if (alpha < T.CreateChecked(LeastAlpha) || color > alpha) return;
        to.Plane(channel)[i] += gradient / alpha;
        to.Plane(3)[i] -= gradient * color / (alpha * alpha);
    }

    private T Pixel(ReadOnlySpan<T> plane, int x, int y) =>
        (uint)x < (uint)Output.Width && (uint)y < (uint)Output.Height ? plane[y * Output.Width + x] : T.Zero;

    private void Scatter(Span<T> plane, int x, int y, T value)
    {
        if ((uint)x < (uint)Output.Width && (uint)y < (uint)Output.Height) plane[y * Output.Width + x] += value;
    }

    private static T Mix(T a, T b, T at) => a + at * (b - a);
}
