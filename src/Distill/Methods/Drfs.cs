using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Distill.Methods;

/// <summary>What delta rectified-flow sampling takes.</summary>
public sealed record DrfsOptions
{
    /// <summary>w of e^w.</summary>
    public double Guidance { get; init; } = 7.5;
    /// <summary>What t descends over.</summary>
    public TimestepRange Timesteps { get; init; } = TimestepRange.Default;
    /// <summary>The shift at the end of the run: 0 is DDS with falling t, 1 FlowEdit's.</summary>
    public double Eta { get; init; } = 1;

    internal static DrfsOptions From(EditSettings s)
    {
        var own = new DrfsOptions();
        return own with { Guidance = s.Guidance ?? own.Guidance, Timesteps = s.Timesteps ?? own.Timesteps, Eta = s.Eta ?? own.Eta };
    }
}

/// <summary>
/// Delta rectified-flow sampling (CVPR 2026, arXiv:2509.05342) for noise predictions: eps' = eps + eta (z - z_src) shifts the target's noisy latents
/// along with the edit; g = (e^w(z_t^trg, y_trg) - eps') - (e^w(z_t^src, y_src) - eps), z_t^trg = add_noise(z, eps', t). eta rises from 0 to
/// <see cref="DrfsOptions.Eta"/> while t falls, as the paper's progressive shift k/T does.
/// </summary>
/// <remarks>
/// With eta = 0 it is DDS. In the paper's flow z_t = (1-t) z + t eps, eta = 1 makes z_t^trg = z_t^src + z - z_src, which is FlowEdit's; here the shift
/// of z_t is sqrt(1-abar) eta (z - z_src). The source's guidance is the target's (choice; released for SD3: 6 and 16.5).
/// </remarks>
public sealed class Drfs(DrfsOptions options) : IDistillationMethod
{
    /// <summary>The paper's number of steps.</summary>
    public const int PaperSteps = 50;

    /// <inheritdoc/>
    public (int Timestep, Tensor Noise)? Announce(DistillationStep step) =>
        (options.Timesteps.Descend(step.Progress), step.Draws.Normal(step.SourceLatents));

    /// <inheritdoc/>
    public Tensor Gradient(DistillationStep step)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var t = options.Timesteps.Descend(step.Progress);
        var eps = step.DrawNoise(t);
        var shift = options.Eta * step.Progress * (step.Latents - step.SourceLatents);
        var e = step.Denoiser.PredictGuided(t, options.Guidance, step.Prompts.Null,
            (step.Schedule.AddNoise(step.Latents, eps + shift, t), step.Prompts.Target),
            (step.Schedule.AddNoise(step.SourceLatents, eps, t), step.Prompts.Source));
        return (e[0] - e[1] - shift).MoveToOuterDisposeScope();
    }
}
