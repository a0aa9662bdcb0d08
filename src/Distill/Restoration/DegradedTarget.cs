using SvgDistill.Distill.Fitting;
using SvgDistill.Rasterizer.Compositing;
using SvgDistill.Rasterizer.Geometry;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Distill.Restoration;

/// <summary>A degraded picture y as what a drawing is held against: mean |y - A(render)|^2 over pixels and channels.</summary>
/// <remarks>
/// Colours are premultiplied and alpha is a channel like them: what is transparent in y is to be transparent in the drawing.
/// </remarks>
public sealed class DegradedTarget : IFitTarget, IDisposable
{
    private readonly IDegradation _degradation;
    private readonly Tensor _y;

    /// <summary>Prepares the comparison.</summary>
    /// <param name="degraded">y.</param>
    /// <param name="width">Columns of the restored picture.</param>
    /// <param name="height">Its rows.</param>
    /// <param name="degradation">A; takes the restored picture to y's size.</param>
    public DegradedTarget(Picture degraded, int width, int height, IDegradation degradation)
    {
        (Width, Height, _degradation) = (width, height, degradation);
        _y = tensor(degraded.Data.ToArray(), [1, 4, degraded.Height, degraded.Width]).DetachFromDisposeScope();
    }

    /// <inheritdoc/>
    public int Width { get; }

    /// <inheritdoc/>
    public int Height { get; }

    Matrix? IFitTarget.SceneToDevice => null;

    double IFitTarget.SquaredError(Picture drawn, Span<float> gradient, FitView view) => SquaredError(drawn, gradient);

    /// <summary>mean |y - A(x)|^2 of a drawn picture x of the restored size; writes its gradient, [4,H,W].</summary>
    public double SquaredError(Picture drawn, Span<float> gradient)
    {
        using var scope = NewDisposeScope();
        using var enableGrad = enable_grad();
        var image = tensor(drawn.Data.ToArray(), [1, 4, Height, Width]).requires_grad_(true);
        var error = (_degradation.Apply(image) - _y).pow(2).mean();
        autograd.grad([error], [image])[0].data<float>().CopyTo(gradient);
        return error.item<float>();
    }

    /// <summary>A(x) of a picture x of the restored size.</summary>
    public Picture Degrade(Picture picture)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var degraded = _degradation.Apply(tensor(picture.Data.ToArray(), [1, 4, picture.Height, picture.Width])).contiguous();
        var result = new Picture((int)degraded.shape[3], (int)degraded.shape[2]);
        degraded.data<float>().CopyTo(result.Data);
        return result;
    }

    /// <inheritdoc/>
    public void Dispose() => _y.Dispose();
}
