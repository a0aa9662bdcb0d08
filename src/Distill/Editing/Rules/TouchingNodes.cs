using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Distill.Editing.Rules;

/// <summary>
/// Nodes that lie on another contour's curve stay on it: a line that ends on a frame, a wheel that stands on the ground, a corner of one
/// tile on the side of another. On a level or upright line they slide along it. On other lines and curves only the ends of open lines are held, at their place between that one's ends:
/// closed forms that lie along curves touch them in many places, by chance as often as not.
/// </summary>
internal static class TouchingNodes
{
    // Of the canvas diagonal, as points that meet; ends are theirs.
    private const double Tolerance = 2e-4, FromEnds = 5e-4;
    // Contours with more nodes are traced pictures, whose touching is chance; and the rows of more would take long to project.
    private const int MostNodes = 500, MostFound = 1000;
    private const int Samples = 24, Newton = 8;

    /// <summary>Adds the rows.</summary>
    internal static void Keep(IReadOnlyList<PlacedContour> contours, ReadOnlySpan<double> source, double diagonal, RelationRows rows)
    {
        var (tolerance, found) = (Tolerance * diagonal, 0);
        foreach (var under in contours)
        {
            if (under.Points.Length > 3 * MostNodes) continue;
            var curves = Curves(under, source);
            foreach (var over in contours)
            {
                if (over == under || over.Points.Length > 3 * MostNodes || !over.Extent.Meets(under.Extent, tolerance)) continue;
                for (var i = 0; i < over.Points.Length; i++)
                {
                    if (!over.IsNode[i] || !IsNear(under.Extent, over.Source[i], tolerance)) continue;
                    var isEnd = !over.IsClosed && (i == 0 || i == over.Points.Length - 1);
                    foreach (var curve in curves)
                    {
                        if (!isEnd && !curve.IsAlongAxis(diagonal)) continue;
                        if (!IsNear(curve.Box, over.Source[i], tolerance) || curve.Place(over.Source[i], tolerance, FromEnds * diagonal) is not { } weights) continue;
                        Tie(over.Points[i], curve, weights, diagonal, rows);
                        if (++found == MostFound) return;
                        break;
                    }
                }
            }
        }
    }

    private static bool IsNear(in Extent box, Point p, double margin) => box.Holds(new(p.X, p.Y, p.X, p.Y), margin);

    private static void Tie(in LinearPoint node, Curve curve, double[] weights, double diagonal, RelationRows rows)
    {
        if (!curve.IsLevel(diagonal)) rows.Add(Row(node.X, curve.Points.Select(p => p.X)));
        if (!curve.IsUpright(diagonal)) rows.Add(Row(node.Y, curve.Points.Select(p => p.Y)));

        (double, LinearForm)[] Row(LinearForm own, IEnumerable<LinearForm> others) => [(1, own), .. others.Select((form, i) => (-weights[i], form))];
    }

    private static List<Curve> Curves(PlacedContour contour, ReadOnlySpan<double> source)
    {
        var curves = new List<Curve>();
        if (contour.Kind == ContourKind.Ellipse) Add([0, 1, 2, 3], isEllipse: true);
        foreach (var s in contour.Segments())
            Add(s.First < 0 ? [s.From, s.To] : [s.From, s.First, s.Second, s.To]);
        if (contour.Shape.Geometry is RectGeometry r)
        {
            // Sides end where corners begin: top, right, bottom, left.
            var (x, y) = (Part(r.Rx.Value(source), r.Width.Value(source)), Part(r.Ry.Value(source), r.Height.Value(source)));
            for (var i = 0; i < curves.Count; i++) curves[i] = curves[i] with { Corner = i % 2 == 0 ? x : y };
        }
        return curves;

        void Add(int[] points, bool isEllipse = false)
        {
            var box = isEllipse ? contour.Extent : points.Aggregate(Extent.Empty, (b, p) => b.With(contour.Source[p]));
            curves.Add(new([.. points.Select(p => contour.Points[p])], [.. points.Select(p => contour.Source[p])], box, isEllipse, 0));
        }

        static double Part(double radius, double side) => side > 0 ? Math.Min(.5, radius / side) : 0;
    }

    /// <summary>A line (two points), a cubic (four), or an ellipse (the ends of its axes), and the part of a line that its corners take at either end.</summary>
    private sealed record Curve(LinearPoint[] Points, Point[] Source, Extent Box, bool IsEllipse, double Corner)
    {
        internal bool IsLevel(double diagonal) => Points.Length == 2 && KeptForms.IsLevel(Source[0], Source[1], diagonal);

        internal bool IsUpright(double diagonal) => Points.Length == 2 && KeptForms.IsUpright(Source[0], Source[1], diagonal);

        internal bool IsAlongAxis(double diagonal) => IsLevel(diagonal) || IsUpright(diagonal);

        /// <summary>The weights of the points whose sum is the given place; null where that does not lie on the curve, away from its ends.</summary>
        internal double[]? Place(Point p, double tolerance, double fromEnds) => IsEllipse ? OnEllipse(p, tolerance) : Source.Length == 2 ? OnLine(p, tolerance, fromEnds) : OnCubic(p, tolerance, fromEnds);

        private double[]? OnLine(Point p, double tolerance, double fromEnds)
        {
            var (chord, d) = (Source[1] - Source[0], p - Source[0]);
            var length = chord.Length;
            if (length <= 2 * fromEnds || Math.Abs(Point.Cross(chord, d)) > tolerance * length) return null;
            var t = Point.Dot(chord, d) / (length * length);
            return t * length > fromEnds && (1 - t) * length > fromEnds && t >= Corner && t <= 1 - Corner ? [1 - t, t] : null;
        }

        private double[]? OnCubic(Point p, double tolerance, double fromEnds)
        {
            if ((p - Source[0]).Length <= fromEnds || (p - Source[3]).Length <= fromEnds) return null;
            var t = 0.0;
            for (var (i, nearest) = (1, double.PositiveInfinity); i < Samples; i++)
            {
                var distance = (At((double)i / Samples) - p).Length;
                if (distance < nearest) (t, nearest) = ((double)i / Samples, distance);
            }
            for (var i = 0; i < Newton; i++)
            {
                var slope = Slope(t);
                var square = Point.Dot(slope, slope);
                if (square > 0) t = Math.Clamp(t - Point.Dot(At(t) - p, slope) / square, 0, 1);
            }
            var s = 1 - t;
            return (At(t) - p).Length <= tolerance ? [s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t] : null;
        }

        // Middle + a u + b v, u and v the half axes to the first two ends.
        private double[]? OnEllipse(Point p, double tolerance)
        {
            var middle = .5 * (Source[0] + Source[2]);
            var (u, v, d) = (Source[0] - middle, Source[1] - middle, p - middle);
            var area = Point.Cross(u, v);
            if (area == 0) return null;
            var (a, b) = (Point.Cross(d, v) / area, Point.Cross(u, d) / area);
            var rest = 1 - a - b;
            return Math.Abs(Math.Sqrt(a * a + b * b) - 1) * Math.Max(u.Length, v.Length) <= tolerance ? [.5 * rest + a, b, .5 * rest, 0] : null;
        }

        private Point At(double t) => ContourCurve.Cubic(Source[0], Source[1], Source[2], Source[3], t);

        private Point Slope(double t)
        {
            var s = 1 - t;
            return 3 * s * s * (Source[1] - Source[0]) + 6 * s * t * (Source[2] - Source[1]) + 3 * t * t * (Source[3] - Source[2]);
        }
    }
}
