using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Distill.Methods;

/// <summary>w(t) in score distillation.</summary>
public enum SdsWeighting
{
    /// <summary>1 - abar_t, DreamFusion's.</summary>
    Sds,
    /// <summary>1.</summary>
    Uniform,
    /// <summary>sqrt(abar_t) (1 - abar_t), Fantasia3D's.</summary>
    Fantasia,
}

/// <summary>What score distillation takes.</summary>
public sealed record SdsOptions
{
    /// <summary>w of e^w.</summary>
    public double Guidance { get; init; } = 7.5;
    /// <summary>Where t is drawn from, uniformly.</summary>
    public TimestepRange Timesteps { get; init; } = TimestepRange.Default;
    /// <summary>w(t).</summary>
    public SdsWeighting Weighting { get; init; } = SdsWeighting.Sds;

    internal static SdsOptions From(EditSettings s)
    {
        var own = new SdsOptions();
        return own with { Guidance = s.Guidance ?? own.Guidance, Timesteps = s.Timesteps ?? own.Timesteps };
    }
}

/// <summary>
/// Score distillation sampling (Poole et al. 2022, DreamFusion, eq. 3): g = w(t) (e^w(z_t^trg, y_trg) - eps).
/// </summary>
public sealed class Sds(SdsOptions options) : OneTimestepMethod(options.Timesteps)
{
    /// <inheritdoc/>
    protected override Tensor Gradient(DistillationStep step, int t, Tensor eps)
    {
        var z_t = step.Schedule.AddNoise(step.Latents, eps, t);
        var e = step.Denoiser.PredictGuided(t, options.Guidance, step.Prompts.Null, (z_t, step.Prompts.Target))[0];
        return Weight(step.Schedule.AlphaBar(t)) * (e - eps);
    }

    private double Weight(double alphaBar) => options.Weighting switch
    {
        SdsWeighting.Uniform => 1,
        SdsWeighting.Fantasia => Math.Sqrt(alphaBar) * (1 - alphaBar),
        _ => 1 - alphaBar,
    };
}
