using SvgDistill.Rasterizer.Outlines;

namespace SvgDistill.Distill.Metrics;

/// <summary>
/// Crossings that an edit added: for every contour those with itself that are more than the source's, and for every two contours of one
/// path likewise. Crossings that went elsewhere do not make up for them.
/// </summary>
public static class AddedCrossings
{
    /// <summary>How many. The outlines correspond one to one.</summary>
    /// <param name="before">The source's outlines.</param>
    /// <param name="after">The edit's.</param>
    /// <param name="scale">Pixels a unit of the scene, for flattening curves.</param>
    public static CrossingCount Of(IReadOnlyList<ShapeOutline> before, IReadOnlyList<ShapeOutline> after, double scale)
    {
        var count = new CrossingCount(0, true);
        for (var i = 0; i < before.Count; i++)
        {
            var faults = In(before[i], after[i], scale, out var complete);
            count += new CrossingCount(faults.Count, complete);
        }
        return count;
    }

    /// <summary>Those of one shape: as many faults as crossings were added.</summary>
    /// <param name="before">The source's outline.</param>
    /// <param name="after">The edit's.</param>
    /// <param name="scale">Pixels a unit of the scene.</param>
    /// <param name="complete">False where a search was given up.</param>
    public static IReadOnlyList<ContourFault> In(ShapeOutline before, ShapeOutline after, double scale, out bool complete)
    {
        complete = true;
        if (after.HasVanished || before.Points.AsSpan().SequenceEqual(after.Points.AsSpan())) return [];
        var now = Crossings(after, scale, out complete);
        if (now.Count == 0) return [];
        var then = Crossings(before, scale, out var completeBefore);
        complete &= completeBefore;

        var faults = new List<ContourFault>();
        foreach (var contours in now.GroupBy(c => (c.A.Contour, c.B.Contour)))
        {
            var source = then.Where(c => (c.A.Contour, c.B.Contour) == contours.Key).ToList();
            var added = contours.Count() - source.Count;
            if (added <= 0) continue;
            // Those that the source has between the same segments are its own.
            var fresh = new List<Crossing>();
            foreach (var crossing in contours)
                if (!source.Remove(crossing)) fresh.Add(crossing);
            faults.AddRange(fresh.Take(added).Select(c => new ContourFault(FaultKind.Crossing, c.A.Contour == c.B.Contour
                ? [Between(after, c.A.Contour, c.A.Segment, c.B.Segment)]
                : [new(c.A.Contour, c.A.Segment, c.A.Segment), new(c.B.Contour, c.B.Segment, c.B.Segment)])));
        }
        return faults;
    }

    private readonly record struct Place(int Contour, int Segment);

    private readonly record struct Crossing(Place A, Place B);

    private static List<Crossing> Crossings(ShapeOutline outline, double scale, out bool complete)
    {
        var flat = Enumerable.Range(0, outline.Contours.Length).Select(c => outline.Flatten(c, scale)).ToArray();
        var found = SelfIntersections.Find([.. flat.Select((f, c) => (f.Vertices, outline.Contours[c].IsClosed))], out complete);
        return [.. found.Select(c => new Crossing(
            new(c.ContourA, flat[c.ContourA].Segments[c.VertexA]), new(c.ContourB, flat[c.ContourB].Segments[c.VertexB])))];
    }

    // Of the two ways from one segment to the other the shorter: the loop that should not be there.
    private static ContourSpan Between(ShapeOutline outline, int contour, int a, int b)
    {
        if (a > b) (a, b) = (b, a);
        var place = outline.Contours[contour];
        if (!place.IsClosed) return new(contour, a, b);
        var (inside, whole) = (0.0, 0.0);
        for (var s = 0; s < place.Segments.Length; s++)
        {
            var (start, order) = place.Segments[s];
            var length = 0.0;
            for (var i = start; i < start + order; i++) length += (outline.Points[i + 1] - outline.Points[i]).Length;
            whole += length;
            if (s >= a && s <= b) inside += length;
        }
        return inside <= whole / 2 ? new(contour, a, b) : new(contour, b, a);
    }
}
