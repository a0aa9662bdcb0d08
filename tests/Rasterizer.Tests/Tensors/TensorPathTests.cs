using SvgDistill.Rasterizer.Compositing;
using SvgDistill.Rasterizer.Drawing;
using SvgDistill.Rasterizer.Tensors;
using SvgDistill.Rasterizer.Tests.Compositing;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace SvgDistill.Rasterizer.Tests.Tensors;

/// <summary>The tensor path and the CPU path are one definition.</summary>
public sealed class TensorPathTests
{
    [Theory]
    [InlineData(1, false, 1)]
    [InlineData(2, false, 1)]
    [InlineData(3, true, 1)]
    [InlineData(4, true, 1)]
    [InlineData(5, true, 4.5)]
    [InlineData(6, false, 9)]
    public void Both_draw_the_same_with_the_same_gradients(int seed, bool blends, double filterWidth)
    {
        for (int i = 0; i < 6; i++)
        {
            using var scope = NewDisposeScope();
            var list = RandomDrawing.Any(1000 * seed + i, 33, 4, 2, blends);
            var stage = new PixelStage { Threads = 1, FilterWidth = filterWidth };
            var picture = new Picture(list.Width, list.Height);
            stage.Forward(list, picture);
            var vertices = tensor(list.Vertices).view(-1, 2).requires_grad_(true);
            var scalars = tensor(list.Scalars).requires_grad_(true);
            var image = new TensorPixelStage(list, ScalarType.Float64, CPU, filterWidth).Draw(vertices, scalars);
            Assert.Equal([1, 4, list.Height, list.Width], image.shape);
            AssertClose(image.detach().flatten().data<double>().ToArray(), [.. picture.Data.ToArray().Select(v => (double)v)], 1e-5, 1, $"{seed} {i}");

            var random = new Random(seed);
            float[] weights = [.. Enumerable.Range(0, picture.Data.Length).Select(_ => random.NextSingle() - .5f)];
            (image.flatten() * tensor(weights)).sum().backward();
            var (vertexGradient, scalarGradient) = (new double[list.Vertices.Length], new double[list.Scalars.Length]);
            stage.Backward(weights, vertexGradient, scalarGradient);
            double[] expected = vertices.grad is { } g ? g.flatten().data<double>().ToArray() : new double[vertexGradient.Length];
            AssertClose(expected, vertexGradient, 2e-5, vertexGradient.Max(Math.Abs), $"vertices {seed} {i}", blends);
            AssertClose(scalars.grad!.data<double>().ToArray(), scalarGradient, 2e-5, scalarGradient.Max(Math.Abs), $"scalars {seed} {i}", blends);
        }
    }

    [Fact]
    public void Pixels_by_their_centres_and_float32_agree_too()
    {
        using var scope = NewDisposeScope();
        var list = RandomDrawing.Any(77, 40, 6, 1, blends: false);
        foreach (var node in list.Nodes) if (node is DrawFill fill) fill.AntiAlias = false;
        var picture = new Picture(list.Width, list.Height);
        new PixelStage().Forward(list, picture);
        var image = new TensorPixelStage(list, ScalarType.Float32, CPU, 1).Draw(tensor(list.Vertices).view(-1, 2), tensor(list.Scalars));
        Assert.Equal(ScalarType.Float32, image.dtype);
        AssertClose([.. image.flatten().data<float>().ToArray().Select(v => (double)v)], [.. picture.Data.ToArray().Select(v => (double)v)], 1e-5, 1, "");
    }

    /// <summary>
    /// Within the tolerance of the largest; with <paramref name="kinks"/> all but 2 % are, and those within a thousandth: a blend mode's
    /// branch may turn on the last bit of a float.
    /// </summary>
    private static void AssertClose(double[] expected, double[] actual, double tolerance, double scale, string what, bool kinks = false)
    {
        Assert.Equal(expected.Length, actual.Length);
        int outside = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            double error = Math.Abs(expected[i] - actual[i]) / Math.Max(scale, 1e-3);
            if (error <= tolerance) continue;
            outside++;
            Assert.True(kinks && error < 1e-3, $"{what}: [{i}] {actual[i]} instead of {expected[i]}, scale {scale}");
        }
        Assert.True(outside <= (kinks ? .02 : 0) * expected.Length, $"{what}: {outside} of {expected.Length}");
    }
}
