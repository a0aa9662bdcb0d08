using SvgDistill.Diffusion.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Diffusion.Layers;

/// <summary>A term that an adapter adds to a linear layer's output (LoRA: scale * (x A^T) B^T).</summary>
internal interface ILinearAdapter
{
    /// <summary>The term for input [..., in]; shape [..., out].</summary>
    Tensor Apply(Tensor x);

    /// <summary>Its parameters that take gradients.</summary>
    IEnumerable<Tensor> Trained { get; }
}

/// <summary>y = x W^T + b, plus the terms of the adapters that are active.</summary>
internal sealed class Linear
{
    private readonly Parameters p;
    private readonly Tensor weight;
    private readonly Tensor? bias;
    private (Tensor Weight, Tensor? Bias)[]? halves;

    /// <param name="p">Where the parameters are.</param>
    /// <param name="inputs">Size of the last dimension of the input.</param>
    /// <param name="outputs">The same of the output.</param>
    /// <param name="bias">Whether there is a bias.</param>
    /// <param name="convolution">The weight is stored as a 1x1 convolution's, [out,in,1,1].</param>
    public Linear(Parameters p, long inputs, long outputs, bool bias = true, bool convolution = false)
    {
        this.p = p;
        Path = p.Path;
        (Type, Device) = (p.Source.Type, p.Source.Device);
        (Inputs, Outputs) = (inputs, outputs);
        weight = convolution
            ? p.View(p.Take("weight", outputs, inputs, 1, 1), outputs, inputs)
            : p.Take("weight", outputs, inputs);
        this.bias = bias ? p.Take("bias", outputs) : null;
    }

    /// <summary>The layer's full name, by which adapter files refer to it.</summary>
    public string Path { get; }

    public ScalarType Type { get; }

    public Device Device { get; }

    public long Inputs { get; }

    public long Outputs { get; }

    /// <summary>The active adapters; empty almost always.</summary>
    public List<ILinearAdapter> Adapters { get; } = [];

    /// <summary>[..., in] -> [..., out].</summary>
    public Tensor Forward(Tensor x)
    {
        var y = nn.functional.linear(x, weight, bias);
        foreach (var adapter in Adapters) y = y + adapter.Apply(x);
        return y;
    }

    /// <summary>
    /// The two halves of the output, each contiguous: the halves of one tensor are not, and what follows runs ten times
    /// slower on them.
    /// </summary>
    public (Tensor First, Tensor Second) ForwardHalves(Tensor x)
    {
        if (Adapters.Count > 0)
        {
            var both = Forward(x).chunk(2, -1);
            return (both[0].contiguous(), both[1].contiguous());
        }
        halves ??= [Half(0), Half(1)];
        return (nn.functional.linear(x, halves[0].Weight, halves[0].Bias), nn.functional.linear(x, halves[1].Weight, halves[1].Bias));
    }

    private (Tensor, Tensor?) Half(int half)
    {
        var rows = Outputs / 2;
        return (p.Source.Own(weight.narrow(0, half * rows, rows)), bias is null ? null : p.Source.Own(bias.narrow(0, half * rows, rows)));
    }
}
