using System.Text.Json.Nodes;
using SvgDistill.Distill.Metrics;
using SvgDistill.Editor.Comparing;
using SvgDistill.Editor.Editing;
using SvgDistill.Editor.Measuring;
using SvgDistill.Editor.Output;
using SvgDistill.Editor.Reporting;
using SvgDistill.Rasterizer;

namespace SvgDistill.Editor.Evaluating;

/// <summary>Writes what a row made of a pair, and its record with the measures that need the session.</summary>
internal sealed class PairRun(SharedModel shared, IReporter reporter)
{
    private const int Digits = 5;

    private readonly FollowUp _after = new(reporter);

    /// <summary>Keeps an edit.</summary>
    public RunRecord Keep(EditSession session, ResumableRun.Finished edit, RunFolder run)
    {
        if (session.Request.Limits.Strength is > 0 and < 1) session.MeasureStrengths();
        session.Finish(reporter);
        var svg = session.Write();
        run.Files.Write(svg, reporter);
        return Record(session, svg, edit.Result.Steps, EditMeasures.Of(session, svg.Length, _after), edit.Cost, edit.PeakBytes);
    }

    /// <summary>Keeps a drawing that is no edit of the session: the source as it was, or the wanted one.</summary>
    public RunRecord Keep(EditSession session, byte[] drawing, RunFolder run)
    {
        run.Files.Write(drawing, reporter);
        var same = drawing.AsSpan().SequenceEqual(session.Document.ToBytes());
        return Record(session, drawing, 0, same ? EditMeasures.Of(session, drawing.Length, _after) : Measures(session, drawing), new(0, 0, 0), 0);
    }

    private static RunRecord Record(EditSession session, byte[] svg, int steps, JsonObject metrics, Unfinished cost, long peak)
    {
        var record = EditRecord.Create(session, new() { Steps = steps }, svg, metrics, new JsonObject
        {
            ["edit_seconds"] = Math.Round(cost.Seconds, 3), ["peak_memory_bytes"] = peak,
        });
        record["samples_forwarded"] = cost.Forwarded;
        record["samples_differentiated"] = cost.Differentiated;
        record["moments"] = new JsonArray();
        return record;
    }

    // Of a drawing with other shapes: what its picture alone says, under the names that an edit's record has.
    private JsonObject Measures(EditSession session, byte[] drawing)
    {
        var wanted = MeasuredDrawing.Read(drawing, session.Request.Input, session.Request.Scene.Fonts, session.Request.Scene.Resources);
        var metrics = new JsonObject
        {
            ["silhouette_overlap"] = _after.Measure("silhouette overlap", Digits,
                () => Silhouettes.Overlap(Alpha(session.Scene), Alpha(wanted.Scene))),
        };
        if (ModelLosses.Of(shared.Model, session.Judge, session.Prompts, session.Background).Value is null) return metrics;
        metrics["denoising_loss"] = _after.Get("denoising loss", () =>
        {
            var losses = new ModelLosses(shared.Model, session.Judge, session.Prompts, session.Background);
            var (before, after) = (losses.Of(new MeasuredDrawing(session.Scene, session.Document.ToBytes().Length), EditMeasures.LossNoises), losses.Of(wanted, EditMeasures.LossNoises));
            return new JsonObject
            {
                ["source_before"] = FollowUp.Rounded(before.Source, Digits), ["source_after"] = FollowUp.Rounded(after.Source, Digits),
                ["target_before"] = FollowUp.Rounded(before.Target, Digits), ["target_after"] = FollowUp.Rounded(after.Target, Digits),
            };
        });
        return metrics;

        float[] Alpha(Rasterizer.Scenes.Scene scene)
        {
            var side = shared.Model.ImageSize;
            return new SceneRasterizer(scene, side, side, scene.ToSquare(side, shared.Model.Defaults.FrameMargin ?? 0)).Forward(scene.InitialValues(), keep: false).Plane(3).ToArray();
        }
    }
}
