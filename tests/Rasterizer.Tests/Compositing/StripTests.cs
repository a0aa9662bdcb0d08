using System.Globalization;
using System.Text;
using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Rasterizer.Svg;
using SvgDistill.Rasterizer.Tensors;
using SvgDistill.Rasterizer.Tests.Svg;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace SvgDistill.Rasterizer.Tests.Compositing;

/// <summary>A drawing too large to be drawn at once is drawn in strips, whole, with the same gradient.</summary>
[Collection(nameof(Tensors.TensorTests))]
public sealed class StripTests
{
    private const int Side = 96;

    /// <summary>Layers, masks, clips, gradients, strokes, dashes and patterns across the strips' borders.</summary>
    private const string Drawing =
        "<defs><linearGradient id='g' x2='0' y2='1'><stop stop-color='#e33'/><stop offset='1' stop-color='#33e' stop-opacity='.4'/></linearGradient>"
        + "<pattern id='p' width='7' height='5' patternUnits='userSpaceOnUse' patternTransform='rotate(20)'><rect width='7' height='5' fill='#aca'/><circle cx='3' cy='2' r='1.5'/></pattern>"
        + "<clipPath id='c'><circle cx='50' cy='50' r='45'/></clipPath><mask id='m'><rect width='100' height='100' fill='url(#g)'/></mask></defs>"
        + "<g clip-path='url(#c)' opacity='.9'><rect x='3' y='5' width='80' height='90' fill='url(#p)' fill-opacity='.8'/>"
        + "<path d='M5 10C90 0 10 90 95 95' fill='none' stroke='url(#g)' stroke-width='9' stroke-dasharray='13 4' stroke-linejoin='round'/></g>"
        + "<g mask='url(#m)' style='mix-blend-mode:multiply'><ellipse cx='50' cy='48' rx='30' ry='44' fill='#fa0'/></g>";

    private static Scene Read() => SvgText.Read(Drawing, new SceneOptions { Optimize = OptimizeKinds.All }).Scene;

    private static float[] Weights()
    {
        var random = new Random(5);
        return [.. Enumerable.Range(0, 4 * Side * Side).Select(_ => random.NextSingle() - .5f)];
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7.5)]
    public void Strips_are_the_picture_and_its_gradient(double filterWidth)
    {
        var scene = Read();
        var (whole, strips) = (new SceneRasterizer(scene, Side, Side), new SceneRasterizer(scene, Side, Side) { StripVertices = 100 });
        (whole.FilterWidth, strips.FilterWidth) = (filterWidth, filterWidth);
        double[] theta = scene.InitialValues(), expected = new double[theta.Length], actual = new double[theta.Length];
        Assert.Equal(Side / 16, strips.StripsAt(theta).Count);
        float[] picture = whole.Forward(theta).Data.ToArray();
        Assert.All(picture.Zip(strips.Forward(theta).Data.ToArray()), p => Assert.Equal(p.First, p.Second, 1e-6));
        whole.Backward(Weights(), expected);
        strips.Backward(Weights(), actual);
        var largest = expected.Max(Math.Abs);
        Assert.True(largest > 1);
        for (var i = 0; i < theta.Length; i++) Assert.Equal(expected[i], actual[i], 1e-6 * largest);
    }

    [Fact]
    public void So_they_are_on_the_tensor_path()
    {
        using var scope = NewDisposeScope();
        var scene = Read();
        double[] theta = scene.InitialValues();
        (float[] Picture, double[] Gradient) Run(int stripVertices)
        {
            var renderer = new SceneRenderer(new SceneRasterizer(scene, Side, Side) { StripVertices = stripVertices }, RenderPath.Tensor);
            using var drawn = renderer.Draw(tensor(theta));
            var picture = drawn.Picture.flatten().to(ScalarType.Float32).data<float>().ToArray();
            return (picture, SceneRenderer.Values(drawn.Backward(tensor(Weights()).to(ScalarType.Float64).view(1, 4, Side, Side))));
        }
        var (whole, strips) = (Run(1 << 20), Run(100));
        Assert.All(whole.Picture.Zip(strips.Picture), p => Assert.Equal(p.First, p.Second, 1e-6));
        var largest = whole.Gradient.Max(Math.Abs);
        for (var i = 0; i < theta.Length; i++) Assert.Equal(whole.Gradient[i], strips.Gradient[i], 1e-9 * largest);
    }

    [Fact]
    public void What_no_strip_holds_is_refused_with_the_number()
    {
        // All in the same rows, so that no strip shows less.
        var strokes = string.Concat(Enumerable.Repeat("<path d='M0 50H100' stroke='#000' stroke-dasharray='.1'/>", 200));
        var scene = SvgText.Read(strokes).Scene;
        var error = Assert.Throws<SvgDistillException>(() => new SceneRasterizer(scene, 64, 64) { StripVertices = 1 << 14, MostVertices = 1 << 16 }
            .Forward(scene.InitialValues(), keep: false));
        Assert.Contains("more than 65,536 corners", error.Message);
        Assert.Contains("within 16 rows", error.Message);
    }

    /// <summary>The case of the issue: 29,560 paths as tracers write them, the last one over all others.</summary>
    [Fact]
    public void Thirty_thousand_traced_paths_are_drawn_to_the_last()
    {
        var text = new StringBuilder();
        var random = new Random(3);
        string N(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
        for (var i = 0; i < 29_560; i++)
        {
            text.Append($"<path fill='#123' d='M{N(100 * random.NextDouble())} {N(100 * random.NextDouble())}");
            for (var k = 0; k < 5; k++) text.Append($"c{N(random.NextDouble())} .1 .2 {N(random.NextDouble() - .7)} {N(random.NextDouble() - .5)} {N(random.NextDouble() - .5)}");
            text.Append("z'/>");
        }
        var svg = SvgText.Read($"{text}<path id='last' fill='#e00' d='M0 0H100V100H0z'/>");
        var scene = svg.Scene;
        var rasterizer = new SceneRasterizer(scene, 256, 256) { StripVertices = 1 << 16 };
        double[] theta = scene.InitialValues(), gradient = new double[theta.Length];
        Assert.True(rasterizer.StripsAt(theta).Count > 2);
        var picture = rasterizer.Forward(theta);
        Assert.All(picture.Plane(0).ToArray(), red => Assert.Equal(0xee / 255f, red, 1e-5));
        float[] weights = new float[4 * 256 * 256];
        weights.AsSpan(0, 256 * 256).Fill(1);
        rasterizer.Backward(weights, gradient);
        // Of a picture all red, dL/dred is the number of its pixels.
        var index = Enumerable.Range(0, theta.Length).Last(i => scene.Parameters[i] is { Name: "fill.r", Element.Id: "last" });
        Assert.Equal(256 * 256, gradient[index], 1e-3);
    }
}
