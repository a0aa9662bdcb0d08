using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Distill.Methods;

/// <summary>What the bridge takes.</summary>
public sealed record BridgeOptions
{
    /// <summary>w.</summary>
    public double Guidance { get; init; } = 40;
    /// <summary>Where t is drawn from, uniformly.</summary>
    public TimestepRange Timesteps { get; init; } = TimestepRange.Default;
    /// <summary>S+: added to the target's text for what is wanted.</summary>
    public string Wanted { get; init; } = ", detailed high resolution, high quality, sharp";
    /// <summary>S-: added to the target's text for what the picture is like by then.</summary>
    public string Unwanted { get; init; } =
        ", oversaturated, smooth, pixelated, cartoon, foggy, hazy, blurry, bad structure, noisy, malformed";

    internal static BridgeOptions From(EditSettings s)
    {
        var own = new BridgeOptions();
        return own with { Guidance = s.Guidance ?? own.Guidance, Timesteps = s.Timesteps ?? own.Timesteps };
    }
}

/// <summary>
/// Score distillation as a bridge between image distributions (NeurIPS 2024, arXiv:2406.09417), on the current latents
/// only: in the first half of the run g = (1-abar) (e^w(z_t, y) - eps); in the second, where the picture's own distribution
/// is described in words, g = (1-abar) w (e(z_t, y + S+) - e(z_t, y + S-)).
/// </summary>
public sealed class Bridge(BridgeOptions options) : IDistillationMethod
{
    /// <inheritdoc/>
    public Tensor Gradient(DistillationStep step)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var t = step.DrawTimestep(options.Timesteps);
        var eps = step.DrawNoise(t);
        var z_t = step.Schedule.AddNoise(step.Latents, eps, t);
        var weight = 1 - step.Schedule.AlphaBar(t);
        if (2 * step.Index < step.Count)
        {
            var guided = step.Denoiser.PredictGuided(t, options.Guidance, step.Prompts.Null, (z_t, step.Prompts.Target))[0];
            return (weight * (guided - eps)).MoveToOuterDisposeScope();
        }
        var text = step.Prompts.TargetText;
        var e = step.Denoiser.Predict(t,
            (z_t, step.Prompts.Of(text + options.Wanted)), (z_t, step.Prompts.Of(text + options.Unwanted)));
        return (weight * options.Guidance * (e[0] - e[1])).MoveToOuterDisposeScope();
    }
}
