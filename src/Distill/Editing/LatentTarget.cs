using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Distill.Editing;

/// <summary>Latents moved by themselves, by plain gradient steps z &lt;- z - rate * 2000/(h w) * g.</summary>
public sealed class LatentTarget : IEditTarget
{
    private readonly Func<Tensor, Tensor> encode, decode;
    private readonly double rate;
    private Tensor latents;
    private Tensor? gradient, picture;

    /// <summary>Starts from a picture.</summary>
    /// <param name="source">The picture, [1,3,H,W], 0..1.</param>
    /// <param name="encode">A picture to latents.</param>
    /// <param name="decode">Latents to a picture, 0..1.</param>
    /// <param name="rate">The method's <see cref="Methods.IDistillationMethod.LatentRate"/>.</param>
    public LatentTarget(Tensor source, Func<Tensor, Tensor> encode, Func<Tensor, Tensor> decode, double rate = .1)
    {
        (this.encode, this.decode, this.rate) = (encode, decode, rate);
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        Source = source.clone().DetachFromDisposeScope();
        SourceLatents = encode(Source).DetachFromDisposeScope();
        latents = SourceLatents.clone().DetachFromDisposeScope();
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
            if (picture is not null) return picture;
            using var noGrad = no_grad();
            using var scope = NewDisposeScope();
            return picture = decode(latents).DetachFromDisposeScope();
        }
    }

    /// <inheritdoc/>
    public Tensor Encode(Tensor image)
    {
        using var noGrad = no_grad();
        return encode(image);
    }

    /// <inheritdoc/>
    public Tensor Latents() => latents;

    /// <inheritdoc/>
    public void Backward(Tensor gradient)
    {
        this.gradient?.Dispose();
        this.gradient = gradient.clone().DetachFromDisposeScope();
    }

    /// <inheritdoc/>
    public double Step(double rateFactor)
    {
        if (gradient is null) throw new InvalidOperationException("Step follows Backward.");
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var move = rateFactor * rate * 2000 / (latents.shape[2] * latents.shape[3]) * gradient;
        var moved = (latents - move).DetachFromDisposeScope();
        var size = move.to(ScalarType.Float64).pow(2).mean().sqrt().item<double>();
        foreach (var old in new[] { latents, gradient, picture }) old?.Dispose();
        (latents, gradient, picture) = (moved, null, null);
        return size;
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, Tensor> SaveState() =>
        new Dictionary<string, Tensor> { ["latents"] = latents.clone().DetachFromDisposeScope() };

    /// <inheritdoc/>
    public void LoadState(IReadOnlyDictionary<string, Tensor> state)
    {
        var loaded = state["latents"].to(latents.dtype, latents.device, copy: true).DetachFromDisposeScope();
        foreach (var old in new[] { latents, gradient, picture }) old?.Dispose();
        (latents, gradient, picture) = (loaded, null, null);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tensor in new[] { Source, SourceLatents, latents, gradient, picture }) tensor?.Dispose();
    }
}
