using SvgDistill.Distill.Methods;
using SvgDistill.Rasterizer.Svg;

namespace SvgDistill.Editor.Editing;

/// <summary>
/// What presets set, where a request is silent: the command line comes before the preset, the preset before the model.
/// </summary>
internal static class EditPresets
{
    /// <summary>All, in the order of the help.</summary>
    public static IReadOnlyList<EditPreset> All { get; } = [EditPreset.Quick, EditPreset.Balanced, EditPreset.Thorough, EditPreset.Recolor, EditPreset.Reshape];

    /// <summary>As command lines and reports have it.</summary>
    public static string Name(this EditPreset preset) => preset.ToString().ToLowerInvariant();

    /// <summary>Reads a name; null where it is none.</summary>
    public static EditPreset? Parse(string text) => All.Where(p => p.Name().Equals(text, StringComparison.OrdinalIgnoreCase)).Cast<EditPreset?>().FirstOrDefault();

    /// <summary>The request with what a preset sets.</summary>
    public static EditRequest Apply(this EditPreset preset, EditRequest request) => preset switch
    {
        // By way of a picture an edit is quick already, and steps are the picture's.
        EditPreset.Quick => request.Via is not null ? request : With(request, new() { Steps = 80, FprSteps = 1, PointRate = .006, ColorRate = .03 }),
        EditPreset.Balanced => request,
        EditPreset.Thorough => request.Via is not null ? request with { Pictures = request.Pictures ?? 12, Refine = request.Refine ?? 80 } : With(request, new() { Steps = 300 }),
        EditPreset.Recolor => Only(request, OptimizeKinds.Colors),
        EditPreset.Reshape => Only(request, OptimizeKinds.Points | OptimizeKinds.StrokeWidths),
        _ => throw new ArgumentOutOfRangeException(nameof(preset)),
    };

    private static EditRequest With(EditRequest request, EditSettings settings) => request with { Settings = request.Settings.Over(settings) };

    private static EditRequest Only(EditRequest request, OptimizeKinds kinds) =>
        request.Scene.NamesKinds ? request : request with { Scene = request.Scene with { Optimize = kinds } };
}
