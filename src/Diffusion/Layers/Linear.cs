using SvgDistill.Diffusion.Differentiation;
using SvgDistill.Diffusion.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Diffusion.Layers;

/// <summary>A term that an adapter adds to a linear layer's output (LoRA: scale * (x A^T) B^T).</summary>
internal interface ILinearAdapter
{
    /// <summary>The term for input [..., in]; shape [..., out].</summary>
    Tensor Apply(Tensor x);

    /// <summary>Its dL/dx from dL/dterm.</summary>
    Tensor InputGradient(Tensor g);

    /// <summary>Adds its dL/dparameters from its input and dL/dterm.</summary>
    void AddParameterGradients(Tape tape, Tensor x, Tensor g);

    /// <summary>Its parameters that take gradients.</summary>
    IEnumerable<Tensor> Trained { get; }
}

/// <summary>y = x W^T + b, plus the terms of the adapters that are active.</summary>
internal sealed class Linear : IAdaptedLayer
{
    private readonly Parameters _p;
    private readonly Tensor _weight;
    private readonly Tensor? _bias;
    private (Tensor Weight, Tensor? Bias)[]? _halves;

    /// <param name="p">Where the parameters are.</param>
    /// <param name="inputs">Size of the last dimension of the input.</param>
    /// <param name="outputs">The same of the output.</param>
    /// <param name="bias">Whether there is a bias.</param>
    /// <param name="convolution">The weight is stored as a 1x1 convolution's, [out,in,1,1].</param>
    public Linear(Parameters p, long inputs, long outputs, bool bias = true, bool convolution = false)
    {
        _p = p;
        Path = p.Path;
        (Type, Device) = (p.Source.Type, p.Source.Device);
        (Inputs, Outputs) = (inputs, outputs);
        _weight = convolution ? p.Take("weight", outputs, inputs, 1, 1) : p.Take("weight", outputs, inputs);
        if (convolution && !p.Source.Trains) _weight = p.View(_weight, outputs, inputs);
        _bias = bias ? p.Take("bias", outputs) : null;
    }

    /// <inheritdoc/>
    public string Path { get; }

    public ScalarType Type { get; }

    public Device Device { get; }

    public long Inputs { get; }

    public long Outputs { get; }

    /// <inheritdoc/>
    public long? Kernel => null;

    /// <inheritdoc/>
    public List<ILinearAdapter> Adapters { get; } = [];

    /// <summary>[..., in] -> [..., out].</summary>
    public Tensor Forward(Tensor x, Tape? tape = null)
    {
        if (_p.Source.Trains) return Trained(x, _weight.dim() == 2 ? _weight : _weight.flatten(1));
        var y = nn.functional.linear(x, _weight, _bias);
        foreach (var adapter in Adapters) y = y + adapter.Apply(x);
        if (tape is null) return y;
        ILinearAdapter[] active = [.. Adapters], trained = [.. active.Where(a => a.Trained.Any())];
        if (trained.Length == 0 && !tape.Has(x)) return y;
        var (toInput, input) = (tape.Has(x), trained.Length > 0 ? tape.Keep(x) : null);
        tape.Record(x, y, g =>
        {
            foreach (var adapter in trained) adapter.AddParameterGradients(tape, input!, g);
            return toInput ? active.Aggregate(g.matmul(_weight), (sum, adapter) => sum + adapter.InputGradient(g)) : g;
        });
        return y;
    }

    private Tensor Trained(Tensor x, Tensor weight)
    {
        if (_p.Source.ProductType == x.dtype) return nn.functional.linear(x, weight, _bias);
        using var scope = NewDisposeScope();
        var y = nn.functional.linear(_p.Source.Rounded(x), _p.Source.Rounded(weight)).to(x.dtype);
        return (_bias is null ? y : y + _bias).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// The two halves of the output, each contiguous: the halves of one tensor are not, and what follows runs ten times
    /// slower on them.
    /// </summary>
    public (Tensor First, Tensor Second) ForwardHalves(Tensor x, Tape? tape = null)
    {
        if (Adapters.Count > 0 || _p.Source.Trains)
        {
            var whole = Forward(x, tape);
            var both = whole.chunk(2, -1);
            var (one, two) = (both[0].contiguous(), both[1].contiguous());
            if (tape.Follows(whole))
                tape.Record([whole], [one, two], g => [cat([g[0] ?? zeros_like(g[1]!), g[1] ?? zeros_like(g[0]!)], -1)]);
            return (one, two);
        }
        _halves ??= [Half(0), Half(1)];
        var (w1, w2) = (_halves[0].Weight, _halves[1].Weight);
        var (first, second) = (nn.functional.linear(x, w1, _halves[0].Bias), nn.functional.linear(x, w2, _halves[1].Bias));
        if (tape.Follows(x))
            tape.Record([x], [first, second], g => [(g[0]?.matmul(w1), g[1]?.matmul(w2)) switch
            {
                ({ } a, { } b) => a.add_(b),
                var (a, b) => a ?? b,
            }]);
        return (first, second);
    }

    private (Tensor, Tensor?) Half(int half)
    {
        var rows = Outputs / 2;
        return (_p.Source.Own(_weight.narrow(0, half * rows, rows)), _bias is null ? null : _p.Source.Own(_bias.narrow(0, half * rows, rows)));
    }
}
