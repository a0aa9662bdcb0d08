using SvgDistill.Diffusion.Differentiation;
using SvgDistill.Diffusion.Weights;
using static TorchSharp.torch;

namespace SvgDistill.Diffusion.Layers;

/// <summary>Halves the size by a strided 3x3 convolution.</summary>
/// <param name="p">Where the parameters are.</param>
/// <param name="channels">Width.</param>
/// <param name="asymmetric">The autoencoder's padding: one zero at the right and the bottom only.</param>
internal sealed class Downsample(Parameters p, long channels, bool asymmetric = false)
{
    private readonly Conv2d _conv = new(p["conv"], channels, channels, stride: 2, padding: asymmetric ? 0 : 1);

    public Tensor Forward(Tensor x, Tape? tape = null)
    {
        if (!asymmetric) return _conv.Forward(x, tape);
        var (height, width) = (x.shape[2], x.shape[3]);
        return tape.Map(x, v => nn.functional.pad(v, (0, 1, 0, 1)), g => g.narrow(2, 0, height).narrow(3, 0, width))
            .Then(padded => _conv.Forward(padded, tape));
    }

    /// <summary>The convolution.</summary>
    public Conv2d Layer => _conv;
}

/// <summary>Enlarges by repeating pixels, then a 3x3 convolution.</summary>
internal sealed class Upsample(Parameters p, long channels)
{
    private readonly Conv2d _conv = new(p["conv"], channels, channels);

    /// <summary>To twice the size, or to that of the skip connection that comes next (odd sizes were rounded up on the way down).</summary>
    public Tensor Forward(Tensor x, Tape? tape = null, long? height = null, long? width = null)
    {
        var shape = x.shape;
        return tape.Map(x, v => nn.functional.interpolate(v, size: [height ?? 2 * shape[2], width ?? 2 * shape[3]]), g => Aten.NearestGradient(g.contiguous(), shape))
            .Then(larger => _conv.Forward(larger, tape));
    }

    /// <summary>The convolution.</summary>
    public Conv2d Layer => _conv;
}
