using SvgDistill.Rasterizer.Svg;
using Xunit;

namespace SvgDistill.Rasterizer.Tests.Svg;

/// <summary>Clip paths by basic shapes (CSS Shapes Level 1), against the shapes themselves.</summary>
public sealed class BasicShapeTests
{
    /// <summary>A clip path on a square of 60 at (20, 30), which has no stroke, and what remains of it.</summary>
    [Theory]
    [InlineData("circle()", "<circle cx='50' cy='60' r='30'/>")]
    [InlineData("circle(20px at 10px 100%)", "<circle cx='30' cy='90' r='20' clip-path='url(#b)'/>")]
    [InlineData("CIRCLE(50% at left)", "<circle cx='20' cy='60' r='30' clip-path='url(#b)'/>")]
    [InlineData("circle(farthest-side at 20px 30px)", "<circle cx='40' cy='60' r='40' clip-path='url(#b)'/>")]
    [InlineData("circle(closest-side at right 20px top 25px)", "<circle cx='60' cy='55' r='20'/>")]
    [InlineData("ellipse(10px 50%)", "<ellipse cx='50' cy='60' rx='10' ry='30'/>")]
    [InlineData("ellipse(farthest-side closest-side at 20px 20px)", "<ellipse cx='40' cy='50' rx='40' ry='20' clip-path='url(#b)'/>")]
    [InlineData("inset(5px 10% 0 10px)", "<rect x='30' y='35' width='44' height='55'/>")]
    [InlineData("inset(5px)", "<rect x='25' y='35' width='50' height='50'/>")]
    [InlineData("inset(40px 5px)", "")]
    [InlineData("inset(0 round 20px)", "<rect x='20' y='30' width='60' height='60' rx='20'/>")]
    [InlineData("inset(10px round 100px/50px)", "<rect x='30' y='40' width='40' height='40' rx='20' ry='10'/>")]
    [InlineData("inset(0 round 30px 0 0)", "<path d='M50 30H80V90H20V60A30 30 0 0 1 50 30'/>")]
    [InlineData("rect(10px 50px auto 0)", "<rect x='20' y='40' width='50' height='50'/>")]
    [InlineData("xywh(10px 20% 30px 40px)", "<rect x='30' y='42' width='30' height='40'/>")]
    [InlineData("polygon(0 0, 100% 0, 50% 100%)", "<path d='M20 30H80L50 90'/>")]
    [InlineData("polygon(evenodd, 0 0, 60px 0, 60px 60px, 0 60px, 0 0, 20px 20px, 40px 20px, 40px 40px, 20px 40px, 20px 20px)",
        "<path fill-rule='evenodd' d='M20 30h60v60h-60zm20 20h20v20h-20z'/>")]
    [InlineData("path('M 10 10 h 20 v 20 z')", "<path d='M30 40h20v20z'/>")]
    [InlineData("path(evenodd, 'M0 0h60v60h-60zM20,20h20v20h-20z')", "<path fill-rule='evenodd' d='M20 30h60v60h-60zm20 20h20v20h-20z'/>")]
    [InlineData("fill-box", "<rect x='20' y='30' width='60' height='60'/>")]
    [InlineData("circle(20px) view-box", "<circle cx='50' cy='50' r='20'/>")]
    [InlineData("circle(20px) border-box", "<circle cx='50' cy='60' r='20'/>")]
    public void A_shape_cuts(string clip, string remains)
    {
        const string square = "<clipPath id='b'><rect x='20' y='30' width='60' height='60'/></clipPath>";
        Same($"<rect x='20' y='30' width='60' height='60' style=\"clip-path:{clip}\"/>", square + remains);
    }

    [Fact]
    public void Strokes_count_unless_the_fill_is_asked_for()
    {
        const string rect = "<rect x='20' y='30' width='60' height='40' stroke='red' stroke-width='10'";
        Same(rect + " style='clip-path:inset(0 50% 0 0)'/>", "<clipPath id='c'><rect x='15' y='25' width='35' height='50'/></clipPath>" + rect + " clip-path='url(#c)'/>");
        Same(rect + " style='clip-path:inset(0) fill-box'/>", "<clipPath id='c'><rect x='20' y='30' width='60' height='40'/></clipPath>" + rect + " clip-path='url(#c)'/>");
    }

    [Fact]
    public void Groups_uses_and_clip_paths_have_boxes_too()
    {
        Same("<g style='clip-path:circle(10px)'><rect x='10' y='10' width='20' height='20'/><rect x='50' y='40' width='20' height='20'/></g>",
            "<clipPath id='c'><circle cx='40' cy='35' r='10'/></clipPath><g clip-path='url(#c)'><rect x='10' y='10' width='20' height='20'/><rect x='50' y='40' width='20' height='20'/></g>");
        Same("<defs><rect id='r' width='40' height='40'/></defs><use href='#r' x='30' y='20' style='clip-path:circle(15px)'/><use href='#r' x='30' y='20' style='clip-path:circle(15px) view-box'/>",
            "<circle cx='50' cy='40' r='15'/><clipPath id='c'><rect x='30' y='20' width='40' height='40'/></clipPath><circle cx='50' cy='50' r='15' clip-path='url(#c)'/>");
        Same("<clipPath id='c'><rect x='30' y='20' width='40' height='40' style='clip-path:circle(15px)'/></clipPath><rect width='100' height='100' clip-path='url(#c)'/>",
            "<circle cx='50' cy='40' r='15'/>");
    }

    // Pixels that a clip path's edge and a shape's edge share are covered by the product of both.
    private static void Same(string drawing, string same)
    {
        double[] differences = [.. Draw(drawing).Zip(Draw(same), (a, b) => Math.Abs(a - b))];
        Assert.True(differences.Max() < .05 && differences.Average() < 3e-4, $"{differences.Max()} {differences.Average()}");
    }

    private static float[] Draw(string content)
    {
        var scene = SvgText.Read(content).Scene;
        return new SceneRasterizer(scene, 70, 70).Forward(scene.InitialValues(), keep: false).Data.ToArray();
    }
}
