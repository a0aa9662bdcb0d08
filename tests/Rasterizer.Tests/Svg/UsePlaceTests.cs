using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Svg;
using SvgDistill.Rasterizer.Tests.Outlines;
using Xunit;

namespace SvgDistill.Rasterizer.Tests.Svg;

/// <summary>What an element puts between its transform and its content lies before its clip path, mask and boxes.</summary>
public class UsePlaceTests
{
    private const string Clip = "<clipPath id='k'><rect width='8' height='20'/></clipPath>";
    private const string Box = "<clipPath id='k' clipPathUnits='objectBoundingBox'><rect x='.25' width='.5' height='1'/></clipPath>";
    private const string Mask = "<mask id='k' maskUnits='userSpaceOnUse' x='0' y='0' width='8' height='20'><rect width='8' height='40' fill='#fff'/></mask>";
    private const string Path = "<path id='t' d='M0 0h16v20H0z'/>";

    /// <summary>A drawing and one that says the same without a place.</summary>
    public static TheoryData<string, string> Places => new()
    {
        { $"{Clip}<defs>{Path}</defs><use href='#t' x='20' y='10' clip-path='url(#k)'/>", Rect(20, 10, 8, 20) },
        { $"{Mask}<defs>{Path}</defs><use href='#t' x='20' y='10' mask='url(#k)'/>", Rect(20, 10, 8, 20) },
        { $"{Box}<defs>{Path}</defs><use href='#t' x='20' y='10' clip-path='url(#k)'/>", Rect(24, 10, 8, 20) },
        { $"{Clip}<defs>{Path}</defs><use href='#t' x='20' y='10' transform='scale(2)' clip-path='url(#k)'/>", Rect(40, 20, 16, 40) },
        { $"{Clip}<defs>{Path}<use id='u' href='#t' x='10' y='5'/></defs><use href='#u' x='20' y='10' clip-path='url(#k)'/>", "" },
        { $"{Clip}<defs>{Path}<use id='u' href='#t' x='4' y='5'/></defs><use href='#u' x='20' y='10' clip-path='url(#k)'/>", Rect(24, 15, 4, 15) },
        { $"{Clip}<defs>{Path}<use id='u' href='#t' x='4' y='5' clip-path='url(#k)'/></defs><use href='#u' x='20' y='10'/>", Rect(24, 15, 8, 20) },
        { $"{Clip}<defs><g id='t'>{Path}</g></defs><use href='#t' x='20' y='10' clip-path='url(#k)'/>", Rect(20, 10, 8, 20) },
        // Inside a clip path, a use's own clip moves with it.
        { $"{Clip}<clipPath id='c'><use href='#t' x='20' y='10' clip-path='url(#k)'/></clipPath><defs>{Path}</defs><rect width='99' height='99' clip-path='url(#c)'/>", Rect(20, 10, 8, 20) },
        // A symbol's and a nested svg's clip path lies in the space of their content, view box included; a use's before it.
        { $"{Clip}<symbol id='s' viewBox='0 0 10 10' overflow='visible'>{Path}</symbol><use href='#s' x='20' y='10' width='20' height='20' clip-path='url(#k)'/>", Rect(20, 10, 8, 20) },
        { $"{Clip}<symbol id='s' viewBox='0 0 20 20' clip-path='url(#k)'>{Path}</symbol><use href='#s' x='20' y='10' width='10' height='10'/>", Rect(20, 10, 4, 10) },
        { $"{Clip}<svg x='20' y='10' width='40' height='40' viewBox='0 0 20 20' clip-path='url(#k)'>{Path}</svg>", Rect(20, 10, 16, 40) },
        // The viewport cuts in its parent's space.
        { "<svg x='20' y='10' width='8' height='40' viewBox='0 0 8 20' preserveAspectRatio='none'><rect x='-5' y='-5' width='9' height='99'/></svg>", Rect(20, 10, 4, 40) },
        // A pattern on a use is in its shape's space, so it moves too.
        { "<pattern id='p' width='16' height='20' patternUnits='userSpaceOnUse'><rect width='8' height='20'/></pattern><defs><path id='t' d='M0 0h16v20H0z'/></defs><use href='#t' x='20' y='10' fill='url(#p)'/>", Rect(20, 10, 8, 20) },
    };

    private static string Rect(double x, double y, double width, double height) =>
        FormattableString.Invariant($"<rect x='{x}' y='{y}' width='{width}' height='{height}'/>");

    [Theory]
    [MemberData(nameof(Places))]
    public void Places_move_what_hangs_on_the_element(string content, string same) => Assert.Equal(0, Pictures.Difference(content, same), .02);

    [Fact]
    public void Places_are_differentiated_with_all_that_hangs_on_them()
    {
        const string content = "<clipPath id='k'><circle cx='7' cy='8' r='6'/></clipPath><mask id='m'><rect width='9' height='20' fill='#eee'/></mask>"
            + "<linearGradient id='g' gradientUnits='userSpaceOnUse' x2='9' y2='5'><stop offset='.1' stop-color='red'/><stop offset='.9' stop-color='#00f'/></linearGradient>"
            + "<defs><path id='t' d='M0 0L12 1L11 14z'/><use id='u' href='#t' x='1' y='2' clip-path='url(#k)'/></defs>"
            + "<use href='#u' x='2' y='1' fill='url(#g)' transform='rotate(5)' mask='url(#m)'/>";
        foreach (var options in (SceneOptions[])[
            new() { Optimize = OptimizeKinds.All }, new() { Optimize = OptimizeKinds.All, Move = MoveUnits.Elements }])
            FiniteDifferences.Check(SvgText.Read(content, options).Scene, Matrix.Scaling(.9, .8), 1e-5);
    }

    [Fact]
    public void A_moved_use_is_written_before_its_place()
    {
        var scene = SvgText.Read("<defs><path id='t' d='M0 0h16v20H0z'/></defs><use href='#t' x='20' y='10'/>",
            new SceneOptions { Move = MoveUnits.Elements });
        var theta = scene.Scene.InitialValues();
        theta[SvgText.Index(scene, "move.angle")] = .5;
        theta[SvgText.Index(scene, "move.x")] = 3;
        var moved = new SceneRasterizer(scene.Scene, 100, 100).Forward(theta, keep: false);
        var again = SvgSceneReader.Read(SvgDocument.Parse(SvgWriter.Write(scene, theta), "again.svg")).Scene;
        Assert.Equal(0, Pictures.Difference(moved, new SceneRasterizer(again, 100, 100).Forward(again.InitialValues(), keep: false)), .01);
    }
}
