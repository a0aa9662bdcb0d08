using SvgDistill.Rasterizer.Geometry;

namespace SvgDistill.Distill.Editing.Rules;

/// <summary>
/// Arcs of one circle in one path that together go round for more than half of it (a ring with gaps, a reload arrow, a map pin's head) stay arcs of one
/// circle: they move, turn and grow together. Smaller ones, a smile, are free to bend.
/// </summary>
internal static class ArcForms
{
    private const double Least = 200 * Math.PI / 180, LeastOfSegment = 20 * Math.PI / 180;
    // Of the radius: how far a curve may leave its circle, and how far circles may lie apart and still be one.
    private const double Off = .01, Same = .02;
    // Of the canvas diagonal: smaller circles are round corners, larger ones are lines.
    private const double Smallest = .01, Largest = 1;

    private sealed record Arc(PlacedContour Contour, (int From, int First, int Second, int To) Segment, Point Center, double Radius, double Sweep);

    /// <summary>Adds the rows that keep arcs.</summary>
    internal static void Keep(IEnumerable<PlacedContour> contours, double diagonal, RelationRows rows)
    {
        foreach (var path in contours.Where(c => c.Kind == ContourKind.Path && c.Round is null).GroupBy(c => c.Order))
        {
            var circles = new List<List<Arc>>();
            // A circle through three points of a short piece is anyone's: these join what the longer ones say.
            foreach (var arc in path.SelectMany(c => c.Segments().Where(s => s.First >= 0).Select(s => ArcOf(c, s, diagonal))).OfType<Arc>().OrderByDescending(a => a.Sweep))
            {
                var circle = circles.Find(c => arc.Sweep < LeastOfSegment ? LiesOn(arc, c[0]) : AreOne(c[0], arc));
                if (circle is not null) circle.Add(arc);
                else if (arc.Sweep >= LeastOfSegment) circles.Add([arc]);
            }
            foreach (var circle in circles)
                if (circle.Sum(a => a.Sweep) >= Least) Tie(circle, rows);
        }
    }

    private static bool LiesOn(Arc arc, Arc circle)
    {
        var (p, s) = (arc.Contour.Source, arc.Segment);
        return new[] { p[s.From], ContourCurve.Cubic(p[s.From], p[s.First], p[s.Second], p[s.To], .5), p[s.To] }
            .All(q => Math.Abs((q - circle.Center).Length - circle.Radius) <= Off * circle.Radius);
    }

    private static bool AreOne(Arc a, Arc b) =>
        (a.Center - b.Center).Length <= Same * a.Radius && Math.Abs(a.Radius - b.Radius) <= Same * a.Radius;

    private static Arc? ArcOf(PlacedContour contour, (int From, int First, int Second, int To) s, double diagonal)
    {
        var p = contour.Source;
        Point At(double t) => ContourCurve.Cubic(p[s.From], p[s.First], p[s.Second], p[s.To], t);
        var (a, b) = (At(.5) - p[s.From], p[s.To] - p[s.From]);
        var area = 2 * Point.Cross(a, b);
        if (area == 0) return null;
        var (aa, bb) = (Point.Dot(a, a), Point.Dot(b, b));
        var toCenter = new Point((b.Y * aa - a.Y * bb) / area, (a.X * bb - b.X * aa) / area);
        var (center, radius) = (p[s.From] + toCenter, toCenter.Length);
        if (radius < Smallest * diagonal || radius > Largest * diagonal) return null;
        foreach (var t in (ReadOnlySpan<double>)[.125, .25, .75, .875])
            if (Math.Abs((At(t) - center).Length - radius) > Off * radius) return null;
        var sweep = Turn(p[s.From] - center, At(.5) - center) + Turn(At(.5) - center, p[s.To] - center);
        return new(contour, s, center, radius, sweep);
    }

    private static double Turn(Point a, Point b) => Math.Abs(Math.Atan2(Point.Cross(a, b), Point.Dot(a, b)));

    /// <summary>All points follow two of them by similarities: p - a = z (b - a), z a complex number that the source says.</summary>
    private static void Tie(List<Arc> circle, RelationRows rows)
    {
        var points = new List<(LinearPoint Form, Point Source)>();
        foreach (var (contour, s, _, _, _) in circle)
            foreach (var i in (ReadOnlySpan<int>)[s.From, s.First, s.Second, s.To]) points.Add((contour.Points[i], contour.Source[i]));
        var a = points[0];
        var b = points.MaxBy(p => (p.Source - a.Source).Length);
        var axis = b.Source - a.Source;
        foreach (var (form, source) in points.Skip(1))
        {
            if (form == b.Form || form == a.Form) continue;
            var d = source - a.Source;
            var (re, im) = (Point.Dot(axis, d) / Point.Dot(axis, axis), Point.Cross(axis, d) / Point.Dot(axis, axis));
            rows.Add((1, form.X), (re - 1, a.Form.X), (-re, b.Form.X), (im, b.Form.Y), (-im, a.Form.Y));
            rows.Add((1, form.Y), (re - 1, a.Form.Y), (-re, b.Form.Y), (-im, b.Form.X), (im, a.Form.X));
        }
    }
}
