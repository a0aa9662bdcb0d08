using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Rasterizer.Tensors;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace SvgDistill.Rasterizer.Tests.Outlines;

/// <summary>Holds the gradient of the picture to differences of the tensor path in double precision.</summary>
internal static class PictureDifferences
{
    /// <summary>L = a fixed random weighting of all values; every component of dL/dtheta within 1e-4 of the largest of its kind.</summary>
    public static void Check(Scene scene, int side)
    {
        using var scope = NewDisposeScope();
        var random = new Random(1);
        float[] weights = [.. Enumerable.Range(0, 4 * side * side).Select(_ => random.NextSingle() - .5f)];
        var weight = tensor(weights).to(ScalarType.Float64);
        var renderer = new SceneRenderer(scene, side, side, path: RenderPath.Tensor);
        double Loss(double[] at)
        {
            using var inner = NewDisposeScope();
            return (renderer.Render(tensor(at)).flatten() * weight).sum().item<double>();
        }

        // Away from edges that lie on edges of pixels, where the derivative is one-sided.
        double[] theta = scene.InitialValues();
        for (var i = 0; i < theta.Length; i++) theta[i] += 1e-4 * theta[i] * random.NextDouble();
        using var drawn = renderer.Draw(tensor(theta));
        double[] byTensors = SceneRenderer.Values(drawn.Backward(weight.view(1, 4, side, side))), byCpu = new double[theta.Length];
        var rasterizer = new SceneRasterizer(scene, side, side);
        rasterizer.Forward(theta);
        rasterizer.Backward(weights, byCpu);

        double[] differences = [.. theta.Select((value, i) =>
        {
            var moved = (double[])theta.Clone();
            const double step = 1e-6;
            moved[i] = value + step;
            var above = Loss(moved);
            moved[i] = value - step;
            return (above - Loss(moved)) / (2 * step);
        })];
        foreach (var kind in scene.Parameters.Select(p => p.Kind).Distinct())
        {
            int[] indices = [.. Enumerable.Range(0, theta.Length).Where(i => scene.Parameters[i].Kind == kind)];
            var largest = indices.Max(i => Math.Abs(differences[i]));
            Assert.All(indices, i =>
            {
                Assert.Equal(differences[i], byTensors[i], 1e-4 * largest);
                Assert.Equal(differences[i], byCpu[i], 1e-4 * largest);
            });
        }
    }
}
