using System.Numerics;
using System.Runtime.Intrinsics;
using SvgDistill.Rasterizer.Compositing;
using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Rasterizer.Filters;

/// <summary><c>feBlend</c>: the first input blended onto the second.</summary>
internal sealed class BlendOp<T>(FilterOp<T> front, FilterOp<T> back, BlendMode mode) : FilterOp<T>(front, back)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    protected override void Forward(ReadOnlySpan<double> scalars)
    {
        var front = Inputs[0].Output.Data;
        var back = Inputs[1].Output.Data;
        var to = Output.Data;
        var count = Output.Count;
        Span<Real> source = stackalloc Real[4], behind = stackalloc Real[4], result = stackalloc Real[4];
        for (int i = 0; i < count; i++)
        {
            for (int p = 0; p < 4; p++)
                (source[p], behind[p]) = (new(double.CreateChecked(front[p * count + i])), new(double.CreateChecked(back[p * count + i])));
            Blending<Real>.Composite(mode, behind, source, result);
            for (int p = 0; p < 4; p++) to[p * count + i] = T.CreateChecked(result[p].Value);
        }
    }

    protected override void Backward(ReadOnlySpan<double> scalars, Span<double> scalarGradient)
    {
        var front = Inputs[0].Output.Data;
        var back = Inputs[1].Output.Data;
        var g = Gradient.Data;
        var count = Output.Count;
        Span<T> ofFront = Inputs[0].Gradient.Data, ofBack = Inputs[1].Gradient.Data;
        Span<Dual> source = stackalloc Dual[4], behind = stackalloc Dual[4], result = stackalloc Dual[4];
        for (int i = 0; i < count; i++)
        {
            for (int p = 0; p < 4; p++)
            {
                source[p] = Dual.Variable(double.CreateChecked(front[p * count + i]), p);
                behind[p] = Dual.Variable(double.CreateChecked(back[p * count + i]), 4 + p);
            }
            Blending<Dual>.Composite(mode, behind, source, result);
            var gradient = Vector512<double>.Zero;
            for (int p = 0; p < 4; p++) gradient += double.CreateChecked(g[p * count + i]) * result[p].Partials;
            for (int p = 0; p < 4; p++)
            {
                ofFront[p * count + i] += T.CreateChecked(gradient[p]);
                ofBack[p * count + i] += T.CreateChecked(gradient[4 + p]);
            }
        }
    }
}
