using SvgDistill.Diffusion.Differentiation;
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

    /// <summary>The layers outside the transformers that adapters may extend.</summary>
    public IEnumerable<IAdaptedLayer> Layers => Resnets.SelectMany(r => r.Layers).Concat(new IAdaptedLayer?[] { Downsample?.Layer, Upsample?.Layer }.OfType<IAdaptedLayer>());

    /// <summary>Runs residual block <paramref name="i"/> and the transformer after it.</summary>
    public Tensor Step(int i, Tensor h, Tensor time, Conditioning conditioning, Tape? tape) => tape is { Recomputes: true }
        ? ComputeTwice(i, h, time, conditioning, tape) : Compute(i, h, time, conditioning, tape);

    private Tensor Compute(int i, Tensor h, Tensor time, Conditioning conditioning, Tape? tape)
    {
        h = Resnets[i].Forward(h, time, tape);
        return Transformers.Count == 0 ? h : h.Then(x => Transformers[i].Forward(x, conditioning, tape));
    }

    /// <summary>
    /// The same, computed again on the way back. By then a pinned context may have been released, so that the second pass works on
    /// the tokens themselves; adapters may be others, so that it brings its own. What a hook reads are further outputs of the block,
    /// through which gradients find their way in again.
    /// </summary>
    private Tensor ComputeTwice(int i, Tensor h, Tensor time, Conditioning conditioning, Tape tape)
    {
        var adapters = new ActiveAdapters(Transformers.Count == 0 ? Resnets[i].Layers : Resnets[i].Layers.Concat(Transformers[i].Projections));
        var collector = settings.Hook is { } hook ? new OutputCollector(hook) : null;
        Tensor output;
        using (settings.Attach(collector)) output = Compute(i, h, time, conditioning, null);
        if (!tape.Has(h) && !adapters.Trained.Any()) return output;

        var (input, keptTime, tokens) = (tape.Keep(h), tape.Keep(time), tape.Keep(conditioning.Tokens));
        tape.Record([h], [output, .. collector?.Outputs ?? []], gradients =>
        {
            using var inner = tape.Nested();
            inner.Follow(input);
            var again = collector is null ? null : new OutputCollector(null);
            List<(Tensor, Tensor)> seeds = [];
            using (adapters.Restore())
            using (settings.Attach(again))
            {
                var second = Compute(i, input, keptTime, new Conditioning(tokens, pinned: false), inner);
                Tensor[] outputs = [second, .. again?.Outputs ?? []];
                for (var k = 0; k < outputs.Length; k++)
                    if (gradients[k] is { } gradient) seeds.Add((outputs[k], gradient));
            }
            return [inner.Backward(input, [.. seeds])];
        });
        return output;
    }

    /// <summary>Notes the attentions' outputs, and shows them to the hook in whose place it stands.</summary>
    private sealed class OutputCollector(IAttentionHook? hook) : IAttentionHook
    {
        public List<Tensor> Outputs { get; } = [];

        public bool OnlyReadsOutputs => true;

        public Tensor Output(AttentionSite site, Tensor output)
        {
            Outputs.Add(output);
            hook?.Output(site, output);
            return output;
        }
    }
}
