using SvgDistill.Diffusion;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Distill.Methods;

/// <summary>The predictions of several queries that went through the denoiser as one batch, with their way back.</summary>
public sealed class DenoiserPredictions : IDisposable
{
    private readonly NoisePrediction _prediction;
    private readonly double? _guidance;

    /// <param name="prediction">Of all rows; owned from here on.</param>
    /// <param name="queries">How many queries it holds.</param>
    /// <param name="guidance">w, where each query is there twice: all under the null text first, then all under their own.</param>
    internal DenoiserPredictions(NoisePrediction prediction, int queries, double? guidance = null)
    {
        (_prediction, _guidance) = (prediction, guidance);
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var parts = prediction.Noise.chunk(guidance is null ? queries : 2 * queries, 0);
        Noise = guidance is { } w
            ? [.. Enumerable.Range(0, queries).Select(i => Guidance.Apply(parts[i], parts[queries + i], w).DetachFromDisposeScope())]
            : [.. parts.Select(p => p.DetachFromDisposeScope())];
    }

    /// <summary>e, or e^w, of each query; this object's.</summary>
    public IReadOnlyList<Tensor> Noise { get; }

    /// <summary>dL/dlatents of each query, fresh. To be asked for once.</summary>
    /// <param name="gradients">dL/dnoise of each query; all null where the loss depends on what a hook has read alone.</param>
    /// <param name="hooked">As for <see cref="NoisePrediction.Backward"/>.</param>
    public Tensor[] Backward(IReadOnlyList<Tensor?> gradients, IReadOnlyList<(Tensor Output, Tensor Gradient)>? hooked = null)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        Tensor? joined = null;
        if (gradients.Any(g => g is not null))
        {
            var whole = cat([.. gradients.Select((g, i) => g ?? zeros_like(Noise[i]))], 0);
            // e^w = (1-w) e(null) + w e(y).
            joined = _guidance is { } w ? cat([whole * (1 - w), whole * w], 0) : whole;
        }
        var rows = _prediction.Backward(joined, hooked).chunk((_guidance is null ? 1 : 2) * Noise.Count, 0);
        return [.. Enumerable.Range(0, Noise.Count).Select(i =>
            (_guidance is null ? rows[i].alias() : rows[i] + rows[Noise.Count + i]).MoveToOuterDisposeScope())];
    }

    /// <inheritdoc cref="NoisePrediction.ParameterGradient"/>
    public Tensor? ParameterGradient(Tensor parameter) => _prediction.ParameterGradient(parameter);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var noise in Noise) noise.Dispose();
        _prediction.Dispose();
    }
}
