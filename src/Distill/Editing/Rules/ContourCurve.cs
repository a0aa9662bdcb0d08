using SvgDistill.Rasterizer.Geometry;

namespace SvgDistill.Distill.Editing.Rules;

/// <summary>A contour's curve: its exact extent, and points along it.</summary>
internal static class ContourCurve
{
    private const int PiecesOfCurve = 6;
    private const int PiecesOfEllipse = 24;

    /// <summary>The box that holds the curve through these points.</summary>
    internal static Extent Extent(PlacedContour contour, ReadOnlySpan<Point> points)
    {
        var box = Rules.Extent.Empty;
        if (contour.Kind == ContourKind.Ellipse)
        {
            var (center, u, v) = Axes(points);
            var (x, y) = (Math.Sqrt(u.X * u.X + v.X * v.X), Math.Sqrt(u.Y * u.Y + v.Y * v.Y));
            return box.With(center - new Point(x, y)).With(center + new Point(x, y));
        }
        foreach (var p in NodesOf(contour, points)) box = box.With(p);
        foreach (var (from, first, second, to) in contour.Segments())
        {
            if (first < 0) continue;
            var (a, b, c, d) = (points[from], points[first], points[second], points[to]);
            foreach (var t in Turns(a.X, b.X, c.X, d.X)) box = box.With(Cubic(a, b, c, d, t));
            foreach (var t in Turns(a.Y, b.Y, c.Y, d.Y)) box = box.With(Cubic(a, b, c, d, t));
        }
        return box;
    }

    /// <summary>Points along the curve, as many whatever it looks like.</summary>
    internal static Point[] Flatten(PlacedContour contour, ReadOnlySpan<Point> points)
    {
        var flat = new List<Point>(points.Length * 2);
        if (contour.Kind == ContourKind.Ellipse)
        {
            var (center, u, v) = Axes(points);
            for (var i = 0; i < PiecesOfEllipse; i++)
            {
                var (sin, cos) = Math.SinCos(2 * Math.PI * i / PiecesOfEllipse);
                flat.Add(center + cos * u + sin * v);
            }
            return [.. flat];
        }
        flat.Add(points[0]);
        foreach (var (from, first, second, to) in contour.Segments())
        {
            if (first >= 0)
                for (var i = 1; i < PiecesOfCurve; i++)
                    flat.Add(Cubic(points[from], points[first], points[second], points[to], (double)i / PiecesOfCurve));
            if (to != 0) flat.Add(points[to]);
        }
        return [.. flat];
    }

    private static List<Point> NodesOf(PlacedContour contour, ReadOnlySpan<Point> points)
    {
        var nodes = new List<Point>();
        for (var i = 0; i < points.Length; i++)
            if (contour.IsNode[i]) nodes.Add(points[i]);
        return nodes;
    }

    private static (Point Center, Point U, Point V) Axes(ReadOnlySpan<Point> ends) =>
        (.25 * (ends[0] + ends[1] + ends[2] + ends[3]), .5 * (ends[0] - ends[2]), .5 * (ends[1] - ends[3]));

    internal static Point Cubic(Point a, Point b, Point c, Point d, double t)
    {
        var s = 1 - t;
        return s * s * s * a + 3 * s * s * t * b + 3 * s * t * t * c + t * t * t * d;
    }

    // Zeros of the derivative inside (0, 1): q0 (1-t)^2 + 2 q1 (1-t) t + q2 t^2 with q the differences.
    private static IEnumerable<double> Turns(double a, double b, double c, double d)
    {
        var (q0, q1, q2) = (b - a, c - b, d - c);
        var (square, linear) = (q0 - 2 * q1 + q2, 2 * (q1 - q0));
        var discriminant = linear * linear - 4 * square * q0;
        if (discriminant < 0) return [];
        // The stable form of the two roots.
        var half = -.5 * (linear + (linear < 0 ? -1 : 1) * Math.Sqrt(discriminant));
        return new[] { half / square, q0 / half }.Where(t => t > 0 && t < 1);
    }
}
