using static TorchSharp.torch;

namespace SvgDistill.Diffusion.Layers;

/// <summary>Chains of layers that hold no more than they need.</summary>
internal static class TensorSteps
{
    /// <summary>The layer's result; the input is freed at once, not at the scope's end (autograd keeps what it needs itself).</summary>
    public static Tensor Then(this Tensor input, Func<Tensor, Tensor> layer)
    {
        var output = layer(input);
        input.Dispose();
        return output;
    }
}
