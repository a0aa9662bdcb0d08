using SvgDistill.Rasterizer.Svg;

namespace SvgDistill.Editor.Editing;

/// <summary>The words of <c>--optimize</c>.</summary>
internal static class OptimizeWords
{
    /// <summary>Each kind's word.</summary>
    public static IReadOnlyList<(string Word, OptimizeKinds Kind)> All { get; } =
    [
        ("points", OptimizeKinds.Points), ("colors", OptimizeKinds.Colors), ("stroke-widths", OptimizeKinds.StrokeWidths),
        ("opacities", OptimizeKinds.Opacities), ("gradients", OptimizeKinds.Gradients), ("dashes", OptimizeKinds.Dashes),
        ("transforms", OptimizeKinds.Transforms), ("filters", OptimizeKinds.Filters),
    ];

    /// <summary>The words as help shows them.</summary>
    public static string Help => string.Join(", ", All.Select(w => w.Word)) + ", default, all";

    /// <summary>A comma-separated list of words; null where one is unknown.</summary>
    public static OptimizeKinds? Parse(string text)
    {
        var kinds = OptimizeKinds.None;
        foreach (var word in text.Split(',', StringSplitOptions.TrimEntries))
        {
            if (word == "default") kinds |= OptimizeKinds.Default;
            else if (word == "all") kinds |= OptimizeKinds.All;
            else if (All.FirstOrDefault(w => w.Word == word) is { Word: not null } known) kinds |= known.Kind;
            else return null;
        }
        return kinds;
    }
}
