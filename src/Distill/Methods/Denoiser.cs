using SvgDistill.Diffusion;
using SvgDistill.Diffusion.Layers;
using SvgDistill.Diffusion.Schedules;
using static TorchSharp.torch;

namespace SvgDistill.Distill.Methods;

/// <summary>
/// The denoiser as methods call it: any number of (latents, text) queries at one timestep go through the network as one
/// batch, and what was spent is counted. Joined texts are kept and pinned: a run asks for the same few at every step.
/// Texts may be named that another predictor answers for: the base model (without LoRAs) for source and null text, so that what the LoRAs
/// change is part of what guidance and the difference to the source strengthen.
/// </summary>
/// <param name="predictor">The network.</param>
/// <param name="schedule">Its noise schedule.</param>
/// <param name="baseModel">Answers for the texts that <see cref="AskBase"/> names; null where there are none.</param>
public sealed class Denoiser(INoisePredictor predictor, NoiseSchedule schedule, INoisePredictor? baseModel = null) : IDisposable
{
    private readonly List<Tensor> _baseTexts = [];
    private readonly List<(Tensor[] Parts, long Rows, Tensor Joined, IDisposable Pin)> _joined = [];
    private readonly DenoiserCost _cost = predictor.Cost ?? new DenoiserCost();
    private readonly (long Calls, long Forwarded, long Differentiated) _before = predictor.Cost?.Snapshot() ?? default;

    /// <summary>The network.</summary>
    public INoisePredictor Predictor => predictor;

    /// <summary>Its noise schedule.</summary>
    public NoiseSchedule Schedule => schedule;

    /// <summary>Rows of a batch that a small network computes in less time than one after another; 1 for a large one, whose single row keeps all threads busy.</summary>
    public int RowsAtOnce => predictor is NoisePredictor { Unet.IsSmall: true } ? 32 : 1;

    /// <summary>Samples that went forward through the network since this object was made, by adapted copies of it too.</summary>
    public long SamplesForwarded => _cost.Forwarded - _before.Forwarded;

    /// <summary>Those of them that a graph for a gradient was built for.</summary>
    public long SamplesDifferentiated => _cost.Differentiated - _before.Differentiated;

    /// <summary>From now on queries under these very texts are the base model's.</summary>
    /// <param name="texts">Embeddings [1,L,D], which are known by reference; their owner's.</param>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public void AskBase(params ReadOnlySpan<Tensor> texts)
    {
        if (baseModel is null) throw new InvalidOperationException("This denoiser has no base model.");
        _baseTexts.AddRange(texts);
    }

    /// <summary>e(z_t, t, y) for each query, as one batch (one of each predictor's).</summary>
    /// <param name="t">The timestep that all share.</param>
    /// <param name="queries">Noisy latents [B,C,h,w] and the text [1,L,D] (or [B,L,D]) each is conditioned on.</param>
    /// <returns>Fresh predictions, each like its latents.</returns>
    public Tensor[] Predict(int t, params ReadOnlySpan<(Tensor Latents, Tensor Context)> queries) => Predict([t], queries);

    /// <summary>The same with a timestep for each row of a query's latents, or one for all.</summary>
    public Tensor[] Predict(int[] t, params ReadOnlySpan<(Tensor Latents, Tensor Context)> queries)
    {
        if (_baseTexts.Count == 0) return PredictAlike(t, queries);
        var all = queries.ToArray();
        var ofBase = Array.ConvertAll(all, q => IsOfBase(q.Context));
        if (ofBase.Distinct().Count() < 2) return PredictAlike(t, queries);
        var predicted = new Tensor[all.Length];
        foreach (var group in Enumerable.Range(0, all.Length).GroupBy(i => ofBase[i]))
            foreach (var (i, e) in group.Zip(PredictAlike(t, [.. group.Select(i => all[i])]))) predicted[i] = e;
        return predicted;
    }

    // Queries of one predictor.
    private Tensor[] PredictAlike(int[] t, ReadOnlySpan<(Tensor Latents, Tensor Context)> queries)
    {
        using var scope = NewDisposeScope();
        var (z, timesteps, context) = Batch(t, queries);
        var e = Of(queries).PredictNoise(z, timesteps, context);
        if (predictor.Cost is null) _cost.Count(z.shape[0], differentiated: false);
        var parts = e.chunk(queries.Length, 0);
        foreach (var part in parts) part.MoveToOuterDisposeScope();
        return parts;
    }

    /// <summary>The same with the way back to each query's latents; all queries are of one predictor.</summary>
    public DenoiserPredictions PredictForGradient(int t, params ReadOnlySpan<(Tensor Latents, Tensor Context)> queries)
    {
        using var scope = NewDisposeScope();
        var (z, timesteps, context) = Batch([t], queries);
        var prediction = Of(queries).PredictForGradient(z, timesteps, context);
        if (predictor.Cost is null) _cost.Count(z.shape[0], differentiated: true);
        return new DenoiserPredictions(prediction, queries.Length);
    }

