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

/// <summary>Where a strand of one contour crosses a strand of another, or of the same: the vertices that the segments start at.</summary>
/// <param name="ContourA">The first contour.</param>
/// <param name="VertexA">Where the crossing segment of the first starts, an index of its vertices.</param>
/// <param name="ContourB">The second contour.</param>
/// <param name="VertexB">Likewise.</param>
public readonly record struct StrandCrossing(int ContourA, int VertexA, int ContourB, int VertexB);

/// <summary>
/// Finds the places where polylines cross themselves and each other. A crossing is where one strand passes from one side of another to
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
        var found = Find([(points.ToArray(), closed)], out var complete);
        return new(found.Count, complete);
    }

    /// <summary>The crossings of contours with themselves and with each other, in a fixed order.</summary>
    /// <param name="contours">Their vertices in order; a closed contour does not repeat the first.</param>
    /// <param name="complete">False where the search was given up at its limit; then there are at least so many.</param>
    public static IReadOnlyList<StrandCrossing> Find(IReadOnlyList<(Point[] Vertices, bool IsClosed)> contours, out bool complete)
    {
        var strands = new Strands(contours);
        complete = true;
        if (strands.Segments.Length < 3) return [];

        var crossings = new HashSet<(int, int)>();
        var work = WorkLimit(strands.Segments.Length);
        var cells = Cells(strands, ref work);
        complete = cells is not null;
        foreach (var cell in cells?.AsEnumerable() ?? [])
            for (var m = 0; m < cell.Count && complete; m++)
                for (var n = 0; n < m; n++)
                {
                    if (--work < 0)
                    {
                        complete = false;
                        break;
                    }
                    var pair = (strands.Segments[cell[n]], strands.Segments[cell[m]]);
                    if (strands.Cross(pair.Item1, pair.Item2)) crossings.Add(pair);
                }
        return [.. crossings.Order().Select(c => new StrandCrossing(
            strands.Contour[c.Item1], strands.Vertex[c.Item1], strands.Contour[c.Item2], strands.Vertex[c.Item2]))];
    }

    // For each grid cell the segments that may touch it, in rising order; null where that alone is too much.
    private static Dictionary<int, List<int>>.ValueCollection? Cells(Strands strands, ref long work)
    {
        var (minX, maxX) = (strands.Points.Min(p => p.X), strands.Points.Max(p => p.X));
        var (minY, maxY) = (strands.Points.Min(p => p.Y), strands.Points.Max(p => p.Y));
        var side = (int)Math.Clamp(Math.Sqrt(strands.Segments.Length), 1, 1024);
        var (width, height) = ((maxX - minX) / side, (maxY - minY) / side);
        var cells = new Dictionary<int, List<int>>();
        for (var i = 0; i < strands.Segments.Length; i++)
        {
            var (a, b) = (strands.Start(strands.Segments[i]), strands.End(strands.Segments[i]));
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

    /// <summary>All contours without repeated vertices: each vertex with the one before and after it, -1 at open ends.</summary>
    private sealed class Strands
    {
        private readonly int[] _before, _after;

        public Strands(IReadOnlyList<(Point[] Vertices, bool IsClosed)> contours)
        {
            List<Point> points = [];
            List<int> contour = [], vertex = [], before = [], after = [];
            for (var c = 0; c < contours.Count; c++)
            {
                var first = points.Count;
                for (var v = 0; v < contours[c].Vertices.Length; v++)
                {
                    if (points.Count > first && points[^1] == contours[c].Vertices[v]) continue;
                    Add(contours[c].Vertices[v], c, v);
                }
                var closed = contours[c].IsClosed;
                while (closed && points.Count - first > 1 && points[^1] == points[first]) RemoveLast();
                var count = points.Count - first;
                for (var i = 0; i < count; i++)
                {
                    before.Add(i > 0 ? first + i - 1 : closed ? first + count - 1 : -1);
                    after.Add(i + 1 < count ? first + i + 1 : closed ? first : -1);
                }
            }
            (Points, Contour, Vertex, _before, _after) = ([.. points], [.. contour], [.. vertex], [.. before], [.. after]);
            Segments = [.. Enumerable.Range(0, Points.Length).Where(i => _after[i] >= 0)];

            void Add(Point point, int c, int v)
            {
                points.Add(point);
                contour.Add(c);
                vertex.Add(v);
            }

            void RemoveLast()
            {
                points.RemoveAt(points.Count - 1);
                contour.RemoveAt(contour.Count - 1);
                vertex.RemoveAt(vertex.Count - 1);
            }
        }

        public Point[] Points { get; }
        /// <summary>The contour of each point, and its place among that contour's vertices as given.</summary>
        public int[] Contour { get; }
        public int[] Vertex { get; }
        /// <summary>The points that a segment starts at.</summary>
        public int[] Segments { get; }

        public Point Start(int i) => Points[i];
        public Point End(int i) => Points[_after[i]];
        private bool HasBefore(int i) => _before[i] >= 0;
        private Point Before(int i) => Points[_before[i]];

        /// <summary>Whether segments i &lt; j cross, a vertex counting with the segment that starts at it.</summary>
        public bool Cross(int i, int j)
        {
            if (_after[i] == j || _after[j] == i) return false;
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
