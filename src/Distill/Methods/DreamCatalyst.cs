using SvgDistill.Diffusion;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Distill.Methods;

/// <summary>What DreamCatalyst takes.</summary>
public sealed record DreamCatalystOptions
{
    /// <summary>w of e^w.</summary>
    public double Guidance { get; init; } = 7.5;
    /// <summary>Weight of the score at t = 0.</summary>
    public double EditFloor { get; init; } = .2;
    /// <summary>What grows with t: floor + slope (t/T)^(1/e).</summary>
    public double EditSlope { get; init; } = .8;
    /// <summary>Weight of the pull toward the source.</summary>
    public double Identity { get; init; } = .075;
    /// <summary>What t descends over.</summary>
    public TimestepRange Timesteps { get; init; } = new(200, 900);

    internal static DreamCatalystOptions From(EditSettings s)
    {
        var own = new DreamCatalystOptions();
        return own with { Guidance = s.Guidance ?? own.Guidance, Timesteps = s.Timesteps ?? own.Timesteps };
    }
}

/// <summary>
/// DreamCatalyst (ICLR 2025, arXiv:2407.11394): g = (.2 + .8 (t/T)^(1/e)) D + k exp(t/T) (z_trg - z_src) on the clean
/// latents, D = e^w(z_t^trg, y_trg) - e(z_t^src, null), t descending.
/// </summary>
/// <remarks>D is the plain-text form of the paper's branches, which belong to a model that takes instructions.</remarks>
public sealed class DreamCatalyst(DreamCatalystOptions options) : IDistillationMethod
{
    /// <inheritdoc/>
    public Tensor Gradient(DistillationStep step)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var t = options.Timesteps.Descend(step.Progress);
        var eps = step.DrawNoise(t);
        var z_t = step.Schedule.AddNoise(step.Latents, eps, t);
        var z_t_src = step.Schedule.AddNoise(step.SourceLatents, eps, t);
        var none = step.Prompts.Null;
        var e = step.Denoiser.Predict(t, (z_t, none), (z_t, step.Prompts.Target), (z_t_src, none));
        var delta = Guidance.Apply(e[0], e[1], options.Guidance) - e[2];

        var noiseShare = (double)t / step.Schedule.TrainSteps;
        var edit = options.EditFloor + options.EditSlope * Math.Pow(noiseShare, 1 / Math.E);
        var identity = options.Identity * Math.Exp(noiseShare);
        return (edit * delta + identity * (step.Latents - step.SourceLatents)).MoveToOuterDisposeScope();
    }
}
