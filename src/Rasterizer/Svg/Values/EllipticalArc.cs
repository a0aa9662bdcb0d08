using SvgDistill.Rasterizer.Geometry;

namespace SvgDistill.Rasterizer.Svg.Values;

/// <summary>Elliptical arcs as cubics (SVG 2 appendix B.2).</summary>
internal static class EllipticalArc
{
    /// <summary>
    /// The arc from one point to another in pieces of at most a quarter turn, whose radial error is below 2.8e-4 of the
    /// radius. The last piece ends exactly at <paramref name="end"/>.
    /// </summary>
    public static List<(Point C1, Point C2, Point End)> ToCubics(Point start, double rx, double ry, double rotation,
        bool large, bool sweep, Point end)
    {
        if (start == end) return [];
        var (sin, cos) = Math.SinCos(rotation);
        Point Unrotate(Point v) => new(cos * v.X + sin * v.Y, cos * v.Y - sin * v.X);
        // B.2.4: to the ellipse's axes, about the chord's middle; B.2.5: radii too small are grown until the chord
        // fits.
        var half = Unrotate(.5 * (start - end));
        var excess = half.X / rx * (half.X / rx) + half.Y / ry * (half.Y / ry);
        if (excess > 1) (rx, ry) = (rx * Math.Sqrt(excess), ry * Math.Sqrt(excess));
        var (u, v) = (half.X / rx, half.Y / ry);
        var s = (large == sweep ? -1 : 1) * Math.Sqrt(Math.Max(0, 1 / (u * u + v * v) - 1));
        // On the unit circle: the centre, and both ends as angles.
        var center = new Point(s * v, -s * u);
        var from = Math.Atan2(v - center.Y, u - center.X);
        var to = Math.Atan2(-v - center.Y, -u - center.X);
        var turn = to - from;
        if (sweep && turn < 0) turn += 2 * Math.PI;
        if (!sweep && turn > 0) turn -= 2 * Math.PI;
        var count = Math.Max(1, (int)Math.Ceiling(Math.Abs(turn) / (Math.PI / 2) - 1e-9));
        var step = turn / count;
        // Handles of 4/3 tan(step/4) radii: the cubic meets the arc at both ends and in its middle.
        var handle = 4.0 / 3 * Math.Tan(step / 4);
        var middle = .5 * (start + end);
        Point Place(Point q)
        {
            var (x, y) = (rx * q.X, ry * q.Y);
            return middle + new Point(cos * x - sin * y, sin * x + cos * y);
        }
        var result = new List<(Point, Point, Point)>(count);
        for (var i = 0; i < count; i++)
        {
            var (s0, c0) = Math.SinCos(from + i * step);
            var (s1, c1) = Math.SinCos(from + (i + 1) * step);
            var a = center + new Point(c0 - handle * s0, s0 + handle * c0);
            var b = center + new Point(c1 + handle * s1, s1 - handle * c1);
            result.Add((Place(a), Place(b), i == count - 1 ? end : Place(center + new Point(c1, s1))));
        }
        return result;
    }
}
