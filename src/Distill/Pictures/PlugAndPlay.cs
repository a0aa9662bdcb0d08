using SvgDistill.Diffusion.Layers;
using SvgDistill.Distill.Methods;
using static TorchSharp.torch;

namespace SvgDistill.Distill.Pictures;

/// <summary>
/// Plug-and-Play (Tumanyan 2023): the source's residual features of one decoder block and its self-attention queries and keys in
/// the decoder replace the edit's, each for a first part of the steps. The source is inverted under the null text.
/// </summary>
/// <param name="featureSteps">tau_f as a fraction of the steps.</param>
/// <param name="attentionSteps">tau_A likewise.</param>
public sealed class PlugAndPlay(double featureSteps = .8, double attentionSteps = .5) : InjectionSampler
{
    /// <inheritdoc/>
    protected override Tensor SourceContext(Prompts prompts) => prompts.Null;

    /// <inheritdoc/>
    internal override IAttentionHook HookAt(double progress) => new Injection(progress < featureSteps, progress < attentionSteps);

    private sealed class Injection(bool features, bool attention) : IAttentionHook
    {
        // Layer 4 of Stable Diffusion's decoder, counted over resnets as the paper does; a shallower network has it earlier.
        public Tensor Residual(string name, Tensor branch) =>
            features && name.StartsWith("up_blocks.1.resnets.", StringComparison.Ordinal) && name.EndsWith(".1", StringComparison.Ordinal)
                ? WithSource(branch, NullRow, TargetRow)
                : branch;

        // Layers 4 to 11: everything from that block on.
        public (Tensor Query, Tensor Key, Tensor Value) Projected(AttentionSite site, Tensor query, Tensor key, Tensor value) =>
            attention && !site.IsCross && site.Name.StartsWith("up_blocks.", StringComparison.Ordinal)
                && !site.Name.StartsWith("up_blocks.0.", StringComparison.Ordinal)
                && !site.Name.StartsWith("up_blocks.1.attentions.0.", StringComparison.Ordinal)
                ? (WithSource(query, NullRow, TargetRow), WithSource(key, NullRow, TargetRow), value)
                : (query, key, value);
    }
}
