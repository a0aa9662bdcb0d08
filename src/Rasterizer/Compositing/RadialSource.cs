using System.Numerics;
using SvgDistill.Rasterizer.Drawing;

namespace SvgDistill.Rasterizer.Compositing;

/// <summary>
/// The two-circle gradient. With q = p - f, c' = c - f, r' = r - fr the circles through p satisfy |q - t c'|^2 = (fr + t r')^2, that is
/// A t^2 - 2 B t + C = 0 with A = c'.c' - r'^2, B = q.c' + fr r', C = q.q - fr^2; t is the largest root with fr + t r' >= 0, else NaN.
/// </summary>
internal sealed unsafe class RadialSource : GradientSource
{
    private int _map, _circles;
    private readonly double[] _m = new double[6];
    private double _fx, _fy, _fr, _dx, _dy, _dr, _a;

    protected override int GeometrySize => 12;

    private bool IsDegenerate => _dx == 0 && _dy == 0 && _dr == 0;

    public void Set(double[] scalars, DrawRadial radial, int opacity, double opacityValue)
    {
        (_map, _circles) = (radial.DeviceToGradient, radial.Circles);
        scalars.AsSpan(_map, 6).CopyTo(_m);
        var circles = scalars.AsSpan(_circles, 6);
        (_fx, _fy, _fr) = (circles[3], circles[4], circles[5]);
        (_dx, _dy, _dr) = (circles[0] - _fx, circles[1] - _fy, circles[2] - _fr);
        _a = _dx * _dx + _dy * _dy - _dr * _dr;
        // A focus on the end circle's rim: one root goes to infinity.
        if (Math.Abs(_a) < 1e-7 * (_dx * _dx + _dy * _dy + _dr * _dr)) _a = 0;
        SetStops(scalars, radial, opacity, opacityValue);
        // Outside the cone of a focus beyond the circle nothing is painted.
        if (!(_a < 0 && _dr > 0)) IsOpaque = false;
    }

    /// <summary>q = p - f at a pixel.</summary>
    private (double X, double Y) FromFocus(int row, int x)
    {
        double px = x + .5, py = row + .5;
        return (_m[0] * px + _m[2] * py + _m[4] - _fx, _m[1] * px + _m[3] * py + _m[5] - _fy);
    }

    protected override void Parameter(int row, int x, int count, PaintWork work)
    {
        var (qx, qy) = FromFocus(row, x);
        int half = Vector<double>.Count;
        for (int i = 0; i < count; i += 2 * half)
        {
            var low = Roots(Vector.CreateSequence((double)i, 1), qx, qy);
            var high = Roots(Vector.CreateSequence((double)(i + half), 1), qx, qy);
            low.Store(work.Exact + x + i);
            high.Store(work.Exact + x + i + half);
            Vector.Narrow(low, high).Store(work.Raw + x + i);
            if (IsPeriodic) (low, high) = (low - 2 * Vector.Floor(low * .5), high - 2 * Vector.Floor(high * .5));
            Vector.Narrow(low, high).Store(work.Spread + x + i);
        }
    }

    /// <summary>t of some pixels of a row. In double precision: near the focus and its cone the roots magnify rounding.</summary>
    private Vector<double> Roots(Vector<double> index, double qx0, double qy0)
    {
        Vector<double> qx = new Vector<double>(qx0) + index * _m[0], qy = new Vector<double>(qy0) + index * _m[1];
        Vector<double> b = qx * _dx + qy * _dy + new Vector<double>(_fr * _dr), c = qx * qx + qy * qy - new Vector<double>(_fr * _fr);
        Vector<double> high, low, zero = Vector<double>.Zero;
        // Two equal circles: the start's colour inside, the end's outside.
        if (IsDegenerate) return Vector.ConditionalSelect(Vector.GreaterThan(c, zero), Vector<double>.One, zero);
        if (_a == 0)
        {
            high = low = c / (b + b);
        }
        else
        {
            // Negative where there is no circle through the pixel: the root is NaN, and so is t. With A < 0 that is rounding only.
            var square = b * b - c * _a;
            var root = Vector.SquareRoot(_a < 0 ? Vector.Max(square, zero) : square);
            // (b + root)/a and c/(b + root) are the two roots; with b < 0 the other sign cancels less.
            var sum = Vector.ConditionalSelect(Vector.GreaterThan(b, zero), b + root, b - root);
            Vector<double> first = sum / new Vector<double>(_a), second = c / sum;
            // Both vanish together where the focus itself is the pixel's centre.
            second = Vector.ConditionalSelect(Vector.Equals(sum, zero), zero, second);
            high = Vector.Max(first, second);
            low = Vector.Min(first, second);
        }
        var fr = new Vector<double>(_fr);
        var good = Vector.GreaterThanOrEqual(fr + high * _dr, zero);
        var other = Vector.GreaterThanOrEqual(fr + low * _dr, zero);
        return Vector.ConditionalSelect(good, high, Vector.ConditionalSelect(other, low, new Vector<double>(double.NaN)));
    }

