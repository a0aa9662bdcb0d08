using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Rasterizer.Svg;
using SvgDistill.Rasterizer.Tests.Svg;
using Xunit;

namespace SvgDistill.Rasterizer.Tests.Outlines;

/// <summary>Shapes and strokes of size zero: nothing is seen of them, but they may come back.</summary>
public class ZeroSizeTests
{
    private const int Side = 32;

    private static readonly SceneOptions _everything = new() { Optimize = OptimizeKinds.All, Only = ["svg"] };

    [Theory]
    [InlineData("<rect x='20.3' y='10' width='5' height='60' fill='#c40'/>", "width")]
    [InlineData("<rect x='20.3' y='10' width='50' height='6' rx='2' fill='#c40'/>", "height")]
    [InlineData("<rect x='20.3' y='10' width='50' height='60' fill='#c40' transform='rotate(20)'/>", "width")]
    [InlineData("<ellipse cx='50.7' cy='40' rx='10' ry='30' fill='#05a'/>", "rx")]
    [InlineData("<path d='M10 20C30 0 60 90 80 30L20 80' fill='none' stroke='#0a5' stroke-width='3'/>", "stroke-width")]
    [InlineData("<circle cx='50' cy='50' r='30' fill='#ff0' stroke='#0a5' stroke-width='3' stroke-dasharray='10 5'/>", "stroke-width")]
    [InlineData("<rect x='20.3' y='10' width='50' height='60' fill='#c40' opacity='.5'/>", "opacity")]
    [InlineData("<g opacity='.5'><rect x='20.3' y='10' width='50' height='60' fill='#c40'/><circle cx='50' cy='50' r='30'/></g>", "opacity")]
    [InlineData("<rect x='20.3' y='10' width='50' height='60' fill='rgba(200, 90, 10, .5)'/>", "fill.a")]
    public void The_derivative_at_zero_is_that_of_growing(string content, string name)
    {
        const double Step = .02;
        var scene = Read(content);
        var index = Index(scene, name);
        var theta = scene.InitialValues();
        theta[index] = 0;
        var rasterizer = new SceneRasterizer(scene, Side, Side, threads: 1);
        var atZero = Loss(rasterizer.Forward(theta).Data);
        var gradient = new double[theta.Length];
        rasterizer.Backward(Weights(), gradient);
        theta[index] = Step;
        var expected = (Loss(rasterizer.Forward(theta).Data) - atZero) / Step;
        Assert.NotEqual(0, expected);
        Assert.Equal(expected, gradient[index], .02 * Math.Abs(expected));
    }

    [Fact]
    public void A_circle_has_no_derivative_at_zero_because_its_area_has_none()
    {
        var scene = Read("<circle cx='50' cy='50' r='30' fill='#c40'/>");
        var theta = scene.InitialValues();
        theta[Index(scene, "r")] = 0;
        var rasterizer = new SceneRasterizer(scene, Side, Side, threads: 1);
        rasterizer.Forward(theta);
        var gradient = new double[theta.Length];
        rasterizer.Backward(Weights(), gradient);
        Assert.All(gradient, g => Assert.Equal(0, g));
    }

    [Theory]
    [InlineData("<rect x='16' y='10' width='0' height='60' stroke='red' stroke-width='4'/>")]
    [InlineData("<ellipse cx='50' cy='40' rx='0' ry='30' stroke='red' stroke-width='4'/>")]
    [InlineData("<rect x='16' y='10' width='0' height='60' shape-rendering='crispEdges'/>")]
    [InlineData("<path d='M10 10H90V80' fill='none' stroke='red' stroke-width='0'/>")]
    [InlineData("<rect x='16' y='10' width='40' height='60' transform='scale(0 1)' stroke='red' stroke-width='4'/>")]
    [InlineData("<rect x='16' y='10' width='40' height='60' transform='skewX(90)'/>")]
    [InlineData("<clipPath id='c'><rect width='0' height='90'/></clipPath><rect width='90' height='90' clip-path='url(#c)'/>")]
    [InlineData("<pattern id='p' width='0' height='1'><rect width='9' height='9'/></pattern><rect width='90' height='90' fill='url(#p)'/>")]
    public void Nothing_is_seen_of_it(string content)
    {
        var scene = Read(content);
        Assert.NotEmpty(scene.Parameters);
        foreach (var value in new SceneRasterizer(scene, Side, Side, threads: 1).Forward(scene.InitialValues()).Data.ToArray())
            Assert.InRange(Math.Abs(value), 0, 1e-5);
    }

