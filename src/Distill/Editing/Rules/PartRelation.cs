using SvgDistill.Rasterizer.Geometry;

namespace SvgDistill.Distill.Editing.Rules;

/// <summary>What a contour hangs on: a larger one that holds it, or that it touches.</summary>
/// <param name="Part">The smaller contour.</param>
/// <param name="Whole">The larger one.</param>
/// <param name="Witness">Where it only touches: the part's flattened point that lies deepest in the whole; -1 where the whole holds it.</param>
/// <param name="Depth">How far inside (negative: outside) that point may at least lie.</param>
internal sealed record PartRelation(PlacedContour Part, PlacedContour Whole, int Witness, double Depth)
{
    // A whole that many contours lie near: more are not tried for one part.
    private const int MaximumTried = 16;
    // Of the canvas diagonal: how far apart what touches may lie, and what a part that lies inside may stand out.
    internal const double Tolerance = .002;
    // A part that reaches into another keeps a quarter of the depth.
    private const double KeptDepth = .25;

    // Points by which a part is looked for in its whole.
    private const int MaximumSamples = 32;

    /// <summary>Some of a flattened contour's points, evenly.</summary>
    internal static Point[] Samples(Point[] flat)
    {
        var step = (flat.Length + MaximumSamples - 1) / MaximumSamples;
        return step == 1 ? flat : [.. flat.Where((_, i) => i % step == 0)];
    }

    /// <summary>What each contour hangs on, the largest wholes first, so that a part follows what it hangs on.</summary>
    internal static List<PartRelation> Find(IReadOnlyList<PlacedContour> contours, double diagonal)
    {
        var bySize = contours.Where(c => c.Size > 0).OrderBy(c => c.Extent.Area).ThenBy(c => c.Order).ToList();
        var flat = bySize.Select(c => ContourCurve.Flatten(c, c.Source)).ToList();
        var samples = flat.Select(Samples).ToList();
        var (found, margin) = (new List<PartRelation>(), Tolerance * diagonal);
        for (var i = 0; i < bySize.Count; i++)
            if ((Holder(i) ?? Neighbour(i)) is { } relation) found.Add(relation);
        found.Reverse();
        return found;

        // The smallest that holds it, of those drawn before it: what lies over it hides it.
        PartRelation? Holder(int i)
        {
            for (int j = i + 1, tried = 0; j < bySize.Count && tried < MaximumTried; j++)
            {
                if (!bySize[j].IsClosed || bySize[j].Order > bySize[i].Order || !bySize[j].Extent.Holds(bySize[i].Extent, margin)) continue;
                tried++;
                if (samples[i].All(p => Polygon.Depth(p, flat[j]).Depth >= -margin / 2)) return new(bySize[i], bySize[j], -1, 0);
            }
            return null;
        }

        // The one that it reaches into with most of its points, else the first that it touches.
        PartRelation? Neighbour(int i)
        {
            var (best, most) = ((PartRelation?)null, -1);
            for (int j = i + 1, tried = 0; j < bySize.Count && tried < MaximumTried; j++)
            {
                if (!bySize[j].IsClosed || !bySize[j].Extent.Meets(bySize[i].Extent, margin)) continue;
                tried++;
                var (inside, witness, deepest) = (0, 0, double.NegativeInfinity);
                for (var k = 0; k < samples[i].Length; k++)
                {
                    var depth = Polygon.Depth(samples[i][k], flat[j]).Depth;
                    if (depth >= 0) inside++;
                    if (depth > deepest) (witness, deepest) = (k, depth);
                }
                if (deepest < -margin || inside <= most) continue;
                (best, most) = (new(bySize[i], bySize[j], witness, deepest > 0 ? KeptDepth * deepest : -margin), inside);
            }
            return best;
        }
    }
}

/// <summary>Where a point lies to a closed polygon.</summary>
internal static class Polygon
{
    /// <summary>How deep inside the nonzero fill a point lies (negative outside), and the nearest point of the outline.</summary>
    internal static (double Depth, Point Nearest) Depth(Point p, ReadOnlySpan<Point> polygon)
    {
        var (winding, nearest, least) = (0, default(Point), double.PositiveInfinity);
        var a = polygon[^1];
        foreach (var b in polygon)
        {
            var (d, v) = (b - a, p - a);
            var length2 = Point.Dot(d, d);
            var foot = length2 > 0 ? a + Math.Clamp(Point.Dot(v, d) / length2, 0, 1) * d : a;
            var away = p - foot;
            var distance2 = Point.Dot(away, away);
            if (distance2 < least) (least, nearest) = (distance2, foot);
            winding += Turn(p, a, b);
            a = b;
        }
        return ((winding != 0 ? 1 : -1) * Math.Sqrt(least), nearest);
    }

    /// <summary>What a side adds to a point's winding number: 1 or -1 where the level ray to the right of the point crosses it, by its direction, else 0.</summary>
    internal static int Turn(Point p, Point a, Point b) =>
        a.Y <= p.Y != b.Y <= p.Y && Point.Cross(b - a, p - a) > 0 == b.Y > a.Y ? b.Y > a.Y ? 1 : -1 : 0;
}
