using SvgDistill.Diffusion.Schedules;
using SvgDistill.Distill.Methods;
using SvgDistill.Distill.Randomness;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Distill.Pictures;

/// <summary>
/// TurboEdit (Deutch et al. 2024, arXiv:2408.00735): edit-friendly inversion for models that sample in a few steps. The source is noised anew and
/// independently for each timestep, x_i; a step's inverted noise is x_{i+1} - mu(x_i, y_src). On the way down
/// x^_{i+1} = c x_{i+1} + (mu(x^_i, y_src) - c mu(x_i, y_src)) + w (mu(x^_i, y_trg) - mu(x^_i, y_src)): the inverted noise, the trajectories'
/// difference, and the prompts' difference, strengthened by pseudo-guidance w. mu is the DDPM step's mean, under one text without guidance.
/// </summary>
/// <remarks>
/// As released: N of N + 1 evenly spread timesteps, the noisiest left out; x_i carries the noise of the timestep after t_i (the shift against the
/// statistics of few steps), the last is the source itself; c scales the last step's inverted noise down to a norm of 15.5, here times the square root
/// of the latents' size over 4 x 64 x 64 (choice).
/// </remarks>
/// <param name="guidance">w.</param>
public sealed class TurboEdit(double guidance = TurboEdit.PaperGuidance) : IPictureSampler
{
    /// <summary>N as released.</summary>
    public const int PaperSteps = 4;

    /// <summary>w as released.</summary>
    public const double PaperGuidance = 1.5;

    private const double LargestNorm = 15.5, LargestNormOf = 4 * 64 * 64;

    /// <summary>The timesteps of a run of N steps, descending.</summary>
    internal static long[] Timesteps(NoiseSchedule schedule, int steps) => schedule.Timesteps(steps + 1, TimestepSpacing.Trailing, 0)[1..];

    /// <inheritdoc/>
    public Tensor Edit(PictureEditRequest request)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var schedule = request.Denoiser.Schedule;
        var timesteps = Timesteps(schedule, request.Steps);
        var inverted = Inverted(request, timesteps);
        var edited = inverted[0];
        for (var i = 0; i < timesteps.Length; i++)
        {
            var (t, previous) = ((int)timesteps[i], i + 1 < timesteps.Length ? timesteps[i + 1] : -1);
            var e = request.Denoiser.Predict(t, (inverted[i], request.Prompts.Source), (edited, request.Prompts.Source), (edited, request.Prompts.Target));
            var mu = Mean(schedule, inverted[i], e[0], t, previous);
            var (mu_src, mu_trg) = (Mean(schedule, edited, e[1], t, previous), Mean(schedule, edited, e[2], t, previous));
            var noise = inverted[i + 1] - mu;
            var c = previous < 0 ? Math.Min(1, Largest(noise) / Math.Max(noise.to(ScalarType.Float64).norm().item<double>(), double.Epsilon)) : 1;
            edited = c * noise + mu_src + guidance * (mu_trg - mu_src);
            request.Called(i + 1, timesteps.Length);
        }
        return edited.MoveToOuterDisposeScope();
    }

    // x_i: each with a noise of its own, as much as the following timestep has.
    private static List<Tensor> Inverted(PictureEditRequest request, long[] timesteps)
    {
        var schedule = request.Denoiser.Schedule;
        var draws = new StepRandom(request.Seed, 0);
        var x = new List<Tensor>();
        for (var i = 0; i + 1 < timesteps.Length; i++)
            x.Add(schedule.AddNoise(request.SourceLatents, draws.Normal(request.SourceLatents), timesteps[i + 1]));
        x.Add(request.SourceLatents.alias());
        x.Add(request.SourceLatents.alias());
        return x;
    }

    private static double Largest(Tensor noise) => LargestNorm * Math.Sqrt(noise.numel() / LargestNormOf);

    // The mean of z_t' under z_t (Ho 2020, eq. 7), t' any earlier timestep.
    private static Tensor Mean(NoiseSchedule schedule, Tensor noisy, Tensor noise, int t, long previous)
    {
        var (abar, before) = (schedule.AlphaBar(t), previous < 0 ? 1 : schedule.AlphaBar(previous));
        var alpha = abar / before;
        return Math.Sqrt(before) * (1 - alpha) / (1 - abar) * schedule.PredictOriginal(noisy, noise, t)
            + Math.Sqrt(alpha) * (1 - before) / (1 - abar) * noisy;
    }
}
