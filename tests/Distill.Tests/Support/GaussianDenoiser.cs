using SvgDistill.Diffusion;
using SvgDistill.Diffusion.Schedules;
using SvgDistill.Distill.Methods;
using SvgDistill.Distill.Randomness;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Distill.Tests.Support;

/// <summary>
/// The exact denoiser of Gaussian data: under text y, z is normal with mean mu_y and variance s^2 in every component, so
/// E[eps | z_t] = sqrt(1-abar) (z_t - sqrt(abar) mu_y) / (abar s^2 + 1 - abar). The "embedding" of a text is mu_y itself.
/// Computes in double: runs can be compared with formulas.
/// </summary>
internal sealed class GaussianDenoiser(NoiseSchedule schedule, double s) : INoisePredictor
{
    internal const int Size = 4;

    internal static NoiseSchedule Schedule { get; } = new(new ScheduleConfig());

    /// <summary>k of e = k (z_t - sqrt(abar) mu).</summary>
    internal double Slope(int t)
    {
        var abar = schedule.AlphaBar(t);
        return Math.Sqrt(1 - abar) / (abar * s * s + 1 - abar);
    }

    public Tensor PredictNoise(Tensor latents, Tensor timesteps, Tensor context)
    {
        using var scope = NewDisposeScope();
        var t = (int)timesteps[0].item<long>();
        var mu = context.reshape(latents.shape);
        return (Slope(t) * (latents - Math.Sqrt(schedule.AlphaBar(t)) * mu)).MoveToOuterDisposeScope();
    }

    /// <summary>A text's mean: a fixed picture per text.</summary>
    internal static double[] Mean(string text)
    {
        var random = new Random(text.Aggregate(17, (h, c) => unchecked(31 * h + c)));
        return [.. Enumerable.Range(0, Size * Size).Select(_ => 2 * random.NextDouble() - 1)];
    }

    internal static Prompts Prompts(string source, string target) =>
        new(source, target, "", text => tensor(Mean(text)).reshape(1, 1, Size * Size));

    /// <summary>mu^w = mu_null + w (mu_y - mu_null): what guided prediction is centred on.</summary>
    internal static double[] GuidedMean(string text, double w) =>
        [.. Mean("").Zip(Mean(text), (n, y) => n + w * (y - n))];

    internal static Tensor Latents(double[] values) => tensor(values).reshape(1, 1, Size, Size);

    internal static DistillationStep Step(Denoiser denoiser, Prompts prompts, Tensor source, Tensor current, int index, int count, ulong seed) => new()
    {
        Index = index,
        Count = count,
        SourceLatents = source,
        Latents = current,
        Prompts = prompts,
        Denoiser = denoiser,
        Draws = new StepRandom(seed, index),
    };

    /// <summary>Plain gradient steps z &lt;- z - rate g of a method; returns the end.</summary>
    internal static double[] Run(IDistillationMethod method, double s, double rate, int steps, double[] start, ulong seed = 5)
    {
        using var scope = NewDisposeScope();
        using var prompts = Prompts("an owl", "a monkey");
        var denoiser = new Denoiser(new GaussianDenoiser(Schedule, s), Schedule);
        var source = Latents(start);
        var z = source.clone();
        for (var i = 0; i < steps; i++)
            z = z - rate * method.Gradient(Step(denoiser, prompts, source, z, i, steps, seed));
        return [.. z.data<double>()];
    }
}
