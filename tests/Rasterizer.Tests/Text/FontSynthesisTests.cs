using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Scenes;
using Xunit;

namespace SvgDistill.Rasterizer.Tests.Text;

/// <summary>Bold strokes and slants that a family lacks: Noto Serif is here upright and regular only.</summary>
public sealed class FontSynthesisTests
{
    private const double Size = 64, Baseline = 80;

    private static List<ShapeNode> Draw(string attributes) => TextCase.Shapes(TextCase.Read($"<text x='10' y='{Baseline}' font-size='{Size}' {attributes}>Hl</text>"));

    private static Point[] Points(List<ShapeNode> shapes) => [.. shapes.SelectMany(s => ((PathGeometry)s.Geometry).Points).Select(p => new Point(p.X.Offset, p.Y.Offset))];

    [Theory]
    [InlineData("font-family='Noto Serif' font-style='italic'")]
    [InlineData("font-family='Noto Serif' font-style='oblique'")]
    [InlineData("font-family='Noto Serif' font-style='oblique' style='font-synthesis-style:oblique-only'")]
    [InlineData("font-family='Noto Serif' font-style='italic' style='font-synthesis:none;font-synthesis-style:auto'")]
    public void Letters_lean_by_a_quarter_about_their_baseline(string attributes)
    {
        var (upright, leaning) = (Points(Draw("font-family='Noto Serif'")), Points(Draw(attributes)));
        Assert.Equal(upright.Length, leaning.Length);
        Assert.All(upright.Zip(leaning), p =>
        {
            // Skia gives whole units of the font, here a thousandth of an em.
            Assert.Equal(p.First.X + (Baseline - p.First.Y) / 4, p.Second.X, Size / 1000);
            Assert.Equal(p.First.Y, p.Second.Y, Size / 1000);
        });
    }

    [Theory]
    [InlineData("font-weight='bold'")]
    [InlineData("font-weight='600'")]
    [InlineData("style='font-synthesis:weight;font-weight:900'")]
    public void Strokes_grow_and_the_line_does_not(string attributes)
    {
        var (regular, bold) = (TextCase.Box(Draw("font-family='Noto Serif'")), TextCase.Box(Draw($"font-family='Noto Serif' {attributes}")));
        double[] grown = [regular.Left - bold.Left, regular.Top - bold.Top, bold.Right - regular.Right, bold.Bottom - regular.Bottom];
        Assert.All(grown, g => Assert.Equal(Size / 64, g, 2));
    }

    [Theory]
    [InlineData("font-family='Noto Serif' font-weight='500'")]
    [InlineData("font-family='Noto Serif' font-weight='bold' font-style='italic' style='font-synthesis:none'")]
    [InlineData("font-family='Noto Serif' font-weight='bold' style='font-synthesis:style'")]
    [InlineData("font-family='Noto Serif' font-weight='bold' style='font-synthesis-weight:none'")]
    [InlineData("font-family='Noto Serif' font-style='italic' style='font-synthesis:weight'")]
    [InlineData("font-family='Noto Serif' font-style='italic' style='font-synthesis-style:oblique-only'")]
    [InlineData("font-family='Noto Serif' font-style='italic' style='font-synthesis-style:auto;font-synthesis:none'")]
    public void Nothing_is_made_up_where_that_is_not_asked_for(string attributes) =>
        Assert.Equal(Points(Draw("font-family='Noto Serif'")), Points(Draw(attributes)));

    [Fact]
    public void A_face_that_is_there_is_drawn_as_it_is()
    {
        Assert.Equal(Points(Draw("font-family='Noto Sans' font-style='italic'")), Points(Draw("font-family='Noto Sans' font-style='italic' style='font-synthesis:none'")));
        Assert.Equal(Points(Draw("font-family='Noto Sans' font-weight='700'")), Points(Draw("font-family='Noto Sans' font-weight='700' style='font-synthesis:none'")));
    }

    [Fact]
    public void A_variable_face_is_as_heavy_as_its_axis_goes() =>
        Assert.Equal(Points(Draw("font-family='Roboto Flex' font-weight='900'")), Points(Draw("font-family='Roboto Flex' font-weight='900' style='font-synthesis:none'")));
}
