using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Diffusion.Differentiation;

/// <summary>
/// A function's value at a point, together with its adjoint there: from dL/dvalue it makes dL/dinput. Holds what the way back needs
/// until it is disposed.
/// </summary>
public sealed class Differentiated : IDisposable
{
    private readonly Func<Tensor, Tensor> _adjoint;
    private readonly Action _release;

    /// <summary>Puts a value and its adjoint together.</summary>
    /// <param name="value">The function's value, which this object owns from here on.</param>
    /// <param name="adjoint">dL/dinput, fresh, from dL/dvalue.</param>
    /// <param name="release">Frees what the adjoint needs.</param>
    public Differentiated(Tensor value, Func<Tensor, Tensor> adjoint, Action? release = null)
    {
        Value = value.DetachFromDisposeScope();
        (_adjoint, _release) = (adjoint, release ?? (() => { }));
    }

    /// <summary>The value.</summary>
    public Tensor Value { get; }

    /// <summary>dL/dinput, fresh, shaped like the input. What belongs to a network can be asked for it once.</summary>
    /// <param name="gradient">dL/dvalue, shaped like the value.</param>
    public Tensor Backward(Tensor gradient) => _adjoint(gradient);

    /// <summary>A function of tensor operations, differentiated by the engine.</summary>
    /// <param name="input">Where; not changed.</param>
    /// <param name="function">The function.</param>
    public static Differentiated ByEngine(Tensor input, Func<Tensor, Tensor> function)
    {
        using var enableGrad = enable_grad();
        var leaf = input.detach().requires_grad_(true).DetachFromDisposeScope();
        using var scope = NewDisposeScope();
        var graph = function(leaf).DetachFromDisposeScope();
        return new Differentiated(graph.detach(),
            g => autograd.grad([graph], [leaf], [g.to(graph.dtype)])[0],
            () =>
            {
                graph.Dispose();
                leaf.Dispose();
            });
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Value.Dispose();
        _release();
    }
}
