using SvgDistill.Diffusion.Layers;
using TorchSharp;
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
    public Tensor Step(int i, Tensor h, Tensor time, Conditioning conditioning) => settings.Recompute
        ? ComputeTwice(i, h, time, conditioning) : Compute(i, h, time, conditioning);

    private Tensor Compute(int i, Tensor h, Tensor time, Conditioning conditioning)
    {
        h = Resnets[i].Forward(h, time);
        return Transformers.Count == 0 ? h : h.Then(x => Transformers[i].Forward(x, conditioning));
    }

    /// <summary>
    /// The same, computed again on the way back. By then a pinned context may have been released, so that both passes work on
    /// the tokens themselves; adapters and hook may be others, so that both passes bring their own. What a hook reads leaves
    /// the block as further outputs, through which gradients find their way in again.
    /// </summary>
    private Tensor ComputeTwice(int i, Tensor h, Tensor time, Conditioning conditioning)
    {
        var adapters = new ActiveAdapters(Transformers.Count == 0 ? [] : Transformers[i].Projections);
        var (hook, sites) = (settings.Hook, new List<AttentionSite>());
        var outputs = Recomputed.Run(h, [time, conditioning.Tokens], [.. adapters.Trained], (x, constants) =>
        {
            var collector = hook is null ? null : new OutputCollector();
            using var restored = adapters.Restore();
            using var attached = settings.Attach(collector);
            var output = Compute(i, x, constants[0], new Conditioning(constants[1], pinned: false));
            if (collector is null) return [output];
            sites = collector.Sites;
            return [output, .. collector.Outputs];
        });
        for (var k = 1; k < outputs.Count; k++)
        {
            hook!.Output(sites[k - 1], outputs[k]);
            outputs[k].Dispose();
        }
        return outputs[0];
    }

    /// <summary>Takes the attentions' outputs out of the block that they are made in.</summary>
    private sealed class OutputCollector : IAttentionHook
    {
        private readonly DisposeScope? scope = CurrentDisposeScope;

        public List<AttentionSite> Sites { get; } = [];

        public List<Tensor> Outputs { get; } = [];

        public Tensor Output(AttentionSite site, Tensor output)
        {
            Sites.Add(site);
            Outputs.Add(output.MoveToOtherDisposeScope(scope));
            return output;
        }
    }
}
