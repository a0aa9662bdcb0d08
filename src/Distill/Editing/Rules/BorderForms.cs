using SvgDistill.Rasterizer.Geometry;

namespace SvgDistill.Distill.Editing.Rules;

/// <summary>
/// Borders: a contour that lies within another of the same form, a little smaller, follows it point by point, so that the border between them is as
/// wide as it was (a badge's rim, a frame's inner edge, a sticker's outline).
/// </summary>
internal static class BorderForms
{
    // Sizes of inner and outer form, and how far their middles and points may differ once both are brought to one size, in halves of it.
    private const double LeastPart = .75, Largest = .995, Off = .05;
    // Contours of more points are traced pictures; of one structure there may be hundreds.
    private const int MostPoints = 200, MostAlike = 200;

    /// <summary>Adds the rows that keep borders.</summary>
    internal static void Keep(IEnumerable<PlacedContour> contours, RelationRows rows)
    {
        foreach (var alike in contours.Where(c => c.IsClosed && c.Points.Length <= MostPoints).GroupBy(c => (c.Kind, c.Points.Length)))
        {
            var sorted = alike.OrderByDescending(c => c.Size).ThenBy(c => c.Order).Take(MostAlike).ToArray();
            for (var inner = 1; inner < sorted.Length; inner++)
                for (var outer = inner - 1; outer >= 0 && LeastPart * sorted[outer].Size <= sorted[inner].Size; outer--)
                    if (Match(sorted[outer], sorted[inner]) is { } match)
                    {
                        for (var i = 0; i < match.Length; i++) rows.Equal(sorted[inner].Points[i], sorted[outer].Points[match[i]]);
                        break;
                    }
        }
    }

    /// <summary>The outer contour's point for each of the inner one's; null where it is no border.</summary>
    private static int[]? Match(PlacedContour outer, PlacedContour inner)
    {
        var (a, b, n) = (Halves(outer), Halves(inner), inner.Points.Length);
        if (!outer.Extent.Holds(inner.Extent, 0) || inner.Size > Largest * outer.Size || a.X <= 0 || a.Y <= 0 || b.X <= 0 || b.Y <= 0) return null;
        var apart = inner.Middle - outer.Middle;
        if (Math.Abs(apart.X) > Off * a.X || Math.Abs(apart.Y) > Off * a.Y) return null;
        for (var start = 0; start < n; start++)
            foreach (var step in (ReadOnlySpan<int>)[1, -1])
            {
                var i = 0;
                for (; i < n; i++)
                {
                    var j = Image(i, start, step, n);
                    var d = At(inner, i, b) - At(outer, j, a);
                    if (inner.IsNode[i] != outer.IsNode[j] || Math.Abs(d.X) > Off || Math.Abs(d.Y) > Off) break;
                }
                if (i == n) return [.. Enumerable.Range(0, n).Select(k => Image(k, start, step, n))];
            }
        return null;
    }

    private static int Image(int i, int start, int step, int n) => ((start + step * i) % n + n) % n;

    private static Point Halves(PlacedContour c) => new((c.Extent.Right - c.Extent.Left) / 2, (c.Extent.Bottom - c.Extent.Top) / 2);

    private static Point At(PlacedContour c, int i, Point halves) => new((c.Source[i].X - c.Middle.X) / halves.X, (c.Source[i].Y - c.Middle.Y) / halves.Y);
}
