using SvgDistill.Diffusion.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Diffusion.Layers;

/// <summary>
/// In which type a normalisation computes. On the CPU it is always fp32: the engine's reduced-precision kernels are ten
/// times slower there than two conversions and the fp32 kernel (measured, bf16, libtorch 1.13), and less accurate. Input
/// and weights share one type, since older engines accept no mixture.
/// </summary>
internal static class NormPrecision
{
    public static ScalarType For(ParameterSource source) =>
        source.Device.type == DeviceType.CPU ? ScalarType.Float32 : source.Type;

    /// <summary>Computes in <paramref name="type"/> and comes back to the input's own, holding no intermediate longer than needed.</summary>
    public static Tensor Around(Tensor x, ScalarType type, Func<Tensor, Tensor> compute)
    {
        var own = x.dtype;
        return own == type ? compute(x) : x.to(type).Then(compute).Then(y => y.to(own));
    }
}

/// <summary>Group normalisation over [B,C,...].</summary>
internal sealed class GroupNorm(Parameters p, long groups, long channels, double eps)
{
    private readonly ScalarType type = NormPrecision.For(p.Source);
    private readonly Tensor weight = p.TakeAs(NormPrecision.For(p.Source), "weight", channels);
    private readonly Tensor bias = p.TakeAs(NormPrecision.For(p.Source), "bias", channels);

    public Tensor Forward(Tensor x) => NormPrecision.Around(x, type, Normalize);

    /// <summary>The norm followed by SiLU, x sigmoid(x), as in front of nearly every convolution.</summary>
    public Tensor ForwardSilu(Tensor x) => x.NumberOfElements <= ChunkedByGroups.LargeMap ? NormalizeSilu(x, 0)
        : ChunkedByGroups.Run(x, groups, NormalizeSilu);

    private Tensor Normalize(Tensor x) => nn.functional.group_norm(x, groups, weight, bias, eps);

    /// <summary>Norm and SiLU of whole groups of channels, from the given channel on.</summary>
    private Tensor NormalizeSilu(Tensor x, long first)
    {
        var count = x.shape[1];
        return NormPrecision.Around(x, type, h => (count == channels ? Normalize(h) : nn.functional.group_norm(h, count * groups / channels,
            weight.narrow(0, first, count), bias.narrow(0, first, count), eps)).Then(n => n.silu()));
    }
}

/// <summary>Layer normalisation over the last dimension.</summary>
internal sealed class LayerNorm(Parameters p, long channels, double eps = 1e-5)
{
    private readonly ScalarType type = NormPrecision.For(p.Source);
    private readonly Tensor weight = p.TakeAs(NormPrecision.For(p.Source), "weight", channels);
    private readonly Tensor bias = p.TakeAs(NormPrecision.For(p.Source), "bias", channels);
    private readonly long[] shape = [channels];

    public Tensor Forward(Tensor x) =>
        NormPrecision.Around(x, type, h => nn.functional.layer_norm(h, shape, weight, bias, eps));
}
