using SvgDistill.Rasterizer.Imaging;
using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Rasterizer.Svg;
using SvgDistill.Rasterizer.Tensors;
using SvgDistill.Rasterizer.Tests.Svg;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace SvgDistill.Rasterizer.Tests.Tensors;

/// <summary>An embedded PNG has a gradient by the motions of itself and of its group, on both paths.</summary>
[Collection(nameof(TensorTests))]
public sealed class MovingImageTests
{
    private const int Side = 30;

    [Theory]
    [InlineData(MoveUnits.Elements, "smooth", 6, 5)]
    [InlineData(MoveUnits.Groups, "smooth", 6, 5)]
    [InlineData(MoveUnits.Elements, "smooth", 85, 113)] // sampled from means of 4 x 4
    [InlineData(MoveUnits.Elements, "pixelated", 6, 5)]
    public void Motions_have_the_gradient_of_finite_differences(MoveUnits move, string rendering, int width, int height)
    {
        var scene = Read(move, rendering, width, height);
        Assert.Equal(["move.x", "move.y", "move.angle", "move.scale"], scene.Parameters.Where(p => p.IsLeaf).Select(p => p.Name));
        var renderer = new SceneRenderer(scene, Side, Side, path: RenderPath.Tensor);
        var random = new Random(1);
        float[] weights = [.. Enumerable.Range(0, 4 * Side * Side).Select(_ => random.NextSingle() - .5f)];
        using var scope = NewDisposeScope();
        var weight = tensor(weights).to(ScalarType.Float64);
        double Loss(double[] at)
        {
            using var inner = NewDisposeScope();
            return (renderer.Render(tensor(at)).flatten() * weight).sum().item<double>();
        }
        // Away from where edges and pixels of the image lie on pixels of the picture.
        double[] theta = scene.InitialValues();
        for (int i = 0; i < theta.Length; i++) theta[i] += .013 * (i + 1);

        using var drawn = renderer.Draw(tensor(theta));
        double[] byTensors = drawn.Backward(weight.view(drawn.Picture.shape)).data<double>().ToArray(), byCpu = new double[theta.Length];
        var rasterizer = new SceneRasterizer(scene, Side, Side);
        float[] pixels = rasterizer.Forward(theta).Data.ToArray();
        rasterizer.Backward(weights, byCpu);
        Assert.All(drawn.Picture.flatten().data<double>().ToArray().Zip(pixels), p => Assert.Equal(p.First, p.Second, 1e-5));
        double scale = byTensors.Max(Math.Abs);
        Assert.True(scale > .01);
        for (int i = 0; i < theta.Length; i++)
        {
            Assert.Equal(byTensors[i], byCpu[i], 1e-5 * scale);
            double kept = theta[i];
            const double step = 1e-7;
            theta[i] = kept + step;
            double above = Loss(theta);
            theta[i] = kept - step;
            double slope = (above - Loss(theta)) / (2 * step);
            theta[i] = kept;
            Assert.Equal(slope, byCpu[i], 1e-4 * scale);
        }
    }

    [Fact]
    public void An_image_that_nothing_moves_has_no_parameter()
    {
        Assert.DoesNotContain(Read(MoveUnits.None, "smooth", 6, 5).Parameters, p => p.IsLeaf);
    }

    private static Scene Read(MoveUnits move, string rendering, int width, int height)
    {
        var random = new Random(3);
        var bytes = new byte[4 * width * height];
        random.NextBytes(bytes);
        string data = Convert.ToBase64String(PngWriter.Encode(new RgbaImage(width, height, bytes)));
        return SvgText.Read(
            $"<g transform='rotate(7)'><image x='21' y='13' width='55' height='61' image-rendering='{rendering}' href='data:image/png;base64,{data}'/></g>",
            new SceneOptions { Move = move }).Scene;
    }
}
