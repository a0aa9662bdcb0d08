using SvgDistill.Distill.Editing.Control;
using SvgDistill.Distill.Finishing;
using SvgDistill.Distill.Metrics;
using SvgDistill.Editor.Reporting;
using SvgDistill.Rasterizer;
using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Rasterizer.Svg;

namespace SvgDistill.Editor.Editing;

/// <summary>A finished drawing: its parameters, what was tidied up (null where that was not asked for), and what changes besides numbers.</summary>
internal sealed record FinishedEdit(double[] Theta, FinishReport? Report, StructureChanges Changes)
{
    /// <summary>What is narrower than was asked for.</summary>
    public IReadOnlyList<ThinFeature> ThinFeatures { get; init; } = [];
    /// <summary>How many parameters were moved to widen strokes.</summary>
    public int Widened { get; init; }
    /// <summary>The file with a layer a colour; null where that was not asked for, or cannot be.</summary>
    public byte[]? Layers { get; init; }
}

/// <summary>What follows an edit's last step: the drawing is tidied up and, where that was asked for, drawn with less.</summary>
internal static class EditFinish
{
    // The mean difference of the picture, 0..1, that leaving out shapes of less than a quarter pixel may make.
    private const double StructureBound = .002;

    /// <summary>Does what follows the last step; says what could not be done.</summary>
    /// <param name="setup">The drawing.</param>
    /// <param name="edited">Its parameters after the last step.</param>
    /// <param name="reporter">Where notes go.</param>
    public static FinishedEdit Finish(FinishSetup setup, IEnumerable<double> edited, IReporter reporter)
    {
        var (theta, report) = (setup.Settled(edited), default(FinishReport));
        if (setup.Clean)
        {
            var clean = Clean(setup, theta, reporter);
            (theta, report) = (setup.Settled(clean.Theta), clean.Report);
        }
        var wide = setup.Maker.Widen ? StrokeWidener.Widen(setup.Svg.Scene, theta, setup.Maker.Least) : theta;
        var thin = setup.Maker.MinFeature is null ? [] : ThinFeatures.Of(setup.Svg.Scene, wide, setup.Maker.Least);
        if (setup.Maker.Note(thin) is { } note) reporter.Note(note);
        var finished = new FinishedEdit(wide, report, Restructure(setup, wide, report, reporter)) { ThinFeatures = thin, Widened = wide.Zip(theta).Count(p => p.First != p.Second) };
        return setup.Maker.SeparateColors ? finished with { Layers = Separated(setup, finished, reporter) } : finished;
    }

    private static byte[]? Separated(FinishSetup setup, FinishedEdit finished, IReporter reporter)
    {
        var document = SvgDocument.Parse(SvgWriter.Write(setup.Svg, finished.Theta, finished.Changes), setup.Input);
        if (ColorLayers.Separate(document, setup.Scene) is not { } separated)
        {
            reporter.Note("--separate: the drawing has one colour, or would look different in layers: it stays as it is");
            return null;
        }
        if (separated.Layers > separated.Colors)
            reporter.Note($"--separate: {separated.Colors} colours take {separated.Layers} layers, as others lie between");
        return separated.Bytes;
    }

    private static FinishedDrawing Clean(FinishSetup setup, double[] theta, IReporter reporter)
    {
        var finished = Finisher.Finish(setup.Svg.Scene, setup.Svg.Scene.InitialValues(), theta, new FinishOptions
        {
            Side = setup.Side, Margin = setup.Margin, Background = Background(setup), Rules = setup.Rules,
            Prunable = Prunable(setup),
        });
        var report = finished.Report;
        if (report.ContourFaultsKept > 0)
            reporter.Note($"{report.ContourFaultsKept} of {report.ContourFaults} crossings and slivers are left: taking them out would change the picture too much, or take too long");
        if (report.FlecksKept > 0)
            reporter.Note($"{report.FlecksKept} of {report.Flecks} shapes that the edit left nothing to see of could not be put back");
        return finished;
    }

    // Leaves out what is pruned and draws paths with fewer nodes, where the picture stays what it is.
    private static StructureChanges Restructure(FinishSetup setup, double[] theta, FinishReport? report, IReporter reporter)
    {
        var tolerance = setup.Simplify ?? 0;
        var changes = new StructureChanges
        {
            Removed = Removed(setup, report),
            // Rounding takes a part of the tolerance too small to see.
            Outlines = tolerance > 0 ? PathSimplifier.Simplify(setup.Svg.Scene, theta, tolerance, tolerance / 16, PlainShapes.Of(setup.Svg.Document))
                : StructureChanges.None.Outlines,
        };
        if (changes.IsEmpty) return changes;
        // Style rules that count siblings may draw what stays in another way.
        var written = SvgSceneReader.Read(
            SvgDocument.Parse(SvgWriter.Write(setup.Svg, theta, changes), setup.Input), setup.Scene with { Only = [], Lock = [] }).Scene;
        if (Draw(setup, setup.Svg.Scene, theta).MeanDifference(Draw(setup, written, written.InitialValues())) <= StructureBound + tolerance) return changes;
        reporter.Note("--prune and --simplify would change the picture here: nothing was left out or redrawn");
        return StructureChanges.None;
    }

    // A shape that the edit has added and of which nothing is left goes again.
    private static HashSet<int> Prunable(FinishSetup setup) =>
    [
        .. setup.Prune ? PlainShapes.Of(setup.Svg.Document) : new HashSet<int>(),
        .. setup.Grown?.Added ?? new HashSet<int>(),
    ];

    private static HashSet<int> Removed(FinishSetup setup, FinishReport? report)
    {
        HashSet<int> removed = report?.Pruned.ToHashSet() ?? [];
        if (setup.Grown is not { } grown) return removed;
        var groups = grown.Groups.Select(g => Insertions.Find(setup.Svg.Document, g));
        return [.. removed, .. groups.Intersect(PlainShapes.Emptied(setup.Svg.Document, removed))];
    }

    private static RgbPicture Draw(FinishSetup setup, Scene scene, double[] theta)
    {
        var rasterizer = new SceneRasterizer(scene, setup.Side, setup.Side, scene.ToSquare(setup.Side, setup.Margin));
        return RgbPicture.Over(rasterizer.Forward(theta, keep: false), Background(setup));
    }

    private static (double R, double G, double B) Background(FinishSetup setup)
    {
        var (r, g, b) = Backgrounds.Color(setup.Background);
        return (r, g, b);
    }
}
