using System.Text.Json.Nodes;
using SvgDistill.Distill.Metrics;
using SvgDistill.Editor.Output;
using SvgDistill.Rasterizer.Svg;

namespace SvgDistill.Editor.Editing;

/// <summary>What an edit changed, in numbers that are the same for equal runs.</summary>
internal static class EditMeasures
{
    // The loss takes 4 x 40 forward samples: seconds with the embedded prior, half an hour with a full-size model on a CPU.
    internal const long SmallUnet = 100_000_000;
    internal const int LossTimesteps = 20;
    internal const int LossNoises = 2;
    private const int Digits = 5;

    /// <summary>Measures the session's present parameters against the file's; null for what cannot be measured.</summary>
    /// <param name="session">The session.</param>
    /// <param name="bytes">The size of the file that was written.</param>
    /// <param name="after">Takes down what fails.</param>
    public static JsonObject Of(EditSession session, long bytes, FollowUp after)
    {
        var metrics = new JsonObject { ["silhouette_overlap"] = after.Measure("silhouette overlap", Digits, () => Overlap(session)) };
        var change = after.Get("what the drawing changed", () => DrawingComparison.Between(session.Scene, session.Before, session.Theta));
        void Add(string name, Func<DrawingComparison, double> value) => metrics[name] = change is null ? null : after.Measure(name, Digits, () => value(change));
        Add("mean_displacement_percent", c => c.MeanDisplacement);
        Add("largest_displacement_percent", c => c.LargestDisplacement);
        Add("mean_color_change_ciede2000", c => c.MeanPaletteChange);
        Add("largest_color_change_ciede2000", c => c.LargestPaletteChange);
        Add("untouched_elements", c => c.UntouchedElements);
        metrics["vanished_shapes"] = change?.VanishedShapes;
        AddCleanness(metrics, session, bytes, after);
        if (session.Request.Losses && session.Model.Unet.ParameterCount <= SmallUnet) metrics["denoising_loss"] = after.Get("denoising loss", () => Loss(session));
        return metrics;
    }

    private static void AddCleanness(JsonObject metrics, EditSession session, long bytes, FollowUp after)
    {
        var clean = after.Get("how clean the drawing is", () => EditCleanness.Of(session.Scene, session.Scene.InitialValues(), session.Theta,
            session.Model.ImageSize, session.Model.Defaults.FrameMargin ?? 0));
        CleannessFigures.Add(metrics, clean, bytes);
        if (session.Changes.IsEmpty) return;
        // What was left out is no fleck.
        if (session.Changes.Removed.Count > 0) metrics["flecks"] = session.Finished?.FlecksKept;
        metrics["nodes"] = after.Get("nodes", () => DrawingComplexity.Of(
            SvgSceneReader.Read(SvgDocument.Parse(session.Write(), session.Request.Input), session.Request.Scene with { Only = [], Lock = [] }).Scene))?.Nodes;
    }

    private static double Overlap(EditSession session)
    {
        using var before = session.Silhouette(session.Before);
        using var after = session.Silhouette(session.Theta);
        return Silhouettes.Overlap(before, after);
    }

    /// <summary>The model's own denoising loss of the drawing before and after, under both prompts: lower is nearer to the prompt.</summary>
    private static JsonObject Loss(EditSession session)
    {
        var loss = new DenoisingLoss(session.Judge, LossTimesteps, LossNoises);
        using var after = session.Target.Encode(session.Target.Current);
        var (before, prompts) = (session.Target.SourceLatents, session.Prompts);
        var losses = loss.Of((after, prompts.Source), (before, prompts.Target), (after, prompts.Target));
        return new JsonObject
        {
            ["source_before"] = Round(session.SourceCheck?.With ?? loss.Of(before, prompts.Source)),
            ["source_after"] = Round(losses[0]),
            ["target_before"] = Round(losses[1]),
            ["target_after"] = Round(losses[2]),
        };
    }

    private static double Round(double value) => FollowUp.Rounded(value, Digits);
}
