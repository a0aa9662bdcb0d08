using SvgDistill.Diffusion.Differentiation;
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
    private readonly Linear _toQuery, _toKey, _toValue, _toOut;
    private readonly NetworkSettings _settings;
    private readonly AttentionSite _site;
    private readonly Scalar _scale;
    private readonly bool _upcast;

    public Attention(Parameters p, NetworkSettings settings, int channels, int heads, int? contextChannels = null,
        bool projectionBias = false, bool upcast = false)
    {
        if (channels % heads != 0)
            throw new ArgumentException($"{p.Path}: {channels} channels cannot be split into {heads} heads.");
        _settings = settings;
        _upcast = upcast;
        _site = new AttentionSite(p.Path, contextChannels is not null, heads);
        _scale = Aten.Number(1 / Math.Sqrt(channels / heads));
        _toQuery = new Linear(p["to_q"], channels, channels, projectionBias);
        _toKey = new Linear(p["to_k"], contextChannels ?? channels, channels, projectionBias);
        _toValue = new Linear(p["to_v"], contextChannels ?? channels, channels, projectionBias);
        _toOut = new Linear(p["to_out.0"], channels, channels);
    }

    /// <summary>The four projections, which adapters may extend.</summary>
    public IEnumerable<Linear> Projections => [_toQuery, _toKey, _toValue, _toOut];

    /// <summary>Attention of [B,N,C] to itself.</summary>
    public Tensor Forward(Tensor x, Tape? tape = null) => Forward(x, null, x, tape);

    /// <summary>Attention of [B,N,C] to the text.</summary>
    public Tensor Forward(Tensor x, Conditioning conditioning, Tape? tape = null)
    {
        var keepable = _settings.Hook is null && _toKey.Adapters.Count + _toValue.Adapters.Count == 0;
        return Forward(x, keepable ? conditioning : null, conditioning.Tokens, tape);
    }

    private Tensor Forward(Tensor x, Conditioning? keepable, Tensor context, Tape? tape)
    {
        var query = _toQuery.Forward(x, tape);
        Tensor key, value;
        if (keepable is not null) (key, value) = keepable.KeysOf(this, ProjectContext);
        else
        {
            (key, value) = (_toKey.Forward(context, tape), _toValue.Forward(context, tape));
            if (_settings.Hook is { } hook) (query, key, value) = hook.Projected(_site, query, key, value);
            (key, value) = (SplitHeads(key, tape), SplitHeads(value, tape));
        }
        var type = query.dtype;
        query = SplitHeads(tape.Map(query, q => q * _scale, g => g * _scale), tape);
        if (_upcast)
            (query, key, value) = (tape.Cast(query, ScalarType.Float32), tape.Cast(key, ScalarType.Float32), tape.Cast(value, ScalarType.Float32));

        var attended = _settings.Hook is { } reader && reader.WantsProbabilities(_site)
            ? Replaced(reader, query, key, value)
            : SlicedAttention.Attend(query, key, value, _settings.SliceBytes, tape);
        var output = _toOut.Forward(JoinHeads(tape.Cast(attended, type), x.shape[0], tape), tape);
        return _settings.Hook is { } outputHook ? outputHook.Output(_site, output) : output;
    }

    private (Tensor, Tensor) ProjectContext(Tensor context) =>
        (SplitHeads(_toKey.Forward(context), null), SplitHeads(_toValue.Forward(context), null));

    private Tensor Replaced(IAttentionHook hook, Tensor query, Tensor key, Tensor value)
    {
        var probabilities = SlicedAttention.Probabilities(query, key).unflatten(0, -1, _site.Heads);
        return hook.Probabilities(_site, probabilities).flatten(0, 1).bmm(value);
    }

    /// <summary>[B,N,C] -> [B*heads,N,C/heads].</summary>
    private Tensor SplitHeads(Tensor x, Tape? tape)
    {
        var batch = x.shape[0];
        return _site.Heads == 1 ? x : tape.Map(x, Split, g => Joined(g, batch));
    }

    /// <summary>The inverse of <see cref="SplitHeads"/>.</summary>
    private Tensor JoinHeads(Tensor x, long batch, Tape? tape) =>
        _site.Heads == 1 ? x : tape.Map(x, v => Joined(v, batch), Split);

    private Tensor Split(Tensor x)
    {
        var (batch, tokens, channels) = (x.shape[0], x.shape[1], x.shape[2]);
        return x.reshape(batch, tokens, _site.Heads, channels / _site.Heads).transpose(1, 2).reshape(batch * _site.Heads, tokens, -1);
    }

    private Tensor Joined(Tensor x, long batch)
    {
        var (tokens, channels) = (x.shape[1], x.shape[2] * _site.Heads);
        return x.reshape(batch, _site.Heads, tokens, -1).transpose(1, 2).reshape(batch, tokens, channels);
    }
}