    [Fact]
    public void What_has_no_extent_counts_for_no_bounding_box()
    {
        const string Clipped = "<clipPath id='c' clipPathUnits='objectBoundingBox'><rect width='.5' height='1'/></clipPath><g clip-path='url(#c)'><rect x='40' y='40' width='40' height='40'/>{0}</g>";
        string Group(string more) => Clipped.Replace("{0}", more, StringComparison.Ordinal);
        var expected = Draw(Read(Group("")));
        Assert.Equal(expected, Draw(Read(Group("<circle r='0'/>"))));
        Assert.Equal(expected, Draw(Read(Group("<circle r='9' transform='scale(0)'/>"))));
    }

    [Fact]
    public void A_stroke_that_the_file_switches_off_stays_off()
    {
        var scene = SvgSceneReader.Read(SvgText.Drawing("<g stroke='#123' stroke-width='0'><path d='M10 10H90V80z'/></g>")).Scene;
        Assert.All(scene.Parameters.Where(p => p.Name.StartsWith("stroke", StringComparison.Ordinal)), p => Assert.False(p.IsLeaf, p.Name));
        Assert.Contains(scene.Parameters, p => p.IsLeaf);
        // Nor does it cost anything: the fill alone is drawn.
        Assert.Equal(1, new SceneRasterizer(scene, Side, Side).Build(scene.InitialValues()).ContourCount);
    }

    [Theory]
    [InlineData("<path d='M10 50H90' fill='none' stroke='url(#g) #00ff00' stroke-width='20'/>")]
    [InlineData("<path d='M10 50H90' fill='none' stroke='url(#p) #00ff00' stroke-width='20'/>")]
    public void The_fallback_paints_while_the_box_has_no_area(string content)
    {
        var scene = Read("<linearGradient id='g'><stop stop-color='red'/><stop offset='1' stop-color='blue'/></linearGradient>"
            + "<pattern id='p' width='.5' height='.5'><rect width='99' height='99' fill='red'/></pattern>" + content);
        var theta = scene.InitialValues();
        Assert.Equal((0, 1, 0), Pixel());
        theta[Array.FindLastIndex([.. scene.Parameters], p => p.Kind == ParameterKind.PointY)] += 1;
        Assert.Equal(0, Pixel().G);

        (float R, float G, float B) Pixel()
        {
            var picture = new SceneRasterizer(scene, Side, Side, threads: 1).Forward(theta);
            var middle = Side / 2 * Side + Side / 2;
            return (picture.Plane(0)[middle], picture.Plane(1)[middle], picture.Plane(2)[middle]);
        }
    }

    [Fact]
    public void A_paint_s_own_singular_transform_is_ignored_in_the_file_and_on_the_way()
    {
        string Drawing(string transform) =>
            $"<linearGradient id='g' gradientTransform='{transform}'><stop stop-color='red'/><stop offset='1' stop-color='blue'/></linearGradient><rect width='90' height='90' fill='url(#g)'/>";
        var expected = Draw(Read(Drawing("scale(1)")));
        Assert.Equal(expected, Draw(Read(Drawing("scale(0)"))));
        var scene = Read(Drawing("scale(.5)"));
        var theta = scene.InitialValues();
        theta[Index(scene, "transform.Scale[0]")] = 0;
        Assert.Equal(expected, new SceneRasterizer(scene, Side, Side, threads: 1).Forward(theta).Data.ToArray());
    }

    private static Scene Read(string content) => SvgText.Read(content, _everything).Scene;

    private static int Index(Scene scene, string name) => Array.FindIndex([.. scene.Parameters], p => p.Name == name);

    private static float[] Draw(Scene scene) => new SceneRasterizer(scene, Side, Side, threads: 1).Forward(scene.InitialValues()).Data.ToArray();

    private static float[] Weights()
    {
        var weights = new float[4 * Side * Side];
        for (var i = 0; i < weights.Length; i++) weights[i] = 1 + .3f * MathF.Sin(.37f * i) + i / (4f * Side * Side);
        return weights;
    }

    private static double Loss(ReadOnlySpan<float> picture)
    {
        var (sum, weights) = (0.0, Weights());
        for (var i = 0; i < weights.Length; i++) sum += (double)weights[i] * picture[i];
        return sum;
    }
}
