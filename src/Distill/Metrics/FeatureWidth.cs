using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Outlines;

namespace SvgDistill.Distill.Metrics;

/// <summary>
/// The width of the thinnest thing that is drawn: of a filled contour the least distance of two parallel lines that it fits between, of a
/// stroke its own. What covers nothing does not count.
/// </summary>
public static class FeatureWidth
{
    // Of a pixel: a line that is filled.
    private const double Nothing = 1e-6;

    /// <summary>The least of a drawing, in the units of the outlines; 0 where nothing is drawn.</summary>
    /// <param name="outlines">The drawing.</param>
    /// <param name="scale">Pixels a unit, for flattening curves.</param>
    public static double Smallest(IReadOnlyList<ShapeOutline> outlines, double scale) => outlines.Where(o => o.FillIsSeen)
        .SelectMany(o => o.Flatten(scale)).Select(c => Of(c.Vertices)).Concat(outlines.Select(o => o.StrokeWidth))
        .Where(w => w * scale > Nothing).DefaultIfEmpty(0).Min();

    /// <summary>The width of some points: of the directions of their convex hull's edges, the one in which they reach least far.</summary>
    public static double Of(ReadOnlySpan<Point> points)
    {
        var hull = Hull(points.ToArray());
        if (hull.Count < 3) return 0;
        var (least, far) = (double.PositiveInfinity, 1);
        for (var i = 0; i < hull.Count; i++)
        {
            var (from, edge) = (hull[i], hull[(i + 1) % hull.Count] - hull[i]);
            // The farthest point moves on with the edge (rotating calipers).
            while (Height(far + 1) > Height(far)) far++;
            least = Math.Min(least, Height(far) / edge.Length);

            double Height(int k) => Math.Abs(Point.Cross(edge, hull[k % hull.Count] - from));
        }
        return least;
    }

    // Andrew's monotone chain.
    private static List<Point> Hull(Point[] points)
    {
        var sorted = points.Distinct().OrderBy(p => p.X).ThenBy(p => p.Y).ToArray();
        if (sorted.Length < 3) return [.. sorted];
        var hull = new List<Point>();
        Chain(sorted);
        Chain(sorted.Reverse());
        return hull;

        void Chain(IEnumerable<Point> ordered)
        {
            var first = hull.Count;
            foreach (var p in ordered)
            {
                while (hull.Count >= first + 2 && Point.Cross(hull[^1] - hull[^2], p - hull[^1]) <= 0) hull.RemoveAt(hull.Count - 1);
                hull.Add(p);
            }
            hull.RemoveAt(hull.Count - 1);
        }
    }
}
