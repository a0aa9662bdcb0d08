using SvgDistill.Rasterizer.Geometry;

namespace SvgDistill.Distill.Editing.Rules;

/// <summary>
/// Finds upright or level mirror axes: through the middle of the canvas, of the drawing's box and of its contours, and between contours
/// that look like each other's image. Axes with more to mirror come first, and a contour has an image by one axis only; besides, what is
/// symmetric by itself stays so about an axis that moves with it.
/// </summary>
internal sealed class MirrorSymmetry(IReadOnlyList<PlacedContour> contours, PaintMatch paints, Extent canvas, double diagonal)
{
    private const int MaximumAxes = 24;
    // Contours alike in number of points, size and height: more of them than this vote for no axis between them.
    private const int MaximumAlike = 8;
    // The part of a drawing by which an axis is the drawing's own, and stays where it is.
    private const double Half = .5;
    // What lies on it without any pair beside it must be as much of the drawing as this to be more than chance.
    private const double Quarter = .25;

    private readonly ContourIndex _index = new(contours, paints, diagonal);

    /// <summary>The relations about upright axes (left is right), or about level ones (top is bottom).</summary>
    internal List<SymmetryRelation> Find(bool upright)
    {
        var own = contours.Select(c => ContourMatch.Find(c, c, Mirror(upright, Middle(c, upright)), diagonal)).ToArray();
        for (var i = 0; i < own.Length; i++)
            if (own[i] is { } match && !ContourMatch.HasOrder(match, 2)) own[i] = null;

        var box = contours.Aggregate(Extent.Empty, (b, c) => b.With(new(c.Extent.Left, c.Extent.Top)).With(new(c.Extent.Right, c.Extent.Bottom)));
        double[] main = [Middle(canvas, upright), Middle(box, upright)];
        var found = new List<SymmetryRelation>();
        var claimed = new HashSet<PlacedContour>();
        var total = contours.Sum(c => c.Size);
        foreach (var axis in Axes(own, main, upright))
        {
            var pairs = Pairs(axis, upright, claimed);
            var isMain = main.Any(m => Math.Abs(m - axis) <= ContourMatch.Place * diagonal);
            var isFixed = isMain || pairs.Sum(Weight) >= Half * total;
            // Away from the drawing's own axes a contour onto itself says nothing about others: below.
            if (!isFixed) pairs.RemoveAll(p => p.From == p.To);
            // Drawings whose contours have no size (a spinner's dots, which grow by an animation) have nothing on an axis, too.
            if (pairs.Count == 0) continue;
            if (!pairs.Exists(p => p.From != p.To) && !(isFixed && pairs.Sum(Weight) >= Quarter * total)) continue;
            foreach (var pair in pairs)
            {
                claimed.Add(pair.From);
                claimed.Add(pair.To);
            }
            found.Add(new(Mirror(upright, 0), isFixed ? (false, false) : (upright, !upright), pairs));
        }
        var onAxis = found.Where(f => f.Free == (false, false)).SelectMany(f => f.Pairs).Where(p => p.From == p.To).Select(p => p.From).ToHashSet();
        for (var i = 0; i < own.Length; i++)
            if (own[i] is { } match && contours[i] is { Kind: ContourKind.Path, Round: null } contour && !onAxis.Contains(contour))
                found.Add(new(Mirror(upright, 0), (upright, !upright), [new(contour, contour, match)]));
        return found;
    }

    private static double Weight(SymmetryPair pair) => pair.From == pair.To ? pair.From.Size : pair.From.Size + pair.To.Size;

    private static double Middle(PlacedContour c, bool upright) => Middle(c.Extent, upright);

    private static double Middle(Extent e, bool upright) => upright ? (e.Left + e.Right) / 2 : (e.Top + e.Bottom) / 2;

    private static Matrix Mirror(bool upright, double axis) => upright ? new(-1, 0, 0, 1, 2 * axis, 0) : new(1, 0, 0, -1, 0, 2 * axis);

    private List<SymmetryPair> Pairs(double axis, bool upright, HashSet<PlacedContour> claimed)
    {
        var (pairs, taken, mirror) = (new List<SymmetryPair>(), new HashSet<PlacedContour>(), Mirror(upright, axis));
        foreach (var contour in contours)
        {
            if (claimed.Contains(contour) || taken.Contains(contour)) continue;
            if ((_index.Image(contour, mirror) ?? _index.WholeImage(contour, mirror)) is not { } pair) continue;
            if (pair.From == pair.To ? !ContourMatch.HasOrder(pair.Points, 2) : claimed.Contains(pair.To) || taken.Contains(pair.To)) continue;
            taken.Add(pair.From);
            taken.Add(pair.To);
            pairs.Add(pair);
        }
        return pairs;
    }

    /// <summary>Axes to try: the drawing's own first, then those with the most votes.</summary>
    private IEnumerable<double> Axes(int[]?[] own, double[] main, bool upright)
    {
        var votes = new List<(double Axis, double Weight)>();
        for (var i = 0; i < own.Length; i++)
            if (own[i] is not null) votes.Add((Middle(contours[i], upright), contours[i].Size));
        foreach (var alike in contours.GroupBy(c => (c.Kind, c.Points.Length, Rounded(c.Size), Rounded(Middle(c, !upright)))))
        {
            var members = alike.ToList();
            if (members.Count > MaximumAlike) continue;
            for (var i = 0; i < members.Count; i++)
                for (var j = i + 1; j < members.Count; j++)
                    votes.Add(((Middle(members[i], upright) + Middle(members[j], upright)) / 2, members[i].Size + members[j].Size));
        }
        var tolerance = ContourMatch.Place * diagonal;
        var axes = votes.GroupBy(v => (long)Math.Round(v.Axis / tolerance))
            .Select(g => (Axis: g.Sum(v => v.Axis * v.Weight) / g.Sum(v => v.Weight), Weight: g.Sum(v => v.Weight)))
            .Where(a => double.IsFinite(a.Axis)).OrderByDescending(a => a.Weight).ThenBy(a => a.Axis).Take(MaximumAxes).Select(a => a.Axis);
        // A drawing in the middle of its canvas has one axis, and contours that lie right on it say best where.
        return main.Where(double.IsFinite).OrderByDescending(m => Pairs(m, upright, []).Sum(Weight)).Concat(axes);

        long Rounded(double length) => (long)Math.Round(length / (4 * ContourMatch.Place * diagonal));
    }
}
