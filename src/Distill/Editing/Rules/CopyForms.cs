using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Distill.Editing.Rules;

/// <summary>
/// Copies: contours of one form in several places (raindrops, wheels, windows, a form and its shadow) keep one form, wherever each of them goes. Colours may
/// differ, and a copy may not be turned.
/// </summary>
internal static class CopyForms
{
    // Contours of more points are traced pictures, and of one structure and size there may be hundreds of different forms.
    private const int MostPoints = 120, MostForms = 32;
    // Points of all copies of one form: a pattern's hundreds take longer than they are worth.
    private const int MostOfOne = 240;
    // Of their width, and of the canvas diagonal: by how much round forms may differ, as files round.
    private const double Same = .02, Finest = 2e-4;

    /// <summary>Adds the rows that keep copies alike.</summary>
    /// <param name="contours">The drawing's contours.</param>
    /// <param name="free">Which parameters may move: what may not is no copy.</param>
    /// <param name="diagonal">The canvas diagonal.</param>
    /// <param name="rows">Where the rows go.</param>
    internal static void Keep(IEnumerable<PlacedContour> contours, bool[] free, double diagonal, RelationRows rows)
    {
        foreach (var alike in contours.Where(c => c.Points.Length <= MostPoints && MayMove(c, free)).GroupBy(Structure))
        {
            var forms = new List<List<(PlacedContour Contour, int[] Points)>>();
            foreach (var contour in alike.OrderBy(c => c.Spread).ThenBy(c => c.Order))
            {
                var isCopy = false;
                for (var i = forms.Count - 1; i >= Math.Max(0, forms.Count - MostForms) && !isCopy; i--)
                {
                    if (Match(forms[i][0].Contour, contour, diagonal) is not { } points) continue;
                    forms[i].Add((contour, points));
                    isCopy = true;
                }
                if (!isCopy) forms.Add([(contour, [])]);
            }
            foreach (var copies in forms.Where(f => f.Count * (f[0].Contour.Round is null ? f[0].Contour.Points.Length : 1) <= MostOfOne))
                foreach (var (contour, points) in copies.Skip(1)) Tie(copies[0].Contour, contour, points, rows);
        }
    }

    // Round forms are alike whatever nodes they are drawn through.
    private static (ContourKind, bool, int) Structure(PlacedContour c) => (c.Kind, c.IsClosed, c.Round is null ? c.Points.Length : 0);

    private static bool MayMove(PlacedContour contour, bool[] free) => contour.Points.SelectMany(p => p.X.Terms.Concat(p.Y.Terms)).All(t => free[t.Index]);

    /// <summary>Which of a copy's points is which; none for round forms; null where it is no copy.</summary>
    private static int[]? Match(PlacedContour a, PlacedContour b, double diagonal)
    {
        if (a.Round is not null) return AreAsLarge(a.Extent, b.Extent, diagonal) ? [] : null;
        var apart = b.Center - a.Center;
        return ContourMatch.Find(a, b, new Matrix(1, 0, 0, 1, apart.X, apart.Y), diagonal);
    }

    private static bool AreAsLarge(in Extent a, in Extent b, double diagonal)
    {
        var (width, height) = (a.Right - a.Left, a.Bottom - a.Top);
        return Math.Abs(b.Right - b.Left - width) <= Math.Max(Same * width, Finest * diagonal) && Math.Abs(b.Bottom - b.Top - height) <= Math.Max(Same * height, Finest * diagonal);
    }

    private static void Tie(PlacedContour a, PlacedContour b, int[] points, RelationRows rows)
    {
        if (a.Round is { } r && b.Round is { } s)
        {
            rows.Add([.. r.Radius.Times(1), .. s.Radius.Times(-1)]);
            if (!r.IsCircle || !s.IsCircle) rows.Add([.. r.RadiusY.Times(1), .. s.RadiusY.Times(-1)]);
            return;
        }
        for (var i = 1; i < points.Length; i++)
        {
            LinearPoint p = a.Points[i], q = b.Points[points[i]], p0 = a.Points[0], q0 = b.Points[points[0]];
            rows.Add((1, p.X), (-1, p0.X), (-1, q.X), (1, q0.X));
            rows.Add((1, p.Y), (-1, p0.Y), (-1, q.Y), (1, q0.Y));
        }
    }
}
