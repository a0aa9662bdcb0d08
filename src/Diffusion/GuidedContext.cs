using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Diffusion;

/// <summary>
/// The contexts of one guided call: the null prompt's rows, then one row a branch (source, target ...). Built once and
/// used at every step, so that the denoiser is called once a step and what depends on prompts alone is kept.
/// </summary>
public sealed class GuidedContext : IDisposable
{
    private readonly Tensor _text;
    private readonly Tensor? _null;
    private readonly List<IDisposable> _pins;

    /// <summary>Joins the null prompt's hidden states [1,L,D] with those of each branch [1,L,D].</summary>
    /// <param name="predictor">Whoever will be called with it.</param>
    /// <param name="nullContext">Of the empty prompt, or of the negative prompt.</param>
    /// <param name="branches">Of the prompts.</param>
    public GuidedContext(INoisePredictor predictor, Tensor nullContext, params Tensor[] branches) : this(predictor, null, nullContext, branches) { }

    /// <summary>The same where another predictor answers for the null prompt: guidance then leads from what that one draws to what the prompts draw.</summary>
    /// <param name="predictor">Whoever will be called with it.</param>
    /// <param name="baseModel">Answers for the null prompt; null: as for the others.</param>
    /// <param name="nullContext">Of the empty prompt, or of the negative prompt.</param>
    /// <param name="branches">Of the prompts.</param>
    public GuidedContext(INoisePredictor predictor, INoisePredictor? baseModel, Tensor nullContext, params Tensor[] branches)
    {
        Base = baseModel;
        Branches = branches.Length;
        using (NewDisposeScope())
        {
            _text = cat(branches).DetachFromDisposeScope();
            Batch = cat([.. Enumerable.Repeat(nullContext, Branches), _text]).DetachFromDisposeScope();
        }
        _pins = [predictor.Pin(Batch), predictor.Pin(_text)];
        if (baseModel is null) return;
        using (NewDisposeScope()) _null = Batch.narrow(0, 0, Branches).clone().DetachFromDisposeScope();
        _pins.Add(baseModel.Pin(_null));
    }

    /// <summary>Who answers for the null prompt where that is another predictor.</summary>
    public INoisePredictor? Base { get; }

    /// <summary>The null prompt's rows alone, [branches,L,D].</summary>
    public Tensor Null => _null ?? Batch.narrow(0, 0, Branches);

    /// <summary>Number of branches.</summary>
    public int Branches { get; }

    /// <summary>[2*branches,L,D].</summary>
    public Tensor Batch { get; }

    /// <summary>The branches' rows alone, [branches,L,D].</summary>
    public Tensor Text => _text;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var pin in _pins) pin.Dispose();
        Batch.Dispose();
        _text.Dispose();
        _null?.Dispose();
    }
}

/// <summary>Guided prediction in one call of the denoiser.</summary>
public static class GuidedPrediction
{
    /// <summary>e^w of each branch at its own latents.</summary>
    /// <param name="predictor">The denoiser.</param>
    /// <param name="latents">z_t of each branch, [branches,C,h,w].</param>
    /// <param name="timestep">t, the same for all.</param>
    /// <param name="context">The prompts.</param>
    /// <param name="guidance">w; with w = 1 the null prompt is left out of the batch.</param>
    /// <returns>[branches,C,h,w].</returns>
    public static Tensor PredictGuided(this INoisePredictor predictor, Tensor latents, long timestep, GuidedContext context, double guidance)
    {
        using var scope = NewDisposeScope();
        if (guidance == 1)
            return predictor.PredictNoise(latents, Repeated(timestep, latents), context.Text).MoveToOuterDisposeScope();
        var (predictedNull, predictedText) = predictor.PredictBoth(latents, timestep, context);
        return Guidance.Apply(predictedNull, predictedText, guidance).MoveToOuterDisposeScope();
    }

    /// <summary>e(null) and e(y) of each branch, each [branches,C,h,w], from one call (one of each predictor where there are two).</summary>
    public static (Tensor Null, Tensor Text) PredictBoth(this INoisePredictor predictor, Tensor latents, long timestep, GuidedContext context)
    {
        if (latents.shape[0] != context.Branches)
            throw new ArgumentException($"{context.Branches} rows of latents are needed, {latents.shape[0]} were given.", nameof(latents));
        using var scope = NewDisposeScope();
        if (context.Base is { } baseModel)
            return (baseModel.PredictNoise(latents, Repeated(timestep, latents), context.Null).MoveToOuterDisposeScope(),
                predictor.PredictNoise(latents, Repeated(timestep, latents), context.Text).MoveToOuterDisposeScope());
        var twice = cat([latents, latents]);
        var both = predictor.PredictNoise(twice, Repeated(timestep, twice), context.Batch).chunk(2);
        return (both[0].MoveToOuterDisposeScope(), both[1].MoveToOuterDisposeScope());
    }

    /// <summary>t for every row of a batch.</summary>
    public static Tensor Repeated(long timestep, Tensor latents) =>
        full([latents.shape[0]], timestep, dtype: ScalarType.Int64, device: latents.device);
}
