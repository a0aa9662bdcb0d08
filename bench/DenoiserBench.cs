using System.Diagnostics;
using System.Globalization;
using SvgDistill.Diffusion;
using SvgDistill.Diffusion.Models;
using SvgDistill.Diffusion.Unet;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Bench;

/// <summary>
/// Time, memory and arithmetic throughput of a model of Stable Diffusion 1.5's size with random weights, beside the
/// throughput of a matrix product measured in the same run at the same precision.
/// </summary>
internal static class DenoiserBench
{
    public static int Run(string[] args)
    {
        var precision = Option(args, "--precision", "fp32") == "bf16" ? ScalarType.BFloat16 : ScalarType.Float32;
        var size = int.Parse(Option(args, "--size", "512"), CultureInfo.InvariantCulture);
        using var scope = NewDisposeScope();
        var peak = MatrixProduct(precision);
        Console.WriteLine(FormattableString.Invariant($"matrix product, {precision}, {get_num_threads()} threads: {peak / 1e9:f0} GFLOP/s"));

        using var model = DiffusionModel.Random(ModelArchitecture.StableDiffusion15, new ModelOptions { Precision = precision });
        Console.WriteLine($"model of {model.Describe().Parameters / 1_000_000} million parameters: {Memory("VmRSS:")} MB resident");
        var context = model.EncodePrompts("", "an owl");
        var latents = randn(model.LatentShape(2, size));
        var timesteps = full([2], 500, dtype: ScalarType.Int64);
        var image = rand(1, 3, size, size);
        var work = Flops(model.Unet, size / model.Downscale, context.shape[1]);

        var forward = Time("UNet forward, 1 sample", () =>
        {
            using var noGrad = no_grad();
            model.Denoiser.PredictNoise(latents.narrow(0, 0, 1), timesteps.narrow(0, 0, 1), context.narrow(0, 1, 1));
        });
        Console.WriteLine(FormattableString.Invariant(
            $"  {work / 1e9:f0} GFLOP: {work / forward / 1e9:f0} GFLOP/s, {100 * work / forward / peak:f0} % of the matrix product"));
        Time("UNet gradient to the latents, 2 samples (one iteration of FPR)", () =>
        {
            var z = latents.detach().requires_grad_(true);
            autograd.grad([model.Denoiser.PredictNoise(z, timesteps, context).norm()], [z]);
        });
        Time("encoder with gradient to the picture", () =>
        {
            var x = image.detach().requires_grad_(true);
            autograd.grad([model.EncodeImage(x).sum()], [x]);
        });
        Time("decoder", () =>
        {
            using var noGrad = no_grad();
            model.Decode(latents.narrow(0, 0, 1));
        });
        return 0;
    }

    private static double MatrixProduct(ScalarType precision)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var a = randn(2048, 2048).to(precision);
        var best = double.MaxValue;
        for (var i = 0; i < 5; i++)
        {
            var clock = Stopwatch.StartNew();
            a.matmul(a);
            best = Math.Min(best, clock.Elapsed.TotalSeconds);
        }
        return 2.0 * 2048 * 2048 * 2048 / best;
    }

    private static double Time(string what, Action action)
    {
        ResetPeak();
        var clock = Stopwatch.StartNew();
        using (NewDisposeScope()) action();
        var seconds = clock.Elapsed.TotalSeconds;
        Console.WriteLine(FormattableString.Invariant($"{what}: {seconds:f1} s, peak {Memory("VmHWM:")} MB"));
        return seconds;
    }

    /// <summary>
    /// Two operations for each weight at each position it is applied to, and the two products of each self-attention; the
    /// positions of a layer follow from the resolution that its name gives.
    /// </summary>
    private static double Flops(UNet2DConditionModel unet, long side, long tokens)
    {
        var (levels, total) = (unet.Config.Levels, 0.0);
        double Positions(int level) => Math.Pow(side >> level, 2);
        foreach (var (name, parameter) in unet.Parameters)
        {
            if (parameter.ndim < 2) continue;
            var part = name.Split('.');
            var level = part[0] switch
            {
                "down_blocks" => part[1][0] - '0' + (part[2] == "downsamplers" ? 1 : 0),
                "up_blocks" => levels - 1 - (part[1][0] - '0') - (part[2] == "upsamplers" ? 1 : 0),
                "mid_block" => levels - 1,
                _ => 0,
            };
            var positions = name.Contains("time_emb", StringComparison.Ordinal) ? 1
                : name.Contains("attn2.to_k", StringComparison.Ordinal) || name.Contains("attn2.to_v", StringComparison.Ordinal) ? tokens
                : Positions(level);
            total += 2 * parameter.NumberOfElements * positions;
            // Scores and their product with the values: two products of positions x keys x channels.
            if (name.EndsWith("attn1.to_q.weight", StringComparison.Ordinal)) total += 4 * Positions(level) * Positions(level) * parameter.shape[0];
            if (name.EndsWith("attn2.to_q.weight", StringComparison.Ordinal)) total += 4 * Positions(level) * tokens * parameter.shape[0];
        }
        return total;
    }

    /// <summary>From here on the kernel's high-water mark counts anew (Linux; elsewhere the peaks are of the whole run).</summary>
    private static void ResetPeak()
    {
        if (File.Exists("/proc/self/clear_refs")) File.WriteAllText("/proc/self/clear_refs", "5");
    }

    private static long Memory(string key) => File.Exists("/proc/self/status")
        ? long.Parse(File.ReadLines("/proc/self/status").First(l => l.StartsWith(key, StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)[1].Replace("kB", "", StringComparison.Ordinal).Trim(), CultureInfo.InvariantCulture) / 1024
        : Process.GetCurrentProcess().PeakWorkingSet64 >> 20;

    private static string Option(string[] args, string name, string fallback) =>
        Array.IndexOf(args, name) is var at and >= 0 && at + 1 < args.Length ? args[at + 1] : fallback;
}
