using System.Collections.Immutable;
using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Outlines;

namespace SvgDistill.Distill.Metrics;

/// <summary>
/// How far an edit has left the mirror symmetry of its source: an axis of the source, upright or level, through the middle of the canvas
/// or of what is drawn, about which at least half of the drawing (by its contours' extents) has an image, contours onto themselves or onto
/// each other, point by point. The error is the largest difference of a point's move from the image of its image's move, in % of the
/// canvas diagonal, about the axis that fits the edit best. 0 where the source has no such axis, and below what the last digit of written
/// lengths says.
/// </summary>
public static class SymmetryError
{
    // Of the diagonal; what lies nearer is taken for the image.
    private const double Tolerance = 2e-3;
    // Of the diagonal: lengths are written to so much.
    private const double LastDigit = 1e-5;
    private const int MostPoints = 400, MostContours = 1000;

    /// <summary>The error. The outlines correspond one to one.</summary>
    /// <param name="before">The source's outlines.</param>
    /// <param name="after">The edit's, on a canvas of the same size.</param>
    /// <param name="width">The canvas's width.</param>
    /// <param name="height">The canvas's height.</param>
    public static double Of(IReadOnlyList<ShapeOutline> before, IReadOnlyList<ShapeOutline> after, double width, double height)
    {
        var contours = before.Zip(after).Where(p => p.First is { FillIsSeen: true } or { StrokeIsSeen: true })
            .SelectMany(p => Enumerable.Range(0, p.First.Contours.Length).Select(c => Contour.Of(p.First, p.Second, c))).ToArray();
        if (contours.Length is 0 or > MostContours) return 0;
        var diagonal = Math.Sqrt(width * width + height * height);
        // A level axis is an upright one of the drawing turned over its diagonal.
        return 100 / diagonal * Math.Max(About(contours, width, diagonal), About([.. contours.Select(c => c.Transposed)], height, diagonal));
    }

    /// <summary>A contour's points before and after; where it ends at its first, that one is not repeated.</summary>
    private sealed record Contour(ImmutableArray<Point> Before, ImmutableArray<Point> After)
    {
        public double Left { get; } = Before.Min(p => p.X);
        public double Right { get; } = Before.Max(p => p.X);
        public double Extent { get; } = Before.Max(p => p.X) - Before.Min(p => p.X) + Before.Max(p => p.Y) - Before.Min(p => p.Y);
        public static Contour Of(ShapeOutline before, ShapeOutline after, int contour)
        {
            var place = before.Contours[contour];
            var (from, count) = (place.FirstPoint, place.LastPoint - place.FirstPoint + 1);
            var all = new Contour(before.Points.Slice(from, count), after.Points.Slice(from, count));
            return count > 1 && (all.Before[0] - all.Before[^1]).Length <= 1e-6 * all.Extent ? new(all.Before[..^1], all.After[..^1]) : all;
        }

        public Contour Transposed => new([.. Before.Select(p => new Point(p.Y, p.X))], [.. After.Select(p => new Point(p.Y, p.X))]);
    }

    private static double About(Contour[] contours, double width, double diagonal)
    {
        var middle = (contours.Min(c => c.Left) + contours.Max(c => c.Right)) / 2;
        var best = new[] { width / 2, middle }.Select(axis => Images(contours, axis, Tolerance * diagonal)).MaxBy(i => i.Extent);
        if (best.Extent < contours.Sum(c => c.Extent) / 2) return 0;
        // Moves of a point and of its image: their mean along x is how far the axis moved.
        var moves = best.Pairs.Select(p => (P: p.A.After[p.I] - p.A.Before[p.I], Q: p.B.After[p.J] - p.B.Before[p.J])).ToArray();
        var shift = moves.Average(m => (m.P.X + m.Q.X) / 2);
        var error = moves.Max(m => new Point(m.P.X + m.Q.X - 2 * shift, m.P.Y - m.Q.Y).Length);
        return error <= LastDigit * diagonal ? 0 : error;
    }

    private static (double Extent, List<(Contour A, int I, Contour B, int J)> Pairs) Images(Contour[] contours, double axis, double tolerance)
    {
        var (extent, pairs) = (0.0, new List<(Contour, int, Contour, int)>());
        foreach (var a in contours)
        {
            if (a.Before.Length > MostPoints) continue;
            // Itself first: what is symmetric needs no other.
            foreach (var b in contours.Prepend(a))
                if (a.Before.Length == b.Before.Length && Math.Abs(a.Left + b.Right - 2 * axis) <= tolerance && Match(a, b, axis, tolerance) is { } image)
                {
                    extent += a.Extent;
                    pairs.AddRange(image.Select((j, i) => (a, i, b, j)));
                    break;
                }
        }
        return (extent, pairs);
    }

    // Which point of b each of a's goes to, round the contour one way or the other.
    private static int[]? Match(Contour a, Contour b, double axis, double tolerance)
    {
        var n = a.Before.Length;
        foreach (var direction in new[] { -1, 1 })
            for (var first = 0; first < n; first++)
            {
                var i = 0;
                while (i < n && Near(a.Before[i], b.Before[Image(i)])) i++;
                if (i == n) return [.. Enumerable.Range(0, n).Select(Image)];

                int Image(int i) => (((first + direction * i) % n) + n) % n;
            }
        return null;

        bool Near(Point p, Point q) => Math.Abs(p.X + q.X - 2 * axis) <= tolerance && Math.Abs(p.Y - q.Y) <= tolerance;
    }
}
