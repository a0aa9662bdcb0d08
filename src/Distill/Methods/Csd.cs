using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Distill.Methods;

/// <summary>What classifier score distillation takes.</summary>
public sealed record CsdOptions
{
    /// <summary>The weight of the target's classifier. Under an optimiser that sets its own step size only its ratio to other terms matters.</summary>
    public double Guidance { get; init; } = 7.5;
    /// <summary>Where t is drawn from, uniformly.</summary>
    public TimestepRange Timesteps { get; init; } = TimestepRange.Default;

    internal static CsdOptions From(EditSettings s)
    {
        var own = new CsdOptions();
        return own with { Guidance = s.Guidance ?? own.Guidance, Timesteps = s.Timesteps ?? own.Timesteps };
    }
}

/// <summary>
/// Classifier score distillation (Yu et al. 2023, arXiv:2310.19415): the guidance of SDS without its generative part,
/// g = (1-abar_t) w (e(z_t, y_trg) - e(z_t, null)), the score of the implicit classifier p(y|z_t). With a negative prompt null is its embedding,
/// which is the paper's form with the negative weight equal to the positive one.
/// </summary>
public sealed class Csd(CsdOptions options) : OneTimestepMethod(options.Timesteps)
{
    /// <inheritdoc/>
    protected override Tensor Gradient(DistillationStep step, int t, Tensor eps)
    {
        var z_t = step.Schedule.AddNoise(step.Latents, eps, t);
        var e = step.Denoiser.Predict(t, (z_t, step.Prompts.Target), (z_t, step.Prompts.Null));
        return (1 - step.Schedule.AlphaBar(t)) * options.Guidance * (e[0] - e[1]);
    }
}
