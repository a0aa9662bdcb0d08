using SvgDistill.Diffusion.Differentiation;
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
        source.Device.type == DeviceType.CPU && source.Type != ScalarType.Float64 ? ScalarType.Float32 : source.Type;
}

/// <summary>Group normalisation over [B,C,...].</summary>
internal sealed class GroupNorm(Parameters p, long groups, long channels, double eps)
{
    /// <summary>
    /// Maps with more numbers than this are worked on a few groups at a time: intermediate results stay as small as a chunk, and in the
    /// cache. For the way back the map alone is kept then, and the rest is computed again.
    /// </summary>
    public const long LargeMap = 1L << 22;

    /// <summary>Numbers in a chunk, unless one group has more; at least two groups, so that two threads share the work.</summary>
    private const long ChunkSize = 1L << 20;

    private readonly ScalarType _type = NormPrecision.For(p.Source);
    private readonly Tensor _weight = p.TakeAs(NormPrecision.For(p.Source), "weight", channels);
    private readonly Tensor _bias = p.TakeAs(NormPrecision.For(p.Source), "bias", channels);

    public Tensor Forward(Tensor x, Tape? tape = null) => Normalize(x, tape, silu: false);

    /// <summary>The norm followed by SiLU, x sigmoid(x), as in front of nearly every convolution.</summary>
    public Tensor ForwardSilu(Tensor x, Tape? tape = null) => Normalize(x, tape, silu: true);

    private Tensor Normalize(Tensor x, Tape? tape, bool silu)
    {
        if (p.Source.Trains)
        {
            var normalized = nn.functional.group_norm(x, groups, _weight, _bias, eps);
            return silu ? normalized.Then(v => v.silu()) : normalized;
        }
        if (x.NumberOfElements > LargeMap) return NormalizeLarge(x, tape, silu);
        using var scope = NewDisposeScope();
        var input = x.to(_type);
        var (n, mean, rstd) = Aten.GroupNorm(input.contiguous(), _weight, _bias, groups, eps);
        var y = (silu ? n.silu() : n).to(x.dtype);
        if (tape.Follows(x))
        {
            var (own, keptX, keptMean, keptRstd) = (x.dtype, tape.Keep(input), tape.Keep(mean), tape.Keep(rstd));
            var keptN = silu ? tape.Keep(n) : null;
            tape.Record(x, y, g =>
            {
                var outer = g.to(_type).contiguous();
                if (keptN is not null) outer = Aten.SiluGradient(outer, keptN);
                return Aten.GroupNormGradient(outer, keptX.contiguous(), keptMean, keptRstd, _weight, groups).to(own);
            });
        }
        return y.MoveToOuterDisposeScope();
    }

    private Tensor NormalizeLarge(Tensor x, Tape? tape, bool silu)
    {
        var y = ByChunks(x, (part, first) => Chunk(part, first, silu).Result);
        if (tape.Follows(x))
        {
            var input = tape.Keep(x);
            tape.Record(x, y, g => ByChunks(input, (part, first) =>
            {
                var (chunk, outer) = (Chunk(part, first, silu), g.narrow(1, first, part.shape[1]).to(_type).contiguous());
                if (silu) outer = Aten.SiluGradient(outer, chunk.Normalized);
                return Aten.GroupNormGradient(outer, chunk.Input, chunk.Mean, chunk.Rstd, chunk.Weight, chunk.Groups).to(g.dtype);
            }));
        }
        return y;
    }

    /// <summary>Whole groups of channels, from the given channel on.</summary>
    private (Tensor Result, Tensor Input, Tensor Normalized, Tensor Mean, Tensor Rstd, Tensor Weight, long Groups) Chunk(Tensor x, long first, bool silu)
    {
        var count = x.shape[1];
        var (input, w, part) = (x.to(_type).contiguous(), _weight.narrow(0, first, count), count * groups / channels);
        var (n, mean, rstd) = Aten.GroupNorm(input, w, _bias.narrow(0, first, count), part, eps);
        return ((silu ? n.silu() : n).to(x.dtype), input, n, mean, rstd, w, part);
    }

    /// <summary>A function of a few groups' channels, applied to all of them; chunks follow from shapes alone.</summary>
    private Tensor ByChunks(Tensor x, Func<Tensor, long, Tensor> function)
    {
        var result = empty_like(x);
        var step = channels / groups * Math.Max(2, ChunkSize * groups / x.NumberOfElements);
        for (var first = 0L; first < channels; first += step)
        {
            using var scope = NewDisposeScope();
            var count = Math.Min(step, channels - first);
            result.narrow(1, first, count).copy_(function(x.narrow(1, first, count), first));
        }
        return result;
    }
}

/// <summary>Layer normalisation over the last dimension.</summary>
internal sealed class LayerNorm(Parameters p, long channels, double eps = 1e-5)
{
    private readonly ScalarType _type = NormPrecision.For(p.Source);
    private readonly Tensor _weight = p.TakeAs(NormPrecision.For(p.Source), "weight", channels);
    private readonly Tensor _bias = p.TakeAs(NormPrecision.For(p.Source), "bias", channels);

    public Tensor Forward(Tensor x, Tape? tape = null)
    {
        if (p.Source.Trains) return nn.functional.layer_norm(x, [channels], _weight, _bias, eps);
        using var scope = NewDisposeScope();
        var input = x.to(_type).contiguous();
        var (n, mean, rstd) = Aten.LayerNorm(input, _weight, _bias, eps);
        var y = n.to(x.dtype);
        if (tape.Follows(x))
        {
            var (own, keptX, keptMean, keptRstd) = (x.dtype, tape.Keep(input), tape.Keep(mean), tape.Keep(rstd));
            tape.Record(x, y, g => Aten.LayerNormGradient(g.to(_type).contiguous(), keptX, keptMean, keptRstd, _weight, _bias).to(own));
        }
        return y.MoveToOuterDisposeScope();
    }
}
