using SvgDistill.Diffusion;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Distill.Methods;

/// <summary>What DreamSampler takes on a generator.</summary>
public sealed record DreamSamplerOptions
{
    /// <summary>w of e^w.</summary>
    public double Guidance { get; init; } = 7.5;
    /// <summary>What t descends over, one step of the run after the other.</summary>
    public TimestepRange Timesteps { get; init; } = TimestepRange.Default;
    /// <summary>Scales sigma: 0 reuses the last prediction as noise alone, 1 is DDPM's share of fresh noise.</summary>
    public double Eta { get; init; } = 1;

    internal static DreamSamplerOptions From(EditSettings s)
    {
        var own = new DreamSamplerOptions();
        return own with { Guidance = s.Guidance ?? own.Guidance, Timesteps = s.Timesteps ?? own.Timesteps };
    }
}

/// <summary>
/// DreamSampler (Kim et al. 2024) on a differentiable generator: reverse sampling and distillation in one. t descends;
/// eps~ = (sqrt(1-abar_t-sigma^2) e_prev + sigma n) / sqrt(1-abar_t) with e_prev the previous step's prediction;
/// z_t = add_noise(z, eps~, t); g = e^w(z_t, y) - eps~.
/// </summary>
/// <remarks>
/// Choices: e_prev is the unconditional prediction; sigma is DDIM's for the step from the previous t to this one, times
/// <see cref="DreamSamplerOptions.Eta"/>; the first step has no e_prev and takes n alone.
/// </remarks>
public sealed class DreamSampler(DreamSamplerOptions options) : IDistillationMethod
{
    private Tensor? _previous;

    /// <inheritdoc/>
    public Tensor Gradient(DistillationStep step)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var t = options.Timesteps.Descend(step.Progress);
        var eps = MixedNoise(step, t);
        var z_t = step.Schedule.AddNoise(step.Latents, eps, t);
        var (unconditional, guided) = Predict(step, t, z_t);
        var g = guided - eps;
        _previous?.Dispose();
        _previous = unconditional.clone().DetachFromDisposeScope();
        return g.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, Tensor> SaveState() => _previous is null ? new Dictionary<string, Tensor>()
        : new Dictionary<string, Tensor> { ["previous"] = _previous.clone().DetachFromDisposeScope() };

    /// <inheritdoc/>
    public void LoadState(IReadOnlyDictionary<string, Tensor> state)
    {
        _previous?.Dispose();
        _previous = state.TryGetValue("previous", out var saved) ? saved.clone().DetachFromDisposeScope() : null;
    }

    /// <inheritdoc/>
    public void Dispose() => _previous?.Dispose();

    /// <summary>e(z_t, null) and e^w(z_t, y); one and the same where y is the null text.</summary>
    private (Tensor Unconditional, Tensor Guided) Predict(DistillationStep step, int t, Tensor z_t)
    {
        var (y, none) = (step.Prompts.Target, step.Prompts.Null);
        if (ReferenceEquals(y, none))
        {
            var alone = step.Denoiser.Predict(t, (z_t, none))[0];
            return (alone, alone);
        }
        var e = step.Denoiser.Predict(t, (z_t, none), (z_t, y));
        return (e[0], Guidance.Apply(e[0], e[1], options.Guidance));
    }

    /// <summary>eps~.</summary>
    private Tensor MixedNoise(DistillationStep step, int t)
    {
        var n = step.DrawNoise(t);
        // The first step may be taken more than once: the loop times it before the run.
        if (_previous is null || step.Index == 0) return n;
        var earlier = options.Timesteps.Descend((double)(step.Index - 1) / (step.Count - 1));
        var (abar, abarEarlier) = (step.Schedule.AlphaBar(t), step.Schedule.AlphaBar(earlier));
        var sigma = options.Eta * Math.Sqrt((1 - abar) / (1 - abarEarlier) * (1 - abarEarlier / abar));
        return (Math.Sqrt(1 - abar - sigma * sigma) * _previous + sigma * n) / Math.Sqrt(1 - abar);
    }
}
