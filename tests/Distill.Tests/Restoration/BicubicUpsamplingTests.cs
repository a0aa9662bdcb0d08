using SvgDistill.Distill.Restoration;
using SvgDistill.Rasterizer.Compositing;
using Xunit;

namespace SvgDistill.Distill.Tests.Restoration;

public sealed class BicubicUpsamplingTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(8)]
    public void A_ramp_goes_on_between_its_samples(int factor)
    {
        var small = new Picture(10, 7);
        for (var i = 0; i < 70; i++)
        {
            small.Plane(0)[i] = .05f * (i % 10);
            small.Plane(1)[i] = .05f * (i / 10);
            small.Plane(3)[i] = 1;
        }

        var large = BicubicUpsampling.Apply(small, factor);

        Assert.Equal((10 * factor, 7 * factor), (large.Width, large.Height));
        for (var y = 2 * factor; y < 5 * factor; y++)
            for (var x = 2 * factor; x < 8 * factor; x++)
            {
                Assert.Equal(.05 * ((x + .5) / factor - .5), large.Plane(0)[y * large.Width + x], 1e-5);
                Assert.Equal(.05 * ((y + .5) / factor - .5), large.Plane(1)[y * large.Width + x], 1e-5);
            }
    }

    [Fact]
    public void What_overshoots_is_cut_to_a_colour_that_there_is()
    {
        var small = new Picture(8, 8);
        for (var i = 0; i < 64; i++)
            for (var plane = 0; plane < 4; plane++) small.Plane(plane)[i] = i % 8 < 4 ? 0 : plane == 1 ? .5f : 1;

        var large = BicubicUpsampling.Apply(small, 4);

        var alpha = large.Plane(3).ToArray();
        Assert.All(alpha, a => Assert.InRange(a, 0, 1));
        for (var plane = 0; plane < 3; plane++)
            Assert.All(large.Plane(plane).ToArray().Zip(alpha), v => Assert.InRange(v.First, 0, v.Second));
        Assert.Contains(alpha, a => a is > .1f and < .9f); // soft, not repeated pixels
    }
}
