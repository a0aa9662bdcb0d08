using SvgDistill.Rasterizer.Geometry;

namespace SvgDistill.Distill.Finishing;

/// <summary>A shift, turn and scale of the plane: x -&gt; To + (Re + i Im) (x - From), points taken as complex numbers.</summary>
internal readonly record struct Similarity(Point From, Point To, double Re, double Im)
{
    /// <summary>
    /// The one that brings some points nearest to others, by weight (Procrustes). Where the others have no likeness to them the scale stays
    /// at least half of what their extents say, so that nothing collapses.
    /// </summary>
    public static Similarity Fit(ReadOnlySpan<Point> from, ReadOnlySpan<Point> to, ReadOnlySpan<double> weights)
    {
        var (total, a, b) = (0.0, default(Point), default(Point));
        for (var i = 0; i < from.Length; i++)
        {
            total += weights[i];
            a += weights[i] * from[i];
            b += weights[i] * to[i];
        }
        (a, b) = (1 / total * a, 1 / total * b);
        var (re, im, size, other) = (0.0, 0.0, 0.0, 0.0);
        for (var i = 0; i < from.Length; i++)
        {
            var (q, p) = (from[i] - a, to[i] - b);
            re += weights[i] * Point.Dot(q, p);
            im += weights[i] * Point.Cross(q, p);
            size += weights[i] * Point.Dot(q, q);
            other += weights[i] * Point.Dot(p, p);
        }
        if (!(size > 0)) return new(a, b, 1, 0);
        (re, im) = (re / size, im / size);
        var (scale, least) = (Math.Sqrt(re * re + im * im), Math.Sqrt(other / size) / 2);
        return scale >= least ? new(a, b, re, im) : scale > 0 ? new(a, b, re * least / scale, im * least / scale) : new(a, b, least, 0);
    }

    public Point Apply(Point x)
    {
        var d = x - From;
        return To + new Point(Re * d.X - Im * d.Y, Re * d.Y + Im * d.X);
    }
}
