using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Outlines;
using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Distill.Styles;

/// <summary>
/// How thick what is drawn is, by length of edge: of a stroke its width, of a fill twice its area by its contours' length. For a ring, or any
/// line that is drawn as a filled form, that is the line's width (a disc: its radius), so that outlined icons compare however they are made.
/// </summary>
public static class LineWidths
{
    // Lines that a fill's area is measured along.
    private const int Rows = 256;

    /// <summary>The widths that a shape shows, in the units of the outline, each with the length of edge that has it.</summary>
    /// <param name="outline">The shape.</param>
    /// <param name="scale">Pixels a unit, for flattening curves.</param>
    public static IEnumerable<(double Width, double Length)> Of(ShapeOutline outline, double scale)
    {
        ArgumentNullException.ThrowIfNull(outline);
        var contours = outline.Flatten(scale).ToArray();
        // A stroke has an edge on each side.
        if (outline.StrokeIsSeen) yield return (outline.StrokeWidth, 2 * contours.Sum(c => Length(c.Vertices, c.IsClosed)));
        if (!outline.FillIsSeen) yield break;
        var edge = contours.Sum(c => Length(c.Vertices, isClosed: true));
        if (edge > 0) yield return (2 * Area([.. contours.Select(c => c.Vertices)], outline.Shape.FillRule) / edge, edge);
    }

    /// <summary>The area that contours enclose by a fill rule, summed along lines through the middles of equal rows.</summary>
    public static double Area(IReadOnlyList<Point[]> contours, FillRule rule)
    {
        var all = contours.SelectMany(c => c).ToArray();
        if (all.Length == 0) return 0;
        var (top, bottom) = (all.Min(p => p.Y), all.Max(p => p.Y));
        var height = (bottom - top) / Rows;
        if (!(height > 0)) return 0;
        var crossings = Enumerable.Range(0, Rows).Select(_ => new List<(double X, int Turn)>()).ToArray();
        foreach (var contour in contours)
            for (var i = 0; i < contour.Length; i++) Cross(contour[i], contour[(i + 1) % contour.Length]);
        return height * crossings.Sum(row => Inside(row, rule));

        void Cross(Point a, Point b)
        {
            if (a.Y == b.Y) return;
            var (low, high) = (Math.Min(a.Y, b.Y), Math.Max(a.Y, b.Y));
            for (var row = (int)Math.Ceiling((low - top) / height - .5); row < Rows && top + (row + .5) * height < high; row++)
                crossings[row].Add((a.X + (top + (row + .5) * height - a.Y) / (b.Y - a.Y) * (b.X - a.X), b.Y > a.Y ? 1 : -1));
        }
    }

    private static double Inside(List<(double X, int Turn)> row, FillRule rule)
    {
        row.Sort();
        var (inside, winding) = (0.0, 0);
        for (var i = 0; i + 1 < row.Count; i++)
        {
            winding += row[i].Turn;
            if (rule == FillRule.EvenOdd ? i % 2 == 0 : winding != 0) inside += row[i + 1].X - row[i].X;
        }
        return inside;
    }

    private static double Length(Point[] vertices, bool isClosed)
    {
        var length = isClosed ? (vertices[0] - vertices[^1]).Length : 0;
        for (var i = 1; i < vertices.Length; i++) length += (vertices[i] - vertices[i - 1]).Length;
        return length;
    }
}
