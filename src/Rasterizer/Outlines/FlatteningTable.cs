namespace SvgDistill.Rasterizer.Outlines;

/// <summary>
/// A cubic as n straight segments: vertex i is a fixed weighted sum of the four control points, so that flattening is
/// linear and its adjoint the transposed table.
/// </summary>
/// <remarks>
/// A free curve's vertices lie on the curve, as other renderers have them. The polyline then lies inside a bend by
/// h^2 |p''| / 12 on average (h = 1/n). For the quarters of ellipses, whose areas people know, the inner vertices are
/// therefore moved by -c p'', to leading order c = n/(n-1) h^2/12; of the c of that size the table takes the one that makes
/// the area of a quarter circle exact.
/// </remarks>
internal sealed class FlatteningTable
{
    /// <summary>The greatest number of segments a cubic.</summary>
    public const int MaxSegments = 4096;

    /// <summary>The sagitta h^2 |p''| / 8 allowed, in device pixels.</summary>
    private const double Sagitta = .06;

    /// <summary>Curves flatter than this, in device pixels, become one segment.</summary>
    private const double StraightSagitta = .01;

    private static readonly FlatteningTable?[] _free = new FlatteningTable[MaxSegments + 1];
    private static readonly FlatteningTable?[] _quarters = new FlatteningTable[MaxSegments + 1];

    private FlatteningTable(int segments, bool isQuarter)
    {
        Segments = segments;
        Positions = new double[4 * (segments + 1)];
        Derivatives = new double[4 * (segments + 1)];
        for (var i = 0; i <= segments; i++) Fill(i);
        if (isQuarter && segments > 1) Shift(AreaPreservingShift());
    }

    /// <summary>The number of segments.</summary>
    public int Segments { get; }
    /// <summary>Four weights a vertex, vertices 0..Segments; each row sums to 1.</summary>
    public double[] Positions { get; }
    /// <summary>Four weights a vertex of the curve's derivative at the vertex; each row sums to 0.</summary>
    public double[] Derivatives { get; }

    /// <summary>The table of a free curve.</summary>
    public static FlatteningTable For(int segments) => _free[segments] ??= new(segments, isQuarter: false);

    /// <summary>The table of a quarter of an ellipse.</summary>
    public static FlatteningTable ForQuarter(int segments) => _quarters[segments] ??= new(segments, isQuarter: true);

    /// <summary>
    /// The number of segments for a cubic in device pixels, a function of its second differences alone:
    /// |p''| is at most 6 max(|p0 - 2 p1 + p2|, |p1 - 2 p2 + p3|).
    /// </summary>
    public static int SegmentsFor(ReadOnlySpan<double> p)
    {
        var (ax, ay) = (p[0] - 2 * p[2] + p[4], p[1] - 2 * p[3] + p[5]);
        var (bx, by) = (p[2] - 2 * p[4] + p[6], p[3] - 2 * p[5] + p[7]);
        var sagitta = .75 * Math.Sqrt(Math.Max(ax * ax + ay * ay, bx * bx + by * by));
        if (!(sagitta > StraightSagitta)) return 1;
        var n = (int)Math.Ceiling(Math.Sqrt(Math.Min(sagitta / Sagitta, MaxSegments * MaxSegments)));
        if (n <= 8) return Math.Max(n, 2);
        // Four sizes an octave keep the number of tables small.
        var unit = 1 << (int.Log2(n - 1) - 2);
        return (n + unit - 1) / unit * unit;
    }

    private void Fill(int i)
    {
        var h = 1.0 / Segments;
        var (t, s) = (i * h, 1 - i * h);
        var p = Positions.AsSpan(4 * i, 4);
        (p[0], p[1], p[2], p[3]) = (s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t);
        var d = Derivatives.AsSpan(4 * i, 4);
        (d[0], d[1], d[2], d[3]) = (-3 * s * s, 3 * s * (s - 2 * t), 3 * t * (2 * s - t), 3 * t * t);
    }

    /// <summary>Moves the inner vertices by -c p''.</summary>
    private void Shift(double c)
    {
        for (var i = 1; i < Segments; i++)
        {
            var t = (double)i / Segments;
            var p = Positions.AsSpan(4 * i, 4);
            p[0] -= c * 6 * (1 - t);
            p[1] -= c * 6 * (3 * t - 2);
            p[2] -= c * 6 * (1 - 3 * t);
            p[3] -= c * 6 * t;
        }
    }

    /// <summary>The c that makes the sector under a quarter circle pi/4; its area is quadratic in c.</summary>
    private double AreaPreservingShift()
    {
        var s = Segments / (Segments - 1.0) / (12.0 * Segments * Segments);
        var missing = Math.PI / 4 - QuarterArea();
        Shift(s);
        var plus = QuarterArea() - (Math.PI / 4 - missing);
        Shift(-2 * s);
        var minus = QuarterArea() - (Math.PI / 4 - missing);
        Shift(s);
        // missing = slope c + curvature c^2, the root near s.
        var (slope, curvature) = ((plus - minus) / (2 * s), (plus + minus) / (2 * s * s));
        return 2 * missing / (slope + Math.Sqrt(slope * slope + 4 * curvature * missing));
    }

    private double QuarterArea()
    {
        var (k, twice) = (BoxPath.Handle, 0.0);
        var (px, py) = (1.0, 0.0);
        for (var i = 1; i <= Segments; i++)
        {
            var w = Positions.AsSpan(4 * i, 4);
            var (x, y) = (w[0] + w[1] + k * w[2], k * w[1] + w[2] + w[3]);
            twice += px * y - py * x;
            (px, py) = (x, y);
        }
        return .5 * twice;
    }
}
