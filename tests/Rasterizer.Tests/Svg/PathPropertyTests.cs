using SvgDistill.Rasterizer.Svg;
using Xunit;

namespace SvgDistill.Rasterizer.Tests.Svg;

/// <summary>The property <c>d</c>.</summary>
public class PathPropertyTests
{
    private const string Square = "<path d='M10 10H40V40H10z'/>";

    [Theory]
    [InlineData("<path style='d:path(\"M10 10H40V40H10z\")'/>")]
    [InlineData("<path d='M0 0H9V9' style=\"d: path( 'M10 10H40V40H10z' )\"/>")]
    [InlineData("<style>.a{d:path(\"M10 10H40V40H10z\")}</style><path class='a' d='M0 0H9V9'/>")]
    [InlineData("<path d='M10 10H40V40H10z' style='d:path(M0 0H9V9)'/>")]
    [InlineData("<path d='M10 10H40V40H10z' style='d:10px'/>")]
    public void It_beats_the_attribute_where_it_is_one(string content) => Assert.Equal(0, Pictures.Difference(content, Square));

    [Fact]
    public void None_draws_nothing() => Assert.Equal(0, Pictures.Area("<path d='M10 10H40V40H10z' style='d:none'/>"));

    [Fact]
    public void Its_points_move_where_they_are_written()
    {
        var scene = SvgText.Read("<path d='M0 0H9' style='fill:red; d:path(\"M1 2L3 4z\")'/>");
        var written = SvgText.Write(scene, theta => theta[SvgText.Index(scene, "d[1].x")] = 7);
        Assert.Contains("<path d='M0 0H9' style='fill:red; d:path(\"M1 2L7 4Z\")'/>", written, StringComparison.Ordinal);
    }
}
