using SvgDistill.Rasterizer.Drawing;
using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Outlines;
using SvgDistill.Rasterizer.Scenes;
using Xunit;

namespace SvgDistill.Rasterizer.Tests.Outlines;

/// <summary>Holds <see cref="GeometryStage.Backward"/> to central differences of <see cref="GeometryStage.Build"/>.</summary>
internal static class FiniteDifferences
{
    /// <summary>
    /// L = a fixed random weighting of all vertices and scalars. Every component of dL/dtheta must agree within
    /// <paramref name="tolerance"/> of the largest; where a step of the difference changes the number of vertices or
    /// scalars, a smaller one is taken.
    /// </summary>
    public static void Check(Scene scene, Matrix? toDevice = null, double tolerance = 1e-6, int size = 16)
    {
        var stage = new GeometryStage(scene);
        var theta = scene.InitialValues();
        var map = toDevice ?? Matrix.Identity;
        var list = stage.Build(theta, map, size, size);
        var (vertices, scalars, structure) = (Weights(2 * list.VertexCount, 1), Weights(list.ScalarCount, 2), Structure(list));
        Assert.True(list.VertexCount > 0, "the scene draws nothing");
        var gradient = new double[theta.Length];
        stage.Backward(vertices, scalars, gradient);

        var differences = theta.Select((_, i) => Difference(i)).ToArray();
        var largest = Math.Max(1e-3, differences.Max(Math.Abs));
        for (var i = 0; i < theta.Length; i++)
        {
            Assert.True(Math.Abs(gradient[i] - differences[i]) <= tolerance * largest,
                $"parameter {i} (at {theta[i]:R}): derivative {gradient[i]:R}, central difference {differences[i]:R}, largest {largest:R}");
        }

        double Difference(int i)
        {
            foreach (var h in (double[])[1e-4, 1e-5, 1e-6])
            {
                // Richardson's extrapolation of two central differences: error O(h^4).
                if (Loss(i, h) is { } a && Loss(i, -h) is { } b && Loss(i, 2 * h) is { } c && Loss(i, -2 * h) is { } d)
                    return (8 * (a - b) - (c - d)) / (12 * h);
            }
            throw new InvalidOperationException("The structure changes however small the step: choose another scene.");
        }

        double? Loss(int i, double h)
        {
            var moved = (double[])theta.Clone();
            moved[i] += h;
            var at = stage.Build(moved, map, size, size);
            if (!Structure(at).SequenceEqual(structure)) return null;
            return Dot(vertices, at.Vertices) + Dot(scalars, at.Scalars);
        }
    }

    private static int[] Structure(DrawList list) =>
        [list.VertexCount, list.ScalarCount, .. list.ContourStarts.AsSpan(0, list.ContourCount + 1)];

    private static double[] Weights(int count, int seed)
    {
        var random = new Random(seed);
        var weights = new double[count];
        for (var i = 0; i < count; i++) weights[i] = 2 * random.NextDouble() - 1;
        return weights;
    }

    private static double Dot(double[] a, double[] b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++) sum += a[i] * b[i];
        return sum;
    }
}
