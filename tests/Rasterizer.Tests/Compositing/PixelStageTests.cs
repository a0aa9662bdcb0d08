using SvgDistill.Rasterizer.Compositing;
using SvgDistill.Rasterizer.Drawing;
using SvgDistill.Rasterizer.Scenes;
using Xunit;

namespace SvgDistill.Rasterizer.Tests.Compositing;

public sealed class PixelStageTests
{
    private static (double[] Vertices, double[] Scalars) Gradient(PixelStage stage, DrawList list, float[] weights)
    {
        var (vertices, scalars) = (new double[list.Vertices.Length], new double[list.Scalars.Length]);
        stage.Backward(weights, vertices, scalars);
        return (vertices, scalars);
    }

    private static float[] Weights(DrawList list, int seed)
    {
        var random = new Random(seed);
        var weights = new float[4 * list.Width * list.Height];
        for (int i = 0; i < weights.Length; i++) weights[i] = (float)(random.NextDouble() - .5);
        return weights;
    }

    private static double Loss(DrawList list, float[] weights) => ReferenceRenderer.Draw(list).Zip(weights, (p, w) => p * w).Sum();

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(3, true)]
    [InlineData(4, true)]
    [InlineData(5, true)]
    [InlineData(6, true)]
    public void Pictures_are_those_of_the_reference(int seed, bool blends)
    {
        for (int i = 0; i < 5; i++)
        {
            var list = RandomDrawing.Any(100 * seed + i, 37, 4, 2, blends);
            var picture = new Picture(list.Width, list.Height);
            new PixelStage { Threads = 1 }.Forward(list, picture);
            var expected = ReferenceRenderer.Draw(list);
            for (int p = 0; p < expected.Length; p++)
                Assert.True(Math.Abs(expected[p] - picture.Data[p]) < 1e-5, $"drawing {100 * seed + i}, value {p}: {expected[p]} {picture.Data[p]}");
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Gradients_are_finite_differences_of_the_reference(bool blends)
    {
        var errors = new List<double>();
        for (int seed = 0; seed < 8; seed++)
        {
            var list = RandomDrawing.Any(seed, 17, 3, 1, blends);
            var weights = Weights(list, seed);
            var stage = new PixelStage { Threads = 1 };
            stage.Forward(list, new Picture(list.Width, list.Height));
            var (vertices, scalars) = Gradient(stage, list, weights);
            foreach (var (values, gradient) in new[] { (list.Vertices, vertices), (list.Scalars, scalars) })
            {
                double scale = gradient.Max(Math.Abs), here = Loss(list, weights);
                for (int i = 0; i < values.Length; i++)
                {
                    double kept = values[i], step = 1e-6;
                    values[i] = kept + step;
                    double above = (Loss(list, weights) - here) / step;
                    values[i] = kept - step;
                    double below = (here - Loss(list, weights)) / step;
                    values[i] = kept;
                    double expected = .5 * (above + below);
                    // Kinks (of clamps, folds, hard stops) have no derivative.
                    if (Math.Abs(above - below) > .01 * Math.Abs(expected) + 1e-6 * scale) continue;
                    double error = Math.Abs(gradient[i] - expected) / Math.Max(Math.Abs(expected), 1e-3 * scale);
                    Assert.True(error < .02, $"drawing {seed}, component {i} of {values.Length}: {gradient[i]} instead of {expected}");
                    errors.Add(error);
                }
            }
        }
        errors.Sort();
        Assert.True(errors.Count > 300);
        Assert.True(errors[errors.Count / 2] < 1e-5, $"median {errors[errors.Count / 2]}");
    }

    [Fact]
    public void Threads_change_nothing()
    {
        var list = RandomDrawing.Any(11, 200, 12, 2, blends: true);
        var weights = Weights(list, 1);
        PixelStage one = new() { Threads = 1 }, many = new() { Threads = 4 };
        Picture first = new(list.Width, list.Height), second = new(list.Width, list.Height);
        one.Forward(list, first);
        many.Forward(list, second);
        Assert.True(first.Data.SequenceEqual(second.Data));
        var (vertices, scalars) = Gradient(one, list, weights);
        var (others, otherScalars) = Gradient(many, list, weights);
        Assert.Equal(vertices, others);
        Assert.Equal(scalars, otherScalars);
        // Nor does what was drawn before, with another size.
        many.Forward(RandomDrawing.Any(12, 90, 5, 2, blends: false), new Picture(90, 87));
        many.Forward(list, second);
        Assert.True(first.Data.SequenceEqual(second.Data));
        Assert.Equal(vertices, Gradient(many, list, weights).Vertices);
    }

    [Fact]
    public void A_rectangle_on_the_pixel_grid_has_a_gradient_on_every_side()
    {
        // Clockwise and counterclockwise; the loss is the sum of alpha, that is the area 10 x 6.
        foreach (double[] corners in new[] { new double[] { 4, 5, 14, 5, 14, 11, 4, 11 }, [4, 5, 4, 11, 14, 11, 14, 5] })
        {
            var drawing = new RandomDrawing(0, 20, 20);
            drawing.List.Nodes.Add(drawing.Fill(drawing.Contour(corners), drawing.Solid(1, 0, 0)));
            var list = drawing.Finish();
            var stage = new PixelStage();
            var picture = new Picture(20, 20);
            stage.Forward(list, picture);
            Assert.Equal(60, picture.Plane(3).ToArray().Sum(), 1e-4);
            var weights = new float[4 * 400];
            weights.AsSpan(1200).Fill(1);
            var (vertices, _) = Gradient(stage, list, weights);
            for (int i = 0; i < 4; i++)
            {
                // Each vertex moves half of two sides: dA/dx = +-6/2, dA/dy = +-10/2.
                Assert.Equal(corners[2 * i] == 14 ? 3 : -3, vertices[2 * i], 1e-4);
                Assert.Equal(corners[2 * i + 1] == 11 ? 5 : -5, vertices[2 * i + 1], 1e-4);
            }
        }
    }

    [Fact]
    public void Without_smooth_edges_a_pixel_is_in_or_out_by_its_centre()
    {
        var drawing = new RandomDrawing(3, 40, 40);
        var fill = drawing.Fill(drawing.Contour(3, 5, 36, 11.2, 8, 37, 20.3, 1.1, 33, 34.7, 2, 20.2), drawing.Solid(1, 1, 1), FillRule.EvenOdd);
        fill.AntiAlias = false;
        drawing.List.Nodes.Add(fill);
        var list = drawing.Finish();
        var picture = new Picture(40, 40);
        var stage = new PixelStage();
        stage.Forward(list, picture);
        var alphas = picture.Plane(3);
        int inside = 0;
        for (int i = 0; i < 1600; i++)
        {
            double x = i % 40 + .5, y = i / 40 + .5;
            int winding = 0;
            for (int c = fill.FirstContour; c < fill.FirstContour + fill.ContourCount; c++)
            {
                int start = list.ContourStarts[c], end = list.ContourStarts[c + 1];
                for (int k = start; k < end; k++)
                {
                    int n = k + 1 < end ? k + 1 : start;
                    double x0 = list.Vertices[2 * k], y0 = list.Vertices[2 * k + 1], x1 = list.Vertices[2 * n], y1 = list.Vertices[2 * n + 1];
                    if (y0 <= y == y1 <= y || x0 + (y - y0) / (y1 - y0) * (x1 - x0) > x) continue;
                    winding += y0 <= y ? 1 : -1;
                }
            }
            bool covered = fill.Rule == FillRule.NonZero ? winding != 0 : winding % 2 != 0;
            Assert.Equal(covered ? 1f : 0f, alphas[i]);
            inside += covered ? 1 : 0;
        }
        Assert.InRange(inside, 50, 1500);
        var weights = Weights(list, 1);
        Assert.All(Gradient(stage, list, weights).Vertices, v => Assert.Equal(0, v));
        Assert.Contains(Gradient(stage, list, weights).Scalars, v => v != 0);
    }

    [Fact]
    public void Numbers_that_are_huge_or_not_finite_do_no_harm()
    {
        var drawing = new RandomDrawing(0, 30, 30);
        drawing.List.Nodes.Add(drawing.Fill(drawing.Contour(-1e12, -1e12, 1e12, -1e12, 1e12, 15, -1e12, 15), drawing.Solid(0, 1, 0)));
        drawing.List.Nodes.Add(drawing.Fill(drawing.Contour(0, 0, double.NaN, 5, 3, 9), drawing.Solid(1, 0, 0)));
        drawing.List.Nodes.Add(drawing.Fill(drawing.Contour(0, 0, double.PositiveInfinity, 5, 3, 9), drawing.Solid(1, 0, 0)));
        var list = drawing.Finish();
        var picture = new Picture(30, 30);
        new PixelStage().Forward(list, picture);
        Assert.Equal(450, picture.Plane(1).ToArray().Sum(), 1e-2);
        Assert.Equal(0, picture.Plane(0).ToArray().Sum());
    }

    [Fact]
    public void Without_keeping_anything_for_a_backward_pass_the_picture_is_the_same()
    {
        for (int seed = 30; seed < 40; seed++)
        {
            var list = RandomDrawing.Any(seed, 60, 6, 3, blends: true);
            Picture kept = new(list.Width, list.Height), passing = new(list.Width, list.Height);
            new PixelStage { Threads = 1 }.Forward(list, kept);
            var stage = new PixelStage { Threads = 1 };
            stage.Forward(list, passing, keep: false);
            Assert.True(kept.Data.SequenceEqual(passing.Data));
            Assert.Throws<InvalidOperationException>(() => stage.Backward(new float[kept.Data.Length], [], []));
        }
    }

    [Fact]
    public void Alphas_that_do_not_move_change_no_other_gradient()
    {
        for (int seed = 50; seed < 60; seed++)
        {
            DrawList moving = RandomDrawing.Any(seed, 50, 8, 0, blends: false), still = RandomDrawing.Any(seed, 50, 8, 0, blends: false);
            var alphas = new HashSet<int>();
            foreach (var fill in still.Nodes.Cast<DrawFill>())
            {
                int[] of = fill.Paint is DrawSolid solid
                    ? [solid.Color + 3]
                    : [.. Enumerable.Range(0, ((DrawGradient)fill.Paint).StopCount).Select(k => ((DrawGradient)fill.Paint).Stops + 5 * k + 4)];
                if (of.Any(i => still.Scalars[i] != still.Scalars[of[0]])) continue;
                fill.AlphaMoves = false;
                alphas.UnionWith([.. of, fill.Opacity]);
            }
            var weights = Weights(moving, seed);
            PixelStage first = new(), second = new();
            first.Forward(moving, new Picture(moving.Width, moving.Height));
            second.Forward(still, new Picture(still.Width, still.Height));
            var (vertices, scalars) = Gradient(first, moving, weights);
            var (stillVertices, stillScalars) = Gradient(second, still, weights);
            Assert.Equal(vertices, stillVertices);
            Assert.True(alphas.Count > 3);
            double scale = scalars.Max(Math.Abs);
            for (int i = 0; i < scalars.Length; i++)
                if (!alphas.Contains(i)) Assert.Equal(scalars[i], stillScalars[i], 1e-6 * scale);
        }
    }

    [Fact]
    public void Memory_does_not_grow_over_steps()
    {
        var list = RandomDrawing.Any(21, 100, 10, 1, blends: false);
        var stage = new PixelStage { Threads = 1 };
        var picture = new Picture(list.Width, list.Height);
        var weights = Weights(list, 1);
        var (vertices, scalars) = (new double[list.Vertices.Length], new double[list.Scalars.Length]);
        void Step()
        {
            stage.Forward(list, picture);
            stage.Backward(weights, vertices, scalars);
        }
        for (int i = 0; i < 5; i++) Step();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 50; i++) Step();
        // A few delegates and stacks a step; no buffers.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 50 * 8192);
    }
}
