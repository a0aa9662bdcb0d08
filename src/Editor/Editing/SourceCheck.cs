using System.Text.Json.Nodes;
using SvgDistill.Distill.Metrics;
using SvgDistill.Editor.Output;

namespace SvgDistill.Editor.Editing;

/// <summary>
/// Whether the source prompt says what the picture shows: the model's denoising loss of the picture under it, and under none but the model's suffix. A
/// prompt that explains the picture worse than none disagrees with it.
/// </summary>
/// <param name="With">The loss under the source prompt.</param>
/// <param name="Without">The loss without it.</param>
internal sealed record SourceCheck(double With, double Without)
{
    private const int Digits = 5;

    /// <summary>Checks a session that is about to run; null for large models, which would take minutes.</summary>
    public static SourceCheck? Of(EditSession session)
    {
        if (session.Model.Unet.ParameterCount > EditMeasures.SmallUnet) return null;
        var loss = new DenoisingLoss(session.SourceJudge, EditMeasures.LossTimesteps, EditMeasures.LossNoises);
        // What the suffix says is no subject.
        var none = session.Prompts.Of(session.Model.Defaults.PromptSuffix ?? "");
        var latents = session.Target.SourceLatents;
        var losses = loss.Of((latents, session.Prompts.Source), (latents, none));
        return new(losses[0], losses[1]);
    }

    /// <summary>A sentence where they disagree; null where they do not.</summary>
    /// <param name="prompt">The source prompt.</param>
    /// <param name="shown">Gives what the picture may show instead, the likeliest first; none where nothing tells it.</param>
    public string? Note(string prompt, Func<IReadOnlyList<string>> shown) => With <= Without ? null
        : FormattableString.Invariant($"the picture does not look like \"{prompt}\" to the model, which explains it better without (loss {With:0.0000} with the prompt, {Without:0.0000} with none): say what it shows with --src")
            + (shown() is { Count: > 0 } names ? $" (perhaps {string.Join(", ", names.Select(n => $"'{n}'"))})" : "");

    /// <summary>As records have it.</summary>
    public JsonObject Record => new() { ["with_prompt"] = FollowUp.Rounded(With, Digits), ["without"] = FollowUp.Rounded(Without, Digits) };
}
