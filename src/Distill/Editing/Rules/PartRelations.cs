using SvgDistill.Rasterizer.Geometry;

namespace SvgDistill.Distill.Editing.Rules;

/// <summary>
/// Parts stay on what they lie on: what another contour holds is shifted back into it, and made smaller where it no longer has room; what
/// touches another is shifted until it does again. A part hangs on one whole only, and follows it from the largest down.
/// </summary>
internal sealed class PartRelations : IDrawingRule
{
    private const int MaximumShifts = 8;
    private const int MaximumShrinks = 12;
    private const double Shrink = .92;

    private readonly List<(PartRelation Relation, ContourMover Mover)> _relations = [];
    private readonly double _tolerance;

    internal PartRelations(IReadOnlyList<PlacedContour> contours, ReadOnlySpan<bool> free, double diagonal)
    {
        _tolerance = PartRelation.Tolerance * diagonal;
        foreach (var relation in PartRelation.Find(contours, diagonal))
            if (ContourMover.Of(relation.Part, free) is { } mover) _relations.Add((relation, mover));
    }

    /// <summary>What hangs on what.</summary>
    internal IEnumerable<PartRelation> Found => _relations.Select(r => r.Relation);

    /// <inheritdoc/>
    /// <remarks>Nothing: a part may go anywhere on its whole.</remarks>
    public void Project(ReadOnlySpan<double> theta, Span<double> gradient) { }

    /// <inheritdoc/>
    public void Restore(Span<double> theta)
    {
        // Wholes come before their parts, so what has been flattened once does not move any more.
        var flat = new Dictionary<PlacedContour, Point[]>(ReferenceEqualityComparer.Instance);
        foreach (var (relation, mover) in _relations)
        {
            if (!flat.TryGetValue(relation.Whole, out var whole)) flat[relation.Whole] = whole = Flat(relation.Whole, theta);
            if (relation.Witness < 0) KeepInside(relation.Part, whole, mover, theta);
            else KeepTouching(relation, whole, mover, theta);
        }
    }

    /// <summary>Relations that do not hold.</summary>
    /// <param name="theta">The parameters.</param>
    /// <param name="concerned">Which relations to look at.</param>
    internal List<PartRelation> Broken(ReadOnlySpan<double> theta, Func<PartRelation, bool> concerned)
    {
        var broken = new List<PartRelation>();
        foreach (var (relation, _) in _relations)
        {
            if (!concerned(relation)) continue;
            var (whole, samples) = (Flat(relation.Whole, theta), PartRelation.Samples(Flat(relation.Part, theta)));
            if (relation.Witness >= 0 ? !Touches(relation, Polygon.Depth(samples[relation.Witness], whole).Depth)
                : Array.Exists(samples, p => -Polygon.Depth(p, whole).Depth > _tolerance)) broken.Add(relation);
        }
        return broken;
    }

    private static bool Touches(PartRelation relation, double depth) => depth >= Math.Min(0, relation.Depth);

    private static Point[] Flat(PlacedContour contour, ReadOnlySpan<double> theta) => ContourCurve.Flatten(contour, contour.At(theta));

    private static void KeepTouching(PartRelation relation, Point[] whole, ContourMover mover, Span<double> theta)
    {
        for (var i = 0; i < MaximumShifts; i++)
        {
            var witness = PartRelation.Samples(Flat(relation.Part, theta))[relation.Witness];
            var (depth, nearest) = Polygon.Depth(witness, whole);
            if (Touches(relation, depth)) return;
            // Onto the outline, and on by the depth that it had.
            var way = nearest - witness;
            var inward = Math.Max(0, relation.Depth);
            mover.Shift((1 + inward / Math.Max(way.Length, 1e-300)) * way, theta);
        }
    }

    private void KeepInside(PlacedContour part, Point[] whole, ContourMover mover, Span<double> theta)
    {
        for (var shrinks = 0; ; shrinks++)
        {
            for (var i = 0; i < MaximumShifts; i++)
                if (!ShiftIn(part, whole, mover, theta)) return;
            if (shrinks == MaximumShrinks) return;
            var (extent, room) = (ContourCurve.Extent(part, part.At(theta)), whole.Aggregate(Extent.Empty, (box, p) => box.With(p)));
            var factor = Math.Min(Shrink, Math.Min(Part(room.Right - room.Left, extent.Right - extent.Left), Part(room.Bottom - room.Top, extent.Bottom - extent.Top)));
            mover.Scale(new((extent.Left + extent.Right) / 2, (extent.Top + extent.Bottom) / 2), factor, theta);
        }
    }

    // A level line has no height that would have to fit.
    private static double Part(double room, double length) => length > room ? room / length : 1;

    /// <summary>Shifts by the farthest way in that a point has; false where all are inside.</summary>
    private bool ShiftIn(PlacedContour part, Point[] whole, ContourMover mover, Span<double> theta)
    {
        var (way, farthest) = (default(Point), _tolerance);
        foreach (var p in PartRelation.Samples(Flat(part, theta)))
        {
            var (depth, nearest) = Polygon.Depth(p, whole);
            if (-depth > farthest) (way, farthest) = (nearest - p, -depth);
        }
        if (farthest <= _tolerance) return false;
        mover.Shift(way, theta);
        return true;
    }
}
