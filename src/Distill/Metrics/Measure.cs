namespace SvgDistill.Distill.Metrics;

/// <summary>In which direction a figure is better.</summary>
public enum Better
{
    /// <summary>More is better.</summary>
    Higher,
    /// <summary>Less is better.</summary>
    Lower,
    /// <summary>It only describes.</summary>
    Neither,
}

/// <summary>What a figure is about.</summary>
public enum MeasureGroup
{
    /// <summary>Whether the picture shows what the target prompt says.</summary>
    Prompt,
    /// <summary>Whether it is still the source's picture.</summary>
    Identity,
    /// <summary>What the edit did to the drawing's numbers.</summary>
    Drawing,
}

/// <summary>One kind of figure.</summary>
/// <param name="Key">Its name in JSON and CSV.</param>
/// <param name="Name">Its name for people.</param>
/// <param name="Unit">Its unit, or empty.</param>
/// <param name="Group">What it is about.</param>
/// <param name="Better">Which direction is better.</param>
/// <param name="Decimals">Digits after the point that mean something to people.</param>
/// <param name="Meaning">One sentence.</param>
public sealed record Measure(string Key, string Name, string Unit, MeasureGroup Group, Better Better, int Decimals, string Meaning)
{
    /// <summary>Cosine of the CLIP embeddings of the edited picture and the target prompt.</summary>
    public static Measure ClipScore { get; } = new("clip_score", "CLIP score", "",
        MeasureGroup.Prompt, Better.Higher, 3, "Cosine of the CLIP embeddings of the edited picture and the target prompt.");
    /// <summary>Cosine of the change of the picture's embedding and the change of the prompt's.</summary>
    public static Measure ClipDirectional { get; } = new("clip_directional", "CLIP direction", "",
        MeasureGroup.Prompt, Better.Higher, 3, "Cosine between the change of the picture's CLIP embedding and the change of the prompt's.");
    /// <summary>1 where the classifier's top class is the target, else 0.</summary>
    public static Measure Success { get; } = new("success", "success", "",
        MeasureGroup.Prompt, Better.Higher, 2, "1 where the target prompt is CLIP's best match among the class prompts, else 0; the mean is the success rate.");
    /// <summary>The model's own denoising loss of the edited picture under the target prompt.</summary>
    public static Measure DenoisingLoss { get; } = new("denoising_loss", "denoising loss", "",
        MeasureGroup.Prompt, Better.Lower, 4, "Mean squared error of the model's own noise prediction for the edited picture under the target prompt.");
    /// <summary>How much further the model's own denoising loss favours the target prompt after the edit than before.</summary>
    public static Measure DenoisingGain { get; } = new("denoising_gain", "denoising gain", "thousandths",
        MeasureGroup.Prompt, Better.Higher, 2, "Drop of (loss under the target prompt - loss under the source prompt) " +
        "of the model's own noise prediction, in thousandths; positive is nearer to the target.");
    /// <summary>Perceptual distance to the source.</summary>
    public static Measure Lpips { get; } = new("lpips", "LPIPS", "",
        MeasureGroup.Identity, Better.Lower, 3, "Perceptual distance to the source picture (LPIPS v0.1, AlexNet).");
    /// <summary>Structural similarity to the source.</summary>
    public static Measure Ssim { get; } = new("ssim", "SSIM", "",
        MeasureGroup.Identity, Better.Higher, 3, "Structural similarity to the source picture (11 x 11 Gaussian window, sigma 1.5).");
    /// <summary>Peak signal-to-noise ratio to the source.</summary>
    public static Measure Psnr { get; } = new("psnr", "PSNR", "dB",
        MeasureGroup.Identity, Better.Higher, 2, "Peak signal-to-noise ratio against the source picture.");
    /// <summary>PSNR on what the edit left alone.</summary>
    public static Measure BackgroundPsnr { get; } = new("background_psnr", "background PSNR", "dB",
        MeasureGroup.Identity, Better.Higher, 2, "PSNR where the residual varies less than on average (30 px windows), zeroed pixels counted as published.");
    /// <summary>Overlap of the silhouettes.</summary>
    public static Measure Iou { get; } = new("iou", "IoU", "",
        MeasureGroup.Identity, Better.Higher, 3, "Overlap of the alpha silhouettes, sum of the lesser over sum of the greater coverage (no threshold, no segmenter: not the papers' IoU).");
    /// <summary>Mean move of nodes and handles.</summary>
    public static Measure MeanDisplacement { get; } = new("displacement_mean", "mean move", "% of diagonal",
        MeasureGroup.Drawing, Better.Lower, 2, "Mean move of nodes and handles.");
    /// <summary>The largest of these moves.</summary>
    public static Measure LargestDisplacement { get; } = new("displacement_max", "largest move", "% of diagonal",
        MeasureGroup.Drawing, Better.Lower, 2, "The largest move of a node or handle.");
    /// <summary>Places where contours cross themselves that the source has not.</summary>
    public static Measure SelfIntersectionsAdded { get; } = new("self_intersections_added", "self-intersections added", "",
        MeasureGroup.Drawing, Better.Lower, 0, "Crossings of contours with themselves, less the source's.");
    /// <summary>Crossings that the edit added.</summary>
    public static Measure CrossingsAdded { get; } = new("crossings_added", "crossings added", "",
        MeasureGroup.Drawing, Better.Lower, 0, "Crossings of contours with themselves, and with others of their path, beyond the source's; fewer elsewhere do not make up for them.");
    /// <summary>Thin folds that the edit made.</summary>
    public static Measure Slivers { get; } = new("slivers", "slivers", "",
        MeasureGroup.Drawing, Better.Lower, 0, "Parts of contours that run nearer to each other than a pixel at the model's size and did not in the source.");
    /// <summary>Shapes of which the edit leaves nothing to see.</summary>
    public static Measure Flecks { get; } = new("flecks", "flecks", "",
        MeasureGroup.Drawing, Better.Lower, 0, "Shapes that show less than a quarter pixel at the model's size and showed more in the source.");
    /// <summary>Shapes that the edit moved over the canvas's edge.</summary>
    public static Measure OutOfCanvas { get; } = new("out_of_canvas", "out of the canvas", "",
        MeasureGroup.Drawing, Better.Lower, 0, "Shapes that reach over an edge of the canvas and did not in the source.");
    /// <summary>How far the edit left the source's symmetry.</summary>
    public static Measure SymmetryError { get; } = new("symmetry_error", "symmetry error", "% of diagonal",
        MeasureGroup.Drawing, Better.Lower, 3, "Largest departure from the source's mirror symmetry; 0 where it had none.");
    /// <summary>The thinnest thing drawn.</summary>
    public static Measure SmallestFeature { get; } = new("smallest_feature", "smallest feature", "px",
        MeasureGroup.Drawing, Better.Neither, 2, "Width of the thinnest filled contour or stroke, in pixels at the model's size.");
    /// <summary>Different colours.</summary>
    public static Measure Colors { get; } = new("colors", "colours", "",
        MeasureGroup.Drawing, Better.Neither, 0, "Different colours of paints and gradient stops.");
    /// <summary>Mean colour change.</summary>
    public static Measure MeanPaletteChange { get; } = new("palette_mean", "mean colour change", "CIEDE2000",
        MeasureGroup.Drawing, Better.Lower, 2, "Mean difference of corresponding colours; about 1 is just visible.");
    /// <summary>The largest colour change.</summary>
    public static Measure LargestPaletteChange { get; } = new("palette_max", "largest colour change", "CIEDE2000",
        MeasureGroup.Drawing, Better.Lower, 2, "The largest difference of corresponding colours.");
    /// <summary>Share of elements left as they were.</summary>
    public static Measure Untouched { get; } = new("untouched", "untouched elements", "share",
        MeasureGroup.Drawing, Better.Higher, 2, "Share of the elements with numbers none of which changed.");
    /// <summary>Shapes of which the edit leaves nothing.</summary>
    public static Measure Vanished { get; } = new("vanished", "vanished shapes", "",
        MeasureGroup.Drawing, Better.Lower, 0, "Shapes that the edit brought to nothing: no size, stroke width or opacity left.");
    /// <summary>Nodes of the edited drawing.</summary>
    public static Measure Nodes { get; } = new("nodes", "nodes", "",
        MeasureGroup.Drawing, Better.Neither, 0, "Nodes of the drawn outlines.");
    /// <summary>The edited file's size.</summary>
    public static Measure Bytes { get; } = new("bytes", "file size", "bytes",
        MeasureGroup.Drawing, Better.Neither, 0, "Size of the edited file.");

    /// <summary>All of them, in the order in which they are shown.</summary>
    public static IReadOnlyList<Measure> All { get; } =
    [
        ClipScore, ClipDirectional, Success, DenoisingLoss, DenoisingGain,
        Lpips, Ssim, Psnr, BackgroundPsnr, Iou,
        MeanDisplacement, LargestDisplacement, SelfIntersectionsAdded, CrossingsAdded, Slivers, Flecks, OutOfCanvas,
        SymmetryError, MeanPaletteChange, LargestPaletteChange, Untouched,
        Vanished, SmallestFeature, Nodes, Bytes, Colors,
    ];
}
