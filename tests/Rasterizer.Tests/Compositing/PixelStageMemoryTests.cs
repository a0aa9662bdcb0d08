using SvgDistill.Rasterizer.Compositing;
using Xunit;

namespace SvgDistill.Rasterizer.Tests.Compositing;

/// <summary>The heap's count is the whole process's: nothing else may run meanwhile.</summary>
[CollectionDefinition(nameof(PixelStageMemoryTests), DisableParallelization = true)]
[Collection(nameof(PixelStageMemoryTests))]
public sealed class PixelStageMemoryTests
{
    [Fact]
    public void Memory_is_that_of_crossed_pixels_not_of_shapes_times_pixels()
    {
        const int side = 512, shapes = 4000;
        var drawing = new RandomDrawing(9, side, side);
        for (int i = 0; i < shapes; i++)
        {
            double x = drawing.Number(0, side), y = drawing.Number(0, side);
            drawing.List.Nodes.Add(drawing.Fill(drawing.Contour(x, y - 4, x + 4, y + 3, x - 4, y + 3), drawing.Solid(1, 0, 0, .5)));
        }
        var list = drawing.Finish();
        var picture = new Picture(side, side);
        var stage = new PixelStage();
        var random = new Random(1);
        float[] weights = [.. Enumerable.Range(0, 4 * side * side).Select(_ => (float)(random.NextDouble() - .5))];
        long before = GC.GetTotalMemory(forceFullCollection: true);
        stage.Forward(list, picture);
        stage.Backward(weights, new double[list.Vertices.Length], new double[list.Scalars.Length]);
        long used = GC.GetTotalMemory(forceFullCollection: true) - before;
        // Some 50 pixels a shape, and a few numbers for each.
        Assert.InRange(used, 0, 5000L * shapes);
        GC.KeepAlive(stage);
    }
}
