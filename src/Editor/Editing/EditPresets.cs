using SvgDistill.Distill.Methods;
using SvgDistill.Distill.Pictures;
using SvgDistill.Rasterizer.Svg;

namespace SvgDistill.Editor.Editing;

/// <summary>
/// What presets set, where a request is silent: the command line comes before the preset, the preset before the model. A request that
/// names a method keeps it, so that of a preset only what goes with any method holds.
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
        EditPreset.Quick => Via(request, pictures: 2, refine: 24),
        EditPreset.Balanced => request,
        EditPreset.Thorough => Via(request with { Restructure = true }, pictures: 4, refine: 100),
        EditPreset.Recolor => Only(request, OptimizeKinds.Colors),
        EditPreset.Reshape => Only(request, OptimizeKinds.Points | OptimizeKinds.StrokeWidths),
        _ => throw new ArgumentOutOfRangeException(nameof(preset)),
    };

    private static EditRequest Via(EditRequest request, int pictures, int refine) => request.Method is not null ? request : request with
    {
        Via = request.Via ?? PictureMethod.SdEdit, Pictures = request.Pictures ?? pictures, Refine = request.Refine ?? refine,
    };

    private static EditRequest Only(EditRequest request, OptimizeKinds kinds) =>
        request.Scene.NamesKinds ? request : request with { Scene = request.Scene with { Optimize = kinds } };
}
