using System.Numerics;
using SvgDistill.Rasterizer.Drawing;

namespace SvgDistill.Rasterizer.Compositing;

/// <summary>A linear gradient: t = s0 x + s1 y + s2.</summary>
internal sealed unsafe class LinearSource : GradientSource
{
    private int _coefficients;
    private double _s0, _s1, _s2;

    protected override int GeometrySize => 3;

    public void Set(double[] scalars, DrawLinear linear, int opacity, double opacityValue)
    {
        _coefficients = linear.Coefficients;
        (_s0, _s1, _s2) = (scalars[_coefficients], scalars[_coefficients + 1], scalars[_coefficients + 2]);
        SetStops(scalars, linear, opacity, opacityValue);
    }

    protected override void Parameter(int row, int x, int count, PaintWork work)
    {
        double begin = _s0 * (x + .5) + _s1 * (row + .5) + _s2;
        if (IsPeriodic) begin -= 2 * Math.Floor(begin / 2);
        Vector<float> first = new((float)begin), step = new((float)_s0);
        for (int i = 0; i < count; i += Vector<float>.Count)
        {
            var value = first + step * Vector.CreateSequence((float)i, 1f);
            value.Store(work.Raw + x + i);
            value.Store(work.Spread + x + i);
        }
    }

    protected override void ParameterBackward(int row, int x, int count, PaintWork work, double* sums)
    {
        Vector<float> sum = default, moment = default;
        for (int i = 0; i < count; i += Vector<float>.Count)
        {
            var w = Vector.Load(work.Weight + x + i);
            sum += w;
            moment += w * Vector.CreateSequence((float)i, 1f);
        }
        double total = Vector.Sum(sum);
        sums[0] += Vector.Sum(moment) + total * (x + .5);
        sums[1] += total * (row + .5);
        sums[2] += total;
    }

    protected override void FlushGeometry(double* sums, List<(int Index, double Value)> scalarGradients)
    {
        for (int i = 0; i < 3; i++) scalarGradients.Add((_coefficients + i, sums[i]));
    }
}
