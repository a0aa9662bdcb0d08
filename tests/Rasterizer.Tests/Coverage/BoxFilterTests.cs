using SvgDistill.Rasterizer.Compositing;
using SvgDistill.Rasterizer.Coverage;
using SvgDistill.Rasterizer.Drawing;
using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Tests.Compositing;
using Xunit;

namespace SvgDistill.Rasterizer.Tests.Coverage;

public sealed unsafe class BoxFilterTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(2.4)]
    [InlineData(7.9)]
    public void It_is_a_convolution_with_its_kernel(double width)
    {
        var filter = new BoxFilter(width);
        double[] kernel = filter.Kernel();
        Assert.Equal(1, kernel.Sum(), 1e-12);
        const int rows = 23, columns = 31;
        var random = new Random(1);
        var plane = new float[rows * columns];
        for (int i = 0; i < plane.Length; i++) plane[i] = random.NextSingle();
        float[] filtered = [.. plane];
        fixed (float* p = filtered) filter.Apply(p, rows, columns, columns);
        for (int y = 0; y < rows; y++)
        {
            for (int x = 0; x < columns; x++)
            {
                double expected = 0;
                for (int j = -filter.Padding; j <= filter.Padding; j++)
                    for (int i = -filter.Padding; i <= filter.Padding; i++)
                        if (y + j >= 0 && y + j < rows && x + i >= 0 && x + i < columns)
                            expected += kernel[j + filter.Padding] * kernel[i + filter.Padding] * plane[(y + j) * columns + x + i];
                Assert.Equal(expected, filtered[y * columns + x], 1e-6);
            }
        }
    }

    [Theory]
    [InlineData(3)]
    [InlineData(5.5)]
    [InlineData(21)]
    public void Wide_coverage_is_the_filtered_winding_number_and_its_gradient_the_derivative(double width)
    {
        var drawing = new RandomDrawing(5, 40, 40);
        // Some of it beyond the borders, within the box's reach.
        var fill = drawing.Fill(drawing.Contour(12.3, 9.1, 47.2, 14.6, 20.7, 33.9, -6.1, 20.2), drawing.Solid(1, 1, 1));
        drawing.List.Nodes.Add(fill);
        var list = drawing.Finish();
        var weights = new float[4 * 1600];
        var random = new Random(2);
        for (int i = 4800; i < weights.Length; i++) weights[i] = random.NextSingle() - .5f;
        double[] expected = Expected(list, fill, width);
        var stage = new PixelStage { Threads = 1, FilterWidth = width };
        var picture = new Picture(40, 40);
        stage.Forward(list, picture);
        for (int i = 0; i < 1600; i++) Assert.Equal(expected[i], picture.Plane(3)[i], 1e-5);
        double Loss() => Expected(list, fill, width).Select((a, i) => a * weights[4800 + i]).Sum();
        var (gradient, scalars) = (new double[list.Vertices.Length], new double[list.Scalars.Length]);
        stage.Backward(weights, gradient, scalars);
        for (int i = 0; i < gradient.Length; i++)
        {
            double kept = list.Vertices[i], step = 1e-5;
            list.Vertices[i] = kept + step;
            double above = Loss();
            list.Vertices[i] = kept - step;
            double slope = (above - Loss()) / (2 * step);
            list.Vertices[i] = kept;
            Assert.Equal(slope, gradient[i], 1e-4 * gradient.Max(Math.Abs));
        }
    }

    /// <summary>The oracle's winding numbers of a larger picture, through the kernel, cut to the picture.</summary>
    private static double[] Expected(DrawList list, DrawFill fill, double width)
    {
        var filter = new BoxFilter(width);
        int p = filter.Padding, side = 40 + 2 * p;
        double[] kernel = filter.Kernel(), result = new double[1600];
        var padded = new DrawList
        {
            Width = side, Height = side, ContourStarts = list.ContourStarts, ContourCount = list.ContourCount,
            VertexCount = list.VertexCount, Vertices = [.. list.Vertices.Select(v => v + p)],
        };
        double[] winding = CoverageOracle.MeanWinding(padded, fill);
        for (int y = 0; y < 40; y++)
            for (int x = 0; x < 40; x++)
            {
                double sum = 0;
                for (int j = 0; j <= 2 * p; j++)
                    for (int i = 0; i <= 2 * p; i++) sum += kernel[i] * kernel[j] * winding[(y + j) * side + x + i];
                result[y * 40 + x] = CoverageOracle.Coverage(sum, fill.Rule);
            }
        return result;
    }

    [Fact]
    public void A_shape_20_pixels_away_is_reached_by_the_wide_filter_only()
    {
        // A square of side 10 that should stand 20 px farther right; its only freedom is its place.
        double loss0 = Fit([1.0]), loss1 = Fit([41.0, 21.0, 9.0, 1.0]);
        Assert.True(loss1 < .02 * loss0, $"{loss0} {loss1}");

        static double Fit(double[] widths)
        {
            const int side = 80;
            static (DrawList, RandomDrawing) Square(double x)
            {
                var drawing = new RandomDrawing(0, side, side);
                drawing.List.Nodes.Add(drawing.Fill(
                    drawing.Contour(x, 35.3, x + 10, 35.3, x + 10, 45.3, x, 45.3), drawing.Solid(1, 1, 1)));
                return (drawing.Finish(), drawing);
            }
            var target = new Picture(side, side);
            var picture = new Picture(side, side);
            var gradient = new float[4 * side * side];
            double place = 20.2, loss = 0;
            foreach (double width in widths)
            {
                var stage = new PixelStage { FilterWidth = width };
                stage.Forward(Square(50.2 - 0).Item1, target);
                double rate = 8;
                for (int step = 0; step < 120; step++)
                {
                    var list = Square(place).Item1;
                    stage.Forward(list, picture);
                    loss = 0;
                    for (int i = 0; i < gradient.Length; i++)
                    {
                        gradient[i] = 2 * (picture.Data[i] - target.Data[i]);
                        loss += .5 * gradient[i] * .5 * gradient[i];
                    }
                    var (vertices, scalars) = (new double[list.Vertices.Length], new double[list.Scalars.Length]);
                    stage.Backward(gradient, vertices, scalars);
                    place -= rate * Math.Sign(vertices.Where((_, i) => i % 2 == 0).Sum()) * .1;
                    rate *= .98;
                }
            }
            return loss;
        }
    }
}
