using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Distill.Editing;

/// <summary>Latents moved by themselves, by plain gradient steps z &lt;- z - rate * 2000/(h w) * g.</summary>
public sealed class LatentTarget : IEditTarget
{
    private readonly Func<Tensor, Tensor> _encode, _decode;
    private readonly double _rate;
    private Tensor _latents;
    private Tensor? _gradient, _picture;

    /// <summary>Starts from a picture.</summary>
    /// <param name="source">The picture, [1,3,H,W], 0..1.</param>
    /// <param name="encode">A picture to latents.</param>
    /// <param name="decode">Latents to a picture, 0..1.</param>
    /// <param name="rate">The method's <see cref="Methods.IDistillationMethod.LatentRate"/>.</param>
    public LatentTarget(Tensor source, Func<Tensor, Tensor> encode, Func<Tensor, Tensor> decode, double rate = .1)
    {
        (_encode, _decode, _rate) = (encode, decode, rate);
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        Source = source.clone().DetachFromDisposeScope();
        SourceLatents = encode(Source).DetachFromDisposeScope();
        _latents = SourceLatents.clone().DetachFromDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor SourceLatents { get; }

    /// <inheritdoc/>
    public Tensor Source { get; }

    /// <inheritdoc/>
    public Tensor Current
    {
        get
        {
            if (_picture is not null) return _picture;
            using var noGrad = no_grad();
            using var scope = NewDisposeScope();
            return _picture = _decode(_latents).DetachFromDisposeScope();
        }
    }

    /// <inheritdoc/>
    public Tensor Encode(Tensor image)
    {
        using var noGrad = no_grad();
        return _encode(image);
    }

    /// <inheritdoc/>
    public Tensor Latents() => _latents;

    /// <inheritdoc/>
    public void Backward(Tensor gradient)
    {
        _gradient?.Dispose();
        _gradient = gradient.clone().DetachFromDisposeScope();
    }

    /// <inheritdoc/>
    public double Step(double rateFactor)
    {
        if (_gradient is null) throw new InvalidOperationException("Step follows Backward.");
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var move = rateFactor * _rate * 2000 / (_latents.shape[2] * _latents.shape[3]) * _gradient;
        var moved = (_latents - move).DetachFromDisposeScope();
        var size = move.to(ScalarType.Float64).pow(2).mean().sqrt().item<double>();
        foreach (var old in new[] { _latents, _gradient, _picture }) old?.Dispose();
        (_latents, _gradient, _picture) = (moved, null, null);
        return size;
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, Tensor> SaveState() =>
        new Dictionary<string, Tensor> { ["latents"] = _latents.clone().DetachFromDisposeScope() };

    /// <inheritdoc/>
    public void LoadState(IReadOnlyDictionary<string, Tensor> state)
    {
        var loaded = state["latents"].to(_latents.dtype, _latents.device, copy: true).DetachFromDisposeScope();
        foreach (var old in new[] { _latents, _gradient, _picture }) old?.Dispose();
        (_latents, _gradient, _picture) = (loaded, null, null);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tensor in new[] { Source, SourceLatents, _latents, _gradient, _picture }) tensor?.Dispose();
    }
}
