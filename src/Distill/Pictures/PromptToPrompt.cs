using SvgDistill.Diffusion.Layers;
using SvgDistill.Distill.Methods;
using static TorchSharp.torch;

namespace SvgDistill.Distill.Pictures;

/// <summary>
/// Prompt-to-Prompt by word swap (Hertz 2022, eq. 3 of section 3.2): the source's cross-attention maps replace the target's for
/// the first part of the steps, its self-attention maps at coarse resolutions for a shorter one. The real picture enters by
/// DDIM inversion under the source prompt.
/// </summary>
/// <param name="crossSteps">tau of the cross-attention maps, as a fraction of the steps.</param>
/// <param name="selfSteps">The same for self-attention.</param>
public sealed class PromptToPrompt(double crossSteps = .8, double selfSteps = .4) : InjectionSampler
{
    // Self-attention maps beyond 16 x 16 positions are left alone, as in the released code.
    private const int MostPositions = 256;

    /// <inheritdoc/>
    protected override Tensor SourceContext(Prompts prompts) => prompts.Source;

    /// <inheritdoc/>
    internal override IAttentionHook HookAt(double progress) => new Replacement(progress < crossSteps, progress < selfSteps);

    private sealed class Replacement(bool cross, bool self) : IAttentionHook
    {
        public bool WantsProbabilities(AttentionSite site) => site.IsCross ? cross : self;

        public Tensor Probabilities(AttentionSite site, Tensor probabilities)
        {
            if (site.IsCross) return WithSource(probabilities, TargetRow);
            return probabilities.shape[2] > MostPositions ? probabilities : WithSource(probabilities, NullRow, TargetRow);
        }
    }
}
