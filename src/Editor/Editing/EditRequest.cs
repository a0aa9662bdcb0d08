using System.Diagnostics.CodeAnalysis;
using SvgDistill.Editor.Engine;

namespace SvgDistill.Editor.Editing;

/// <summary>What an edit is asked to do, before the model's recommendations fill the gaps.</summary>
internal sealed record EditRequest : DrawingEditOptions
{
    public EditRequest() { }

    /// <summary>An edit with options; the model is its runner's.</summary>
    [SetsRequiredMembers]
    public EditRequest(DrawingEditOptions options, string input, string target, EditorOptions model) : base(options) =>
        (Input, Target, Model, Adapters, Prediction, Precision, Device) =
        (input, target, model.Model, model.Adapters, model.Prediction, model.Precision, model.Device);

    /// <summary>The SVG file.</summary>
    public required string Input { get; init; }
    /// <summary>What the picture should show.</summary>
    public required string Target { get; init; }
    /// <summary>The model; null: the embedded one.</summary>
    public string? Model { get; init; }
    /// <summary>What joins the model.</summary>
    public AdapterRequest Adapters { get; init; } = AdapterRequest.None;
    /// <summary>What a single-file checkpoint predicts: <c>epsilon</c>, <c>v</c> or null.</summary>
    public string? Prediction { get; init; }
    /// <summary><c>auto</c>, <c>fp32</c>, <c>bf16</c> or <c>fp16</c>.</summary>
    public string Precision { get; init; } = "auto";
    /// <summary><c>cpu</c>, <c>cuda</c>, <c>cuda:N</c> or null: the CPU.</summary>
    public string? Device { get; init; }
    /// <summary>Pictures of a sampler that are made where nothing is said, chosen by the model's losses: a look takes as long as another picture.</summary>
    public const int SampledPictures = 3;
    /// <summary>The same where a CLIP chooses, whose look takes no time to speak of.</summary>
    public const int SeenPictures = 6;
    /// <summary>Steps that follow an edit by way of a picture where nothing is said.</summary>
    public const int RefineSteps = 40;
}
