using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Distill.Methods;

/// <summary>What stable score distillation takes.</summary>
public sealed record SsdOptions
{
    /// <summary>Weight of the cross-trajectory term, from the source under no text to the target under the source's.</summary>
    public double Trajectory { get; init; } = 1;
    /// <summary>Weight of the cross-prompt term.</summary>
    public double Prompt { get; init; } = 3.75;
    /// <summary>Weight of the prompt-enhancing term.</summary>
    public double Enhancement { get; init; } = 5.5;
    /// <summary>Weight of the pull toward the source.</summary>
    public double Identity { get; init; } = .075;
    /// <summary>What t descends over.</summary>
    public TimestepRange Timesteps { get; init; } = new(20, 980);

    internal static SsdOptions From(EditSettings s)
    {
        var own = new SsdOptions();
        return own with { Timesteps = s.Timesteps ?? own.Timesteps };
    }
}

/// <summary>
/// Stable score distillation (ICCV 2025, arXiv:2507.09168): g = a (e(z_t^trg, y_src) - e(z_t^src, null))
/// + b (e(z_t^trg, y_trg) - e(z_t^trg, y_src)) + c (e(z_t^trg, y_trg) - e(z_t^trg, null)) + k exp(t/T) (z_t^trg - z_t^src),
/// one eps for all, t descending. Written from the paper's equations.
/// </summary>
public sealed class Ssd(SsdOptions options) : IDistillationMethod
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
        var (y_src, y_trg, none) = (step.Prompts.Source, step.Prompts.Target, step.Prompts.Null);
        var e = step.Denoiser.Predict(t, (z_t, y_src), (z_t, y_trg), (z_t, none), (z_t_src, none));
        var g = options.Trajectory * (e[0] - e[3])
              + options.Prompt * (e[1] - e[0])
              + options.Enhancement * (e[1] - e[2])
              + options.Identity * Math.Exp((double)t / step.Schedule.TrainSteps) * (z_t - z_t_src);
        return g.MoveToOuterDisposeScope();
    }
}
