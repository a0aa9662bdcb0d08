using SvgDistill.Distill.Fitting;
using SvgDistill.Rasterizer.Geometry;

namespace SvgDistill.Distill.Growing;

/// <summary>
/// Draws a set of pixels as one outline with few nodes; in a symmetric drawing as an outline that is its own image, or as two that are each other's.
/// </summary>
internal static class OutlineTracer
{
    // Of a pixel at 128: an outline of a picture that a small model made is no surer than this.
    private const double Tolerance = 1.2;
    // A set that an ellipse covers so well is one; small sets have no other form to speak of.
    private const double Elliptic = .9, SmallElliptic = .8;
    private const int SmallArea = 80;
    // A set that has so much in common with its image lies on the axis.
    private const double OnAxis = .35;

    /// <summary>The outlines of a set, and the set that they draw; none where it is too thin for one.</summary>
    /// <param name="mask">The set.</param>
    /// <param name="axis">The drawing's axis, or null.</param>
    /// <param name="leastArea">The least area of a set that is drawn, in pixels.</param>
    /// <param name="helps">Whether a set's image helps, too: where it would not, the set is drawn without it.</param>
    public static (IReadOnlyList<NewOutline> Outlines, PixelMask Drawn)? Trace(PixelMask mask, MirrorAxis? axis, int leastArea, Predicate<PixelMask> helps)
    {
        if (axis is not { } mirror) return Outline(mask, null, leastArea) is var (outline, drawn) ? ([outline], drawn) : null;
        var image = Image(mask, mirror);
        if (mask.Overlap(image) >= OnAxis) return Outline(mask, mirror, leastArea) is var (own, set) ? ([own], set) : null;
        if (Outline(mask, null, leastArea) is not var (one, half)) return null;
        var other = Image(half, mirror);
        if (!helps(other)) return ([one], half);
        return ([one, one.Image(mirror)], new(mask.Side, [.. half.Inside.Select((inside, i) => inside || other.Inside[i])]));
    }

    private static PixelMask Image(PixelMask mask, MirrorAxis axis) =>
        new(mask.Side, [.. Enumerable.Range(0, mask.Inside.Length).Select(i => axis.Image(i, mask.Side) is >= 0 and var j && mask.Inside[j])]);

    private static (NewOutline Outline, PixelMask Drawn)? Outline(PixelMask mask, MirrorAxis? axis, int leastArea)
    {
        var smooth = mask.Filled().Smoothed(axis).Parts(leastArea).MaxBy(p => p.Area)?.Filled();
        if (smooth is null) return null;
        var scale = mask.Side / 128.0;
        if (Ellipse(smooth, axis, scale) is { } ellipse) return (ellipse, smooth);
        var contour = ContourTracer.Trace(smooth.Inside, mask.Side).MaxBy(c => c.Count)!;
        if (axis is not { } mirror) return (new(CurveFitter.Fit(contour, Tolerance * scale)), smooth);
        return Symmetric(CurveFitter.Midpoints(contour), mirror, Tolerance * scale) is { } chain ? (new(chain), smooth) : null;
    }

    // The ellipse with the set's centre and second moments: variance r^2 / 4 along an axis of radius r.
    private static NewOutline? Ellipse(PixelMask mask, MirrorAxis? axis, double scale)
    {
        var (sum, squares) = (new Point(0, 0), new Point(0, 0));
        foreach (var p in Pixels(mask)) sum += p;
        var center = (1.0 / mask.Area) * sum;
        if (axis is { } mirror) center = mirror.OnAxis(center);
        foreach (var p in Pixels(mask)) squares += new Point((p.X - center.X) * (p.X - center.X), (p.Y - center.Y) * (p.Y - center.Y));
        var (rx, ry) = (2 * Math.Sqrt(squares.X / mask.Area), 2 * Math.Sqrt(squares.Y / mask.Area));
        var ellipse = new PixelMask(mask.Side, [.. Enumerable.Range(0, mask.Inside.Length).Select(i =>
        {
            var (x, y) = ((i % mask.Side + .5 - center.X) / rx, (i / mask.Side + .5 - center.Y) / ry);
            return x * x + y * y <= 1;
        })]);
        var needed = mask.Area < SmallArea * scale * scale ? SmallElliptic : Elliptic;
        return ellipse.Overlap(mask) >= needed ? NewOutline.Ellipse(center, rx, ry) : null;
    }

    private static IEnumerable<Point> Pixels(PixelMask mask)
    {
        for (var i = 0; i < mask.Inside.Length; i++)
            if (mask.Inside[i]) yield return new(i % mask.Side + .5, i / mask.Side + .5);
    }

    /// <summary>
    /// A contour that crosses the axis twice, drawn from its half beyond the axis and that half's image. Null where it crosses more often.
    /// </summary>
    private static CubicChain? Symmetric(List<Point> samples, MirrorAxis axis, double tolerance)
    {
        var n = samples.Count;
        var begins = Enumerable.Range(0, n).Where(i => axis.Beyond(samples[i]) < 0 && axis.Beyond(samples[(i + 1) % n]) >= 0).ToArray();
        if (begins.Length != 1) return null;
        List<Point> half = [axis.OnAxis(samples[begins[0]])];
        for (var k = 1; k <= n && axis.Beyond(samples[(begins[0] + k) % n]) is >= 0 and var beyond; k++)
            if (beyond > .25) half.Add(samples[(begins[0] + k) % n]);
        if (half.Count < 6) return null;
        half.Add(axis.OnAxis(half[^1]));
        var fitted = CurveFitter.FitOpen(half, tolerance, Across(half), Across([.. Enumerable.Reverse(half)]));
        List<Point> nodes = [.. fitted.Nodes], controls = [.. fitted.Controls];
        for (var i = fitted.Nodes.Count - 2; i >= 0; i--)
        {
            controls.Add(axis.Image(fitted.Controls[2 * i + 1]));
            controls.Add(axis.Image(fitted.Controls[2 * i]));
            if (i > 0) nodes.Add(axis.Image(fitted.Nodes[i]));
        }
        return new(nodes, controls);

        // Where the outline meets the axis within 35 degrees of a right angle it crosses it smoothly; else it has a corner there.
        Point? Across(IReadOnlyList<Point> run)
        {
            var direction = run[Math.Min(4, run.Count - 1)] - run[0];
            var across = axis.IsUpright ? new Point(Math.Sign(direction.X), 0) : new Point(0, Math.Sign(direction.Y));
            return Point.Dot(direction, across) > Math.Cos(35 * Math.PI / 180) * direction.Length ? across : null;
        }
    }
}
