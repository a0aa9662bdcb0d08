using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Distill.Pictures;

/// <summary>
/// What the autoencoder blurs, put back where an edit changed nothing: x' = D(z) + k (x - D(z_src)), k = exp(-(c / .1)^2), c the largest change
/// |D(z) - D(z_src)| of any channel within two pixels. Where the edit changed something the source's edges are not wanted.
/// </summary>
public static class PictureDetail
{
    // Pixels; the change, of 0..1, at which 1/e of the detail comes back.
    private const int Reach = 2;
    private const double Change = .1;

    /// <summary>The edited picture with the source's detail, fresh; not clamped.</summary>
    /// <param name="image">x, [1,3,H,W], sRGB, 0..1.</param>
    /// <param name="edited">D(z), likewise, about 0..1.</param>
    /// <param name="source">D(z_src), on the same device.</param>
    public static Tensor Restore(Tensor image, Tensor edited, Tensor source)
    {
        using var scope = NewDisposeScope();
        var c = nn.functional.max_pool2d((edited - source).abs().amax([1], keepdim: true), 2 * Reach + 1, 1, Reach);
        return (edited + (c / Change).square().neg().exp() * (image.to(edited.device) - source)).MoveToOuterDisposeScope();
    }
}
