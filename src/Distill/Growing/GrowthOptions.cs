using SvgDistill.Distill.Editing.Rules;

namespace SvgDistill.Distill.Growing;

/// <summary>How new shapes are looked for.</summary>
public sealed record GrowthOptions
{
    /// <summary>How many shapes are added at most; a mirrored pair is two.</summary>
    public int Most { get; init; } = 4;
    /// <summary>The side of the wanted picture in pixels.</summary>
    public int Side { get; init; } = 128;
    /// <summary>The margin around the drawing in it, in fractions of the side.</summary>
    public double Margin { get; init; }
    /// <summary>What lies behind the drawing, components 0..1.</summary>
    public (double R, double G, double B) Background { get; init; } = (1, 1, 1);
    /// <summary>Which of the drawing's symmetries new shapes follow.</summary>
    public SymmetryMode Symmetry { get; init; }
    /// <summary>The least part of the picture's squared error that a shape must take away to be worth its nodes.</summary>
    public double LeastGain { get; init; } = .02;
    /// <summary>
    /// A new shape takes a colour of the drawing where that takes away at least this part of the error that its own colour would; at 0 it takes no other.
    /// </summary>
    public double PaletteShare { get; init; } = .6;
    /// <summary>The size that a new shape begins with, as a part of the one that was found.</summary>
    public double Seed { get; init; } = .5;
}
