using System.Text;
using SvgDistill.Rasterizer.Outlines;
using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Rasterizer.Svg;
using Xunit;

namespace SvgDistill.Rasterizer.Tests.Filters;

public class FilterRegionsTests
{
    private const string Blur = "<feGaussianBlur stdDeviation='2'/>";
    // As Figma writes an inner shadow.
    private const string InnerShadow = "<feFlood flood-opacity='0' result='back'/><feBlend in='SourceGraphic' in2='back' result='shape'/>"
        + "<feColorMatrix in='SourceAlpha' values='0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 127 0' result='hard'/><feOffset dx='1' dy='1'/><feGaussianBlur stdDeviation='1'/>"
        + "<feComposite in2='hard' operator='arithmetic' k2='-1' k3='1'/><feColorMatrix values='0 0 0 0 1 0 0 0 0 0 0 0 0 0 0 0 0 0 1 0'/><feBlend in2='shape'/>";

    [Theory]
    [InlineData(Blur)]
    [InlineData(InnerShadow)]
    [InlineData("<feFlood flood-color='red'/><feComposite in2='SourceAlpha' operator='in'/>")]
    [InlineData("<feFlood flood-color='red'/><feComposite in2='SourceAlpha' operator='atop'/>")]
    [InlineData("<feFlood flood-color='red' result='f'/><feComposite in='SourceAlpha' in2='f' operator='out'/>")]
    [InlineData("<feComponentTransfer><feFuncA type='gamma' exponent='2'/></feComponentTransfer>")]
    public void A_region_gives_way_to_content_that_moves_toward_its_edge(string primitives)
    {
        var scene = Read(primitives, "x='4' y='4' width='24' height='24'");
        var (regions, theta) = (new FilterRegions(scene.Scene), scene.Scene.InitialValues());
        Move(scene.Scene, theta, "x", 5);
        Move(scene.Scene, theta, "y", -3);
        regions.Follow(theta);
        Assert.Equal(new FilterBox(4, 1, 29, 27), Region(scene.Scene, theta));
        Assert.Equal(Text(primitives, "x='4' y='1' width='29' height='27'", "x='15' y='7'"), Encoding.UTF8.GetString(SvgWriter.Write(scene, theta)));

        // Back where it was it is as written.
        theta = scene.Scene.InitialValues();
        regions.Follow(theta);
        Assert.Equal(scene.Scene.InitialValues(), theta);
    }

    [Fact]
    public void It_gives_way_no_more_than_the_content_asks_for_now()
    {
        var scene = Read(Blur, "x='4' y='4' width='24' height='24'");
        var (regions, theta) = (new FilterRegions(scene.Scene), scene.Scene.InitialValues());
        Move(scene.Scene, theta, "x", 9);
        regions.Follow(theta);
        Move(scene.Scene, theta, "x", -7);
        regions.Follow(theta);
        Assert.Equal(new FilterBox(4, 4, 26, 24), Region(scene.Scene, theta));
    }

    [Theory]
    [InlineData("#f")]
    [InlineData("rect")]
    public void What_is_locked_does_not_follow(string selector)
    {
        var document = SvgDocument.Parse(Encoding.UTF8.GetBytes(Text(Blur, "x='4' y='4' width='24' height='24'", "x='10' y='10'")), "filtered.svg");
        Assert.False(new FilterRegions(SvgSceneReader.Read(document, SceneOptions.Default).Scene).IsEmpty);
        Assert.True(new FilterRegions(SvgSceneReader.Read(document, SceneOptions.Default with { Lock = [selector] }).Scene).IsEmpty);
    }

    [Fact]
    public void What_is_locked_with_its_surroundings_or_by_inheritance_does_not_follow()
    {
        const string Region = "filterUnits='userSpaceOnUse' x='4' y='4' width='24' height='24'", Rectangle = "<rect x='10' y='10' width='12' height='12' filter='url(#f)'/>";
        foreach (var content in (string[])[$"<defs class='k'><filter id='f' {Region}>{Blur}</filter></defs>{Rectangle}",
            $"<filter class='k' id='r' {Region}/><filter id='f' href='#r'>{Blur}</filter>{Rectangle}"])
        {
            var document = SvgDocument.Parse(Encoding.UTF8.GetBytes($"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'>{content}</svg>"), "filtered.svg");
            Assert.False(new FilterRegions(SvgSceneReader.Read(document, SceneOptions.Default).Scene).IsEmpty);
            Assert.True(new FilterRegions(SvgSceneReader.Read(document, SceneOptions.Default with { Lock = [".k"] }).Scene).IsEmpty);
        }
    }

