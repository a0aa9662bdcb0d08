using SvgDistill.Rasterizer.Geometry;

namespace SvgDistill.Distill.Editing.Rules;

/// <summary>
/// Grounds go on filling the canvas: a straight side along its edge, or beyond it, stays there, and its ends only slide along it. So do a tile's four sides, a flag's
/// stripes at both ends (lines that are stroked, too), and what stands on the lower edge. Short sides of what does not go from edge to edge are free.
/// </summary>
internal static class CanvasSides
{
    // Of the canvas diagonal: a fifth of a pixel of 128.
    private const double Tolerance = .001;

    // The part of an edge from which on a side along it is a ground's.
    private const double Ground = .5;

    /// <summary>Adds the rows.</summary>
    internal static void Keep(PlacedContour contour, in Extent canvas, double diagonal, RelationRows rows)
    {
        if (contour.Kind == ContourKind.Ellipse) return;
        var (tolerance, extent) = (Tolerance * diagonal, contour.Extent);
        // From edge to edge: left and right, top and bottom.
        bool[] spans =
        [
            extent.Left <= canvas.Left + tolerance && extent.Right >= canvas.Right - tolerance,
            extent.Top <= canvas.Top + tolerance && extent.Bottom >= canvas.Bottom - tolerance,
        ];
        foreach (var (from, first, _, to) in contour.Segments())
        {
            if (first >= 0) continue;
            var (p, q) = (contour.Source[from], contour.Source[to]);
            if (Lies(p.X, q.X, canvas.Left, canvas.Right, spans[0], Math.Abs(p.Y - q.Y) / (canvas.Bottom - canvas.Top)))
            {
                rows.Add((1, contour.Points[from].X));
                rows.Add((1, contour.Points[to].X));
            }
            if (Lies(p.Y, q.Y, canvas.Top, canvas.Bottom, spans[1], Math.Abs(p.X - q.X) / (canvas.Right - canvas.Left)))
            {
                rows.Add((1, contour.Points[from].Y));
                rows.Add((1, contour.Points[to].Y));
            }
        }
        if (!contour.IsClosed)
            foreach (var end in new[] { 0, contour.Points.Length - 1 })
            {
                var p = contour.Source[end];
                if (Lies(p.X, p.X, canvas.Left, canvas.Right, spans[0], 0)) rows.Add((1, contour.Points[end].X));
                if (Lies(p.Y, p.Y, canvas.Top, canvas.Bottom, spans[1], 0)) rows.Add((1, contour.Points[end].Y));
            }

        bool Lies(double a, double b, double low, double high, bool spansThem, double length) => Math.Abs(a - b) <= tolerance && (spansThem || length >= Ground)
            && (Math.Max(a, b) <= low + tolerance || Math.Min(a, b) >= high - tolerance);
    }
}
