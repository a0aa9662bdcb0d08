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
    // Rows of 16 x 16 latents that one batch takes, and steps at most: what was measured to be fast on two cores.
    private const long PreparedNumbers = 8 * 256, MostSteps = 8;

    private readonly Dictionary<int, (int Timestep, Tensor Noise)> _prepared = [];

    /// <summary>L before each update of the latest refinement: N rows, a number for each sample of each timestep in it; for reports.</summary>
    internal List<double[]> Losses { get; } = [];

    /// <inheritdoc/>
    public double LatentRate => method.LatentRate;

    /// <inheritdoc/>
    public Tensor Gradient(DistillationStep step) => method.Gradient(step with { Refiner = this });

    /// <inheritdoc/>
    public int PreparesSteps(Tensor sourceLatents) => options.Steps == 0 ? 1
        : (int)Math.Clamp(PreparedNumbers / (sourceLatents.shape[0] * sourceLatents.shape[2] * sourceLatents.shape[3]), 1, MostSteps);

    /// <inheritdoc/>
    /// <remarks>
    /// FPR sees the source, the timestep and the noise alone. Small networks take sixteen rows in a third of the time of two at a time.
    /// </remarks>
    public void Prepare(IReadOnlyList<DistillationStep> steps)
    {
        Forget();
        using var scope = NewDisposeScope();
        List<(DistillationStep Step, int Timestep, Tensor Noise)> announced = [];
        foreach (var step in steps)
            if (method.Announce(step) is var (t, noise)) announced.Add((step, t, noise));
        if (announced.Count == 0) return;
        var refined = Refine(announced[0].Step, [.. announced.Select(a => a.Timestep)], cat([.. announced.Select(a => a.Noise)], 0));
        foreach (var ((step, t, _), noise) in announced.Zip(refined.chunk(announced.Count, 0)))
            _prepared[step.Index] = (t, noise.clone().DetachFromDisposeScope());
    }

    /// <inheritdoc/>
    public Tensor Refine(DistillationStep step, int t, Tensor noise)
    {
        if (options.Steps == 0) return noise.clone();
        if (!_prepared.Remove(step.Index, out var known)) return Refine(step, [t], noise);
        if (known.Timestep != t) throw new InvalidOperationException($"Step {step.Index} was announced with timestep {known.Timestep} and asks for {t}.");
        using (known.Noise) return known.Noise.alias();
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, Tensor> SaveState() => method.SaveState();

    /// <inheritdoc/>
    public void LoadState(IReadOnlyDictionary<string, Tensor> state) => method.LoadState(state);

    /// <inheritdoc/>
    public void Dispose()
    {
        Forget();
        method.Dispose();
    }

    /// <summary>eps* for several timesteps of one source: rows of a batch, a timestep for each of the source's batches in turn.</summary>
    private Tensor Refine(DistillationStep step, int[] timesteps, Tensor noise)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        Losses.Clear();
        var batch = step.SourceLatents.shape[0];
        int[] t = [.. timesteps.SelectMany(own => Enumerable.Repeat(own, (int)batch))];
        var source = step.SourceLatents.repeat(timesteps.Length, 1, 1, 1);
        var abar = tensor(t.Select(own => step.Schedule.AlphaBar(own)).ToArray()).reshape(-1, 1, 1, 1);
        Tensor Like(Tensor factors) => factors.to(source.dtype, source.device);
        var (signal, deviation) = (Like(abar.sqrt()), Like((1 - abar).sqrt()));
        // dz_t/deps = sqrt(1-abar), once for the gradient and once for the move of z_t that a move of eps makes.
        var rate = Like(options.Target == FprTarget.Noise ? options.Lambda * (1 - abar) : full_like(abar, options.Lambda));
        var z_t = signal * source + deviation * noise;
        for (var i = 0; i < options.Steps; i++)
        {
            using var iteration = NewDisposeScope();
            z_t = (z_t - rate * LossGradient(step, t, source, z_t, signal, deviation)).MoveToOuterDisposeScope();
        }
        return ((z_t - signal * source) / deviation).MoveToOuterDisposeScope();
    }

    /// <summary>dL/dz_t^src; samples do not mix, so that the sum over a batch has each sample's own gradient.</summary>
    private Tensor LossGradient(DistillationStep step, int[] t, Tensor source, Tensor z_t, Tensor signal, Tensor deviation)
    {
        using var prediction = step.Denoiser.PredictGuidedForGradient(t, options.Guidance, step.Prompts.Null, (z_t, step.Prompts.Source));
        using var enableGrad = enable_grad();
        var (leaf, e) = (z_t.detach().requires_grad_(true), prediction.Noise[0].detach().requires_grad_(true));
        var loss = LatentDistance.PerSample(options.Distance, source, (leaf - deviation * e) / signal);
        Losses.Add([.. loss.detach().to(ScalarType.Float64).cpu().data<double>()]);
        var gradients = autograd.grad([loss.sum()], [leaf, e]);
        using var noGrad = no_grad();
        return gradients[0] + prediction.Backward([gradients[1]])[0];
    }

    private void Forget()
    {
        foreach (var (_, noise) in _prepared.Values) noise.Dispose();
        _prepared.Clear();
    }
}
