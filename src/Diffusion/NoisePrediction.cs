using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Diffusion;

/// <summary>Predicted noise with its way back. Holds what the way back needs until it is disposed.</summary>
public sealed class NoisePrediction : IDisposable
{
    private readonly Func<Tensor?, IReadOnlyList<(Tensor, Tensor)>, Tensor> _adjoint;
    private readonly Func<Tensor, Tensor?> _parameterGradient;
    private readonly Action _release;

    /// <summary>Puts a prediction and its adjoint together.</summary>
    /// <param name="noise">e, which this object owns from here on.</param>
    /// <param name="adjoint">dL/dlatents, fresh, from dL/de (null for zero) and the gradients of what a hook has read.</param>
    /// <param name="parameterGradient">What <see cref="ParameterGradient"/> answers.</param>
    /// <param name="release">Frees what the adjoint needs.</param>
    internal NoisePrediction(Tensor noise, Func<Tensor?, IReadOnlyList<(Tensor, Tensor)>, Tensor> adjoint,
        Func<Tensor, Tensor?> parameterGradient, Action release)
    {
        Noise = noise.DetachFromDisposeScope();
        (_adjoint, _parameterGradient, _release) = (adjoint, parameterGradient, release);
    }

    /// <summary>e, [B,C,h,w] fp32.</summary>
    public Tensor Noise { get; }

    /// <summary>dL/dlatents, fresh, like the latents; zero where nothing reaches them. To be asked for once.</summary>
    /// <param name="gradient">dL/de; null where the loss does not depend on e itself.</param>
    /// <param name="hooked">dL/doutput of tensors that an attached <see cref="Layers.IAttentionHook"/> was shown.</param>
    public Tensor Backward(Tensor? gradient, IReadOnlyList<(Tensor Output, Tensor Gradient)>? hooked = null) => _adjoint(gradient, hooked ?? []);

    /// <summary>After <see cref="Backward"/>: dL/dparameter of an adapter in training, this object's; null where nothing reaches it.</summary>
    public Tensor? ParameterGradient(Tensor parameter) => _parameterGradient(parameter);

    /// <inheritdoc/>
    public void Dispose()
    {
        Noise.Dispose();
        _release();
    }
}
