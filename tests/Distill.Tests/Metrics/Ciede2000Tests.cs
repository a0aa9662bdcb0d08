using SvgDistill.Distill.Metrics;
using Xunit;

namespace SvgDistill.Distill.Tests.Metrics;

public class Ciede2000Tests
{
    /// <summary>Pairs of Sharma, Wu and Dalal 2005, table 1, chosen by the paper to hit every branch of the formula.</summary>
    [Theory]
    [InlineData(50, 2.6772, -79.7751, 50, 0, -82.7485, 2.0425)]
    [InlineData(50, 3.1571, -77.2803, 50, 0, -82.7485, 2.8615)]
    [InlineData(50, 2.8361, -74.0200, 50, 0, -82.7485, 3.4412)]
    [InlineData(50, -1.3802, -84.2814, 50, 0, -82.7485, 1.0000)]
    [InlineData(50, 0, 0, 50, -1, 2, 2.3669)]
    [InlineData(50, 2.49, -.001, 50, -2.49, .0009, 7.1792)]
    [InlineData(50, 2.49, -.001, 50, -2.49, .0011, 7.2195)]
    [InlineData(50, 2.5, 0, 73, 25, -18, 27.1492)]
    [InlineData(50, 2.5, 0, 61, -5, 29, 22.8977)]
    [InlineData(60.2574, -34.0099, 36.2677, 60.4626, -34.1751, 39.4387, 1.2644)]
    [InlineData(63.0109, -31.0961, -5.8663, 62.8187, -29.7946, -4.0864, 1.2630)]
    [InlineData(90.8027, -2.0831, 1.4410, 91.1528, -1.6435, .0447, 1.4441)]
    [InlineData(2.0776, .0795, -1.1350, .9033, -.0636, -.5514, .9082)]
    public void Differences_are_the_papers(double l1, double a1, double b1, double l2, double a2, double b2, double expected)
    {
        Assert.Equal(expected, Ciede2000.LabDifference((l1, a1, b1), (l2, a2, b2)), 1e-4);
        Assert.Equal(expected, Ciede2000.LabDifference((l2, a2, b2), (l1, a1, b1)), 1e-4);
    }

    [Fact]
    public void White_is_100_and_primaries_lie_where_they_are_known_to()
    {
        var (l, a, b) = Ciede2000.ToLab((1, 1, 1));
        Assert.Equal(100, l, 1e-3);
        Assert.Equal(0, Math.Abs(a) + Math.Abs(b), .02);
        var red = Ciede2000.ToLab((1, 0, 0));
        Assert.Equal(53.2408, red.L, .01);
        Assert.Equal(80.0925, red.A, .02);
        Assert.Equal(67.2032, red.B, .02);
    }
}
