using System.Numerics;
using SvgDistill.Rasterizer.Drawing;
using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Rasterizer.Compositing;

/// <summary>
/// Colour stops along a parameter t that is known at each pixel's centre: spread, straight interpolation between the stops around t,
/// then premultiplication. Subclasses say what t is.
/// </summary>
internal abstract unsafe class GradientSource : PaintSource
{
    private const int Stop = 5;
    /// <summary>A stop's sums: what it gets as an interval's begin, then as its end, then where the end colours continue.</summary>
    private const int StopSums = 12;

    private int _stops, _stopCount, _opacity;
    private double _o;
    private SpreadMethod _spread;
    private float[] _offset = [], _inverse = [];
    private float[][] _color = [[], [], [], []], _slope = [[], [], [], []];

    /// <summary>How many of the sums belong to what determines t; they come first.</summary>
    protected abstract int GeometrySize { get; }

    public override int GradientSize => GeometrySize + StopSums * _stopCount;

    /// <summary>
    /// Writes t of pixels x..x+count to <see cref="PaintWork.Raw"/>, and to <see cref="PaintWork.Spread"/> t less a multiple of 2 where it
    /// is spread: taken off in double precision, for t may be large.
    /// </summary>
    protected abstract void Parameter(int row, int x, int count, PaintWork work);

    /// <summary>True where t repeats with a period of 1 or 2.</summary>
    protected bool IsPeriodic => _spread != SpreadMethod.Pad;

    /// <summary>Adds to the first sums where dL/dt of pixels x..x+count is given in <see cref="PaintWork.Weight"/> (zero beyond).</summary>
    protected abstract void ParameterBackward(int row, int x, int count, PaintWork work, double* sums);

    protected abstract void FlushGeometry(double* sums, List<(int Index, double Value)> scalarGradients);

    protected void SetStops(double[] scalars, DrawGradient gradient, int opacity, double opacityValue)
    {
        (_stops, _stopCount, _opacity, _o, _spread) =
            (gradient.Stops, gradient.StopCount, opacity, opacityValue, gradient.Spread);
        if (_offset.Length != _stopCount)
        {
            (_offset, _inverse) = (new float[_stopCount], new float[_stopCount]);
            _color = [new float[_stopCount], new float[_stopCount], new float[_stopCount], new float[_stopCount]];
            _slope = [new float[_stopCount], new float[_stopCount], new float[_stopCount], new float[_stopCount]];
        }
        bool opaque = opacityValue == 1;
        for (int k = 0; k < _stopCount; k++)
        {
            var stop = scalars.AsSpan(_stops + Stop * k, Stop);
            _offset[k] = (float)stop[0];
            double width = k + 1 < _stopCount ? scalars[_stops + Stop * (k + 1)] - stop[0] : 0;
            _inverse[k] = width > 0 ? (float)(1 / width) : 0;
            for (int c = 0; c < 4; c++)
            {
                _color[c][k] = (float)stop[1 + c];
                _slope[c][k] = width > 0 ? (float)((scalars[_stops + Stop * (k + 1) + 1 + c] - stop[1 + c]) / width) : 0;
            }
            opaque &= stop[4] == 1;
        }
        IsOpaque = opaque;
    }

    public override void Evaluate(int row, int x, int count, PlaneRows paints, PaintWork work)
    {
        Parameter(row, x, count, work);
        Spread(x, count, work);
        float opacity = (float)_o;
        for (int i = x; i < x + count; i += Vector<float>.Count)
        {
            Straight(Vector.Load(work.Spread + i), out var r, out var g, out var b, out var a);
            a *= opacity;
            // A pixel without a parameter is transparent.
            var raw = Vector.Load(work.Raw + i);
            a = Vector.ConditionalSelect(Vector.Equals(raw, raw), a, Vector<float>.Zero);
            (r * a).Store(paints[0] + i);
            (g * a).Store(paints[1] + i);
            (b * a).Store(paints[2] + i);
            a.Store(paints[3] + i);
        }
    }

