using System.Text.Json.Nodes;
using SvgDistill.Distill.Metrics;

namespace SvgDistill.Editor.Output;

/// <summary>How cleanly a drawing is drawn, as records have it.</summary>
internal static class CleannessFigures
{
    private const int Digits = 5;

    /// <summary>Adds the figures; null for each that could not be taken.</summary>
    /// <param name="metrics">Where they go.</param>
    /// <param name="clean">The figures, or null.</param>
    /// <param name="bytes">The size of the file that was written.</param>
    public static void Add(JsonObject metrics, EditCleanness? clean, long bytes)
    {
        metrics["crossings_added"] = clean is { CrossingsAdded.Complete: true } ? clean.CrossingsAdded.Crossings : null;
        metrics["slivers"] = clean?.Slivers;
        metrics["flecks"] = clean?.Flecks;
        metrics["out_of_canvas"] = clean?.OutOfCanvas;
        metrics["symmetry_error"] = clean is null ? null : FollowUp.Rounded(clean.SymmetryError, Digits);
        metrics["smallest_feature"] = clean is null ? null : FollowUp.Rounded(clean.SmallestFeature, Digits);
        metrics["nodes"] = clean?.Nodes;
        metrics["bytes"] = bytes;
        metrics["colors"] = clean?.Colors;
    }
}
