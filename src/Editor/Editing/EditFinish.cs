using SvgDistill.Distill.Finishing;
using SvgDistill.Distill.Metrics;
using SvgDistill.Editor.Reporting;
using SvgDistill.Rasterizer;
using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Rasterizer.Svg;

namespace SvgDistill.Editor.Editing;

/// <summary>What follows an edit's last step: the drawing is tidied up and, where that was asked for, drawn with less.</summary>
internal static class EditFinish
{
    // The mean difference of the picture, 0..1, that leaving out shapes of less than a quarter pixel may make.
    private const double StructureBound = .002;

    /// <summary>Tidies up; says what could not be mended.</summary>
    public static FinishedDrawing Clean(EditSession session, IReporter reporter)
    {
        var finished = Finisher.Finish(session.Scene, session.Scene.InitialValues(), session.Theta, new FinishOptions
        {
            Side = session.Model.ImageSize, Margin = session.Model.Defaults.FrameMargin ?? 0, Background = Background(session),
            Rules = session.Target.Options.Rules, Locked = session.Target.Options.Locked,
            Prunable = Prunable(session),
        });
        var report = finished.Report;
        if (report.ContourFaultsKept > 0)
            reporter.Note($"{report.ContourFaultsKept} of {report.ContourFaults} crossings and slivers are left: taking them out would change the picture too much, or take too long");
        if (report.FlecksKept > 0)
            reporter.Note($"{report.FlecksKept} of {report.Flecks} shapes that the edit left nothing to see of could not be put back");
        return finished;
    }

    /// <summary>Leaves out what is pruned and draws paths with fewer nodes, where the picture stays what it is.</summary>
    public static StructureChanges Restructure(EditSession session, IReporter reporter)
    {
        var (theta, tolerance) = (session.Theta, session.Request.Simplify ?? 0);
        var changes = new StructureChanges
        {
            Removed = Removed(session),
            // Rounding takes a part of the tolerance too small to see.
            Outlines = tolerance > 0 ? PathSimplifier.Simplify(session.Scene, theta, tolerance, tolerance / 16, PlainShapes.Of(session.Svg.Document))
                : StructureChanges.None.Outlines,
        };
        if (changes.IsEmpty) return changes;
        // Style rules that count siblings may draw what stays in another way.
        var written = SvgSceneReader.Read(
            SvgDocument.Parse(SvgWriter.Write(session.Svg, theta, changes), session.Request.Input), session.Request.Scene with { Only = [], Lock = [] }).Scene;
        if (Draw(session, session.Scene, theta).MeanDifference(Draw(session, written, written.InitialValues())) <= StructureBound + tolerance) return changes;
        reporter.Note("--prune and --simplify would change the picture here: nothing was left out or redrawn");
        return StructureChanges.None;
    }

    // A shape that the edit has added and of which nothing is left goes again.
    private static HashSet<int> Prunable(EditSession session) =>
    [
        .. session.Request.Prune || session.Request.Restructure ? PlainShapes.Of(session.Svg.Document) : new HashSet<int>(),
        .. session.Grown?.Added ?? new HashSet<int>(),
    ];

    private static HashSet<int> Removed(EditSession session)
    {
        HashSet<int> removed = session.Finished?.Pruned.ToHashSet() ?? [];
        if (session.Grown is not { } grown) return removed;
        var groups = grown.Groups.Select(g => Insertions.Find(session.Svg.Document, g));
        return [.. removed, .. groups.Intersect(PlainShapes.Emptied(session.Svg.Document, removed))];
    }

    private static RgbPicture Draw(EditSession session, Scene scene, double[] theta)
    {
        var side = session.Model.ImageSize;
        var rasterizer = new SceneRasterizer(scene, side, side, scene.ToSquare(side, session.Model.Defaults.FrameMargin ?? 0));
        return RgbPicture.Over(rasterizer.Forward(theta, keep: false), Background(session));
    }

    private static (double R, double G, double B) Background(EditSession session)
    {
        var (r, g, b) = Backgrounds.Color(session.Background);
        return (r, g, b);
    }
}
