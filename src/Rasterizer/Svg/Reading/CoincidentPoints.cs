using SvgDistill.Rasterizer.Geometry;

namespace SvgDistill.Rasterizer.Svg.Reading;

/// <summary>Finds points of a path that lie on one another, so that they can share a variable.</summary>
internal static class CoincidentPoints
{
    /// <summary>
    /// For every point the index of the first one within the tolerance (its own index where there is none before it).
    /// </summary>
    public static int[] Merge(IReadOnlyList<Point> points, double tolerance)
    {
        var places = new int[points.Count];
        // Cells of twice the tolerance: what lies within it is in the same cell or a neighbour. A cell holds its last
        // point, and each point the one before it in its cell.
        var (cells, size) = (new Dictionary<(long, long), int>(points.Count), 2 * tolerance);
        var before = new int[points.Count];
        for (var i = 0; i < places.Length; i++)
        {
            var p = points[i];
            var (x, y) = ((long)Math.Floor(p.X / size), (long)Math.Floor(p.Y / size));
            places[i] = Nearest(p, x, y) ?? i;
            if (places[i] != i) continue;
            before[i] = cells.TryGetValue((x, y), out var last) ? last : -1;
            cells[(x, y)] = i;
        }
        return places;

        int? Nearest(Point p, long x, long y)
        {
            int? found = null;
            for (var i = x - 1; i <= x + 1; i++)
                for (var j = y - 1; j <= y + 1; j++)
                {
                    if (!cells.TryGetValue((i, j), out var k)) continue;
                    for (; k >= 0; k = before[k])
                        if ((points[k] - p).Length <= tolerance && (found is null || k < found)) found = k;
                }
            return found;
        }
    }
}
