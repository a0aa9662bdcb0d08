using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Distill.Finishing;

/// <summary>
/// What an edit leaves behind is tidied up: crossings and slivers that the source had not, shapes of which nothing is seen any
/// more, colours that are all but equal, digits that cannot be seen. Only parameters that may move are changed, and none where nothing
/// was moved.
/// </summary>
public static class Finisher
{
    /// <summary>Finishes a drawing.</summary>
    /// <param name="scene">The drawing.</param>
    /// <param name="source">Its parameters before the edit.</param>
    /// <param name="edited">Its parameters after the edit.</param>
    /// <param name="options">How far to go.</param>
    public static FinishedDrawing Finish(Scene scene, double[] source, double[] edited, FinishOptions options)
    {
        var report = new FinishReport();
        if (source.AsSpan().SequenceEqual(edited)) return new([.. edited], report);
        var drawing = new EditedDrawing(scene, source, [.. edited], options);
        ContourRepair.Apply(drawing, report);
        FleckRepair.Apply(drawing, options, report);
        NearColors.Join(drawing, options, report);
        ShortNumbers.Round(drawing, options);
        report.PictureChange = drawing.PictureChange(drawing.Theta);
        return new(drawing.Theta, report);
    }
}
