using System.Diagnostics;
using System.Globalization;
using SvgDistill.Diffusion.Models;
using SvgDistill.Distill.Methods;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Bench;

/// <summary>
/// Time, memory and arithmetic throughput of a model of Stable Diffusion 1.5's size with random weights: its parts, beside
/// the throughput of a matrix product in the same run at the same precision, or steps of an edit (<c>--method</c>).
/// </summary>
internal static class DenoiserBench
{
    // As the command line sets it.
    private const int Threads = 2;

    public static int Run(string[] args)
    {
        set_num_threads(Threads);
        var precision = Option(args, "--precision", "fp32") == "bf16" ? ScalarType.BFloat16 : ScalarType.Float32;
        var steps = int.Parse(Option(args, "--steps", "1"), CultureInfo.InvariantCulture);
        switch (Option(args, "--method", ""))
        {
            case "":
                Parts(precision, int.Parse(Option(args, "--size", "512"), CultureInfo.InvariantCulture));
                return 0;
            case "all":
                return EditStepBench.RunEach([.. MethodName.Known, "fpr+pds"], ["--precision", Option(args, "--precision", "fp32"), "--steps", $"{steps}"]);
            case var method:
                return EditStepBench.Run(method, precision, steps, !args.Contains("--no-header"));
        }
    }

    private static void Parts(ScalarType precision, int size)
    {
        using var scope = NewDisposeScope();
        var product = MatrixProduct(precision);

        using var model = DiffusionModel.Random(ModelArchitecture.StableDiffusion15, new ModelOptions { Precision = precision });
        Console.WriteLine($"model of {model.Describe().Parameters / 1_000_000} million parameters: {ProcessMemory.Resident >> 20} MB resident");
        var context = model.EncodePrompts("", "an owl");
        var latents = randn(model.LatentShape(2, size));
        var timesteps = full([2], 500, dtype: ScalarType.Int64);
        var image = rand(1, 3, size, size);
        var work = NetworkWork.Of(model.Unet, size / model.Downscale, context.shape[1], keepsKeys: false).Forward;

        foreach (var samples in new[] { 1, 2 })
        {
            var forward = Time($"UNet forward, batch of {samples}", () =>
            {
                using var noGrad = no_grad();
                model.Denoiser.PredictNoise(latents.narrow(0, 0, samples), timesteps.narrow(0, 0, samples), context.narrow(0, 0, samples));
            });
            Console.WriteLine(FormattableString.Invariant(
                $"  {samples * work / 1e9:f0} GFLOP: {samples * work / forward.Clock / 1e9:f0} GFLOP/s, {100 * samples * work / forward.Clock / product.Clock:f0} % of the matrix product; by CPU time {100 * samples * work / forward.Cpu / product.Cpu:f0} %"));
        }
        Time("UNet gradient to the latents, 2 samples (one iteration of FPR)", () =>
        {
            using var prediction = model.Denoiser.PredictForGradient(latents, timesteps, context);
            prediction.Backward(prediction.Noise);
        });
        Time("encoder with gradient to the picture", () =>
        {
            using var encoded = model.EncodeForGradient(image);
            encoded.Backward(encoded.Value);
        });
        Time("decoder", () =>
        {
            using var noGrad = no_grad();
            model.Decode(latents.narrow(0, 0, 1));
        });
        MatrixProduct(precision);
    }

    /// <summary>Floating-point operations a second of the clock, and of CPU time (of all threads), in a product as large as the UNet's larger ones.</summary>
    private static (double Clock, double Cpu) MatrixProduct(ScalarType precision)
    {
        const int Size = 2048, Repeats = 20;
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var a = randn(Size, Size).to(precision);
        a.matmul(a);
        var (clock, cpu) = Measure(() =>
        {
            for (var i = 0; i < Repeats; i++)
            {
                using var product = a.matmul(a);
            }
        });
        var work = 2.0 * Size * Size * Size * Repeats;
        Console.WriteLine(FormattableString.Invariant(
            $"matrix product, {precision}, {get_num_threads()} threads: {work / clock / 1e9:f0} GFLOP/s, {work / cpu / 1e9:f0} GFLOP a CPU second"));
        return (work / clock, work / cpu);
    }

    private static (double Clock, double Cpu) Time(string what, Action action)
    {
        ProcessMemory.ResetPeak();
        var (clock, cpu) = Measure(action);
        Console.WriteLine(FormattableString.Invariant($"{what}: {clock:f1} s, {cpu:f1} CPU s, peak {ProcessMemory.Peak >> 20} MB"));
        return (clock, cpu);
    }

    /// <summary>Seconds of the clock, and of CPU time: on a machine that others use too, only the latter says something about the work.</summary>
    private static (double Clock, double Cpu) Measure(Action action)
    {
        var (clock, cpu) = (Stopwatch.StartNew(), Environment.CpuUsage.TotalTime);
        using (NewDisposeScope()) action();
        return (clock.Elapsed.TotalSeconds, (Environment.CpuUsage.TotalTime - cpu).TotalSeconds);
    }

    private static string Option(string[] args, string name, string fallback) =>
        Array.IndexOf(args, name) is var at and >= 0 && at + 1 < args.Length ? args[at + 1] : fallback;
}
