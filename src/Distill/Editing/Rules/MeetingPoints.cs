using SvgDistill.Rasterizer.Geometry;

namespace SvgDistill.Distill.Editing.Rules;

/// <summary>
/// Points of different contours that lie on one another stay together: halves of a heart share their edge, an outline its fill's form.
/// Handles only where the nodes that they belong to meet, too. So does a contour's last node with its first, where it is that but for rounding.
/// </summary>
internal static class MeetingPoints
{
    // Of the canvas diagonal; a fifth of a pixel of a 1000 pixel picture.
    private const double Tolerance = 2e-4;

    // Points of one contour crowd together only where it has no form there.
    private const int MaximumInCell = 8;

    /// <summary>Adds the rows.</summary>
    internal static void Keep(IReadOnlyList<PlacedContour> contours, double diagonal, RelationRows rows)
    {
        var tolerance = Tolerance * diagonal;
        var cells = new Dictionary<(bool, long, long), List<(PlacedContour Contour, int Point)>>();
        foreach (var contour in contours)
        {
            if (contour.Repeated is { } last) rows.Equal(last, contour.Points[0]);
            for (var i = 0; i < contour.Points.Length; i++)
            {
                var (x, y) = Cell(contour.Source[i]);
                if (Nearest(contour, i, x, y) is { } met)
                {
                    rows.Equal(contour.Points[i], met.Contour.Points[met.Point]);
                    continue;
                }
                var key = (contour.IsNode[i], x, y);
                if (!cells.TryGetValue(key, out var list)) cells[key] = list = [];
                if (list.Count < MaximumInCell) list.Add((contour, i));
            }
        }

        (PlacedContour Contour, int Point)? Nearest(PlacedContour contour, int point, long x, long y)
        {
            for (var i = x - 1; i <= x + 1; i++)
                for (var j = y - 1; j <= y + 1; j++)
                    if (cells.TryGetValue((contour.IsNode[point], i, j), out var list))
                        foreach (var other in list)
                            if (other.Contour != contour && Near(contour.Source[point], other.Contour.Source[other.Point])
                                && (contour.IsNode[point] || Near(NodeOf(contour, point), NodeOf(other.Contour, other.Point)))) return other;
            return null;
        }

        (long, long) Cell(Point p) => ((long)Math.Floor(p.X / tolerance), (long)Math.Floor(p.Y / tolerance));

        bool Near(Point a, Point b) => (a - b).Length <= tolerance;
    }

    // The node beside a handle: before the first of two, after the second.
    private static Point NodeOf(PlacedContour contour, int handle) =>
        contour.Source[contour.IsNode[handle - 1] ? handle - 1 : (handle + 1) % contour.Source.Length];
}
