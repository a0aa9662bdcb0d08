using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Distill.Metrics;

/// <summary>Takes every figure of an edit that can be taken, and says of the others why not.</summary>
public sealed class EditMeasurer
{
    /// <summary>Side of the square pictures that are compared, in pixels. CLIP sees the drawing at its own size.</summary>
    public int Side { get; init; } = 256;

    /// <summary>What lies behind the drawings, components 0..1.</summary>
    public (double R, double G, double B) Background { get; init; } = (1, 1, 1);

    /// <summary>CLIP, or why it is not there.</summary>
    public required Tool<ClipScorer> Clip { get; init; }

    /// <summary>LPIPS, likewise.</summary>
    public required Tool<Lpips> Lpips { get; init; }

    /// <summary>The model's losses of a drawing under both prompts, likewise.</summary>
    public required Tool<Func<MeasuredDrawing, DenoisingLosses>> DenoisingLosses { get; init; }

    /// <summary>The class prompts for <see cref="Measure.Success"/>; the source and target prompts are among them in any case.</summary>
    public IReadOnlyList<string> Classes { get; init; } = [];

    /// <summary>Takes the figures.</summary>
    /// <param name="source">The original.</param>
    /// <param name="edited">The edit.</param>
    /// <param name="sourcePrompt">What the original shows; null where it is not known.</param>
    /// <param name="targetPrompt">What the edit should show; likewise.</param>
    public MeasureSet Of(MeasuredDrawing source, MeasuredDrawing edited, string? sourcePrompt, string? targetPrompt)
    {
        var set = new MeasureSet();
        AddPrompt(set, source, edited, sourcePrompt, targetPrompt);
        AddIdentity(set, source, edited);
        AddDrawing(set, source, edited);
        return set;
    }

    private void AddPrompt(MeasureSet set, MeasuredDrawing source, MeasuredDrawing edited, string? sourcePrompt, string? targetPrompt)
    {
        if (targetPrompt is null)
        {
            set.SetMissing("no target prompt was given (--trg).",
                Measure.ClipScore, Measure.ClipDirectional, Measure.Success, Measure.DenoisingLoss, Measure.DenoisingGain);
            return;
        }
        const string NoSource = "no source prompt was given (--src).";
        if (Clip.Value is { } clip)
        {
            var (before, after) = (source.Draw(clip.PictureSide, Background), edited.Draw(clip.PictureSide, Background));
            set.Set(Measure.ClipScore, clip.Score(after, targetPrompt));
            if (sourcePrompt is null) set.SetMissing(NoSource, Measure.ClipDirectional, Measure.Success);
            else
            {
                if (clip.Direction(before, after, sourcePrompt, targetPrompt) is { } cosine) set.Set(Measure.ClipDirectional, cosine);
                else set.SetMissing("the pictures or the prompts are equal: there is no direction.", Measure.ClipDirectional);
                var classes = new[] { sourcePrompt, targetPrompt }.Concat(Classes).Distinct().ToArray();
                set.Set(Measure.Success, clip.Best(after, classes) == targetPrompt ? 1 : 0);
            }
        }
        else set.SetMissing(Clip.Reason, Measure.ClipScore, Measure.ClipDirectional, Measure.Success);

        if (DenoisingLosses.Value is not { } losses) set.SetMissing(DenoisingLosses.Reason, Measure.DenoisingLoss, Measure.DenoisingGain);
        else if (sourcePrompt is null) set.SetMissing(NoSource, Measure.DenoisingLoss, Measure.DenoisingGain);
        else
        {
            var after = losses(edited);
            set.Set(Measure.DenoisingLoss, after.Target);
            set.Set(Measure.DenoisingGain, Metrics.DenoisingLosses.Gain(losses(source).Margin, after.Margin));
        }
    }

    private void AddIdentity(MeasureSet set, MeasuredDrawing source, MeasuredDrawing edited)
    {
        var (drawnBefore, drawnAfter) = (source.Draw(Side), edited.Draw(Side));
        var (before, after) = (RgbPicture.Over(drawnBefore, Background), RgbPicture.Over(drawnAfter, Background));
        set.Set(Measure.Psnr, Psnr.Measure(before, after));
        set.Set(Measure.Ssim, Ssim.Measure(before, after));
        set.Set(Measure.BackgroundPsnr, BackgroundPsnr.Measure(before, after));
        set.Set(Measure.Iou, Silhouettes.Overlap(drawnBefore.Plane(3), drawnAfter.Plane(3)));
        if (Lpips.Value is { } lpips) set.Set(Measure.Lpips, lpips.Measure(before, after));
        else set.SetMissing(Lpips.Reason, Measure.Lpips);
    }

