using SvgDistill.Diffusion.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Diffusion.Layers;

/// <summary>
/// Multi-head attention with projections named to_q, to_k, to_v and to_out.0, as in diffusers' Attention: of the picture
/// to itself (attn1, the autoencoder's) or to the text (attn2).
/// </summary>
internal sealed class Attention
{
    private readonly Linear toQuery, toKey, toValue, toOut;
    private readonly NetworkSettings settings;
    private readonly AttentionSite site;
    private readonly double scale;
    private readonly bool upcast;

    public Attention(Parameters p, NetworkSettings settings, int channels, int heads, int? contextChannels = null,
        bool projectionBias = false, bool upcast = false)
    {
        if (channels % heads != 0)
            throw new ArgumentException($"{p.Path}: {channels} channels cannot be split into {heads} heads.");
        this.settings = settings;
        this.upcast = upcast;
        site = new AttentionSite(p.Path, contextChannels is not null, heads);
        scale = 1 / Math.Sqrt(channels / heads);
        toQuery = new Linear(p["to_q"], channels, channels, projectionBias);
        toKey = new Linear(p["to_k"], contextChannels ?? channels, channels, projectionBias);
        toValue = new Linear(p["to_v"], contextChannels ?? channels, channels, projectionBias);
        toOut = new Linear(p["to_out.0"], channels, channels);
    }

    /// <summary>The four projections, which adapters may extend.</summary>
    public IEnumerable<Linear> Projections => [toQuery, toKey, toValue, toOut];

    /// <summary>Attention of [B,N,C] to itself.</summary>
    public Tensor Forward(Tensor x) => Forward(x, toQuery.Forward(x), null, x);

    /// <summary>Attention of [B,N,C] to the text.</summary>
    public Tensor Forward(Tensor x, Conditioning conditioning)
    {
        var keepable = settings.Hook is null && toKey.Adapters.Count + toValue.Adapters.Count == 0;
        return Forward(x, toQuery.Forward(x), keepable ? conditioning : null, conditioning.Tokens);
    }

    private Tensor Forward(Tensor x, Tensor query, Conditioning? keepable, Tensor context)
    {
        Tensor key, value;
        if (keepable is not null) (key, value) = keepable.KeysOf(this, ProjectContext);
        else
        {
            (key, value) = (toKey.Forward(context), toValue.Forward(context));
            if (settings.Hook is { } hook) (query, key, value) = hook.Projected(site, query, key, value);
            (key, value) = (SplitHeads(key), SplitHeads(value));
        }
        var type = query.dtype;
        query = SplitHeads(query * scale);
        if (upcast && type != ScalarType.Float32)
            (query, key, value) = (query.to(ScalarType.Float32), key.to(ScalarType.Float32), value.to(ScalarType.Float32));

        var attended = settings.Hook is { } reader && reader.WantsProbabilities(site)
            ? Replaced(reader, query, key, value)
            : SlicedAttention.Attend(query, key, value, settings.SliceBytes);
        if (attended.dtype != type) attended = attended.to(type);
        var output = toOut.Forward(JoinHeads(attended, x.shape[0]));
        return settings.Hook is { } outputHook ? outputHook.Output(site, output) : output;
    }

    private (Tensor, Tensor) ProjectContext(Tensor context) =>
        (SplitHeads(toKey.Forward(context)), SplitHeads(toValue.Forward(context)));

    private Tensor Replaced(IAttentionHook hook, Tensor query, Tensor key, Tensor value)
    {
        var probabilities = SlicedAttention.Probabilities(query, key).unflatten(0, -1, site.Heads);
        return hook.Probabilities(site, probabilities).flatten(0, 1).bmm(value);
    }

    /// <summary>[B,N,C] -> [B*heads,N,C/heads].</summary>
    private Tensor SplitHeads(Tensor x)
    {
        var (batch, tokens, channels) = (x.shape[0], x.shape[1], x.shape[2]);
        if (site.Heads == 1) return x;
        return x.reshape(batch, tokens, site.Heads, channels / site.Heads).transpose(1, 2).reshape(batch * site.Heads, tokens, -1);
    }

    /// <summary>The inverse of <see cref="SplitHeads"/>.</summary>
    private Tensor JoinHeads(Tensor x, long batch)
    {
        if (site.Heads == 1) return x;
        var (tokens, channels) = (x.shape[1], x.shape[2] * site.Heads);
        return x.reshape(batch, site.Heads, tokens, -1).transpose(1, 2).reshape(batch, tokens, channels);
    }
}