    private void Straight(Vector<float> t, out Vector<float> r, out Vector<float> g, out Vector<float> b, out Vector<float> a)
    {
        (r, g, b, a) = (new(_color[0][0]), new(_color[1][0]), new(_color[2][0]), new(_color[3][0]));
        for (int k = 0; k < _stopCount; k++)
        {
            var offset = new Vector<float>(_offset[k]);
            var inside = Vector.GreaterThanOrEqual(t, offset);
            var along = t - offset;
            r = Vector.ConditionalSelect(inside, new Vector<float>(_color[0][k]) + along * _slope[0][k], r);
            g = Vector.ConditionalSelect(inside, new Vector<float>(_color[1][k]) + along * _slope[1][k], g);
            b = Vector.ConditionalSelect(inside, new Vector<float>(_color[2][k]) + along * _slope[2][k], b);
            a = Vector.ConditionalSelect(inside, new Vector<float>(_color[3][k]) + along * _slope[3][k], a);
        }
    }

    /// <summary>From any t to the stops' range 0..1, and the sign of the derivative; NaN passes as 0.</summary>
    private void Spread(int x, int count, PaintWork work)
    {
        for (int i = x; i < x + count; i += Vector<float>.Count)
        {
            var t = Vector.Load(work.Spread + i);
            t = Vector.ConditionalSelect(Vector.Equals(t, t), t, Vector<float>.Zero);
            var sign = Vector<float>.One;
            if (_spread == SpreadMethod.Repeat) t -= Vector.Floor(t);
            if (_spread == SpreadMethod.Reflect)
            {
                t -= 2 * Vector.Floor(t * .5f);
                var back = Vector.GreaterThan(t, Vector<float>.One);
                t = Vector.ConditionalSelect(back, new Vector<float>(2) - t, t);
                sign = Vector.ConditionalSelect(back, -Vector<float>.One, sign);
            }
            t.Store(work.Spread + i);
            sign.Store(work.Sign + i);
        }
    }

    public override void Backward(int row, int x, int count, PlaneRows gradients, double* sums, PaintWork work)
    {
        Parameter(row, x, count, work);
        Spread(x, count, work);
        for (int plane = 0; plane < 4; plane++) Kernels.Fill(gradients[plane] + x + count, Vector<float>.Count, 0);
        StraightGradients(x, count, gradients, sums, work);
        double* stopSums = sums + GeometrySize;
        Kernels.Fill(work.Weight + x, count + Vector<float>.Count, 0);
        for (int k = -1; k < _stopCount; k++) Interval(k, x, count, gradients, stopSums, work);
        ParameterBackward(row, x, count, work, sums);
    }

    /// <summary>From gradients to premultiplied colours to those to straight ones, and the opacity's sum.</summary>
    private void StraightGradients(int x, int count, PlaneRows gradients, double* sums, PaintWork work)
    {
        float opacity = (float)_o;
        var alphaSum = Vector<float>.Zero;
        for (int i = x; i < x + count; i += Vector<float>.Count)
        {
            Straight(Vector.Load(work.Spread + i), out var r, out var g, out var b, out var a);
            var raw = Vector.Load(work.Raw + i);
            var exists = Vector.Equals(raw, raw);
            Vector<float> gr = Vector.Load(gradients[0] + i), gg = Vector.Load(gradients[1] + i), gb = Vector.Load(gradients[2] + i);
            var alpha = Vector.ConditionalSelect(
                exists, Vector.Load(gradients[3] + i) + gr * r + gg * g + gb * b, Vector<float>.Zero);
            alphaSum += alpha * a;
            var factor = Vector.ConditionalSelect(exists, a * opacity, Vector<float>.Zero);
            (gr * factor).Store(gradients[0] + i);
            (gg * factor).Store(gradients[1] + i);
            (gb * factor).Store(gradients[2] + i);
            (alpha * opacity).Store(gradients[3] + i);
        }
        // The last stop is no interval's begin with an end: its spare sum holds the opacity's gradient.
        sums[GeometrySize + StopSums * (_stopCount - 1) + 4] += Vector.Sum(alphaSum);
    }

