using SvgDistill.Rasterizer.Geometry;

namespace SvgDistill.Distill.Editing.Rules;

/// <summary>Whether an isometry brings one contour onto another, point by point, whatever their directions and first nodes.</summary>
internal static class ContourMatch
{
    // Of the canvas diagonal: how far a contour may lie from where its image is, and its points beside that. Icon sets round, and draw
    // halves by hand: a cat's two ears differ by .003.
    internal const double Place = .005;
    // Each start is tried against all points.
    private const int MostPoints = 20_000;
    private const double Form = .005;
    // A small contour's points: of its own size; and what rounding of short numbers makes of any.
    private const double FormOfSize = .05;
    private const double Finest = 2e-4;
    // Eyes, ears and whiskers; a face would no longer bend.
    private const double LargestWhole = .25;
    private const int MostPointsOfWhole = 120;

    /// <summary>For each point of <paramref name="a"/> the point of <paramref name="b"/> that it goes to; null where they do not match.</summary>
    internal static int[]? Find(PlacedContour a, PlacedContour b, in Matrix isometry, double diagonal)
    {
        if (a.Kind != b.Kind || a.IsClosed != b.IsClosed || a.Points.Length != b.Points.Length) return null;
        var (from, to) = (isometry.Apply(a.Center), b.Center);
        var form = Math.Clamp(FormOfSize * a.Spread, Finest * diagonal, Form * diagonal);
        if ((from - to).Length > Place * diagonal || Math.Abs(a.Spread - b.Spread) > 2 * form) return null;

        var count = a.Points.Length;
        if (count > MostPoints) return null;
        var images = new Point[count];
        for (var i = 0; i < count; i++) images[i] = isometry.Apply(a.Source[i]) + (to - from);
        var (best, least) = ((Start: 0, Step: 0), double.PositiveInfinity);
        for (var start = 0; start < count; start++)
        {
            if (!b.IsNode[start] || (!a.IsClosed && start != 0 && start != count - 1)) continue;
            if ((images[0] - b.Source[start]).Length > form) continue;
            foreach (var step in (ReadOnlySpan<int>)[1, -1])
            {
                if (!a.IsClosed && start != (step > 0 ? 0 : count - 1)) continue;
                if (Distance(start, step) is var sum && sum < least) (best, least) = ((start, step), sum);
            }
        }
        if (double.IsPositiveInfinity(least)) return null;
        var match = new int[count];
        for (var i = 0; i < count; i++) match[i] = At(best.Start, best.Step, i);
        return match;

        int At(int start, int step, int i) => ((start + step * i) % count + count) % count;

        double Distance(int start, int step)
        {
            var sum = 0.0;
            for (var i = 0; i < count; i++)
            {
                var j = At(start, step, i);
                var distance = (images[i] - b.Source[j]).Length;
                if (a.IsNode[i] != b.IsNode[j] || distance > form) return double.PositiveInfinity;
                sum += distance * distance;
            }
            return sum;
        }
    }

    /// <summary>Whether two circles match as wholes.</summary>
    internal static bool AsCircles(PlacedContour a, PlacedContour b, in Matrix isometry, double diagonal) =>
        a.Round is { IsCircle: true } && b.Round is { IsCircle: true } && (isometry.Apply(a.Center) - b.Center).Length <= Place * diagonal
        && Math.Abs(a.Size - b.Size) <= 2 * Math.Clamp(FormOfSize * a.Size, Finest * diagonal, Form * diagonal);

    /// <summary>Whether a contour is small and simple enough to be one of a pair that only moves and stretches.</summary>
    internal static bool MayBeWhole(PlacedContour contour, double diagonal) =>
        contour is { Kind: ContourKind.Path, IsClosed: true } && Math.Min(contour.Extent.Right - contour.Extent.Left, contour.Extent.Bottom - contour.Extent.Top) > Finest * diagonal
        && contour.Spread <= LargestWhole * diagonal && contour.Points.Length <= MostPointsOfWhole;

    /// <summary>Whether the curves of two contours match, whatever nodes they are drawn through.</summary>
    internal static bool AsWholes(PlacedContour a, PlacedContour b, Matrix isometry, double diagonal)
    {
        if (!MayBeWhole(b, diagonal) || (isometry.Apply(a.Middle) - b.Middle).Length > Place * diagonal) return false;
        var shift = b.Middle - isometry.Apply(a.Middle);
        var form = Math.Clamp(FormOfSize * a.Spread, Finest * diagonal, Form * diagonal);
        var image = ContourCurve.Flatten(a, a.Source).Select(p => isometry.Apply(p) + shift).ToArray();
        var other = ContourCurve.Flatten(b, b.Source);
        return image.All(p => Math.Abs(Polygon.Depth(p, other).Depth) <= form) && other.All(p => Math.Abs(Polygon.Depth(p, image).Depth) <= form);
    }

    /// <summary>True where doing it twice (<paramref name="order"/> times) brings every point back.</summary>
    internal static bool HasOrder(int[] match, int order)
    {
        for (var i = 0; i < match.Length; i++)
        {
            var at = i;
            for (var k = 0; k < order; k++) at = match[at];
            if (at != i) return false;
        }
        return true;
    }
}
