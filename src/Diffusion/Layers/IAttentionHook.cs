using static TorchSharp.torch;

namespace SvgDistill.Diffusion.Layers;

/// <summary>One attention of the network.</summary>
/// <param name="Name">Full name: <c>up_blocks.1.attentions.0.transformer_blocks.0.attn1</c>.</param>
/// <param name="IsCross">Whether it looks at the text (attn2) rather than at the picture itself (attn1).</param>
/// <param name="Heads">Number of heads.</param>
public sealed record AttentionSite(string Name, bool IsCross, int Heads);

/// <summary>
/// Reads, and may replace, what passes through the denoiser's attentions and residual blocks. Whatever is returned is
/// used in place of what was given. Rows follow the batch of the call; gradients flow through where they flow otherwise.
/// </summary>
public interface IAttentionHook
{
    /// <summary>
    /// Whether it does nothing but look at each <see cref="Output"/>. Then blocks may be computed again on the way back where
    /// their graph would take too much memory; with any other hook the whole graph is kept. What Output is given is freed
    /// after the call, so that a view or a copy must be taken of what is kept.
    /// </summary>
    bool OnlyReadsOutputs => false;

    /// <summary>
    /// Whether <see cref="Probabilities"/> is to be called for this attention. It makes the whole map be held in memory,
    /// so say yes only where it is needed.
    /// </summary>
    bool WantsProbabilities(AttentionSite site) => false;

    /// <summary>After the projections: query [B,N,C], key and value [B,M,C], heads not yet split, not yet scaled.</summary>
    (Tensor Query, Tensor Key, Tensor Value) Projected(AttentionSite site, Tensor query, Tensor key, Tensor value) =>
        (query, key, value);

    /// <summary>After the softmax: [B,heads,N,M], each row summing to one.</summary>
    Tensor Probabilities(AttentionSite site, Tensor probabilities) => probabilities;

    /// <summary>After the output projection, before the residual is added: [B,N,C].</summary>
    Tensor Output(AttentionSite site, Tensor output) => output;

    /// <summary>A residual block's branch before its shortcut is added: [B,C,H,W]; name <c>up_blocks.1.resnets.1</c>.</summary>
    Tensor Residual(string name, Tensor branch) => branch;
}
