using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Rasterizer.Svg;
using Xunit;

namespace SvgDistill.Rasterizer.Tests.Svg;

/// <summary><c>transform-box</c>: what transforms and their origin refer to (CSS Transforms Level 1, sections 5 and 6).</summary>
public sealed class TransformBoxTests
{
    private const string Box = "x='20' y='30' width='40' height='10'";

    /// <summary>A drawing, and the same with the place written out.</summary>
    [Theory]
    [InlineData($"<rect {Box} style='transform-box:fill-box;transform-origin:center;transform:rotate(40deg)'/>", $"<rect {Box} transform='rotate(40 40 35)'/>")]
    [InlineData($"<rect {Box} style='transform-box:fill-box;transform-origin:100% 0;transform:scale(.5)'/>", "<rect x='40' y='30' width='20' height='5'/>")]
    [InlineData($"<rect {Box} style='transform-box:fill-box;transform:rotate(20deg)'/>", $"<rect {Box} transform='rotate(20 20 30)'/>")] // the corner
    [InlineData($"<rect {Box} style='transform-box:fill-box;transform:translate(50%,-100%)'/>", "<rect x='40' y='20' width='40' height='10'/>")]
    [InlineData($"<rect {Box} style='transform-box:view-box;transform-origin:center;transform:rotate(40deg)'/>", $"<rect {Box} transform='rotate(40 50 50)'/>")]
    [InlineData($"<rect {Box} style='transform-origin:50% 50%;transform:rotate(40deg)'/>", $"<rect {Box} transform='rotate(40 50 50)'/>")]
    // A stroke counts for stroke-box alone.
    [InlineData($"<rect {Box} stroke='red' stroke-width='8' style='transform-box:fill-box;transform:rotate(20deg)'/>",
        $"<rect {Box} stroke='red' stroke-width='8' transform='rotate(20 20 30)'/>")]
    [InlineData($"<rect {Box} stroke='red' stroke-width='8' style='transform-box:stroke-box;transform:rotate(20deg)'/>",
        $"<rect {Box} stroke='red' stroke-width='8' transform='rotate(20 16 26)'/>")]
    // Of a group, all that it draws, moved as it is; of a use, where it stands.
    [InlineData($"<g style='transform-box:fill-box;transform-origin:center;transform:rotate(30deg)'><rect {Box}/><circle cx='5' cy='5' r='5' transform='translate(70 50)'/></g>",
        $"<g transform='rotate(30 50 45)'><rect {Box}/><circle cx='75' cy='55' r='5'/></g>")]
    [InlineData("<defs><rect id='r' width='40' height='10'/></defs><use href='#r' x='20' y='30' style='transform-box:fill-box;transform-origin:center;transform:rotate(30deg)'/>",
        $"<rect {Box} transform='rotate(30 40 35)'/>")]
    [InlineData($"<clipPath id='c'><rect {Box} style='transform-box:fill-box;transform-origin:center;transform:rotate(40deg)'/></clipPath><rect width='100' height='100' clip-path='url(#c)'/>",
        $"<rect {Box} transform='rotate(40 40 35)'/>")]
    public void A_box_is_a_place(string drawing, string same)
    {
        var (a, b) = (Draw(drawing), Draw(same));
        Assert.True(a.Max() > .9f);
        Assert.All(a.Zip(b), p => Assert.Equal(p.Second, p.First, 1e-3));

        static float[] Draw(string content)
        {
            var scene = SvgText.Read(content).Scene;
            return new SceneRasterizer(scene, 60, 60).Forward(scene.InitialValues(), keep: false).Data.ToArray();
        }
    }

    [Fact]
    public void What_spans_the_box_stands_still_and_keeps_its_colours_free()
    {
        var scene = SvgText.Read($"<g style='transform-box:fill-box;transform-origin:center;transform:rotate(30deg)'><rect {Box} fill='#123456'/>"
            + "<path d='M0 0H9V9' fill='#654321'/></g><path d='M0 0H9V9Z'/>", new SceneOptions { Optimize = OptimizeKinds.All }).Scene;
        var free = scene.Parameters.Where(p => p.IsLeaf).ToLookup(p => p.Element.Order);
        Assert.Equal([ParameterKind.Color], free[2].Select(p => p.Kind).Distinct());
        Assert.Equal([ParameterKind.Color], free[3].Select(p => p.Kind).Distinct());
        Assert.Contains(free[4], p => p.Kind == ParameterKind.PointX);
        Assert.Contains(free[1], p => p.Kind == ParameterKind.Transform); // the angle itself may turn
    }
}
