using SvgDistill.Diffusion.Models;
using SvgDistill.Diffusion.Weights;
using SvgDistill.Tests;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Diffusion.Tests;

/// <summary>Reference tensors, and the comparison that the fixtures' README defines.</summary>
internal sealed class Reference : IDisposable
{
    private readonly SafetensorsFile _file;

    public Reference(params string[] path) => _file = new SafetensorsFile(TestPaths.Fixture(path));

    public IEnumerable<string> Names => _file.Tensors.Keys;

    /// <summary>Integers come as int64, everything else as fp32.</summary>
    public Tensor this[string name] =>
        _file.Load(name, _file.Tensors[name].Format.StartsWith('I') ? ScalarType.Int64 : ScalarType.Float32);

    public void Dispose() => _file.Dispose();

    public static DiffusionModel Model(string name) => DiffusionModel.Open(TestPaths.Fixture(name));

    /// <summary>Fails unless |a-b|/|b| is within the tolerance.</summary>
    public static void Close(Tensor expected, Tensor actual, double tolerance, string what)
    {
        Assert.Equal(expected.shape, actual.shape);
        var error = RelativeError(actual, expected);
        Assert.True(error <= tolerance, $"{what}: relative error {error:e2}, at most {tolerance:e0} allowed");
    }

    public static double RelativeError(Tensor actual, Tensor expected) => ModelSelfCheck.RelativeError(actual, expected);
}
