using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using SvgDistill.Cli.Engine;
using static TorchSharp.torch;

namespace SvgDistill.Cli.Doctor;

/// <summary>libtorch: is it there, which, how fast are its matrix products, does it see a GPU.</summary>
internal static class EngineProbe
{
    // Half of what one core with AVX2 does; a build without a tuned BLAS stays far below.
    private const double SlowGflops = 20;
    private const int Side = 1024;

    public static IEnumerable<Finding> Run()
    {
        Finding? missing = null;
        try
        {
            TensorEngine.Start();
        }
        catch (CliException error)
        {
            missing = new("engine", Health.Broken, error.Message, [], ExitCode.Engine);
        }
        if (missing is not null)
        {
            yield return missing;
            yield break;
        }

        var gflops = MatrixProducts();
        yield return new("engine", gflops >= SlowGflops ? Health.Ok : Health.Warning,
            string.Create(CultureInfo.InvariantCulture, $"{TensorEngine.Version}, {get_num_threads()} threads an operator, {gflops:0} GFLOP/s in fp32 matrix products")
                + (gflops >= SlowGflops ? "" : ": slow; on Debian or Ubuntu install libopenblas0-pthread"),
            new JsonObject { ["version"] = __version__, ["threads"] = get_num_threads(), ["fp32_gflops"] = Math.Round(gflops, 1) });

        var gpus = cuda.is_available() ? cuda.device_count() : 0;
        yield return new("gpu", Health.Ok, gpus > 0 ? $"{gpus} (--device cuda)" : "none that this libtorch can use; --device cpu is the default",
            new JsonObject { ["count"] = gpus });
    }

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
