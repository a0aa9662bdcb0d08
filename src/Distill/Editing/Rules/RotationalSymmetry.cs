using SvgDistill.Rasterizer.Geometry;

namespace SvgDistill.Distill.Editing.Rules;

/// <summary>
/// Finds wheels and flowers: a turn by an n-th of the circle about the middle of the canvas, of the drawing's box or of a contour brings
/// contours onto one another (or one contour onto itself). The largest n counts, and a contour turns about one centre only.
/// </summary>
internal sealed class RotationalSymmetry(IReadOnlyList<PlacedContour> contours, PaintMatch paints, Extent canvas, double diagonal)
{
    private const int LargestOrder = 24;
    private const int MaximumCenters = 12;
    private const double Half = .5;

    private readonly ContourIndex _index = new(contours, paints, diagonal);

    /// <summary>The relations.</summary>
    internal List<SymmetryRelation> Find()
    {
        var box = contours.Aggregate(Extent.Empty, (b, c) => b.With(new(c.Extent.Left, c.Extent.Top)).With(new(c.Extent.Right, c.Extent.Bottom)));
        Point[] main = [Middle(canvas), Middle(box)];
        var (found, claimed, total) = (new List<SymmetryRelation>(), new HashSet<PlacedContour>(), contours.Sum(c => c.Size));
        foreach (var center in Centers(main))
            for (var n = LargestOrder; n >= 2; n--)
            {
                var turn = Matrix.Translation(center.X, center.Y) * Matrix.Rotation(2 * Math.PI / n) * Matrix.Translation(-center.X, -center.Y);
                var pairs = Orbits(turn, n, claimed);
                if (pairs.Count == 0) continue;
                var weight = pairs.Sum(p => p.From.Size);
                var isFixed = main.Any(m => (m - center).Length <= ContourMatch.Place * diagonal) || weight >= Half * total;
                found.Add(new(Matrix.Rotation(2 * Math.PI / n), (!isFixed, !isFixed), pairs));
                foreach (var pair in pairs)
                {
                    claimed.Add(pair.From);
                    claimed.Add(pair.To);
                }
            }
        return found;
    }

    private static Point Middle(Extent e) => new((e.Left + e.Right) / 2, (e.Top + e.Bottom) / 2);

    private List<Point> Centers(Point[] main)
    {
        var chosen = new List<Point>();
        // Contours that share a middle vote for it together.
        var tolerance = ContourMatch.Place * diagonal;
        var middles = contours.GroupBy(c => ((long)Math.Round(c.Center.X / tolerance), (long)Math.Round(c.Center.Y / tolerance)))
            .OrderByDescending(g => g.Sum(c => c.Size)).ThenBy(g => g.Key).Take(MaximumCenters).Select(g => g.First().Center);
        foreach (var center in main.Concat(middles))
            if (double.IsFinite(center.X) && double.IsFinite(center.Y) && !chosen.Exists(c => (c - center).Length <= tolerance)) chosen.Add(center);
        return chosen;
    }

    /// <summary>
    /// Contours that go round in n, contours that the turn brings onto themselves, and, where there are such, circles about its centre.
    /// </summary>
    private List<SymmetryPair> Orbits(in Matrix turn, int n, HashSet<PlacedContour> claimed)
    {
        var (pairs, hubs, seen) = (new List<SymmetryPair>(), new List<SymmetryPair>(), new HashSet<PlacedContour>(claimed));
        foreach (var contour in contours)
        {
            if (seen.Contains(contour)) continue;
            var orbit = Orbit(contour, turn, n, seen);
            if (orbit is [var own] && own.From == own.To)
            {
                if (own.Points.Length == 0) hubs.Add(own);
                // Its points go round, in orbits of n.
                else if (contour.Kind == ContourKind.Path && own.Points.Length >= 4 && own.Points[0] != 0 && ContourMatch.HasOrder(own.Points, n)) pairs.Add(own);
            }
            // Two contours are each other's mirror images, too, or only alike. The last pair of an orbit follows from the others.
            else if (orbit.Count == n && n > 2) pairs.AddRange(orbit.SkipLast(1));
            else continue;
            foreach (var pair in orbit) seen.Add(pair.From);
        }
        if (pairs.Count > 0) pairs.AddRange(hubs);
        return pairs;
    }

    /// <summary>Images of images of a contour back to itself; nothing where they do not come back within n.</summary>
    private List<SymmetryPair> Orbit(PlacedContour contour, in Matrix turn, int n, HashSet<PlacedContour> seen)
    {
        var (orbit, at) = (new List<SymmetryPair>(), contour);
        while (orbit.Count < n && !seen.Contains(at))
        {
            var next = at.Round is { IsCircle: true } ? _index.RoundImage(at, turn) : _index.Image(at, turn);
            if (next is null) break;
            orbit.Add(next);
            at = next.To;
            if (at == contour) return orbit;
        }
        return [];
    }
}