    /// <summary>
    /// Pixels with offset k &lt;= t &lt; offset k+1 (k = -1: before the first). With u = (t - offset k)/width: what stop k gets is
    /// sum g (1-u), what stop k+1 gets is sum g u, and dL/dt is g . slope.
    /// </summary>
    private void Interval(int k, int x, int count, PlaneRows gradients, double* stopSums, PaintWork work)
    {
        bool outside = k < 0 || k == _stopCount - 1;
        Vector<float> low = new(k < 0 ? float.NegativeInfinity : _offset[k]);
        Vector<float> high = new(k == _stopCount - 1 ? float.PositiveInfinity : _offset[k + 1]);
        if (!outside && !(_inverse[k] > 0)) return;
        Vector<float> all0 = default, all1 = default, all2 = default, all3 = default;
        Vector<float> end0 = default, end1 = default, end2 = default, end3 = default;
        for (int i = x; i < x + count; i += Vector<float>.Count)
        {
            var t = Vector.Load(work.Spread + i);
            var inside = Vector.GreaterThanOrEqual(t, low) & Vector.LessThan(t, high);
            if (inside == Vector<int>.Zero) continue;
            var g0 = Vector.ConditionalSelect(inside, Vector.Load(gradients[0] + i), Vector<float>.Zero);
            var g1 = Vector.ConditionalSelect(inside, Vector.Load(gradients[1] + i), Vector<float>.Zero);
            var g2 = Vector.ConditionalSelect(inside, Vector.Load(gradients[2] + i), Vector<float>.Zero);
            var g3 = Vector.ConditionalSelect(inside, Vector.Load(gradients[3] + i), Vector<float>.Zero);
            all0 += g0;
            all1 += g1;
            all2 += g2;
            all3 += g3;
            if (outside) continue;
            var u = (t - low) * _inverse[k];
            end0 += g0 * u;
            end1 += g1 * u;
            end2 += g2 * u;
            end3 += g3 * u;
            var slope = g0 * _slope[0][k] + g1 * _slope[1][k] + g2 * _slope[2][k] + g3 * _slope[3][k];
            (Vector.Load(work.Weight + i) + slope * Vector.Load(work.Sign + i)).Store(work.Weight + i);
        }
        double* at = stopSums + StopSums * Math.Max(k, 0) + (outside ? 8 : 0);
        at[0] += Vector.Sum(all0);
        at[1] += Vector.Sum(all1);
        at[2] += Vector.Sum(all2);
        at[3] += Vector.Sum(all3);
        if (outside) return;
        at[4] += Vector.Sum(end0);
        at[5] += Vector.Sum(end1);
        at[6] += Vector.Sum(end2);
        at[7] += Vector.Sum(end3);
    }

    public override void Flush(double* sums, List<(int Index, double Value)> scalarGradients)
    {
        FlushGeometry(sums, scalarGradients);
        double* stops = sums + GeometrySize;
        if (_opacity >= 0) scalarGradients.Add((_opacity, stops[StopSums * (_stopCount - 1) + 4]));
        for (int k = 0; k < _stopCount; k++)
        {
            double* at = stops + StopSums * k;
            double* before = k > 0 ? at - StopSums : null;
            bool last = k == _stopCount - 1;
            double offset = 0;
            for (int c = 0; c < 4; c++)
            {
                double begin = last ? 0 : at[c] - at[4 + c];
                scalarGradients.Add((_stops + Stop * k + 1 + c, begin + (before != null ? before[4 + c] : 0) + at[8 + c]));
                // u = (t - o0)/(o1 - o0): du/do0 = (u - 1)/(o1 - o0), du/do1 = -u/(o1 - o0).
                if (!last) offset -= _slope[c][k] * begin;
                if (before != null) offset -= _slope[c][k - 1] * before[4 + c];
            }
            scalarGradients.Add((_stops + Stop * k, offset));
        }
    }
}
