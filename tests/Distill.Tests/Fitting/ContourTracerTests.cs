using SvgDistill.Distill.Fitting;
using SvgDistill.Rasterizer.Geometry;
using Xunit;

namespace SvgDistill.Distill.Tests.Fitting;

public sealed class ContourTracerTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Traced_contours_enclose_exactly_the_pixels_of_a_random_set(int seed)
    {
        const int Width = 23, Height = 17;
        var random = new Random(seed);
        var inside = new bool[Width * Height];
        for (var i = 0; i < inside.Length; i++) inside[i] = random.NextDouble() < .6;

        var contours = ContourTracer.Trace(inside, Width);

        Assert.Equal(inside.Count(v => v), contours.Sum(SignedArea), 9);
        for (var y = 0; y < Height; y++)
            for (var x = 0; x < Width; x++)
                Assert.Equal(inside[y * Width + x] ? 1 : 0, contours.Sum(c => Winding(c, x + .5, y + .5)));
    }

    [Fact]
    public void A_ring_has_an_outer_contour_and_a_hole_that_runs_the_other_way()
    {
        bool[] ring = [true, true, true, true, false, true, true, true, true];

        var contours = ContourTracer.Trace(ring, 3);

        Assert.Equal([9, -1], contours.Select(SignedArea));
    }

    internal static double SignedArea(IReadOnlyList<Point> contour) =>
        .5 * contour.Select((p, i) => Point.Cross(p, contour[(i + 1) % contour.Count])).Sum();

    private static int Winding(List<Point> contour, double x, double y)
    {
        var winding = 0;
        for (var i = 0; i < contour.Count; i++)
        {
            var (a, b) = (contour[i], contour[(i + 1) % contour.Count]);
            // A ray to the left meets vertical cracks only; downwards on the left is the outside of a clockwise contour.
            if (a.X != b.X || a.X > x || Math.Min(a.Y, b.Y) > y || Math.Max(a.Y, b.Y) < y) continue;
            winding += b.Y < a.Y ? 1 : -1;
        }
        return winding;
    }
}
