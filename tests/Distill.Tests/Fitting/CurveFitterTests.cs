using SvgDistill.Distill.Fitting;
using SvgDistill.Rasterizer.Geometry;
using Xunit;

namespace SvgDistill.Distill.Tests.Fitting;

public sealed class CurveFitterTests
{
    [Theory]
    [InlineData(8)]
    [InlineData(20)]
    [InlineData(60)]
    public void A_disc_becomes_a_few_smooth_cubics_that_stay_near_its_circle(double radius)
    {
        var chain = CurveFitter.Fit(Traced((x, y) => x * x + y * y < radius * radius, radius), .6);

        Assert.InRange(chain.Nodes.Count, 2, 12);
        Assert.All(Samples(chain), p => Assert.InRange(p.Length, radius - 1.2, radius + 1.2));
        for (var i = 0; i < chain.Nodes.Count; i++)
        {
            var node = chain.Nodes[i];
            var before = node - chain.Controls[(2 * i - 1 + chain.Controls.Count) % chain.Controls.Count];
            var after = chain.Controls[2 * i] - node;
            Assert.True(Point.Dot(before, after) > .99 * before.Length * after.Length, $"kink at node {i}");
        }
    }

    [Fact]
    public void A_square_keeps_its_four_corners()
    {
        var chain = CurveFitter.Fit(Traced((x, y) => Math.Max(Math.Abs(x), Math.Abs(y)) < 15, 15), .6);

        Assert.Equal(4, chain.Nodes.Count);
        Assert.All(chain.Nodes, p => Assert.InRange(Math.Abs(Math.Abs(p.X) - 15) + Math.Abs(Math.Abs(p.Y) - 15), 0, 1.5));
    }

    private static List<Point> Traced(Func<double, double, bool> inside, double radius)
    {
        var size = 2 * (int)Math.Ceiling(radius) + 8;
        var center = size / 2.0;
        var mask = new bool[size * size];
        for (var i = 0; i < mask.Length; i++) mask[i] = inside(i % size + .5 - center, i / size + .5 - center);
        return [.. ContourTracer.Trace(mask, size).Single().Select(p => p - new Point(center, center))];
    }

    private static IEnumerable<Point> Samples(CubicChain chain)
    {
        for (var i = 0; i < chain.Nodes.Count; i++)
            for (var k = 0; k < 16; k++)
            {
                var (t, s) = (k / 16.0, 1 - k / 16.0);
                yield return s * s * s * chain.Nodes[i] + 3 * s * s * t * chain.Controls[2 * i]
                    + 3 * s * t * t * chain.Controls[2 * i + 1] + t * t * t * chain.Nodes[(i + 1) % chain.Nodes.Count];
            }
    }
}
