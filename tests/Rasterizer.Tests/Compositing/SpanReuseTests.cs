using SvgDistill.Rasterizer.Compositing;
using SvgDistill.Rasterizer.Drawing;
using Xunit;

namespace SvgDistill.Rasterizer.Tests.Compositing;

/// <summary>Spans taken over from the last forward pass change no byte of a picture or gradient.</summary>
public sealed class SpanReuseTests
{
    /// <summary>Steps in which vertices, colours, structure, filter and the need for a gradient change by chance, and often do not.</summary>
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 4)]
    [InlineData(3, 1)]
    [InlineData(4, 4)]
    public void Whatever_moves_the_result_is_that_of_a_stage_without_memory(int seed, int threads)
    {
        var random = new Random(seed);
        PixelStage stage = new() { Threads = threads }, plain = new() { Threads = 1, ReusesSpans = false };
        int reused = 0;
        for (int drawing = 0; drawing < 4; drawing++)
        {
            var list = RandomDrawing.Any(40 * seed + drawing, 60, 7, 2, blends: true);
            List<DrawNode> all = [.. list.Nodes];
            for (int step = 0; step < 25; step++)
            {
                if (random.Next(3) == 0) MoveOneContour(list, random);
                if (random.Next(6) == 0) for (int i = 0; i < list.VertexCount; i++) list.Vertices[2 * i] += random.NextDouble() - .5;
                if (random.Next(2) == 0) MoveScalars(list, random);
                if (random.Next(5) == 0) ChangeStructure(list, all, random);
                if (random.Next(8) == 0) InsertContour(list);
                if (random.Next(9) == 0) stage.FilterWidth = plain.FilterWidth = random.Next(3) == 0 ? 3.5 : 1;
                bool keep = random.Next(7) > 0;
                Picture picture = new(list.Width, list.Height), expected = new(list.Width, list.Height);
                stage.Forward(list, picture, keep);
                plain.Forward(list, expected, keep);
                Assert.True(picture.Data.SequenceEqual(expected.Data), $"picture {drawing}, step {step}");
                Assert.Equal(0, plain.ReusedFills);
                reused += stage.ReusedFills;
                if (!keep) continue;
                float[] weights = [.. Enumerable.Range(0, picture.Data.Length).Select(_ => random.NextSingle() - .5f)];
                var (vertices, scalars) = Gradient(stage, list, weights);
                var (expectedVertices, expectedScalars) = Gradient(plain, list, weights);
                Assert.Equal(expectedVertices, vertices);
                Assert.Equal(expectedScalars, scalars);
            }
        }
        Assert.InRange(reused, 100, int.MaxValue);
    }

    [Fact]
    public void Only_the_fills_that_move_are_cut_into_spans_anew()
    {
        const int fills = 20;
        var list = Blobs(fills);
        var stage = new PixelStage();
        var picture = new Picture(list.Width, list.Height);
        stage.Forward(list, picture);
        Assert.Equal(0, stage.ReusedFills);
        for (int i = 0; i < list.ScalarCount; i++) list.Scalars[i] *= .9;
        stage.Forward(list, picture);
        Assert.Equal(fills, stage.ReusedFills);
        list.Vertices[2 * 4 * 7] += 1e-9;
        stage.Forward(list, picture);
        Assert.Equal(fills - 1, stage.ReusedFills);
        stage.Forward(list, picture, keep: false);
        Assert.Equal(fills, stage.ReusedFills);
        stage.Forward(list, picture);
        Assert.Equal(0, stage.ReusedFills);
        stage.FilterWidth = 3;
        stage.Forward(list, picture);
        Assert.Equal(0, stage.ReusedFills);
    }

    [Fact]
    public void Memory_does_not_grow_over_steps()
    {
        DrawList first = Blobs(30), second = Blobs(30);
        for (int i = 0; i < second.VertexCount; i += 3) second.Vertices[2 * i] += .25;
        var stage = new PixelStage { Threads = 1 };
        var picture = new Picture(first.Width, first.Height);
        var weights = new float[picture.Data.Length];
        var (vertices, scalars) = (new double[first.Vertices.Length], new double[first.Scalars.Length]);
        void Step(int i)
        {
            stage.Forward(i % 3 == 0 ? second : first, picture);
            stage.Backward(weights, vertices, scalars);
        }
        for (int i = 0; i < 12; i++) Step(i);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 60; i++) Step(i);
        // A few delegates and stacks a step; no buffers.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 60 * 8192);
    }

    private static DrawList Blobs(int count)
    {
        var drawing = new RandomDrawing(5, 80, 80);
        for (int i = 0; i < count; i++)
        {
            double x = drawing.Number(10, 60), y = drawing.Number(10, 60);
            drawing.List.Nodes.Add(
                drawing.Fill(drawing.Contour(x, y, x + 12, y + 3, x + 9, y + 14, x - 4, y + 8), drawing.Solid(.5, .2, .8, .6)));
        }
        return drawing.Finish();
    }

    private static (double[] Vertices, double[] Scalars) Gradient(PixelStage stage, DrawList list, float[] weights)
    {
        var (vertices, scalars) = (new double[list.Vertices.Length], new double[list.Scalars.Length]);
        stage.Backward(weights, vertices, scalars);
        return (vertices, scalars);
    }

    private static void MoveOneContour(DrawList list, Random random)
    {
        int contour = random.Next(list.ContourCount);
        list.Vertices[2 * random.Next(list.ContourStarts[contour], list.ContourStarts[contour + 1])] += random.NextDouble() - .5;
    }

    private static void MoveScalars(DrawList list, Random random)
    {
        // Small enough that stops keep their order.
        for (int i = 0; i < list.ScalarCount; i++) list.Scalars[i] *= 1 - 1e-3 * random.NextDouble();
    }

    private static void ChangeStructure(DrawList list, List<DrawNode> all, Random random)
    {
        list.Nodes.Clear();
        int missing = random.Next(2 * all.Count);
        list.Nodes.AddRange(all.Where((_, i) => i != missing));
        if (all[random.Next(all.Count)] is DrawFill fill)
        {
            fill.Rule = 1 - fill.Rule;
            fill.AntiAlias = random.Next(4) > 0;
        }
    }

    /// <summary>A contour that nothing draws, before all others: every vertex gets another number.</summary>
    private static void InsertContour(DrawList list)
    {
        list.Vertices = [1, 1, 2, 1, 2, 2, .. list.Vertices];
        list.VertexCount += 3;
        list.ContourStarts = [0, .. list.ContourStarts.Select(s => s + 3)];
        list.ContourCount++;
        Shift(list.Nodes);

        static void Shift(IEnumerable<DrawNode> nodes)
        {
            foreach (var node in nodes)
            {
                if (node is DrawFill fill) fill.FirstContour++;
                if (node is not DrawLayer layer) continue;
                Shift(layer.Children);
                foreach (var mask in layer.Masks) Shift(mask.Children);
            }
        }
    }
}
