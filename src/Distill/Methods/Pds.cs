using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Distill.Methods;

/// <summary>What posterior distillation takes.</summary>
public sealed record PdsOptions
{
    /// <summary>w of e^w.</summary>
    public double Guidance { get; init; } = 100;
    /// <summary>Where t = 2 i + 1 is drawn from: i uniform on [50, 490) as released.</summary>
    public TimestepRange Timesteps { get; init; } = new(101, 979);

    internal static PdsOptions From(EditSettings s)
    {
        var own = new PdsOptions();
        return own with { Guidance = s.Guidance ?? own.Guidance, Timesteps = s.Timesteps ?? own.Timesteps };
    }
}

/// <summary>
/// Posterior distillation sampling (Koo et al. 2024, eq. 8-12): g = ztilde^trg - ztilde^src, where
/// ztilde = (z_t' - mu(z_t; e^w)) / sigma is the noise that leads from z_t to z_t' in a DDPM step.
/// </summary>
/// <remarks>
/// As released, t' = t - 2 on a grid of 500 while beta_t and alpha_t are the single step's; the factor 1/(elements) of the
/// released loss is left out.
/// </remarks>
public sealed class Pds : IDistillationMethod
{
    private readonly PdsOptions _options;
    private readonly int _first, _last; // of t = 2 k + 1

    /// <summary>The method.</summary>
    /// <param name="options">Guidance and range of timesteps.</param>
    /// <exception cref="DistillException">The range has no timestep that it takes.</exception>
    public Pds(PdsOptions options)
    {
        (_options, _first, _last) = (options, Math.Max(1, options.Timesteps.First / 2), (options.Timesteps.Last - 1) / 2);
        if (_last < _first) throw new DistillException($"pds takes odd timesteps from 3 on, and --t-range {options.Timesteps} has none.");
    }

    /// <inheritdoc/>
    public Tensor Gradient(DistillationStep step) => GradientAt(step, Timestep(step));

    // The odd timesteps of the range; t' = t - 2 must be one too.
    private int Timestep(DistillationStep step) => 2 * (step.Falling is null
        ? step.Draws.Pick(_first, _last + 1)
        : Math.Clamp((step.DrawTimestep(_options.Timesteps) - 1) / 2, _first, _last)) + 1;

    /// <summary>g at a given timestep.</summary>
    internal Tensor GradientAt(DistillationStep step, int t)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var eps_t = step.DrawNoise(t);
        var eps_s = step.Draws.Normal(step.SourceLatents);

        var z_t = step.Schedule.AddNoise(step.Latents, eps_t, t);
        var z_t_src = step.Schedule.AddNoise(step.SourceLatents, eps_t, t);
        var e = step.Denoiser.PredictGuided(t, _options.Guidance, step.Prompts.Null,
            (z_t, step.Prompts.Target), (z_t_src, step.Prompts.Source));
        var g = PosteriorNoise(step, t, step.Latents, z_t, e[0], eps_s)
              - PosteriorNoise(step, t, step.SourceLatents, z_t_src, e[1], eps_s);
        return g.MoveToOuterDisposeScope();
    }

    /// <summary>ztilde of one branch (eq. 9); s is t'.</summary>
    private static Tensor PosteriorNoise(DistillationStep step, int t, Tensor z, Tensor z_t, Tensor e, Tensor eps_s)
    {
        var s = t - 2;
        var (abar_t, abar_s) = (step.Schedule.AlphaBar(t), step.Schedule.AlphaBar(s));
        var alpha_t = abar_t / step.Schedule.AlphaBar(t - 1);
        var beta_t = 1 - alpha_t;
        var mu = Math.Sqrt(abar_s) * beta_t / (1 - abar_t) * step.Schedule.PredictOriginal(z_t, e, t)
               + Math.Sqrt(alpha_t) * (1 - abar_s) / (1 - abar_t) * z_t;
        var sigma = Math.Sqrt((1 - abar_s) / (1 - abar_t) * beta_t);
        return (step.Schedule.AddNoise(z, eps_s, s) - mu) / sigma;
    }
}
