using SvgDistill.Rasterizer.Svg.Xml;
using Xunit;

namespace SvgDistill.Rasterizer.Tests.Svg;

public sealed class TextRangesTests
{
    [Fact]
    public void A_stretch_has_its_beginning_and_not_its_end()
    {
        var ranges = new TextRanges();
        Assert.False(ranges.Contains(0));
        ranges.Add(10, 12);
        ranges.Add(3, 5);
        Assert.Equal([3, 4, 10, 11], Enumerable.Range(0, 20).Where(ranges.Contains));
    }
}
