using System.Runtime.InteropServices;
using SvgDistill.Rasterizer.Drawing;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Rasterizer.Tensors;

/// <summary>
/// A picture that a <see cref="SceneRenderer"/> drew, and the way back from it to theta. It stays valid while its renderer draws
/// others, and holds its tensors until it is disposed, whatever dispose scope it was made in.
/// </summary>
public sealed class Drawn : IDisposable
{
    private readonly RenderState _state;
    private readonly IReadOnlyList<DrawnStrip> _strips;
    private readonly ScalarType _type;
    private readonly Device _device;
    private bool _disposed;

    internal Drawn(Tensor picture, Tensor theta, RenderState state, IReadOnlyList<DrawnStrip> strips)
    {
        (Picture, _type, _device) = (picture.DetachFromDisposeScope(), theta.dtype, theta.device);
        (_state, _strips) = (state, strips);
        foreach (var strip in strips) strip.Tensors?.Keep();
    }

    /// <summary>
    /// [1, 4, H, W], premultiplied sRGB RGBA, 0..1. It has no graph: to differentiate a loss by it, make a leaf of it with
    /// <c>Picture.detach().requires_grad_()</c>, and hand the leaf's gradient to <see cref="Backward"/>.
    /// </summary>
    public Tensor Picture { get; }

    /// <summary>The gradient by theta; may be asked for more than once.</summary>
    /// <param name="gradient">dL/dpicture, of the picture's shape.</param>
    /// <returns>dL/dtheta, [parameters], of theta's type, on its device.</returns>
    public Tensor Backward(Tensor gradient)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (!gradient.shape.SequenceEqual(Picture.shape))
            throw new ArgumentException(
                $"The picture has the shape [{string.Join(", ", Picture.shape)}], its gradient [{string.Join(", ", gradient.shape)}].", nameof(gradient));
        using var scope = NewDisposeScope();
        var theta = new double[_strips[0].Request.Theta.Length];
        foreach (var (rows, request, tensors) in _strips)
        {
            _state.Ensure(request);
            if (tensors is null)
            {
                var values = gradient.detach().to(ScalarType.Float32).cpu().contiguous();
                _state.Rasterizer.Backward(MemoryMarshal.Cast<byte, float>(values.bytes), theta);
            }
            else
            {
                var (vertices, scalars) = tensors.Backward(gradient.narrow(2, rows.First, rows.Rows));
                _state.Rasterizer.BackwardGeometry(SceneRenderer.Values(vertices), SceneRenderer.Values(scalars), theta);
            }
        }
        return tensor(theta, dtype: _type, device: _device).MoveToOuterDisposeScope();
    }

    /// <summary>Frees the picture and what its way back needs.</summary>
    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        Picture.Dispose();
        foreach (var strip in _strips) strip.Tensors?.Dispose();
    }
}

/// <summary>Rows that were drawn together: with tensors by the tensor path, without by the CPU path, all at once.</summary>
internal sealed record DrawnStrip(PictureStrip Rows, RenderState.Request Request, TensorDrawing? Tensors);
