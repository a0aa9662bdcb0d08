using SvgDistill.Diffusion.Layers;
using SvgDistill.Diffusion.Weights;
using static TorchSharp.torch;

namespace SvgDistill.Diffusion.Text;

/// <summary>One pre-norm transformer layer of CLIP: attention, then feed-forward, each added to its input.</summary>
internal sealed class ClipLayer
{
    private readonly LayerNorm _norm1, _norm2;
    private readonly Linear _query, _key, _value, _output, _expand, _contract;
    private readonly ClipTowerConfig _config;

    public ClipLayer(Parameters p, ClipTowerConfig config)
    {
        _config = config;
        var c = config.Channels;
        _norm1 = new LayerNorm(p["layer_norm1"], c, config.NormEps);
        var a = p["self_attn"];
        (_query, _key, _value) = (new Linear(a["q_proj"], c, c), new Linear(a["k_proj"], c, c), new Linear(a["v_proj"], c, c));
        _output = new Linear(a["out_proj"], c, c);
        _norm2 = new LayerNorm(p["layer_norm2"], c, config.NormEps);
        (_expand, _contract) = (new Linear(p["mlp.fc1"], c, config.InnerChannels), new Linear(p["mlp.fc2"], config.InnerChannels, c));
    }

    /// <summary>The linear layers that adapters may extend.</summary>
    public IEnumerable<Linear> Projections => [_query, _key, _value, _output, _expand, _contract];

    /// <param name="x">[B,L,C].</param>
    /// <param name="mask">Added to the scores, [L,L]: minus infinity where looking is not allowed; null for none.</param>
    public Tensor Forward(Tensor x, Tensor? mask)
    {
        using var scope = NewDisposeScope();
        x = x + Attend(_norm1.Forward(x), mask);
        var h = _expand.Forward(_norm2.Forward(x));
        h = _config.QuickGelu ? h * (h * 1.702).sigmoid() : h.gelu();
        return (x + _contract.Forward(h)).MoveToOuterDisposeScope();
    }

    private Tensor Attend(Tensor x, Tensor? mask)
    {
        var (batch, length, heads) = (x.shape[0], x.shape[1], _config.Heads);
        Tensor Split(Tensor t) => t.reshape(batch, length, heads, -1).transpose(1, 2);
        var q = Split(_query.Forward(x) * (1 / Math.Sqrt(_config.Channels / heads)));
        var scores = q.matmul(Split(_key.Forward(x)).transpose(2, 3));
        if (mask is not null) scores = scores + mask;
        var attended = scores.softmax(-1).matmul(Split(_value.Forward(x)));
        return _output.Forward(attended.transpose(1, 2).reshape(batch, length, _config.Channels));
    }
}
