using SvgDistill.Rasterizer.Geometry;

namespace SvgDistill.Distill.Editing.Rules;

/// <summary>Finds the contour that an isometry brings another onto: contours by the middle of their extent.</summary>
internal sealed class ContourIndex
{
    private readonly Dictionary<(long, long), List<PlacedContour>> _byCenter = [], _byMiddle = [];
    private readonly PaintMatch _paints;
    private readonly double _diagonal, _cell;

    internal ContourIndex(IReadOnlyList<PlacedContour> contours, PaintMatch paints, double diagonal)
    {
        (_paints, _diagonal, _cell) = (paints, diagonal, 2 * ContourMatch.Place * diagonal);
        foreach (var contour in contours)
        {
            Put(_byCenter, contour.Center, contour);
            if (contour.Kind != ContourKind.Rectangle) Put(_byMiddle, contour.Middle, contour);
        }
    }

    // In a heap of equal contours on one spot any of them will do.
    private const int MaximumCandidates = 16;

    /// <summary>What a contour goes onto point by point: itself where that matches, else the first of those that match; null where nothing does.</summary>
    internal SymmetryPair? Image(PlacedContour contour, Matrix isometry) =>
        ContourMatch.Find(contour, contour, isometry, _diagonal) is { } own ? new(contour, contour, own)
            : Image(_byCenter, contour, isometry.Apply(contour.Center), other => ContourMatch.Find(contour, other, isometry, _diagonal));

    /// <summary>What a circle goes onto as a whole.</summary>
    internal SymmetryPair? RoundImage(PlacedContour circle, Matrix isometry) =>
        ContourMatch.AsCircles(circle, circle, isometry, _diagonal) ? new(circle, circle, [])
            : Image(_byMiddle, circle, isometry.Apply(circle.Middle), other => ContourMatch.AsCircles(circle, other, isometry, _diagonal) ? [] : null);

    /// <summary>The other contour that a small one goes onto as a whole.</summary>
    internal SymmetryPair? WholeImage(PlacedContour contour, Matrix isometry) => !ContourMatch.MayBeWhole(contour, _diagonal) ? null
        : Image(_byMiddle, contour, isometry.Apply(contour.Middle), other => ContourMatch.AsWholes(contour, other, isometry, _diagonal) ? [] : null);

    private SymmetryPair? Image(Dictionary<(long, long), List<PlacedContour>> cells, PlacedContour contour, Point image, Func<PlacedContour, int[]?> match)
    {
        var (x, y) = Cell(image);
        var tried = 0;
        for (var i = x - 1; i <= x + 1; i++)
            for (var j = y - 1; j <= y + 1; j++)
            {
                if (!cells.TryGetValue((i, j), out var list)) continue;
                foreach (var other in list)
                {
                    if (other == contour || !_paints.Alike(contour.Shape, other.Shape)) continue;
                    if (tried++ >= MaximumCandidates) return null;
                    if (match(other) is { } found) return new(contour, other, found);
                }
            }
        return null;
    }

    private void Put(Dictionary<(long, long), List<PlacedContour>> cells, Point at, PlacedContour contour)
    {
        if (cells.TryGetValue(Cell(at), out var list)) list.Add(contour);
        else cells[Cell(at)] = [contour];
    }

    private (long, long) Cell(Point p) => ((long)Math.Floor(p.X / _cell), (long)Math.Floor(p.Y / _cell));
}
