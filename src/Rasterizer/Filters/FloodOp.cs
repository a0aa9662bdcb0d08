using System.Numerics;

namespace SvgDistill.Rasterizer.Filters;

/// <summary>One colour, everywhere or by the alpha of an input (a drop shadow's). Scalars from <paramref name="first"/> on: r, g, b, a in sRGB.</summary>
internal sealed class FloodOp<T>(Func<int> first, bool isLinear, params FilterOp<T>[] input) : FilterOp<T>(input)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override bool Moves => true;

    protected override void Forward(ReadOnlySpan<double> scalars)
    {
        Span<T> color = stackalloc T[4], slopes = stackalloc T[3];
        Color(scalars, color, slopes);
        for (int plane = 0; plane < 4; plane++)
        {
            T value = plane == 3 ? color[3] : color[plane] * color[3];
            var to = Output.Plane(plane);
            if (Inputs.Length == 0) to.Fill(value);
            else Pixels.Scale(Inputs[0].Output.Plane(3), value, to);
        }
    }

    protected override void Backward(ReadOnlySpan<double> scalars, Span<double> scalarGradient)
    {
        Span<T> color = stackalloc T[4], slopes = stackalloc T[3];
        Color(scalars, color, slopes);
        double alpha = double.CreateChecked(color[3]);
        for (int plane = 0; plane < 4; plane++)
        {
            var g = Gradient.Plane(plane);
            double sum = Inputs.Length == 0 ? Pixels.Sum<T>(g) : Pixels.Dot<T>(g, Inputs[0].Output.Plane(3));
            if (plane == 3) scalarGradient[first() + 3] += sum;
            else
            {
                scalarGradient[first() + plane] += sum * alpha * double.CreateChecked(slopes[plane]);
                scalarGradient[first() + 3] += sum * double.CreateChecked(color[plane]);
            }
            if (Inputs.Length > 0) Pixels.Add(g, plane == 3 ? color[3] : color[plane] * color[3], Inputs[0].Gradient.Plane(3));
        }
    }

    private void Color(ReadOnlySpan<double> scalars, Span<T> color, Span<T> slopes)
    {
        int at = first();
        for (int plane = 0; plane < 3; plane++)
        {
            T value = T.CreateChecked(scalars[at + plane]);
            (color[plane], slopes[plane]) = isLinear ? SrgbCurve<T>.At(value, toLinear: true) : (value, T.One);
        }
        color[3] = T.CreateChecked(scalars[at + 3]);
    }
}
