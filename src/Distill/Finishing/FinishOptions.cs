using SvgDistill.Distill.Editing.Rules;

namespace SvgDistill.Distill.Finishing;

/// <summary>How far finishing may go.</summary>
public sealed record FinishOptions
{
    /// <summary>The side of the model's picture in pixels: what "a pixel" is.</summary>
    public int Side { get; init; } = 128;
    /// <summary>The margin around the drawing in it, in fractions of the side.</summary>
    public double Margin { get; init; } = 1.0 / 16;
    /// <summary>What lies behind the drawing, components 0..1.</summary>
    public (double R, double G, double B) Background { get; init; } = (1, 1, 1);
    /// <summary>
    /// How much of the picture repairs may change together: the mean over its pixels and channels of the absolute difference, 0..1, from
    /// what the edit gave. A repair that would go beyond is not made.
    /// </summary>
    public double PictureBound { get; init; } = .04;
    /// <summary>Colours no farther apart than this (CIEDE2000) become one.</summary>
    public double SameColor { get; init; } = 2;
    /// <summary>Likewise for colours that are equal in the source.</summary>
    public double OnceSameColor { get; init; } = 5;
    /// <summary>How far rounding may move a point, in pixels.</summary>
    public double Rounding { get; init; } = 1.0 / 64;
    /// <summary>What the drawing keeps: put back after every repair.</summary>
    public IReadOnlyList<IDrawingRule> Rules { get; init; } = [];
    /// <summary>Elements that are left out where nothing is seen of them any more, by order; others are put back.</summary>
    public IReadOnlySet<int> Prunable { get; init; } = new HashSet<int>();
    /// <summary>Parameters that stay as they are, by index, besides those that are no leaves; null for none.</summary>
    public IReadOnlySet<int>? Locked { get; init; }
}
