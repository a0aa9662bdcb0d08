using SvgDistill.Diffusion.Layers;
using SvgDistill.Diffusion.Weights;
using static TorchSharp.torch;

namespace SvgDistill.Diffusion.Text;

/// <summary>One pre-norm transformer layer of CLIP: attention, then feed-forward, each added to its input.</summary>
internal sealed class ClipLayer
{
    private readonly LayerNorm norm1, norm2;
    private readonly Linear query, key, value, output, expand, contract;
    private readonly ClipTowerConfig config;

    public ClipLayer(Parameters p, ClipTowerConfig config)
    {
        this.config = config;
        var c = config.Channels;
        norm1 = new LayerNorm(p["layer_norm1"], c, config.NormEps);
        var a = p["self_attn"];
        (query, key, value) = (new Linear(a["q_proj"], c, c), new Linear(a["k_proj"], c, c), new Linear(a["v_proj"], c, c));
        output = new Linear(a["out_proj"], c, c);
        norm2 = new LayerNorm(p["layer_norm2"], c, config.NormEps);
        (expand, contract) = (new Linear(p["mlp.fc1"], c, config.InnerChannels), new Linear(p["mlp.fc2"], config.InnerChannels, c));
    }

    /// <summary>The linear layers that adapters may extend.</summary>
    public IEnumerable<Linear> Projections => [query, key, value, output, expand, contract];

    /// <param name="x">[B,L,C].</param>
    /// <param name="mask">Added to the scores, [L,L]: minus infinity where looking is not allowed; null for none.</param>
    public Tensor Forward(Tensor x, Tensor? mask)
    {
        using var scope = NewDisposeScope();
        x = x + Attend(norm1.Forward(x), mask);
        var h = expand.Forward(norm2.Forward(x));
        h = config.QuickGelu ? h * (h * 1.702).sigmoid() : h.gelu();
        return (x + contract.Forward(h)).MoveToOuterDisposeScope();
    }

    private Tensor Attend(Tensor x, Tensor? mask)
    {
        var (batch, length, heads) = (x.shape[0], x.shape[1], config.Heads);
        Tensor Split(Tensor t) => t.reshape(batch, length, heads, -1).transpose(1, 2);
        var q = Split(query.Forward(x) * (1 / Math.Sqrt(config.Channels / heads)));
        var scores = q.matmul(Split(key.Forward(x)).transpose(2, 3));
        if (mask is not null) scores = scores + mask;
        var attended = scores.softmax(-1).matmul(Split(value.Forward(x)));
        return output.Forward(attended.transpose(1, 2).reshape(batch, length, config.Channels));
    }
}
