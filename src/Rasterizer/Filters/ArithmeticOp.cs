using System.Numerics;
using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Rasterizer.Filters;

/// <summary><c>feComposite</c> with <c>operator="arithmetic"</c>: k1 a b + k2 a + k3 b + k4 of premultiplied values, alpha held within 0..1 and colours within 0..alpha.</summary>
internal sealed class ArithmeticOp<T>(FilterOp<T> first, FilterOp<T> second, CompositePrimitive primitive) : FilterOp<T>(first, second)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T[] _k = [.. primitive.K.Select(T.CreateChecked)];

    protected override void Forward(ReadOnlySpan<double> scalars)
    {
        for (int plane = 3; plane >= 0; plane--)
        {
            Span<T> a = Inputs[0].Output.Plane(plane), b = Inputs[1].Output.Plane(plane), to = Output.Plane(plane), alpha = Output.Plane(3);
            for (int i = 0; i < to.Length; i++) to[i] = T.Clamp(Value(a[i], b[i]), T.Zero, plane == 3 ? T.One : alpha[i]);
        }
    }

    protected override void Backward(ReadOnlySpan<double> scalars, Span<double> scalarGradient)
    {
        Span<T> alpha = Output.Plane(3), ofAlpha = Gradient.Plane(3);
        // Colours that alpha holds move with it.
        for (int plane = 0; plane < 4; plane++)
        {
            Span<T> a = Inputs[0].Output.Plane(plane), b = Inputs[1].Output.Plane(plane), g = Gradient.Plane(plane);
            Span<T> ofA = Inputs[0].Gradient.Plane(plane), ofB = Inputs[1].Gradient.Plane(plane);
            for (int i = 0; i < g.Length; i++)
            {
                T value = Value(a[i], b[i]);
                if (value < T.Zero) continue;
                if (value > (plane == 3 ? T.One : alpha[i]))
                {
                    if (plane < 3) ofAlpha[i] += g[i];
                    continue;
                }
                ofA[i] += g[i] * (_k[0] * b[i] + _k[1]);
                ofB[i] += g[i] * (_k[0] * a[i] + _k[2]);
            }
        }
    }

    private T Value(T a, T b) => _k[0] * a * b + _k[1] * a + _k[2] * b + _k[3];
}