    private static void AddDrawing(MeasureSet set, MeasuredDrawing source, MeasuredDrawing edited)
    {
        if (DrawingComparison.Between(source.Scene, edited.Scene, out var difference) is { } change)
        {
            set.Set(Measure.MeanDisplacement, change.MeanDisplacement);
            set.Set(Measure.LargestDisplacement, change.LargestDisplacement);
            set.Set(Measure.MeanPaletteChange, change.MeanPaletteChange);
            set.Set(Measure.LargestPaletteChange, change.LargestPaletteChange);
            set.Set(Measure.Untouched, change.UntouchedElements);
            set.Set(Measure.Vanished, change.VanishedShapes);
            AddCleanness(set, source.Scene, edited.Scene);
        }
        else set.SetMissing($"the drawings have different trees: {difference}.", Measure.MeanDisplacement, Measure.LargestDisplacement,
            Measure.MeanPaletteChange, Measure.LargestPaletteChange, Measure.Untouched, Measure.Vanished,
            Measure.CrossingsAdded, Measure.Slivers, Measure.Flecks, Measure.OutOfCanvas, Measure.SymmetryError, Measure.SmallestFeature, Measure.Colors);

        var (before, after) = (DrawingComplexity.Of(source.Scene), DrawingComplexity.Of(edited.Scene));
        if (before.SelfIntersections.Complete && after.SelfIntersections.Complete)
            set.Set(Measure.SelfIntersectionsAdded, after.SelfIntersections.Crossings - before.SelfIntersections.Crossings);
        else set.SetMissing("a contour crosses itself so often that counting was given up.", Measure.SelfIntersectionsAdded);
        set.Set(Measure.Nodes, after.Nodes);
        set.Set(Measure.Bytes, edited.Bytes);
    }

    private static void AddCleanness(MeasureSet set, Scene source, Scene edited)
    {
        var (side, margin) = EditCleanness.UsualFrame;
        var clean = EditCleanness.Of(source, source.InitialValues(), edited, edited.InitialValues(), side, margin);
        if (clean.CrossingsAdded.Complete) set.Set(Measure.CrossingsAdded, clean.CrossingsAdded.Crossings);
        else set.SetMissing("a contour crosses itself so often that counting was given up.", Measure.CrossingsAdded);
        set.Set(Measure.Slivers, clean.Slivers);
        set.Set(Measure.Flecks, clean.Flecks);
        set.Set(Measure.OutOfCanvas, clean.OutOfCanvas);
        set.Set(Measure.SymmetryError, clean.SymmetryError);
        set.Set(Measure.SmallestFeature, clean.SmallestFeature);
        set.Set(Measure.Colors, clean.Colors);
    }
}

/// <summary>A model's denoising losses of one drawing (<see cref="DenoisingLoss"/>).</summary>
/// <param name="Target">Under the target prompt.</param>
/// <param name="Source">Under the source prompt.</param>
public readonly record struct DenoisingLosses(double Target, double Source)
{
    /// <summary>How much worse the target prompt explains the drawing than the source prompt.</summary>
    public double Margin => Target - Source;

    /// <summary>What the prompt gained from one <see cref="Margin"/> to another, in thousandths (<see cref="Measure.DenoisingGain"/>); above 0 where it became the better explanation.</summary>
    public static double Gain(double before, double after) => 1000 * (before - after);
}

/// <summary>Something that measuring needs, or a sentence on why it is not there.</summary>
public readonly record struct Tool<T> where T : class
{
    /// <summary>It is not there, for this reason.</summary>
    public Tool(string reason) : this(null, reason) { }

    private Tool(T? value, string reason) => (Value, Reason) = (value, reason);

    /// <summary>The thing, or null.</summary>
    public T? Value { get; }

    /// <summary>Why it is not there.</summary>
    public string Reason { get; }

    /// <summary>It is there.</summary>
    public static implicit operator Tool<T>(T value) => new(value, "");
}
