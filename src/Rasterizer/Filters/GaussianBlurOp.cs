using System.Numerics;
using SvgDistill.Rasterizer.Drawing;

namespace SvgDistill.Rasterizer.Filters;

/// <summary>
/// <c>feGaussianBlur</c>. Scalars: the standard deviations along x and y in pixels. Beyond the region all is transparent.
/// </summary>
internal sealed class GaussianBlurOp<T>(FilterOp<T> input, Func<int> first) : FilterOp<T>(input) where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly BlurPass<T> _x = new(), _y = new();
    private T[] _before = [], _between = [], _work = [], _kept = [];
    private bool _keeps;

    /// <summary>The primitive whose deviations may move.</summary>
    public required DrawPrimitive Primitive { get; init; }

    public override bool Moves => base.Moves || Primitive.ScalarsMove;

    public override bool IsAlphaOnly => Inputs[0].IsAlphaOnly;

    protected override void Forward(ReadOnlySpan<double> scalars)
    {
        _x.Set(scalars[first()]);
        _y.Set(scalars[first() + 1]);
        _keeps = Primitive.ScalarsMove;
        int count = Reserve();
        if (_keeps && _kept.Length < 4 * count) _kept = new T[4 * count];
        for (int plane = FirstPlane; plane < 4; plane++)
        {
            _x.AlongRows(Inputs[0].Output.Plane(plane), _between.AsSpan(0, count), Output.Width, Output.Height, isAdjoint: false);
            if (_keeps) _between.AsSpan(0, count).CopyTo(_kept.AsSpan(plane * count));
            _y.AlongColumns(_between.AsSpan(0, count), Output.Plane(plane), _work, Output.Width, Output.Height, isAdjoint: false);
        }
    }

    protected override void Backward(ReadOnlySpan<double> scalars, Span<double> scalarGradient)
    {
        int count = Reserve();
        var between = _between.AsSpan(0, count);
        var work = _before.AsSpan(0, count);
        for (int plane = FirstPlane; plane < 4; plane++)
        {
            var g = Gradient.Plane(plane);
            if (_keeps)
                scalarGradient[first() + 1] += _y.SlopeAlongColumns(_kept.AsSpan(plane * count, count), Output.Plane(plane), g, Output.Width, Output.Height);
            _y.AlongColumns(g, between, _work, Output.Width, Output.Height, isAdjoint: true);
            if (_keeps)
                scalarGradient[first()] += _x.SlopeAlongRows(
                    Inputs[0].Output.Plane(plane), _kept.AsSpan(plane * count, count), between, Output.Width, Output.Height);
            _x.AlongRows(between, work, Output.Width, Output.Height, isAdjoint: true);
            Pixels.Add(work, Inputs[0].Gradient.Plane(plane));
        }
    }

    private int Reserve()
    {
        int count = Output.Count;
        if (_between.Length < count) (_before, _between, _work) = (new T[count], new T[count], new T[count]);
        return count;
    }
}
