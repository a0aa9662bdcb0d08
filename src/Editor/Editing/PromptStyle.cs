using System.Text.Json.Nodes;
using SvgDistill.Diffusion.Models;
using SvgDistill.Distill.Methods;
using SvgDistill.Distill.Metrics;
using SvgDistill.Editor.Measuring;
using SvgDistill.Editor.Output;
using static TorchSharp.torch;

namespace SvgDistill.Editor.Editing;

/// <summary>
/// <c>--style</c>: which of the model's styles (<see cref="ModelDefaults.Styles"/>) both prompts name while the drawing is edited. A model that hears in which style a picture is
/// drawn has less to say about it, and more about what it shows. What is measured is measured without.
/// </summary>
/// <param name="Name">The style; null for none.</param>
/// <param name="Losses">The denoising loss of the drawing under its prompt in each style, where they were compared.</param>
/// <param name="Plain">The loss under the prompt alone; NaN where they were not compared.</param>
internal sealed record PromptStyle(string? Name, IReadOnlyList<(string Style, double Loss)> Losses, double Plain)
{
    /// <summary>The style that explains the drawing best, if one does better than the prompt alone.</summary>
    public const string Auto = "auto";
    /// <summary>The prompts as they are, which is the default.</summary>
    public const string No = "none";

    /// <summary>No style.</summary>
    public static PromptStyle None { get; } = new(null, [], double.NaN);

    // Each style is tried: fewer noises than a measure has.
    private const int Timesteps = 10, Noises = 1;
    private const int Digits = 5;

    /// <summary>The style that was asked for, or the one that is found.</summary>
    /// <param name="asked">As <c>--style</c> takes it; null: <see cref="No"/>.</param>
    /// <param name="model">The model.</param>
    /// <param name="find">Compares the styles.</param>
    /// <exception cref="EditorException">The model has no such style, or none, or is too large to compare them on a CPU.</exception>
    public static PromptStyle Of(string? asked, DiffusionModel model, Func<PromptStyle> find)
    {
        if (asked is null or No) return None;
        var styles = model.Defaults.Styles;
        if (styles.Count == 0) throw EditorException.Usage($"--style {asked}: this model names no styles that it was taught; say the style in the prompts, or leave it out");
        if (asked == Auto)
            return ModelLosses.Fits(model) ? find() : throw EditorException.Usage($"--style {Auto} compares styles by the model's own loss: this model is too large for that on a CPU. Name one of {string.Join(", ", styles)}, or give --device cuda");
        return styles.Contains(asked) ? new(asked, [], double.NaN)
            : throw EditorException.Usage($"--style {asked}: the model was taught {string.Join(", ", styles)}; or give {Auto} or {No}");
    }

    /// <summary>Compares the styles by how well each explains the drawing.</summary>
    /// <param name="judge">The denoiser that measures.</param>
    /// <param name="styles">The styles.</param>
    /// <param name="latents">The drawing's latents.</param>
    /// <param name="prompt">The context [1,L,D] of the source prompt in a style; null is none.</param>
    public static PromptStyle Find(Denoiser judge, IReadOnlyList<string> styles, Tensor latents, Func<string?, Tensor> prompt)
    {
        var losses = new DenoisingLoss(judge, Timesteps, Noises).Of([(latents, prompt(null)), .. styles.Select(s => (latents, prompt(s)))]);
        var best = Enumerable.Range(1, styles.Count).MinBy(i => losses[i]);
        return new(losses[best] < losses[0] ? styles[best - 1] : null, [.. styles.Select((s, i) => (s, losses[i + 1]))], losses[0]);
    }

    /// <summary>A prompt in the style.</summary>
    public string In(string prompt) => Name is null ? prompt : ModelDefaults.InStyle(prompt, Name);

    /// <summary>What the record says; null where nothing was compared.</summary>
    public JsonObject? Record => Losses.Count == 0 ? null : new()
    {
        ["without"] = FollowUp.Rounded(Plain, Digits),
        ["losses"] = new JsonObject(Losses.Select(l => KeyValuePair.Create(l.Style, (JsonNode?)FollowUp.Rounded(l.Loss, Digits)))),
    };
}
