using SvgDistill.Diffusion.Models;
using SvgDistill.Distill.Reports;
using SvgDistill.Editor.Editing;

namespace SvgDistill.Editor.Comparing;

/// <summary>A paper's experiment: its methods, its settings where neither the command line nor the model says otherwise, its figures.</summary>
/// <param name="Name">What <c>--preset</c> calls it.</param>
/// <param name="Methods">Its rows.</param>
/// <param name="Steps">Steps, with a model that recommends none.</param>
/// <param name="PromptSuffix">Added to both prompts with a model that has no suffix of its own.</param>
/// <param name="Reference">The published figures.</param>
internal sealed record ComparePreset(
    string Name, IReadOnlyList<string> Methods, int Steps, string PromptSuffix, ReportReference Reference)
{
    /// <summary>Kim et al. 2025 (IDS), table S1: editing SVG.</summary>
    public static ComparePreset IdsTableS1 { get; } = new("ids-table-s1", ["sds", "dds", "pds", "fpr+pds"],
        // The paper says no settings of its own; those of PDS's released SVG editor, whose set-up it takes.
        1000, ". minimal flat 2d vector image. lineal color. trending on artstation",
        new ReportReference("Kim et al. 2025 (IDS), table S1: SVG editing with Stable Diffusion 1.4",
            "Means over the paper's own drawings and prompts, CLIP and LPIPS with published weights: other drawings, models and " +
            "weights give other figures, so compare the order of the methods.",
            ["CLIP score ↑", "LPIPS ↓"],
            [("sds", [".346", ".552"]), ("dds", [".344", ".557"]), ("pds", [".324", ".326"]), ("fpr+pds", [".327", ".274"])]));

    /// <summary>Kim et al. 2025 (IDS), table 4: what the methods cost.</summary>
    public static ComparePreset IdsTable4 { get; } = new("ids-table-4", ["dds", "cds", "ids:fpr-steps=1", "ids:fpr-steps=3"],
        200, "",
        new ReportReference("Kim et al. 2025 (IDS), table 4: seconds of an edit of 200 steps",
            "Measured on pictures of 512 px with Stable Diffusion on an RTX 3090; here a drawing is edited, so compare the ratios.",
            ["seconds ↓"],
            [("dds", ["22"]), ("cds", ["59"]), ("ids:fpr-steps=1", ["51"]), ("ids:fpr-steps=3", ["108"])]));

    /// <summary>The request with the experiment's settings where neither it nor the model has its own.</summary>
    public EditRequest Apply(EditRequest request, ModelDefaults model)
    {
        var suffix = string.IsNullOrEmpty(model.PromptSuffix) ? PromptSuffix : "";
        var steps = request.Settings.Steps ?? (model.Steps is null ? Steps : null);
        return request with
        {
            Source = request.Source + suffix, Target = request.Target + suffix, Settings = request.Settings with { Steps = steps },
        };
    }

    /// <summary>All presets.</summary>
    public static IReadOnlyList<ComparePreset> All { get; } = [IdsTableS1, IdsTable4];
}
