using SvgDistill.Diffusion.Weights;
using static TorchSharp.torch;

namespace SvgDistill.Diffusion.Layers;

/// <summary>Halves the size by a strided 3x3 convolution.</summary>
/// <param name="p">Where the parameters are.</param>
/// <param name="channels">Width.</param>
/// <param name="asymmetric">The autoencoder's padding: one zero at the right and the bottom only.</param>
internal sealed class Downsample(Parameters p, long channels, bool asymmetric = false)
{
    private readonly Conv2d conv = new(p["conv"], channels, channels, stride: 2, padding: asymmetric ? 0 : 1);

    public Tensor Forward(Tensor x) => asymmetric ? nn.functional.pad(x, (0, 1, 0, 1)).Then(conv.Forward) : conv.Forward(x);
}

/// <summary>Enlarges by repeating pixels, then a 3x3 convolution.</summary>
internal sealed class Upsample(Parameters p, long channels)
{
    private readonly Conv2d conv = new(p["conv"], channels, channels);

    /// <summary>To twice the size, or to that of the skip connection that comes next (odd sizes were rounded up on the way down).</summary>
    public Tensor Forward(Tensor x, long? height = null, long? width = null)
    {
        using var scope = NewDisposeScope();
        var shape = x.shape;
        var larger = nn.functional.interpolate(x, size: [height ?? 2 * shape[2], width ?? 2 * shape[3]]);
        return conv.Forward(larger).MoveToOuterDisposeScope();
    }
}
