using SvgDistill.Rasterizer.Compositing;
using SvgDistill.Rasterizer.Drawing;
using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Rasterizer.Tensors;
using SvgDistill.Rasterizer.Tests.Compositing;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace SvgDistill.Rasterizer.Tests.Tensors;

/// <summary>
/// The tensor path and the CPU path are one definition. The tensor path computes in double precision here, the CPU path as it always does
/// (winding numbers in double, colours in single precision). Tolerances: 1e-5 of a picture's value in 0..1; 1e-5 of the largest component
/// of dL/dvertices, and of dL/dscalars, for every component.
/// </summary>
[Collection(nameof(TensorTests))]
public sealed class TensorPathTests
{
    private const double Tolerance = 1e-5;

    [Theory]
    [InlineData(1, false, 1)]
    [InlineData(2, false, 1)]
    [InlineData(3, true, 1)]
    [InlineData(4, true, 1)]
    [InlineData(5, true, 4.5)]
    [InlineData(6, false, 9)]
    public void Both_draw_the_same_with_the_same_gradients(int seed, bool blends, double filterWidth)
    {
        for (int i = 0; i < 10; i++) Compare(1000 * seed + i, blends, filterWidth);
    }

    [Theory]
    [Trait("Category", "Slow")]
    [InlineData(90000, false, 1)]
    [InlineData(200700, false, 1)]
    [InlineData(90000, true, 1)]
    [InlineData(90000, false, 4.5)]
    [InlineData(90000, true, 4.5)]
    [InlineData(90000, false, 9)]
    [InlineData(90000, true, 9)]
    public void They_do_on_hundreds_of_drawings(int firstSeed, bool blends, double filterWidth)
    {
        for (int i = 0; i < 300; i++) Compare(firstSeed + i, blends, filterWidth);
    }

    /// <summary>
    /// A sliver over a wholly covered pixel lifts its winding number by 5e-8, less than single precision resolves at 1. The sliver's edges
    /// are 3e-4 pixels long and hidden: they have no gradient under the nonzero rule, and one of the other sign under the even-odd rule.
    /// </summary>
    [Theory]
    [InlineData(FillRule.NonZero)]
    [InlineData(FillRule.EvenOdd)]
    public void A_sliver_that_single_precision_cannot_see_is_on_the_right_side_of_the_kink(FillRule rule)
    {
        const double leg = 3.2e-4, nudge = BandPlan.Nudge;
        var drawing = new RandomDrawing(0, 12, 12);
        int square = drawing.Contour(2.5, 2.5, 9.5, 2.5, 9.5, 9.5, 2.5, 9.5);
        // Its corner reaches into pixel (5, 5) from the right and below.
        drawing.Contour(6 - nudge - leg, 6 - nudge, 6 - nudge, 6 - nudge - leg, 8.3, 8.4);
        drawing.List.Nodes.Add(drawing.Fill(square, drawing.Solid(1, 1, 1), rule, count: 2));
        var list = drawing.Finish();
        var stage = new PixelStage { Threads = 1 };
        stage.Forward(list, new Picture(12, 12));
        var weights = new float[4 * 144];
        weights[(3 * 12 + 5) * 12 + 5] = 1;
        var (vertices, scalars) = (new double[list.Vertices.Length], new double[list.Scalars.Length]);
        stage.Backward(weights, vertices, scalars);
        // Moving the whole triangle moves its edge in the pixel: n = (-leg, -leg) without the rule's sign.
        double x = vertices[8] + vertices[10] + vertices[12], y = vertices[9] + vertices[11] + vertices[13];
        double expected = rule == FillRule.NonZero ? 0 : leg;
        Assert.Equal(expected, x, 1e-3 * leg);
        Assert.Equal(expected, y, 1e-3 * leg);
    }

    [Fact]
    public void Pixels_by_their_centres_and_float32_agree_too()
    {
        using var scope = NewDisposeScope();
        var list = RandomDrawing.Any(77, 40, 6, 1, blends: false);
        foreach (var node in list.Nodes) if (node is DrawFill fill) fill.AntiAlias = false;
        var picture = new Picture(list.Width, list.Height);
        new PixelStage().Forward(list, picture);
        var image = new TensorPixelStage(list, ScalarType.Float32, CPU, 1).Draw(keep: false).Picture;
        Assert.Equal(ScalarType.Float32, image.dtype);
        AssertClose([.. image.flatten().data<float>().ToArray().Select(v => (double)v)], Doubles(picture.Data), 1, "");
    }

    private static void Compare(int seed, bool blends, double filterWidth)
    {
        using var scope = NewDisposeScope();
        var list = RandomDrawing.Any(seed, 33, 4, 2, blends);
        var stage = new PixelStage { Threads = 1, FilterWidth = filterWidth };
        var picture = new Picture(list.Width, list.Height);
        stage.Forward(list, picture);
        var drawing = new TensorPixelStage(list, ScalarType.Float64, CPU, filterWidth).Draw();
        var image = drawing.Picture.detach();
        Assert.Equal([1, 4, list.Height, list.Width], image.shape);
        AssertClose(image.flatten().data<double>().ToArray(), Doubles(picture.Data), 1, $"picture {seed}");

        var random = new Random(seed);
        float[] weights = [.. Enumerable.Range(0, picture.Data.Length).Select(_ => random.NextSingle() - .5f)];
        var (vertices, scalars) = drawing.Backward(tensor(weights).view(image.shape));
        var (vertexGradient, scalarGradient) = (new double[list.Vertices.Length], new double[list.Scalars.Length]);
        stage.Backward(weights, vertexGradient, scalarGradient);
        double[] expected = vertices.flatten().data<double>().ToArray();
        AssertClose(expected, vertexGradient, expected.Max(Math.Abs), $"vertices {seed}");
        expected = scalars.data<double>().ToArray();
        AssertClose(expected, scalarGradient, expected.Max(Math.Abs), $"scalars {seed}");
    }

    private static double[] Doubles(ReadOnlySpan<float> values) => [.. values.ToArray().Select(v => (double)v)];

    private static void AssertClose(double[] expected, double[] actual, double scale, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.True(
                Math.Abs(expected[i] - actual[i]) <= Tolerance * scale, $"{what}: [{i}] {actual[i]} instead of {expected[i]}, scale {scale}");
    }
}
