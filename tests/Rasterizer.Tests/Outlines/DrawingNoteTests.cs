using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Tests.Svg;
using Xunit;

namespace SvgDistill.Rasterizer.Tests.Outlines;

/// <summary>What the geometry stage cannot draw as it is meant, it says.</summary>
public sealed class DrawingNoteTests
{
    private static readonly Matrix _large = Matrix.Scaling(1e4, 1e4);

    [Theory]
    [InlineData("<path d='M-9e5 0H9e5V9L0 90z'/>", "held there")]
    [InlineData("<path d='M-9e5 0H9e5' fill='none' stroke='red'/>", "Strokes that reach")]
    [InlineData("<path d='M0 9H9' fill='none' stroke='red' stroke-width='9e5'/>", "Strokes that reach")]
    [InlineData("<circle r='9e4'/>", "straight segments")]
    [InlineData("<path d='M0 0H100' fill='none' stroke='red' stroke-width='3' stroke-dasharray='1e-9'/>", "drawn solid")]
    public void Each_kind_has_one_sentence(string content, string words)
    {
        var scene = SvgText.Read(content).Scene;
        Assert.Contains(words, Assert.Single(SceneRasterizer.NotesOf(scene, 64, 64, _large)));
        Assert.Empty(SceneRasterizer.NotesOf(SvgText.Read("<path d='M1 1H9V8z' stroke='red' stroke-dasharray='2'/>").Scene, 64, 64, _large));
    }

    [Fact]
    public void What_is_out_of_sight_is_not_noted() =>
        Assert.Empty(SceneRasterizer.NotesOf(SvgText.Read("<path d='M9e5 9e5H8e5V7e5z'/>").Scene, 64, 64, _large));

    [Fact]
    public void Of_a_line_with_a_billion_dashes_those_in_sight_are_drawn()
    {
        float[] Drawn(string path) => Picture($"<path d='{path}' fill='none' stroke='#000' stroke-width='40' stroke-dasharray='10 6'/>");
        // The pattern begins anew at the line's beginning: 16 divides the way to the canvas.
        Assert.All(Drawn("M-800000000 50H900000000").Zip(Drawn("M-160 50H400")), p => Assert.Equal(p.First, p.Second, 1e-4));
        Assert.All(Drawn("M-8e8 50H9e8L9e8 9e8H-8e8z").Zip(Drawn("M-160 50H400")), p => Assert.Equal(p.First, p.Second, 1e-4));
    }

    [Fact]
    public void A_hundred_thousand_dashes_are_drawn()
    {
        var lines = string.Concat(Enumerable.Range(0, 100).Select(i => FormattableString.Invariant($"M0 {i + .5}H100")));
        var picture = Picture($"<path d='{lines}' stroke='#000' stroke-width='1' stroke-dasharray='.05'/>");
        // Half of the way is dash.
        Assert.Equal(.5, picture[(3 * 64 * 64)..].Average(), .01);
    }

    private static float[] Picture(string content)
    {
        var scene = SvgText.Read(content).Scene;
        return new SceneRasterizer(scene, 64, 64).Forward(scene.InitialValues(), keep: false).Data.ToArray();
    }
}
