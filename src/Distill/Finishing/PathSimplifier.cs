using System.Collections.Immutable;
using SvgDistill.Distill.Fitting;
using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Outlines;
using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Distill.Finishing;

/// <summary>
/// Draws paths with fewer nodes: two neighbouring segments become one where a single line or cubic with the same end directions stays
/// within a tolerance of what both were at first, the nearest first, until none is left. Corners stay, as do contours' first nodes.
/// </summary>
public static class PathSimplifier
{
    // A turn of more than this is a corner.
    private static readonly double _corner = Math.Cos(15 * Math.PI / 180);
    private const int Samples = 24;
    private const int MostSegments = 2000;

    /// <summary>The paths that need fewer nodes, with what to draw them with.</summary>
    /// <param name="scene">The drawing.</param>
    /// <param name="theta">Its parameters.</param>
    /// <param name="tolerance">How far an outline may move, in canvas diagonals.</param>
    /// <param name="rounding">How far rounding may move a point, in canvas diagonals.</param>
    /// <param name="elements">The elements that may be rewritten.</param>
    public static IReadOnlyDictionary<PathGeometry, PathGeometry> Simplify(Scene scene, double[] theta, double tolerance, double rounding, IReadOnlySet<int> elements)
    {
        var simpler = new Dictionary<PathGeometry, PathGeometry>(ReferenceEqualityComparer.Instance);
        var diagonal = Math.Sqrt(scene.Width * scene.Width + scene.Height * scene.Height);
        foreach (var outline in ShapeOutline.Of(scene, theta))
        {
            if (outline.Shape is not { Geometry: PathGeometry path, Element: { TagName: "path" } element } || !elements.Contains(element.Order)) continue;
            if (outline.HasVanished || outline.ToScene.IsSingular || !path.Points.All(p => IsFree(p.X) && IsFree(p.Y))) continue;
            var unit = diagonal / outline.ToScene.MeanScale;
            var points = outline.Variables.Select(v => v.Value(theta)).ToArray();
            var contours = outline.Contours.Select(c => Contour.Of(c, points)).ToArray();
            var before = contours.Sum(c => c.Segments.Count);
            if (before > MostSegments) continue;
            foreach (var contour in contours) contour.Merge(tolerance * unit);
            if (contours.Sum(c => c.Segments.Count) < before)
                simpler[path] = Contour.Path(contours, Math.Clamp((int)Math.Ceiling(-Math.Log10(2 * rounding * unit)), 0, 12));
        }
        return simpler;

        bool IsFree(Scalar scalar) => scalar.Index >= 0 && scene.Parameters[scalar.Index].IsLeaf;
    }

    /// <summary>A line (no handles) or a cubic, and points of what it stands for.</summary>
    private sealed record Segment(Point From, Point To, (Point, Point)? Handles, List<Point> Run)
    {
        public Point Begin => Direction(Handles is { } h ? [From, h.Item1, h.Item2, To] : [From, To]);
        public Point End => Direction(Handles is { } h ? [To, h.Item2, h.Item1, From] : [To, From]);

        private static Point Direction(ReadOnlySpan<Point> points)
        {
            foreach (var p in points)
                if (p != points[0]) return 1 / (p - points[0]).Length * (p - points[0]);
            return new(1, 0);
        }
    }

    private sealed class Contour
    {
        public List<Segment> Segments { get; } = [];
        private Point First { get; init; }
        private bool IsClosed { get; init; }

        public static Contour Of(OutlineContour place, Point[] points)
        {
            var contour = new Contour { First = points[place.FirstPoint], IsClosed = place.IsClosed };
            foreach (var (i, order) in place.Segments)
            {
                (Point, Point)? handles = order == 1 ? null : (points[i + 1], points[i + 2]);
                var run = new List<Point>(Samples + 1);
                for (var k = 0; k <= Samples; k++)
                {
                    var (t, s) = ((double)k / Samples, 1 - (double)k / Samples);
                    run.Add(order == 1 ? s * points[i] + t * points[i + 1]
                        : s * s * s * points[i] + 3 * s * s * t * points[i + 1] + 3 * s * t * t * points[i + 2] + t * t * t * points[i + 3]);
                }
                contour.Segments.Add(new(points[i], points[i + order], handles, run));
            }
            return contour;
        }

        public void Merge(double tolerance)
        {
            // The merge of each segment with the next, with its error.
            var merges = new List<(Segment Segment, double Error)?>();
            for (var i = 0; i + 1 < Segments.Count; i++) merges.Add(Together(Segments[i], Segments[i + 1], tolerance));
            while (true)
            {
                var best = -1;
                for (var i = 0; i < merges.Count; i++)
                    if (merges[i] is { } merge && (best < 0 || merge.Error < merges[best]!.Value.Error)) best = i;
                // A closed contour of one segment is no outline any more.
                if (best < 0 || (IsClosed && Segments.Count <= 2)) return;
                Segments[best] = merges[best]!.Value.Segment;
                Segments.RemoveAt(best + 1);
                merges.RemoveAt(best);
                if (best < merges.Count) merges[best] = Together(Segments[best], Segments[best + 1], tolerance);
                if (best > 0) merges[best - 1] = Together(Segments[best - 1], Segments[best], tolerance);
            }
        }

        private static (Segment, double)? Together(Segment a, Segment b, double tolerance)
        {
            if (Point.Dot(-1 * a.End, b.Begin) < _corner || (b.To - a.From).Length <= tolerance) return null;
            List<Point> run = [.. a.Run, .. b.Run.Skip(1)];
            if (a.Handles is null && b.Handles is null)
            {
                var chord = b.To - a.From;
                var off = run.Max(p => Math.Abs(Point.Cross(chord, p - a.From))) / chord.Length;
                return off <= tolerance ? (new(a.From, b.To, null, run), off) : null;
            }
            // The fitter counts in steps of the run.
            var step = run.Zip(run.Skip(1), (p, q) => (q - p).Length).Average();
            if (!(step > 0)) return null;
            var (c1, c2, squared) = CurveFitter.FitOne([.. run.Select(p => 1 / step * (p - a.From))], a.Begin, b.End);
            var error = step * Math.Sqrt(squared);
            return error <= tolerance ? (new(a.From, b.To, (a.From + step * c1, a.From + step * c2), run), error) : null;
        }

        public static PathGeometry Path(IEnumerable<Contour> contours, int decimals)
        {
            var (commands, points) = (ImmutableArray.CreateBuilder<PathCommand>(), ImmutableArray.CreateBuilder<ScalarPoint>());
            foreach (var contour in contours)
            {
                Add(PathCommand.Move, contour.First);
                foreach (var segment in contour.Segments)
                {
                    if (segment.Handles is { } h) Add(PathCommand.Cubic, h.Item1, h.Item2, segment.To);
                    else Add(PathCommand.Line, segment.To);
                }
                if (contour.IsClosed) Add(PathCommand.Close);
            }
            return new PathGeometry { Commands = commands.ToImmutable(), Points = points.ToImmutable() };

            void Add(PathCommand command, params ReadOnlySpan<Point> takes)
            {
                commands.Add(command);
                foreach (var p in takes) points.Add(new(Scalar.Constant(Math.Round(p.X, decimals)), Scalar.Constant(Math.Round(p.Y, decimals))));
            }
        }
    }
}
