using Xunit;
using static TorchSharp.torch;

namespace SvgDistill.Torch.Tests;

internal static class Check
{
    /// <summary>Shape and elements of a tensor, whatever its type, against doubles in row-major order.</summary>
    internal static void Equal(long[] shape, double[] expected, Tensor actual, double tolerance = 1e-12)
    {
        Assert.Equal(shape, actual.shape);
        var values = actual.to(float64).data<double>().ToArray();
        for (int i = 0; i < expected.Length; i++)
            Assert.True(expected[i].Equals(values[i]) || Math.Abs(expected[i] - values[i]) <= tolerance * (1 + Math.Abs(expected[i])),
                $"[{i}]: expected {expected[i]}, got {values[i]} in [{string.Join(", ", values)}]");
        Assert.Equal(expected.Length, values.Length);
    }

    internal static void Equal(double[] expected, Tensor actual, double tolerance = 1e-12) =>
        Equal([expected.Length], expected, actual, tolerance);

    internal static void Equal(double expected, Tensor actual, double tolerance = 1e-12) =>
        Equal([], [expected], actual, tolerance);
}
