using SvgDistill.Diffusion;
using SvgDistill.Diffusion.Layers;
using SvgDistill.Diffusion.Schedules;
using static TorchSharp.torch;

namespace SvgDistill.Distill.Methods;

/// <summary>
/// The denoiser as methods call it: any number of (latents, text) queries at one timestep go through the network as one
/// batch, and what was spent is counted. Joined texts are kept and pinned: a run asks for the same few at every step.
/// </summary>
public sealed class Denoiser(INoisePredictor predictor, NoiseSchedule schedule) : IDisposable
{
    private readonly List<(Tensor[] Parts, long Rows, Tensor Joined, IDisposable Pin)> joined = [];
    private readonly DenoiserCost cost = predictor.Cost ?? new DenoiserCost();
    private readonly (long Calls, long Forwarded, long Differentiated) before = predictor.Cost?.Snapshot() ?? default;

    /// <summary>The network.</summary>
    public INoisePredictor Predictor => predictor;

    /// <summary>Its noise schedule.</summary>
    public NoiseSchedule Schedule => schedule;

    /// <summary>Samples that went forward through the network since this object was made, by adapted copies of it too.</summary>
    public long SamplesForwarded => cost.Forwarded - before.Forwarded;

    /// <summary>Those of them that a graph for a gradient was built for.</summary>
    public long SamplesDifferentiated => cost.Differentiated - before.Differentiated;

    /// <summary>e(z_t, t, y) for each query, as one batch.</summary>
    /// <param name="t">The timestep that all share.</param>
    /// <param name="queries">Noisy latents [B,C,h,w] and the text [1,L,D] (or [B,L,D]) each is conditioned on.</param>
    /// <returns>Fresh predictions, each like its latents; with a graph where gradients are enabled and asked for.</returns>
    public Tensor[] Predict(int t, params ReadOnlySpan<(Tensor Latents, Tensor Context)> queries)
    {
        using var scope = NewDisposeScope();
        var rows = queries.Length == 0 ? 0 : queries[0].Latents.shape[0];
        var latents = new Tensor[queries.Length];
        var contexts = new Tensor[queries.Length];
        for (var i = 0; i < queries.Length; i++) (latents[i], contexts[i]) = queries[i];
        var z = cat(latents, 0);
        var timesteps = full([z.shape[0]], t, dtype: ScalarType.Int64, device: z.device);
        var e = predictor.PredictNoise(z, timesteps, Join(contexts, rows));

        if (predictor.Cost is null) cost.Count(z.shape[0], e.requires_grad);
        var parts = e.chunk(queries.Length, 0);
        foreach (var part in parts) part.MoveToOuterDisposeScope();
        return parts;
    }

    /// <summary>e^w(z_t, y) for each query: twice as many samples, still one batch; as many where w is 1.</summary>
    /// <param name="t">The timestep that all share.</param>
    /// <param name="w">The guidance scale.</param>
    /// <param name="unconditional">The null text or the negative prompt.</param>
    /// <param name="queries">As for <see cref="Predict"/>.</param>
    public Tensor[] PredictGuided(int t, double w, Tensor unconditional, params ReadOnlySpan<(Tensor Latents, Tensor Context)> queries)
    {
        if (w == 1) return Predict(t, queries);
        using var scope = NewDisposeScope();
        var pairs = new (Tensor, Tensor)[2 * queries.Length];
        for (var i = 0; i < queries.Length; i++)
        {
            pairs[i] = (queries[i].Latents, unconditional);
            pairs[queries.Length + i] = queries[i];
        }
        var e = Predict(t, pairs);
        var guided = new Tensor[queries.Length];
        for (var i = 0; i < guided.Length; i++)
            guided[i] = Guidance.Apply(e[i], e[queries.Length + i], w).MoveToOuterDisposeScope();
        return guided;
    }

    /// <summary>Lets a hook read what passes through the network until the result is disposed.</summary>
    /// <exception cref="DistillException">This denoiser has no attention to read.</exception>
    public IDisposable Attach(IAttentionHook hook) => predictor is NoisePredictor network ? network.Attach(hook)
        : throw new DistillException("This method reads the denoiser's attention, and this denoiser has none.");

    /// <summary>Frees the kept texts; the network stays the caller's.</summary>
    public void Dispose()
    {
        foreach (var (_, _, tensor, pin) in joined)
        {
            pin.Dispose();
            tensor.Dispose();
        }
        joined.Clear();
    }

    /// <summary>The texts as one batch, [rows * parts,L,D].</summary>
    private Tensor Join(Tensor[] parts, long rows)
    {
        foreach (var known in joined)
            if (known.Rows == rows && known.Parts.AsSpan().SequenceEqual(parts)) return known.Joined;
        using var scope = NewDisposeScope();
        var batch = cat([.. parts.Select(c => c.shape[0] == rows ? c : c.expand(rows, c.shape[1], c.shape[2]))], 0).DetachFromDisposeScope();
        joined.Add((parts, rows, batch, predictor.Pin(batch)));
        return batch;
    }
}
