using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Outlines;

namespace SvgDistill.Distill.Metrics;

/// <summary>
/// Thin folds that an edit made: parts of a contour that run nearer to another part of it than a width w (a pixel at the model's size) and
/// than half of what they did in the source, over a length of at least 8 w, both sides together. Two places of a contour are
/// different parts where more than 4 w of it lie between them; so corners down to about 10 degrees are none.
/// </summary>
/// <remarks>
/// Both contours are sampled at the same parameters, at most w/2 apart. A sample is pinched where one of another part is near; pinched
/// neighbours, and pinched samples with the nearest one, form one sliver.
/// </remarks>
public static class Slivers
{
    /// <summary>w, in pixels at the model's size.</summary>
    public const double Width = 1;

    private const double Apart = 4, Shortest = 8;
    private const int MostSamples = 40_000, MostNeighbours = 4_000_000;

    /// <summary>How many. The outlines correspond one to one.</summary>
    /// <param name="before">The source's outlines.</param>
    /// <param name="after">The edit's.</param>
    /// <param name="scale">Pixels a unit of the scene at the model's size.</param>
    public static int Of(IReadOnlyList<ShapeOutline> before, IReadOnlyList<ShapeOutline> after, double scale) =>
        before.Zip(after, (b, a) => In(b, a, scale).Count).Sum();

    /// <summary>Those of one shape.</summary>
    /// <param name="before">The source's outline.</param>
    /// <param name="after">The edit's.</param>
    /// <param name="scale">Pixels a unit of the scene at the model's size.</param>
    public static IReadOnlyList<ContourFault> In(ShapeOutline before, ShapeOutline after, double scale)
    {
        if (after.HasVanished || before.Points.AsSpan().SequenceEqual(after.Points.AsSpan())) return [];
        var faults = new List<ContourFault>();
        for (var c = 0; c < after.Contours.Length; c++) AddOf(c, before, after, scale, faults);
        return faults;
    }

    private static void AddOf(int contour, ShapeOutline before, ShapeOutline after, double scale, List<ContourFault> faults)
    {
        var counts = Counts(contour, before, after, scale);
        var (then, now) = (new Samples(before, contour, counts, scale), new Samples(after, contour, counts, scale));
        var n = now.Points.Length;
        if (n < 8 || now.Length < Shortest * Width) return;
        var work = MostNeighbours;
        var near = now.Nearest(Width, ref work);
        if (Array.TrueForAll(near, x => x.Index < 0)) return;
        var source = then.Nearest(2 * Width, ref work);

        // Sets of samples that belong together, each named by its least.
        var root = new int[n];
        for (var i = 0; i < n; i++)
            root[i] = near[i].Index >= 0 && !(source[i].Index >= 0 && near[i].Distance >= source[i].Distance / 2) ? i : -1;
        for (var i = 0; i < n; i++)
        {
            if (root[i] < 0) continue;
            if (i + 1 < n || now.IsClosed) Join(i, (i + 1) % n);
            Join(i, near[i].Index);
        }
        foreach (var sliver in Enumerable.Range(0, n).Where(i => root[i] >= 0).GroupBy(Root))
        {
            if (sliver.Sum(i => now.Share(i)) < Shortest * Width) continue;
            faults.Add(new(FaultKind.Sliver, [.. Runs(sliver.Select(i => now.Segments[i])).Select(r => new ContourSpan(contour, r.First, r.Last))]));
        }

        int Root(int i)
        {
            while (root[i] != i) i = root[i] = root[root[i]];
            return i;
        }

        void Join(int i, int j)
        {
            if (root[j] < 0) return;
            var (a, b) = (Root(i), Root(j));
            root[Math.Max(a, b)] = Math.Min(a, b);
        }
    }

    private static IEnumerable<(int First, int Last)> Runs(IEnumerable<int> segments)
    {
        var (first, last) = (-1, -1);
        foreach (var s in segments.Distinct().Order())
        {
            if (first >= 0 && s > last + 1) yield return (first, last);
            if (first < 0 || s > last + 1) first = s;
            last = s;
        }
        if (first >= 0) yield return (first, last);
    }

