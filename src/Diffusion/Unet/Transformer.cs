using SvgDistill.Diffusion.Differentiation;
using SvgDistill.Diffusion.Layers;
using SvgDistill.Diffusion.Weights;
using static TorchSharp.torch;

namespace SvgDistill.Diffusion.Unet;

/// <summary>
/// Transformer over the positions of a feature map (diffusers' Transformer2DModel): normalise, project, blocks, project,
/// add. A 1x1 convolution over [B,C,H,W] is a linear layer over [B,HW,C], so both generations take one path.
/// </summary>
internal sealed class Transformer
{
    private readonly GroupNorm _norm;
    private readonly Linear _projectIn, _projectOut;

    public Transformer(Parameters p, NetworkSettings settings, UnetConfig config, int level)
    {
        var channels = config.Channels[level];
        _norm = new GroupNorm(p["norm"], config.NormGroups, channels, eps: 1e-6);
        _projectIn = new Linear(p["proj_in"], channels, channels, convolution: !config.LinearProjection);
        Blocks = [.. Enumerable.Range(0, config.TransformerLayers[level])
            .Select(i => new TransformerBlock(p[$"transformer_blocks.{i}"], settings, config, level))];
        _projectOut = new Linear(p["proj_out"], channels, channels, convolution: !config.LinearProjection);
    }

    public IReadOnlyList<TransformerBlock> Blocks { get; }

    /// <summary>The linear layers that adapters may extend.</summary>
    public IEnumerable<Linear> Projections => Blocks.SelectMany(b => b.Projections).Append(_projectIn).Append(_projectOut);

    /// <summary>[B,C,H,W] -> [B,C,H,W].</summary>
    public Tensor Forward(Tensor x, Conditioning conditioning, Tape? tape = null)
    {
        using var scope = NewDisposeScope();
        var shape = x.shape;
        Tensor Tokens(Tensor map) => map.flatten(2).transpose(1, 2);
        Tensor Map(Tensor tokens) => tokens.transpose(1, 2).reshape(shape);
        var h = _projectIn.Forward(tape.Map(_norm.Forward(x, tape), Tokens, Map), tape);
        foreach (var block in Blocks) h = block.Forward(h, conditioning, tape);
        h = tape.Map(_projectOut.Forward(h, tape), Map, Tokens);
        return tape.Add(x, h).MoveToOuterDisposeScope(); // In this order the sum keeps x's memory layout.
    }
}

/// <summary>Self-attention, attention to the text, gated feed-forward (GEGLU), each after a layer norm and added.</summary>
internal sealed class TransformerBlock
{
    private readonly LayerNorm _norm1, _norm2, _norm3;
    private readonly Attention _attention1, _attention2;
    private readonly Linear _expand, _contract;

    public TransformerBlock(Parameters p, NetworkSettings settings, UnetConfig config, int level)
    {
        var (channels, heads) = (config.Channels[level], config.Heads[level]);
        _norm1 = new LayerNorm(p["norm1"], channels);
        _attention1 = new Attention(p["attn1"], settings, channels, heads, upcast: config.UpcastAttention);
        _norm2 = new LayerNorm(p["norm2"], channels);
        _attention2 = new Attention(p["attn2"], settings, channels, heads, config.ContextChannels, upcast: config.UpcastAttention);
        _norm3 = new LayerNorm(p["norm3"], channels);
        _expand = new Linear(p["ff.net.0.proj"], channels, 8 * channels);
        _contract = new Linear(p["ff.net.2"], 4 * channels, channels);
    }

    public IEnumerable<Linear> Projections =>
        _attention1.Projections.Concat(_attention2.Projections).Append(_expand).Append(_contract);

    public Tensor Forward(Tensor h, Conditioning conditioning, Tape? tape = null)
    {
        using var scope = NewDisposeScope();
        h = tape.Add(h, _norm1.Forward(h, tape).Then(x => _attention1.Forward(x, tape)));
        h = tape.Add(h, _norm2.Forward(h, tape).Then(x => _attention2.Forward(x, conditioning, tape)));
        return tape.Add(h, _norm3.Forward(h, tape).Then(x => Gated(x, tape)).Then(x => _contract.Forward(x, tape))).MoveToOuterDisposeScope();
    }

    /// <summary>GEGLU: the first half times the GELU of the second (Shazeer 2020, arXiv:2002.05202).</summary>
    private Tensor Gated(Tensor x, Tape? tape)
    {
        using var scope = NewDisposeScope();
        var (value, gate) = _expand.ForwardHalves(x, tape);
        var open = gate.gelu();
        var gated = value * open;
        if (tape.Follows(value))
        {
            var (keptValue, keptGate, keptOpen) = (tape.Keep(value), tape.Keep(gate), tape.Keep(open));
            tape.Record([value, gate], [gated], g => [g[0]! * keptOpen, Aten.GeluGradient(g[0]! * keptValue, keptGate)]);
        }
        return gated.MoveToOuterDisposeScope();
    }
}
