using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Diffusion.Weights;

/// <summary>
/// Parameters that take gradients by the engine's automatic differentiation: for training. New ones are uniform within 1/sqrt(inputs)
/// as in Kaiming He 2015 with the engine's own gain, biases zero, norms one, embeddings small.
/// </summary>
/// <param name="seed">Of the random numbers.</param>
/// <param name="type">Element type.</param>
/// <param name="device">Device.</param>
/// <param name="known">Values to begin with in place of random ones, by name; null for none.</param>
public sealed class TrainedParameters(ulong seed, ScalarType type, Device device, Func<string, Tensor?>? known = null) : ParameterSource(type, device)
{
    // As CLIP begins (Radford 2021, initializer_range of transformers' configuration).
    private const double EmbeddingDeviation = .02;

    private ulong _created;

    /// <inheritdoc/>
    public override bool Trains => true;

    /// <summary>The type that convolutions and linear layers round weights and inputs to before they multiply; parameters, sums, norms and attention keep theirs. As the parameters unless given.</summary>
    public ScalarType? Products { get; init; }

    /// <summary>
    /// Whether the processor multiplies in that type. Where it has no instructions for it, which takes more than ten times as long, the rounded numbers are multiplied in the
    /// parameters' type: the same products and sums.
    /// </summary>
    public bool MultipliesShort { get; init; } = device.type != DeviceType.CPU || CpuFeatures.Detect().FastBf16;

    internal override ScalarType ProductType => Products ?? Type;

    internal override Tensor Rounded(Tensor x)
    {
        if (x.dtype == ProductType) return x;
        using var scope = NewDisposeScope();
        var rounded = x.to(ProductType);
        return (MultipliesShort ? rounded : rounded.to(x.dtype)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override bool Contains(string name) => true;

    private protected override Tensor Create(string name, long[] shape, ScalarType type)
    {
        using var scope = NewDisposeScope();
        var value = known?.Invoke(name) is { } given ? given.reshape(shape) : New(name, shape);
        return value.to(type, Device, copy: true).detach().requires_grad_(true).MoveToOuterDisposeScope();
    }

    private Tensor New(string name, long[] shape)
    {
        if (shape.Length == 1) return name.EndsWith("weight", StringComparison.Ordinal) ? ones(shape) : zeros(shape);
        using var generator = new Generator(seed + 0x9E3779B97F4A7C15 * ++_created);
        if (name.Contains("embedding.weight", StringComparison.Ordinal)) return randn(shape, generator: generator).mul_(EmbeddingDeviation);
        var bound = 1 / Math.Sqrt(shape.Skip(1).Aggregate(1L, (product, size) => product * size));
        return rand(shape, generator: generator).mul_(2 * bound).sub_(bound);
    }
}
