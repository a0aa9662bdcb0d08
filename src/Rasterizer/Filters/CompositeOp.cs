using System.Numerics;
using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Rasterizer.Filters;

/// <summary><c>feComposite</c> by Porter and Duff: first Fa + second Fb, where Fa depends on the second's alpha and Fb on the first's.</summary>
internal sealed class CompositeOp<T>(FilterOp<T> front, FilterOp<T> back, CompositeOperator operation) : FilterOp<T>(front, back)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // Fa = A0 + A1 alpha of the back, Fb = B0 + B1 alpha of the front.
    private readonly (int A0, int A1, int B0, int B1) _factors = operation switch
    {
        CompositeOperator.In => (0, 1, 0, 0),
        CompositeOperator.Out => (1, -1, 0, 0),
        CompositeOperator.Atop => (0, 1, 1, -1),
        CompositeOperator.Xor => (1, -1, 1, -1),
        _ => (1, 0, 1, -1),
    };

    public override bool IsAlphaOnly => Inputs[0].IsAlphaOnly && (Inputs[1].IsAlphaOnly || _factors is { B0: 0, B1: 0 });

    protected override void Forward(ReadOnlySpan<double> scalars)
    {
        Span<T> alphaA = Inputs[0].Output.Plane(3), alphaB = Inputs[1].Output.Plane(3);
        for (int plane = FirstPlane; plane < 4; plane++)
        {
            Span<T> a = Inputs[0].Output.Plane(plane), b = Inputs[1].Output.Plane(plane), to = Output.Plane(plane);
            for (int i = 0; i < to.Length; i++) to[i] = a[i] * A(alphaB[i]) + b[i] * B(alphaA[i]);
        }
    }

    protected override void Backward(ReadOnlySpan<double> scalars, Span<double> scalarGradient)
    {
        Span<T> alphaA = Inputs[0].Output.Plane(3), alphaB = Inputs[1].Output.Plane(3);
        Span<T> ofAlphaA = Inputs[0].Gradient.Plane(3), ofAlphaB = Inputs[1].Gradient.Plane(3);
        T a1 = T.CreateChecked(_factors.A1), b1 = T.CreateChecked(_factors.B1);
        for (int plane = FirstPlane; plane < 4; plane++)
        {
            Span<T> a = Inputs[0].Output.Plane(plane), b = Inputs[1].Output.Plane(plane), g = Gradient.Plane(plane);
            Span<T> ofA = Inputs[0].Gradient.Plane(plane), ofB = Inputs[1].Gradient.Plane(plane);
            for (int i = 0; i < g.Length; i++)
            {
                ofA[i] += g[i] * A(alphaB[i]);
                ofB[i] += g[i] * B(alphaA[i]);
                ofAlphaB[i] += g[i] * a[i] * a1;
                ofAlphaA[i] += g[i] * b[i] * b1;
            }
        }
    }

    private T A(T alpha) => T.CreateChecked(_factors.A0) + T.CreateChecked(_factors.A1) * alpha;

    private T B(T alpha) => T.CreateChecked(_factors.B0) + T.CreateChecked(_factors.B1) * alpha;
}
