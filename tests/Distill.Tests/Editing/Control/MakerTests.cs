using SvgDistill.Distill.Editing.Control;
using SvgDistill.Distill.Tests.Support;
using SvgDistill.Rasterizer.Svg;
using Xunit;

namespace SvgDistill.Distill.Tests.Editing.Control;

public class MakerTests
{
    private static IReadOnlyList<ThinFeature> Thin(string content, double width) =>
        ThinFeatures.Of(SvgEdit.Read(content).Scene, SvgEdit.Read(content).Scene.InitialValues(), width);

    [Theory]
    [InlineData("<rect x='10' y='10' width='50' height='50'/>")]
    [InlineData("<path d='M10 10L60 10L35 60Z'/>")]
    [InlineData("<circle cx='40' cy='40' r='3'/>")]
    [InlineData("<path d='M10 10H60V60H10ZM20 20V50H50V20Z'/>")] // a frame 10 wide
    [InlineData("<path d='M10 10H60V13H13V60H10Z' fill='none' stroke='#000' stroke-width='2'/>")]
    public void What_is_wide_enough_is_no_thin_feature(string content) => Assert.Empty(Thin(content, 2));

    [Theory]
    [InlineData("<path id='t' d='M10 10H60' stroke='#000' stroke-width='1.5'/>", true, 1.5)]
    [InlineData("<g transform='scale(.5)'><path id='t' d='M10 10H60' stroke='#000' stroke-width='3'/></g>", true, 1.5)]
    [InlineData("<rect id='t' x='10' y='10' width='50' height='1'/>", false, 1)]
    [InlineData("<circle id='t' cx='40' cy='40' r='.5'/>", false, 1)]
    [InlineData("<path id='t' d='M10 10H40V24.5H44V10H74V40H44V25.5H40V40H10Z'/>", false, 1)] // two squares and a short bridge
    [InlineData("<path id='t' d='M10 10H40V25H60V26H40V40H10Z'/>", false, 1)] // a tongue
    [InlineData("<path id='t' d='M10 10H60V60H10ZM11 11V59H59V11Z'/>", false, 1)] // a frame
    public void What_is_thinner_is_found_with_its_width(string content, bool isStroke, double width)
    {
        var thin = Assert.Single(Thin(content, 2));
        Assert.Equal(("t", isStroke), (thin.Element!.Id, thin.IsStroke));
        Assert.InRange(thin.Width, width - .35, width + .35);
    }

    [Fact]
    public void Strokes_are_widened_to_what_is_asked_and_no_others()
    {
        const string content = "<g transform='scale(.5)'><path id='a' d='M10 10H60' stroke='#000' stroke-width='3'/></g><path id='b' d='M10 40H60' stroke='#000' stroke-width='4'/>"
            + "<path id='c' d='M10 80H60' stroke='#000' stroke-width='.7'/>";
        var svg = SvgEdit.Read(content, new SceneOptions { Lock = ["#c"] });
        var theta = StrokeWidener.Widen(svg.Scene, svg.Scene.InitialValues(), 2);
        var text = System.Text.Encoding.UTF8.GetString(SvgWriter.Write(svg, theta));
        Assert.Contains("stroke-width='4'/></g>", text);
        Assert.Contains("id='b' d='M10 40H60' stroke='#000' stroke-width='4'", text);
        Assert.Contains("stroke-width='.7'", text);
        Assert.Equal("c", Assert.Single(ThinFeatures.Of(svg.Scene, theta, 2)).Element!.Id);
    }
}
