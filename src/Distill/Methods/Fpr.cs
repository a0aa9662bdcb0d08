using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Distill.Methods;

/// <summary>d of FPR.</summary>
public enum FprDistance
{
    /// <summary>The Euclidean norm (not squared) of a sample's difference; for batches, one norm a sample.</summary>
    Euclidean,
    /// <summary>The sum of absolute differences.</summary>
    L1,
    /// <summary>1 - SSIM of the latents.</summary>
    Ssim,
}

/// <summary>What FPR's gradient steps move.</summary>
public enum FprTarget
{
    /// <summary>z_t^src.</summary>
    Latents,
    /// <summary>eps: one step moves z_t by 1 - abar_t times as much.</summary>
    Noise,
}

/// <summary>What fixed-point regularisation takes.</summary>
public sealed record FprOptions
{
    /// <summary>N.</summary>
    public int Steps { get; init; } = 3;
    /// <summary>lambda.</summary>
    public double Lambda { get; init; } = 1;
    /// <summary>d.</summary>
    public FprDistance Distance { get; init; } = FprDistance.Euclidean;
    /// <summary>What is updated.</summary>
    public FprTarget Target { get; init; } = FprTarget.Latents;
    /// <summary>w of e^w inside FPR, whatever the method around it uses.</summary>
    public double Guidance { get; init; } = 7.5;

    internal static FprOptions From(EditSettings s)
    {
        var own = new FprOptions();
        return own with
        {
            Steps = s.FprSteps ?? own.Steps,
            Lambda = s.FprLambda ?? own.Lambda,
            Distance = s.FprDistance ?? own.Distance,
            Target = s.FprTarget ?? own.Target,
        };
    }
}

/// <summary>
/// Fixed-point regularisation (Kim et al. 2025, "Identity-preserving distillation sampling", algorithm 1) as a layer over
/// a method that draws noise. N times: e = e^w(z_t^src, y_src); z0 = x0(z_t^src; e); L = d(z_src, z0);
/// z_t^src &lt;- z_t^src - lambda dL/dz_t^src through the denoiser. The method then uses
/// eps* = (z_t^src - sqrt(abar) z_src) / sqrt(1-abar). N = 0 is the method itself.
/// </summary>
public sealed class Fpr(IDistillationMethod method, FprOptions options) : IDistillationMethod, INoiseRefiner
{
    /// <summary>L before each update of the latest refinement, per sample [N,B]; for reports.</summary>
    internal List<double[]> Losses { get; } = [];

    /// <inheritdoc/>
    public double LatentRate => method.LatentRate;

    /// <inheritdoc/>
    public Tensor Gradient(DistillationStep step) => method.Gradient(step with { Refiner = this });

    /// <inheritdoc/>
    public Tensor Refine(DistillationStep step, int t, Tensor noise)
    {
        using var scope = NewDisposeScope();
        Losses.Clear();
        if (options.Steps == 0) return noise.clone().MoveToOuterDisposeScope();

        var abar = step.Schedule.AlphaBar(t);
        // dz_t/deps = sqrt(1-abar), once for the gradient and once for the move of z_t that a move of eps makes.
        var rate = options.Target == FprTarget.Noise ? options.Lambda * (1 - abar) : options.Lambda;
        var z_t = step.Schedule.AddNoise(step.SourceLatents, noise, t);
        for (var i = 0; i < options.Steps; i++)
        {
            using var iteration = NewDisposeScope();
            z_t = (z_t - rate * LossGradient(step, t, z_t)).MoveToOuterDisposeScope();
        }
        return ((z_t - Math.Sqrt(abar) * step.SourceLatents) / Math.Sqrt(1 - abar)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, Tensor> SaveState() => method.SaveState();

    /// <inheritdoc/>
    public void LoadState(IReadOnlyDictionary<string, Tensor> state) => method.LoadState(state);

    /// <inheritdoc/>
    public void Dispose() => method.Dispose();

    /// <summary>dL/dz_t^src; samples do not mix, so that the sum over a batch has each sample's own gradient.</summary>
    private Tensor LossGradient(DistillationStep step, int t, Tensor z_t)
    {
        using var enableGrad = enable_grad();
        using var leaf = z_t.detach().requires_grad_(true);
        var e = step.Denoiser.PredictGuided(t, options.Guidance, step.Prompts.Null, (leaf, step.Prompts.Source))[0];
        var z0 = step.Schedule.PredictOriginal(leaf, e, t);
        var loss = LatentDistance.PerSample(options.Distance, step.SourceLatents, z0);
        Losses.Add([.. loss.detach().to(ScalarType.Float64).cpu().data<double>()]);
        return autograd.grad([loss.sum()], [leaf])[0];
    }
}
