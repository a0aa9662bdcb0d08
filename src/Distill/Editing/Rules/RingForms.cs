namespace SvgDistill.Distill.Editing.Rules;

/// <summary>
/// Rings: circles and ellipses of one path about the same middle (a wheel and its hole, a line's outline) stay about the same middle, so that a ring
/// is as wide on one side as on the other. Circles that are shapes of their own may slide (a pupil in its eye).
/// </summary>
internal static class RingForms
{
    // Of the canvas diagonal, and of the smaller circle's size: middles that lie apart by more do so on purpose.
    private const double Near = 1e-3, NearOfSize = .02;

    /// <summary>Adds the rows that keep rings.</summary>
    internal static void Keep(IEnumerable<PlacedContour> contours, double diagonal, RelationRows rows)
    {
        foreach (var path in contours.Where(c => c.Kind == ContourKind.Path && c.Round is not null).GroupBy(c => c.Order))
        {
            var sorted = path.OrderBy(c => c.Middle.X).ToArray();
            for (var i = 0; i < sorted.Length; i++)
                for (var j = i + 1; j < sorted.Length && sorted[j].Middle.X - sorted[i].Middle.X <= Near * diagonal; j++)
                    if (IsRing(sorted[i], sorted[j], diagonal)) Tie(sorted[i].Round!, sorted[j].Round!, rows);
        }
    }

    private static bool IsRing(PlacedContour a, PlacedContour b, double diagonal) =>
        (a.Middle - b.Middle).Length <= Math.Min(Near * diagonal, NearOfSize * Math.Min(a.Size, b.Size));

    private static void Tie(RoundForm a, RoundForm b, RelationRows rows)
    {
        rows.Add([.. a.X.Times(1), .. b.X.Times(-1)]);
        rows.Add([.. a.Y.Times(1), .. b.Y.Times(-1)]);
    }
}
