using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Distill.Methods;

/// <summary>What noise-free score distillation takes.</summary>
public sealed record NfsdOptions
{
    /// <summary>s, the weight of the condition's direction.</summary>
    public double Guidance { get; init; } = 7.5;
    /// <summary>Where t is drawn from, uniformly.</summary>
    public TimestepRange Timesteps { get; init; } = TimestepRange.Default;
    /// <summary>Below this t the prediction of the noise is trusted as it is.</summary>
    public int SmallNoise { get; init; } = 200;
    /// <summary>p_neg: the text of what lies outside of the domain of good pictures.</summary>
    public string Unwanted { get; init; } = "unrealistic, blurry, low quality, out of focus, ugly, low contrast, dull, dark, low-resolution, gloomy";

    internal static NfsdOptions From(EditSettings s)
    {
        var own = new NfsdOptions();
        return own with { Guidance = s.Guidance ?? own.Guidance, Timesteps = s.Timesteps ?? own.Timesteps };
    }
}

/// <summary>
/// Noise-free score distillation (Katzir et al. 2023, arXiv:2310.17590): g = (1-abar_t) (d_D + s d_C), d_C = e(z_t, y_trg) - e(z_t, null), and in
/// place of the residual with its noise, d_D = e(z_t, null) for t &lt; 200, else e(z_t, null) - e(z_t, p_neg).
/// </summary>
public sealed class Nfsd(NfsdOptions options) : OneTimestepMethod(options.Timesteps)
{
    /// <inheritdoc/>
    protected override Tensor Gradient(DistillationStep step, int t, Tensor eps)
    {
        var z_t = step.Schedule.AddNoise(step.Latents, eps, t);
        var (y, none) = (step.Prompts.Target, step.Prompts.Null);
        var small = t < options.SmallNoise;
        var e = small ? step.Denoiser.Predict(t, (z_t, y), (z_t, none))
            : step.Denoiser.Predict(t, (z_t, y), (z_t, none), (z_t, step.Prompts.Of(options.Unwanted)));
        var domain = small ? e[1] : e[1] - e[2];
        return (1 - step.Schedule.AlphaBar(t)) * (domain + options.Guidance * (e[0] - e[1]));
    }
}
