using System.Text.Json.Nodes;
using SvgDistill.Distill.Metrics;

namespace SvgDistill.Cli.Editing;

/// <summary>What an edit changed, in numbers that are the same for equal runs.</summary>
internal static class EditMeasures
{
    // The loss takes 4 x 40 forward samples: seconds with the embedded prior, half an hour with a full-size model on a CPU.
    private const long SmallUnet = 100_000_000;
    private const int LossTimesteps = 20;
    private const int LossNoises = 2;

    /// <summary>Measures the session's present parameters against the file's.</summary>
    public static JsonObject Of(EditSession session)
    {
        var (before, after) = (session.Scene.InitialValues(), session.Theta);
        var change = DrawingComparison.Between(session.Scene, before, after);
        using var silhouetteBefore = session.Silhouette(before);
        using var silhouetteAfter = session.Silhouette(after);
        var metrics = new JsonObject
        {
            ["silhouette_overlap"] = Round(Silhouettes.Overlap(silhouetteBefore, silhouetteAfter)),
            ["mean_displacement_percent"] = Round(change.MeanDisplacement),
            ["largest_displacement_percent"] = Round(change.LargestDisplacement),
            ["mean_color_change_ciede2000"] = Round(change.MeanPaletteChange),
            ["largest_color_change_ciede2000"] = Round(change.LargestPaletteChange),
            ["untouched_elements"] = Round(change.UntouchedElements),
            ["vanished_shapes"] = change.VanishedShapes,
        };
        if (session.Model.Unet.ParameterCount <= SmallUnet) metrics["denoising_loss"] = Loss(session);
        return metrics;
    }

    /// <summary>The model's own denoising loss of the drawing before and after, under both prompts: lower is nearer to the prompt.</summary>
    private static JsonObject Loss(EditSession session)
    {
        var loss = new DenoisingLoss(session.Judge, LossTimesteps, LossNoises);
        using var after = session.Target.Encode(session.Target.Current);
        return new JsonObject
        {
            ["source_before"] = Round(loss.Of(session.Target.SourceLatents, session.Prompts.Source)),
            ["source_after"] = Round(loss.Of(after, session.Prompts.Source)),
            ["target_before"] = Round(loss.Of(session.Target.SourceLatents, session.Prompts.Target)),
            ["target_after"] = Round(loss.Of(after, session.Prompts.Target)),
        };
    }

    private static double Round(double value) => Math.Round(value, 5);
}