    /// <summary>
    /// With D = q - t c', R = fr + t r' and w = dL/dt / (D.c' + R r'), implicit differentiation gives dL/dp = w D, dL/dc = -w t D,
    /// dL/df = -w (1-t) D, dL/dr = -w t R, dL/dfr = -w (1-t) R. Sums: wD (2), w x D (2), w t D (2), w R, w t R; rows hold y apart (2).
    /// </summary>
    protected override void ParameterBackward(int row, int x, int count, PaintWork work, double* sums)
    {
        // In double precision: close to the focus and the cone's rim the denominator is a small rest of large terms.
        var (qx0, qy0) = FromFocus(row, x);
        Vector<double> wx = default, wy = default, ix = default, iy = default, tx = default, ty = default, wr = default, tr = default;
        for (int i = 0; i < count; i += Vector<float>.Count)
        {
            Vector.Widen(Vector.Load(work.Weight + x + i), out var low, out var high);
            Add(i, low);
            Add(i + Vector<double>.Count, high);
        }
        double sx = Vector.Sum(wx), sy = Vector.Sum(wy);
        sums[0] += Vector.Sum(ix) + sx * (x + .5);
        sums[1] += Vector.Sum(iy) + sy * (x + .5);
        sums[2] += sx * (row + .5);
        sums[3] += sy * (row + .5);
        sums[4] += sx;
        sums[5] += sy;
        sums[6] += Vector.Sum(tx);
        sums[7] += Vector.Sum(ty);
        sums[8] += Vector.Sum(wr);
        sums[9] += Vector.Sum(tr);

        void Add(int at, Vector<double> weight)
        {
            var index = Vector.CreateSequence((double)at, 1);
            var t = Vector.Load(work.Exact + x + at);
            Vector<double> px = new Vector<double>(qx0) + index * _m[0] - t * _dx, py = new Vector<double>(qy0) + index * _m[1] - t * _dy;
            var radius = new Vector<double>(_fr) + t * _dr;
            var denominator = px * _dx + py * _dy + radius * _dr;
            // No derivative at the focus itself and on the cone's rim; none where there is no t.
            var known = Vector.Equals(t, t) & ~Vector.Equals(denominator, Vector<double>.Zero);
            var w = Vector.ConditionalSelect(known, weight / denominator, Vector<double>.Zero);
            t = Vector.ConditionalSelect(known, t, Vector<double>.Zero);
            px = Vector.ConditionalSelect(known, w * px, Vector<double>.Zero);
            py = Vector.ConditionalSelect(known, w * py, Vector<double>.Zero);
            var wRadius = Vector.ConditionalSelect(known, w * radius, Vector<double>.Zero);
            wx += px;
            wy += py;
            ix += px * index;
            iy += py * index;
            tx += px * t;
            ty += py * t;
            wr += wRadius;
            tr += wRadius * t;
        }
    }

    protected override void FlushGeometry(double* sums, List<(int Index, double Value)> scalarGradients)
    {
        for (int i = 0; i < 6; i++) scalarGradients.Add((_map + i, sums[i]));
        scalarGradients.Add((_circles, -sums[6]));
        scalarGradients.Add((_circles + 1, -sums[7]));
        scalarGradients.Add((_circles + 2, -sums[9]));
        scalarGradients.Add((_circles + 3, sums[6] - sums[4]));
        scalarGradients.Add((_circles + 4, sums[7] - sums[5]));
        scalarGradients.Add((_circles + 5, sums[9] - sums[8]));
    }
}
