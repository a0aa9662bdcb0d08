using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Distill.Methods;

/// <summary>What delta denoising takes.</summary>
public sealed record DdsOptions
{
    /// <summary>w of e^w.</summary>
    public double Guidance { get; init; } = 7.5;
    /// <summary>Where t is drawn from, uniformly.</summary>
    public TimestepRange Timesteps { get; init; } = TimestepRange.Default;

    internal static DdsOptions From(EditSettings s)
    {
        var own = new DdsOptions();
        return own with { Guidance = s.Guidance ?? own.Guidance, Timesteps = s.Timesteps ?? own.Timesteps };
    }
}

/// <summary>
/// Delta denoising score (Hertz et al. 2023): g = e^w(z_t^trg, y_trg) - e^w(z_t^src, y_src), one t and eps for both.
/// On refined noise it is IDS (Kim et al. 2025, algorithm 1).
/// </summary>
public sealed class Dds(DdsOptions options) : OneTimestepMethod(options.Timesteps)
{
    /// <inheritdoc/>
    protected override Tensor Gradient(DistillationStep step, int t, Tensor eps)
    {
        return Delta(step, t, eps, options.Guidance);
    }

    /// <summary>The score itself, for methods that add terms to it: four samples in one batch.</summary>
    internal static Tensor Delta(DistillationStep step, int t, Tensor eps, double guidance)
    {
        var e = step.Denoiser.PredictGuided(t, guidance, step.Prompts.Null,
            (step.Schedule.AddNoise(step.Latents, eps, t), step.Prompts.Target),
            (step.Schedule.AddNoise(step.SourceLatents, eps, t), step.Prompts.Source));
        return e[0] - e[1];
    }
}
