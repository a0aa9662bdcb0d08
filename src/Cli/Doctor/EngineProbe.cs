using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using SvgDistill.Editor;
using SvgDistill.Editor.Engine;
using static TorchSharp.torch;

namespace SvgDistill.Cli.Doctor;

/// <summary>The tensor engine: which packages, do they load, how fast are their matrix products, what of the GPUs can they use.</summary>
internal static class EngineProbe
{
    // Half of what one core with AVX2 does.
    private const double SlowGflops = 20;
    private const int Side = 1024;

    public static IEnumerable<Finding> Run()
    {
        Finding? missing = null;
        try
        {
            TensorEngine.Start();
        }
        catch (EditorException error)
        {
            missing = new("engine", Health.Broken, $"{EnginePackage.Words}: {error.Message}", Package(), ExitCode.Engine);
        }
        if (missing is not null)
        {
            yield return missing;
            yield return GpuProbe.Run(usable: null);
            yield break;
        }

        var gflops = MatrixProducts();
        var details = Package();
        details["version"] = __version__;
        details["threads"] = get_num_threads();
        details["fp32_gflops"] = Math.Round(gflops, 1);
        yield return new("engine", gflops >= SlowGflops ? Health.Ok : Health.Warning, string.Create(CultureInfo.InvariantCulture,
            $"{EnginePackage.Words}, {get_num_threads()} threads an operator, {gflops:0} GFLOP/s in fp32 matrix products{(gflops >= SlowGflops ? "" : ": slow")}"),
            details);
        yield return GpuProbe.Run(cuda.is_available() ? cuda.device_count() : 0);
    }

    private static JsonObject Package() => new() { ["package"] = EnginePackage.Kind, ["packages"] = EnginePackage.Words };

    private static double MatrixProducts()
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var a = ones([Side, Side]);
        a.matmul(a).Dispose(); // the first call lays out buffers
        var watch = Stopwatch.StartNew();
        var products = 0;
        for (; watch.Elapsed.TotalSeconds < .2 || products < 2; products++) a.matmul(a).Dispose();
        return products * 2.0 * Side * Side * Side / watch.Elapsed.TotalSeconds / 1e9;
    }
}
