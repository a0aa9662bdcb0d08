using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Diffusion.Weights;

/// <summary>
/// Where a network's parameters come from. Networks are built by taking their parameters, name by name and with the
/// shape they need, so nothing is initialised only to be overwritten and nothing can stay unfilled.
/// </summary>
public abstract class ParameterSource
{
    private readonly Dictionary<string, Tensor> _taken = new(StringComparer.Ordinal);
    private readonly List<Tensor> _others = [];

    /// <summary>Element type of the parameters handed out.</summary>
    public ScalarType Type { get; }

    /// <summary>Device of the parameters handed out.</summary>
    public Device Device { get; }

    /// <summary>Whether networks are built for training: layers then keep to what the engine differentiates, with nothing laid out beforehand.</summary>
    public virtual bool Trains => false;

    /// <summary>In which type layers multiply where they are trained: theirs, or a shorter one (Micikevicius 2018, section 3.1).</summary>
    internal virtual ScalarType ProductType => Type;

    /// <summary>A tensor as layers multiply it; itself where they multiply in its own type.</summary>
    internal virtual Tensor Rounded(Tensor x) => x;

    /// <summary>What has been taken so far, by name.</summary>
    public IReadOnlyDictionary<string, Tensor> Taken => _taken;

    /// <summary>What networks hand out at their border: fp32, but where they are trained (and tested) in another type.</summary>
    internal ScalarType BorderType => Trains ? Type : ScalarType.Float32;

    private protected ParameterSource(ScalarType type, Device device) => (Type, Device) = (type, device);

    /// <summary>Whether the source has a parameter of this name.</summary>
    public abstract bool Contains(string name);

    /// <summary>A parameter; it takes no gradient and belongs to no dispose scope.</summary>
    /// <exception cref="ModelException">There is none of this name and shape.</exception>
    internal Tensor Take(string name, long[] shape, ScalarType? type = null)
    {
        var tensor = Create(name, shape, type ?? Type).DetachFromDisposeScope();
        _taken.Add(name, tensor);
        return tensor;
    }

    /// <summary>Keeps a constant, or another view of a parameter, as long as the parameters are kept.</summary>
    internal Tensor Own(Tensor tensor)
    {
        lock (_others) _others.Add(tensor.DetachFromDisposeScope());
        return tensor;
    }

    /// <summary>Frees everything that was handed out.</summary>
    internal virtual void Release()
    {
        foreach (var tensor in _others.Concat(_taken.Values)) tensor.Dispose();
    }

    private protected abstract Tensor Create(string name, long[] shape, ScalarType type);
}

/// <summary>A source with a name prefix: the view a part of a network has of it.</summary>
internal readonly struct Parameters(ParameterSource source, string prefix = "")
{
    public ParameterSource Source => source;

    /// <summary>The part's full name, without the final dot.</summary>
    public string Path => prefix.TrimEnd('.');

    /// <summary>The view of a part: <c>p["down_blocks.0"]</c> sees what is named <c>down_blocks.0.*</c>.</summary>
    public Parameters this[string part] => new(source, $"{prefix}{part}.");

    public Tensor Take(string name, params long[] shape) => source.Take(prefix + name, shape);

    /// <summary>The same in another element type than the network's.</summary>
    public Tensor TakeAs(ScalarType type, string name, params long[] shape) => source.Take(prefix + name, shape, type);

    public Tensor View(Tensor parameter, params long[] shape) => source.Own(parameter.view(shape));

    public bool Contains(string name) => source.Contains(prefix + name);
}

/// <summary>Hands out nothing and remembers what was asked for: the names and shapes of a network too large to allocate.</summary>
public sealed class ShapeRecorder : ParameterSource
{
    private readonly Dictionary<string, long[]> _shapes = new(StringComparer.Ordinal);

    /// <summary>An empty record.</summary>
    public ShapeRecorder() : base(ScalarType.Float32, CPU) { }

    /// <summary>Names and shapes in the order in which they were asked for.</summary>
    public IReadOnlyDictionary<string, long[]> Shapes => _shapes;

    /// <inheritdoc/>
    public override bool Contains(string name) => true;

    private protected override Tensor Create(string name, long[] shape, ScalarType type)
    {
        _shapes.Add(name, shape);
        return tensor(0f).expand(shape); // One number seen as a tensor of the shape: nothing is allocated.
    }
}

/// <summary>
/// Random parameters, scaled so that activations keep their size: for measuring time and memory of architectures whose
/// weights are not at hand.
/// </summary>
public sealed class RandomParameters(int seed, ScalarType runType, Device device) : ParameterSource(runType, device)
{
    private int _created;

    /// <inheritdoc/>
    public override bool Contains(string name) => true;

    private protected override Tensor Create(string name, long[] shape, ScalarType type)
    {
        if (shape.Length == 1)
            return name.EndsWith("weight", StringComparison.Ordinal) ? ones(shape, dtype: type, device: Device) : zeros(shape, dtype: type, device: Device);
        var fanIn = shape.Skip(1).Aggregate(1L, (product, size) => product * size);
        using var generator = new Generator((ulong)(seed + 1_000_003L * ++_created));
        return randn(shape, generator: generator).mul_(1 / Math.Sqrt(fanIn)).to(type, Device, disposeAfter: true);
    }
}