    // Samples of each segment; the last is the line that closes the contour.
    private static int[] Counts(int contour, ShapeOutline before, ShapeOutline after, double scale)
    {
        var place = after.Contours[contour];
        var counts = new double[place.Segments.Length + 1];
        for (var s = 0; s < place.Segments.Length; s++) counts[s] = Math.Max(Length(before, place.Segments[s]), Length(after, place.Segments[s]));
        if (place.IsClosed) counts[^1] = Math.Max(Gap(before), Gap(after));
        for (var s = 0; s < counts.Length; s++) counts[s] = Math.Ceiling(counts[s] * scale / (Width / 2));
        var coarser = Math.Max(1, counts.Sum() / MostSamples);
        return [.. counts.Select(c => (int)Math.Ceiling(c / coarser))];

        double Gap(ShapeOutline outline) => (outline.Points[place.FirstPoint] - outline.Points[place.LastPoint]).Length;

        static double Length(ShapeOutline outline, (int Start, int Order) segment)
        {
            var length = 0.0;
            for (var i = segment.Start; i < segment.Start + segment.Order; i++) length += (outline.Points[i + 1] - outline.Points[i]).Length;
            return length;
        }
    }

    /// <summary>A contour's points in pixels, with how far along the contour they lie.</summary>
    private sealed class Samples
    {
        private readonly double[] _along;

        public Samples(ShapeOutline outline, int contour, int[] counts, double scale)
        {
            var place = outline.Contours[contour];
            IsClosed = place.IsClosed;
            List<Point> points = [];
            List<int> segments = [];
            for (var s = 0; s < counts.Length; s++)
                for (var k = 0; k < counts[s]; k++)
                {
                    points.Add(scale * At(outline, place, s, (double)k / counts[s]));
                    segments.Add(Math.Min(s, place.Segments.Length - 1));
                }
            if (!IsClosed)
            {
                points.Add(scale * outline.Points[place.LastPoint]);
                segments.Add(place.Segments.Length - 1);
            }
            (Points, Segments) = ([.. points], [.. segments]);
            _along = new double[Points.Length];
            for (var i = 1; i < Points.Length; i++) _along[i] = _along[i - 1] + (Points[i] - Points[i - 1]).Length;
            if (Points.Length > 0) Length = _along[^1] + (IsClosed ? (Points[0] - Points[^1]).Length : 0);
        }

        public bool IsClosed { get; }
        public Point[] Points { get; }
        /// <summary>The contour's segment that each lies on.</summary>
        public int[] Segments { get; }
        public double Length { get; }

        /// <summary>The length of the contour that a sample stands for.</summary>
        public double Share(int i)
        {
            var n = Points.Length;
            var before = i > 0 ? (Points[i] - Points[i - 1]).Length : IsClosed ? (Points[0] - Points[n - 1]).Length : 0;
            var after = i + 1 < n ? (Points[i + 1] - Points[i]).Length : IsClosed ? (Points[0] - Points[n - 1]).Length : 0;
            return (before + after) / 2;
        }

        /// <summary>For each sample the nearest of another part within reach; index -1 where there is none.</summary>
        public (int Index, double Distance)[] Nearest(double reach, ref int work)
        {
            var cells = new Dictionary<(long, long), List<int>>();
            for (var i = 0; i < Points.Length; i++)
            {
                var cell = Cell(Points[i]);
                if (!cells.TryGetValue(cell, out var list)) cells.Add(cell, list = []);
                list.Add(i);
            }
            var nearest = new (int Index, double Distance)[Points.Length];
            for (var i = 0; i < Points.Length; i++)
            {
                nearest[i] = (-1, reach);
                var (x, y) = Cell(Points[i]);
                for (var dx = -1; dx <= 1; dx++)
                    for (var dy = -1; dy <= 1; dy++)
                    {
                        if (!cells.TryGetValue((x + dx, y + dy), out var list)) continue;
                        foreach (var j in list)
                        {
                            if (--work < 0) return nearest;
                            var along = Math.Abs(_along[i] - _along[j]);
                            if (IsClosed) along = Math.Min(along, Length - along);
                            if (along <= Apart * Width) continue;
                            var distance = (Points[i] - Points[j]).Length;
                            if (distance < nearest[i].Distance) nearest[i] = (j, distance);
                        }
                    }
            }
            return nearest;

            (long, long) Cell(Point p) => ((long)Math.Floor(p.X / reach), (long)Math.Floor(p.Y / reach));
        }

        private static Point At(ShapeOutline outline, in OutlineContour place, int segment, double t)
        {
            var p = outline.Points;
            if (segment == place.Segments.Length) return (1 - t) * p[place.LastPoint] + t * p[place.FirstPoint];
            var (i, order) = place.Segments[segment];
            var s = 1 - t;
            return order == 1 ? s * p[i] + t * p[i + 1]
                : s * s * s * p[i] + 3 * s * s * t * p[i + 1] + 3 * s * t * t * p[i + 2] + t * t * t * p[i + 3];
        }
    }
}
