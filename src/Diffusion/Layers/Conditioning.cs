using static TorchSharp.torch;

namespace SvgDistill.Diffusion.Layers;

/// <summary>
/// The text that a batch is conditioned on, [B,L,C], in the network's element type. When it is pinned, the keys and
/// values that the cross-attentions make of it are kept: prompts repeat over a whole run while weights stay.
/// </summary>
internal sealed class Conditioning(Tensor tokens, bool pinned) : IDisposable
{
    private readonly Dictionary<Attention, (Tensor Key, Tensor Value)>? _kept = pinned ? [] : null;

    public Tensor Tokens => tokens;

    /// <summary>The kept keys and values of an attention, made at the first call; made anew each time when not pinned.</summary>
    public (Tensor Key, Tensor Value) KeysOf(Attention attention, Func<Tensor, (Tensor, Tensor)> project)
    {
        if (_kept is null) return project(tokens);
        if (_kept.TryGetValue(attention, out var pair)) return pair;
        using var noGrad = no_grad();
        var (key, value) = project(tokens);
        return _kept[attention] = (key.DetachFromDisposeScope(), value.DetachFromDisposeScope());
    }

    public void Dispose()
    {
        if (_kept is null) return;
        foreach (var (key, value) in _kept.Values)
        {
            key.Dispose();
            value.Dispose();
        }
        tokens.Dispose();
    }
}
