using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace SvgDistill.Distill.Tests.Support;

internal static class Tensors
{
    /// <summary>|a-b|/|b|, Euclidean.</summary>
    internal static double RelativeError(Tensor actual, Tensor expected)
    {
        using var scope = NewDisposeScope();
        Assert.Equal(expected.shape, actual.shape);
        var (a, b) = (actual.to(ScalarType.Float64), expected.to(ScalarType.Float64));
        return (a - b).norm().item<double>() / b.norm().item<double>();
    }

    internal static void AssertClose(Tensor actual, Tensor expected, double tolerance, string what)
    {
        var error = RelativeError(actual, expected);
        Assert.True(error <= tolerance, $"{what}: relative error {error:g3} above {tolerance:g3}");
    }

    internal static void AssertClose(IReadOnlyList<double> actual, IReadOnlyList<double> expected, double tolerance)
    {
        Assert.Equal(expected.Count, actual.Count);
        var error = Math.Sqrt(actual.Zip(expected, (a, b) => (a - b) * (a - b)).Sum() / expected.Sum(b => b * b));
        Assert.True(error <= tolerance, $"relative error {error:g3} above {tolerance:g3}");
    }
}
