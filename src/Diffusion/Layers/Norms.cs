using SvgDistill.Diffusion.Weights;
using static TorchSharp.torch;

namespace SvgDistill.Diffusion.Layers;

/// <summary>
/// Group normalisation over [B,C,...]. Input and weights share one element type (older engines accept no mixture); the
/// engine keeps mean and variance in fp32 whatever that is.
/// </summary>
internal sealed class GroupNorm(Parameters p, long groups, long channels, double eps)
{
    private readonly Tensor weight = p.Take("weight", channels);
    private readonly Tensor bias = p.Take("bias", channels);

    public Tensor Forward(Tensor x) => nn.functional.group_norm(x, groups, weight, bias, eps);
}

/// <summary>Layer normalisation over the last dimension.</summary>
internal sealed class LayerNorm(Parameters p, long channels, double eps = 1e-5)
{
    private readonly Tensor weight = p.Take("weight", channels);
    private readonly Tensor bias = p.Take("bias", channels);
    private readonly long[] shape = [channels];

    public Tensor Forward(Tensor x) => nn.functional.layer_norm(x, shape, weight, bias, eps);
}
