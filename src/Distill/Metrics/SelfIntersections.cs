using SvgDistill.Rasterizer.Geometry;

namespace SvgDistill.Distill.Metrics;

/// <summary>How often a contour crosses itself.</summary>
/// <param name="Crossings">Crossings found.</param>
/// <param name="Complete">False where the search was given up at its limit; then there are at least so many.</param>
public readonly record struct CrossingCount(long Crossings, bool Complete)
{
    /// <summary>The counts of two contours together.</summary>
    public static CrossingCount operator +(CrossingCount a, CrossingCount b) => new(a.Crossings + b.Crossings, a.Complete && b.Complete);
}

/// <summary>
/// Counts the places where a polyline crosses itself. A crossing is where one strand passes from one side of another to
/// the other, in the middle of segments or at vertices; touching and running along each other are none. Decided by exact
/// predicates. Segments are sorted into a grid of about as many cells as segments, so that only near ones are compared.
/// </summary>
public static class SelfIntersections
{
    // Keeps hostile input (thousands of segments through one cell, or through all) at seconds.
    private static long WorkLimit(int segments) => 5_000_000 + 200L * segments;

    /// <summary>The crossings of one contour.</summary>
    /// <param name="points">Its vertices in order; a closed contour does not repeat the first.</param>
    /// <param name="closed">Whether the last vertex is joined to the first.</param>
    public static CrossingCount Count(ReadOnlySpan<Point> points, bool closed)
    {
        var polyline = Polyline.Of(points, closed);
        if (polyline.Segments < 3) return new(0, true);

        var crossings = new HashSet<(int, int)>();
        var work = WorkLimit(polyline.Segments);
        if (Cells(polyline, ref work) is not { } cells) return new(0, false);
        foreach (var cell in cells)
            for (var m = 0; m < cell.Count; m++)
                for (var n = 0; n < m; n++)
                {
                    if (--work < 0) return new(crossings.Count, false);
                    var pair = (cell[n], cell[m]);
                    if (polyline.Cross(pair.Item1, pair.Item2)) crossings.Add(pair);
                }
        return new(crossings.Count, true);
    }

    // For each grid cell the segments that may touch it, in rising order; null where that alone is too much.
    private static Dictionary<int, List<int>>.ValueCollection? Cells(Polyline line, ref long work)
    {
        var (minX, maxX) = (line.Vertices.Min(p => p.X), line.Vertices.Max(p => p.X));
        var (minY, maxY) = (line.Vertices.Min(p => p.Y), line.Vertices.Max(p => p.Y));
        var side = (int)Math.Clamp(Math.Sqrt(line.Segments), 1, 1024);
        var (width, height) = ((maxX - minX) / side, (maxY - minY) / side);
        var cells = new Dictionary<int, List<int>>();
        for (var i = 0; i < line.Segments; i++)
        {
            var (a, b) = (line.Start(i), line.End(i));
            if (b.X < a.X) (a, b) = (b, a);
            // A column more on each side and a padding in y absorb the rounding of the divisions.
            for (var column = Index(a.X, minX, width) - 1; column <= Index(b.X, minX, width) + 1; column++)
            {
                if (column < 0 || column >= side) continue;
                var (from, to) = a.X == b.X ? (a.Y, b.Y)
                    : (At(a, b, minX + (column - .01) * width), At(a, b, minX + (column + 1.01) * width));
                var last = Index(Math.Max(from, to) + .01 * height, minY, height);
                for (var row = Index(Math.Min(from, to) - .01 * height, minY, height); row <= last; row++)
                {
                    if (!cells.TryGetValue(row * side + column, out var cell)) cells.Add(row * side + column, cell = []);
                    cell.Add(i);
                    if (--work < 0) return null;
                }
            }
        }
        return cells.Values;

        int Index(double x, double origin, double size) => size > 0 ? (int)Math.Clamp((x - origin) / size, 0, side - 1) : 0;

        static double At(Point a, Point b, double x) => a.Y + Math.Clamp((x - a.X) / (b.X - a.X), 0, 1) * (b.Y - a.Y);
    }

    /// <summary>The contour without repeated vertices.</summary>
    private sealed record Polyline(Point[] Vertices, bool Closed)
    {
        public int Segments => Closed ? Vertices.Length : Vertices.Length - 1;

        public static Polyline Of(ReadOnlySpan<Point> points, bool closed)
        {
            var vertices = new List<Point>(points.Length);
            foreach (var p in points)
                if (vertices.Count == 0 || vertices[^1] != p) vertices.Add(p);
            while (closed && vertices.Count > 1 && vertices[^1] == vertices[0]) vertices.RemoveAt(vertices.Count - 1);
            return new([.. vertices], closed);
        }

        public Point Start(int i) => Vertices[i];
        public Point End(int i) => Vertices[(i + 1) % Vertices.Length];
        private bool HasBefore(int i) => Closed || i > 0;
        private Point Before(int i) => Vertices[(i + Vertices.Length - 1) % Vertices.Length];

        /// <summary>Whether segments i &lt; j cross, a vertex counting with the segment that starts at it.</summary>
        public bool Cross(int i, int j)
        {
            if (j == i + 1 || (Closed && i == 0 && j == Segments - 1)) return false;
            var (a, b, c, d) = (Start(i), End(i), Start(j), End(j));
            var (sideC, sideD) = (Orientation.Of(a, b, c), Orientation.Of(a, b, d));
            if (sideC * sideD > 0) return false;
            var (sideA, sideB) = (Orientation.Of(c, d, a), Orientation.Of(c, d, b));
            if (sideA * sideB > 0) return false;
            if (sideA * sideB * sideC * sideD != 0) return true;

            if (a == c) return HasBefore(i) && HasBefore(j) && Alternate(a, Before(i), b, Before(j), d);
            if (sideC == 0 && sideD != 0 && Inside(c, a, b)) return HasBefore(j) && Orientation.Of(a, b, Before(j)) == -sideD;
            if (sideA == 0 && sideB != 0 && Inside(a, c, d)) return HasBefore(i) && Orientation.Of(c, d, Before(i)) == -sideB;
            return false;
        }

        // For p on the line through a and b: strictly between them.
        private static bool Inside(Point p, Point a, Point b) => Point.Dot(a - p, b - p) < 0;

        // Whether the strand u-p-v parts r from s around p; strands that share a direction do not cross there.
        private static bool Alternate(Point p, Point u, Point v, Point r, Point s)
        {
            if (SameDirection(p, u, r) || SameDirection(p, u, s) || SameDirection(p, v, r) || SameDirection(p, v, s)) return false;
            return Between(p, u, v, r) != Between(p, u, v, s);
        }

        private static bool SameDirection(Point p, Point u, Point r) => Orientation.Of(p, u, r) == 0 && Point.Dot(u - p, r - p) > 0;

        // Whether r lies in the angle swept clockwise from u to v.
        private static bool Between(Point p, Point u, Point v, Point r)
        {
            var turn = Orientation.Of(p, u, v);
            var (afterU, beforeV) = (Orientation.Of(p, u, r) > 0, Orientation.Of(p, r, v) > 0);
            return turn > 0 || (turn == 0 && Point.Dot(u - p, v - p) > 0) ? afterU && beforeV
                : turn == 0 ? afterU : afterU || beforeV;
        }
    }
}
