using SvgDistill.Diffusion.Layers;
using static TorchSharp.torch;

namespace SvgDistill.Diffusion.Unet;

/// <summary>One resolution on the way down or up: residual blocks, each with its transformer where there are any.</summary>
internal sealed class UnetLevel(NetworkSettings settings)
{
    public required IReadOnlyList<ResnetBlock> Resnets { get; init; }

    public required IReadOnlyList<Transformer> Transformers { get; init; }

    public Downsample? Downsample { get; init; }

    public Upsample? Upsample { get; init; }

    /// <summary>Runs residual block <paramref name="i"/> and the transformer after it.</summary>
    public Tensor Step(int i, Tensor h, Tensor time, Conditioning conditioning)
    {
        if (!settings.Recompute) return Compute(i, h, time, conditioning);
        // The second pass may come after a pinned context has been released: it works on the tokens themselves.
        return Recomputed.Run(h, [time, conditioning.Tokens], (x, constants) =>
            Compute(i, x, constants[0], new Conditioning(constants[1], pinned: false)));
    }

    private Tensor Compute(int i, Tensor h, Tensor time, Conditioning conditioning)
    {
        h = Resnets[i].Forward(h, time);
        return Transformers.Count == 0 ? h : h.Then(x => Transformers[i].Forward(x, conditioning));
    }
}