    /// <summary>e^w(z_t, y) for each query: twice as many samples, still one batch; one where w is 1, and for a query under the very text that guidance leads away from, whose e^w is e.</summary>
    /// <param name="t">The timestep that all share.</param>
    /// <param name="w">The guidance scale.</param>
    /// <param name="unconditional">The null text or the negative prompt.</param>
    /// <param name="queries">As for <c>Predict</c>.</param>
    public Tensor[] PredictGuided(int t, double w, Tensor unconditional, params ReadOnlySpan<(Tensor Latents, Tensor Context)> queries)
    {
        if (w == 1) return Predict(t, queries);
        using var scope = NewDisposeScope();
        var away = Away(unconditional, queries);
        var e = Predict(t, [.. away.Select(q => (q.Latents, unconditional)), .. queries]);
        var guided = new Tensor[queries.Length];
        for (int i = 0, pair = 0; i < guided.Length; i++)
        {
            var own = e[away.Length + i];
            guided[i] = (ReferenceEquals(queries[i].Context, unconditional) ? own : Guidance.Apply(e[pair++], own, w)).MoveToOuterDisposeScope();
        }
        return guided;
    }

    /// <summary>The same with the way back to each query's latents, all of one predictor: e^w = e(null) + w (e(y) - e(null)).</summary>
    /// <param name="t">A timestep for each row of a query's latents, or one for all.</param>
    /// <param name="w">The guidance scale.</param>
    /// <param name="unconditional">The null text or the negative prompt.</param>
    /// <param name="queries">As for <c>Predict</c>.</param>
    public DenoiserPredictions PredictGuidedForGradient(int[] t, double w, Tensor unconditional, params ReadOnlySpan<(Tensor Latents, Tensor Context)> queries)
    {
        using var scope = NewDisposeScope();
        var isUnguided = w == 1 || Away(unconditional, queries).Length == 0;
        ReadOnlySpan<(Tensor Latents, Tensor Context)> rows = isUnguided ? queries : Pairs(unconditional, queries);
        var (z, timesteps, context) = Batch(t, rows);
        var prediction = Of(rows).PredictForGradient(z, timesteps, context);
        if (predictor.Cost is null) _cost.Count(z.shape[0], differentiated: true);
        return new DenoiserPredictions(prediction, queries.Length, isUnguided ? null : w);
    }

    /// <summary>Lets a hook read what passes through the network until the result is disposed.</summary>
    /// <exception cref="DistillException">This denoiser has no attention to read.</exception>
    public IDisposable Attach(IAttentionHook hook) => predictor is NoisePredictor network ? network.Attach(hook)
        : throw new DistillException("This method reads the denoiser's attention, and this denoiser has none.");

    /// <summary>Frees the kept texts; the network stays the caller's.</summary>
    public void Dispose()
    {
        foreach (var (_, _, tensor, pin) in _joined)
        {
            pin.Dispose();
            tensor.Dispose();
        }
        _joined.Clear();
        _baseTexts.Clear();
    }

    private bool IsOfBase(Tensor context) => _baseTexts.Exists(known => ReferenceEquals(known, context));

    private INoisePredictor Of(ReadOnlySpan<(Tensor Latents, Tensor Context)> queries)
    {
        var count = 0;
        foreach (var (_, context) in queries) count += IsOfBase(context) ? 1 : 0;
        return count == 0 ? predictor : count == queries.Length ? baseModel!
            : throw new ArgumentException("A gradient goes through one predictor: the queries belong to two.", nameof(queries));
    }

    /// <summary>The queries that are not under the null text already.</summary>
    private static (Tensor Latents, Tensor Context)[] Away(Tensor unconditional, ReadOnlySpan<(Tensor Latents, Tensor Context)> queries) =>
        Array.FindAll(queries.ToArray(), q => !ReferenceEquals(q.Context, unconditional));

    /// <summary>Each query under the null text, then each under its own.</summary>
    private static (Tensor, Tensor)[] Pairs(Tensor unconditional, ReadOnlySpan<(Tensor Latents, Tensor Context)> queries)
    {
        var pairs = new (Tensor, Tensor)[2 * queries.Length];
        for (var i = 0; i < queries.Length; i++)
        {
            pairs[i] = (queries[i].Latents, unconditional);
            pairs[queries.Length + i] = queries[i];
        }
        return pairs;
    }

    private (Tensor Latents, Tensor Timesteps, Tensor Context) Batch(int[] t, ReadOnlySpan<(Tensor Latents, Tensor Context)> queries)
    {
        var rows = queries.Length == 0 ? 0 : queries[0].Latents.shape[0];
        var latents = new Tensor[queries.Length];
        var contexts = new Tensor[queries.Length];
        for (var i = 0; i < queries.Length; i++) (latents[i], contexts[i]) = queries[i];
        var z = cat(latents, 0);
        var timesteps = tensor(Enumerable.Range(0, (int)z.shape[0]).Select(row => (long)t[row % t.Length]).ToArray(), device: z.device);
        return (z, timesteps, Join(contexts, rows));
    }

    /// <summary>The texts as one batch, [rows * parts,L,D].</summary>
    private Tensor Join(Tensor[] parts, long rows)
    {
        foreach (var known in _joined)
            if (known.Rows == rows && known.Parts.AsSpan().SequenceEqual(parts)) return known.Joined;
        using var scope = NewDisposeScope();
        var batch = cat([.. parts.Select(c => c.shape[0] == rows ? c : c.expand(rows, c.shape[1], c.shape[2]))], 0).DetachFromDisposeScope();
        _joined.Add((parts, rows, batch, predictor.Pin(batch)));
        return batch;
    }
}