    [Theory]
    [InlineData("<feFlood flood-color='red'/><feMerge><feMergeNode/><feMergeNode in='SourceGraphic'/></feMerge>", "x='4' y='4' width='24' height='24'")]
    [InlineData("<feColorMatrix values='1 0 0 0 0 0 1 0 0 0 0 0 1 0 0 0 0 0 1 .5'/>", "x='4' y='4' width='24' height='24'")]
    [InlineData("<feGaussianBlur stdDeviation='2' width='20'/>", "x='4' y='4' width='24' height='24'")]
    [InlineData(Blur, "x='12' y='4' width='24' height='24'")]
    [InlineData("<feComponentTransfer><feFuncA type='linear' intercept='.5'/></feComponentTransfer>", "x='4' y='4' width='24' height='24'")]
    [InlineData("<feComponentTransfer><feFuncA type='table' tableValues='.5 1'/></feComponentTransfer>", "x='4' y='4' width='24' height='24'")]
    [InlineData("<feComponentTransfer><feFuncA type='gamma' offset='.5'/></feComponentTransfer>", "x='4' y='4' width='24' height='24'")]
    [InlineData("<feComposite in2='SourceGraphic' operator='arithmetic' k2='1' k4='.5'/>", "x='4' y='4' width='24' height='24'")]
    [InlineData("<feFlood/><feComposite in2='SourceGraphic' operator='arithmetic' k2='1'/>", "x='4' y='4' width='24' height='24'")]
    [InlineData("<feFlood/><feComposite in2='SourceGraphic' operator='out'/>", "x='4' y='4' width='24' height='24'")]
    [InlineData("<feFlood/><feComposite in='SourceGraphic' operator='xor'/>", "x='4' y='4' width='24' height='24'")]
    [InlineData("<feConvolveMatrix order='3' kernelMatrix='0 0 0 0 1 0 0 0 0' bias='.5'/>", "x='4' y='4' width='24' height='24'")]
    [InlineData("<feTurbulence baseFrequency='.1'/>", "x='4' y='4' width='24' height='24'")]
    [InlineData("<feTile/>", "x='4' y='4' width='24' height='24'")]
    [InlineData(Blur, "x='4' y='12' width='24' height='24'")]
    [InlineData(Blur, "x='4' y='4' width='17' height='24'")]
    [InlineData(Blur, "x='4' y='4' width='24' height='17'")]
    [InlineData(Blur, "y='4' width='24' height='24'")]
    public void It_stays_where_more_would_be_seen_of_something_else(string primitives, string region)
    {
        var scene = Read(primitives, region);
        var (regions, theta) = (new FilterRegions(scene.Scene), scene.Scene.InitialValues());
        Move(scene.Scene, theta, "x", 5);
        var moved = theta.ToArray();
        regions.Follow(theta);
        Assert.True(regions.IsEmpty);
        Assert.Equal(moved, theta);
    }

    [Fact]
    public void A_filter_of_two_elements_grows_for_both()
    {
        var scene = SvgSceneReader.Read(SvgDocument.Parse(Encoding.UTF8.GetBytes("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'>"
            + $"<filter id='f' filterUnits='userSpaceOnUse' x='4' y='4' width='24' height='24'>{Blur}</filter>"
            + "<rect x='10' y='10' width='4' height='4' filter='url(#f)'/><rect x='20' y='20' width='4' height='4' filter='url(#f)'/></svg>"), "two.svg"), SceneOptions.Default);
        var (regions, theta) = (new FilterRegions(scene.Scene), scene.Scene.InitialValues());
        theta[Index(scene.Scene, "x", 0)] -= 3;
        theta[Index(scene.Scene, "y", 1)] += 2;
        regions.Follow(theta);
        Assert.Equal(new FilterBox(1, 4, 27, 26), Region(scene.Scene, theta));
    }

    private static string Text(string primitives, string region, string place) => "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'>"
        + $"<filter id='f' filterUnits='userSpaceOnUse' {region}>{primitives}</filter><rect {place} width='12' height='12' filter='url(#f)'/></svg>";

    private static SvgScene Read(string primitives, string region) =>
        SvgSceneReader.Read(SvgDocument.Parse(Encoding.UTF8.GetBytes(Text(primitives, region, "x='10' y='10'")), "filtered.svg"), SceneOptions.Default);

    private static FilterBox Region(Scene scene, double[] theta)
    {
        double At(string name) => theta[scene.Parameters.ToList().FindIndex(p => p.Kind == ParameterKind.FilterRegion && p.Name == name)];
        return new(At("x"), At("y"), At("width"), At("height"));
    }

    private static void Move(Scene scene, double[] theta, string name, double by) => theta[Index(scene, name, 0)] += by;

    private static int Index(Scene scene, string name, int nth) =>
        scene.Parameters.Index().Where(p => p.Item.IsLeaf && p.Item.Name == name).ElementAt(nth).Index;
}
