using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Rasterizer.Svg;
using SvgDistill.Rasterizer.Tensors;
using SvgDistill.Rasterizer.Tests.Svg;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace SvgDistill.Rasterizer.Tests.Tensors;

/// <summary>Patterns on textures: both paths' gradients against differences of the tensor path in double precision.</summary>
[Collection(nameof(TensorTests))]
public sealed class PatternGradientTests
{
    /// <summary>The picture's derivative by all of a pattern's numbers, against differences of the tensor path in double precision.</summary>
    [Theory]
    [InlineData("patternUnits='userSpaceOnUse' width='9.3' height='7.1' patternTransform='rotate(20) scale(1.1 .9)'")]
    [InlineData("patternUnits='userSpaceOnUse' width='9.3' height='7.1' overflow='visible' patternTransform='skewX(15)'")]
    [InlineData("width='.21' height='.17' viewBox='0 0 9 8' x='.03' patternTransform='rotate(4)'")]
    [InlineData("width='.23' height='.19' patternContentUnits='objectBoundingBox'", .011)]
    [InlineData("patternUnits='userSpaceOnUse' width='2.3' height='1.9'", .25)]
    public void The_picture_has_the_gradient_of_finite_differences(string attributes, double scale = 1)
    {
        var content = FormattableString.Invariant($"<g transform='scale({scale})'><rect width='9' height='6.3' fill='#8ac'/><path d='M2 1C8 0 9 6 4 6.2z' fill='#c31' stroke='#222' stroke-width='.7' opacity='.8'/></g>");
        var scene = SvgText.Read($"<pattern id='p' {attributes}>{content}</pattern><path d='M10 12L88 20L70 90L15 75z' fill='url(#p)' fill-opacity='.7' stroke='url(#p)' stroke-width='5'/>",
            new SceneOptions { Optimize = OptimizeKinds.All }).Scene;
        Check(scene, 40);
    }

    /// <summary>L = a fixed random weighting of all values; every component of dL/dtheta within 1e-4 of the largest of its kind.</summary>
    private static void Check(Scene scene, int side)
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
