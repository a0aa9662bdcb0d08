using SvgDistill.Rasterizer.Geometry;

namespace SvgDistill.Distill.Editing.Rules;

/// <summary>Finds the contour that an isometry brings another onto: contours by the middle of their extent.</summary>
internal sealed class ContourIndex
{
    private readonly Dictionary<(long, long), List<PlacedContour>> cells = [];
    private readonly PaintMatch paints;
    private readonly double diagonal, cell;

    internal ContourIndex(IReadOnlyList<PlacedContour> contours, PaintMatch paints, double diagonal)
    {
        (this.paints, this.diagonal, cell) = (paints, diagonal, 2 * ContourMatch.Place * diagonal);
        foreach (var contour in contours)
        {
            var key = Cell(contour.Center);
            if (cells.TryGetValue(key, out var list)) list.Add(contour);
            else cells[key] = [contour];
        }
    }

    // In a heap of equal contours on one spot any of them will do.
    private const int MaximumCandidates = 16;

    /// <summary>What a contour goes onto: itself where that matches, else the first of those that match; null where nothing does.</summary>
    internal SymmetryPair? Image(PlacedContour contour, Matrix isometry) =>
        Image(contour, isometry, other => ContourMatch.Find(contour, other, isometry, diagonal));

    /// <summary>What a circle goes onto as a whole.</summary>
    internal SymmetryPair? RoundImage(PlacedContour circle, Matrix isometry) =>
        Image(circle, isometry, other => ContourMatch.AsCircles(circle, other, isometry, diagonal) ? [] : null);

    private SymmetryPair? Image(PlacedContour contour, in Matrix isometry, Func<PlacedContour, int[]?> match)
    {
        if (match(contour) is { } own) return new(contour, contour, own);
        var (x, y) = Cell(isometry.Apply(contour.Center));
        var tried = 0;
        for (var i = x - 1; i <= x + 1; i++)
            for (var j = y - 1; j <= y + 1; j++)
            {
                if (!cells.TryGetValue((i, j), out var list)) continue;
                foreach (var other in list)
                {
                    if (other == contour || other.Points.Length != contour.Points.Length || !paints.Alike(contour.Shape, other.Shape)) continue;
                    if (tried++ >= MaximumCandidates) return null;
                    if (match(other) is { } found) return new(contour, other, found);
                }
            }
        return null;
    }

    private (long, long) Cell(Point p) => ((long)Math.Floor(p.X / cell), (long)Math.Floor(p.Y / cell));
}
