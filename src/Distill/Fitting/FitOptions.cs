using SvgDistill.Distill.Editing.Rules;
using SvgDistill.Distill.Editing.Steps;
using SvgDistill.Distill.Finishing;

namespace SvgDistill.Distill.Fitting;

/// <summary>How a drawing is fitted to a picture.</summary>
public sealed record FitOptions
{
    /// <summary>The fairness that drawings are moved with.</summary>
    public const double MovedFairness = FairSteps.DefaultFairness;

    /// <summary>The <see cref="Robust"/> that drawings are moved with.</summary>
    public const double MovedRobust = .1;

    /// <summary>
    /// How a drawing is moved toward a picture where nothing else is said. Lengths are those that were chosen at 128 pixels, in proportion for larger
    /// pictures: the same drawing goes as far whatever the picture's size.
    /// </summary>
    /// <param name="width">The picture's columns.</param>
    /// <param name="height">Its rows.</param>
    public static FitOptions Moved(int width, int height)
    {
        var scale = Math.Max(1, Math.Max(width, height) / 128.0);
        return new() { PointRate = .35 * scale, BlurWidth = 9 * scale, Robust = MovedRobust, Fairness = MovedFairness, AnchorShape = 1, Finish = new() };
    }

    /// <summary>At most this many paths (new drawings only).</summary>
    public int Paths { get; init; } = 64;

    /// <summary>Optimiser steps in all.</summary>
    public int Steps { get; init; } = 300;

    /// <summary>A point's first step, in pixels of the target; it falls to a twentieth along a cosine.</summary>
    public double PointRate { get; init; } = .35;

    /// <summary>A colour component's first step, 0..1.</summary>
    public double ColorRate { get; init; } = .01;

    /// <summary>
    /// How far along an outline a push on one place of it is felt, in canvas diagonals; 0 steps every number by itself.
    /// </summary>
    public double Fairness { get; init; }

    /// <summary>The weight of the loss against curves that cross themselves; 0 leaves it out.</summary>
    public double SelfIntersection { get; init; } = 1e-6;

    /// <summary>
    /// The weight of the pull of each point back to where it began: added to the mean squared error as
    /// weight * mean |p - p0|^2 / diagonal^2.
    /// </summary>
    public double AnchorPosition { get; init; }

    /// <summary>
    /// For drawings that are moved, the weight of the pull of every contour toward its own form (<see cref="Editing.ShapeAnchor"/>),
    /// as an edit has it; 0 for none.
    /// </summary>
    public double AnchorShape { get; init; }

    /// <summary>
    /// The width in pixels of the two boxes that the difference is blurred by at the first step; it shrinks to 1, no blur, over the first half.
    /// </summary>
    public double BlurWidth { get; init; } = 1;

    /// <summary>
    /// The difference in colour, 0..1, from which on a pixel counts by its difference instead of the square (Charbonnier et al. 1994). What a flat shape
    /// cannot show does not shift its colour then: it takes the middle value of what it covers in place of the mean. 0 squares all.
    /// </summary>
    public double Robust { get; init; }

    /// <summary>Factors on the rates of single parameters, by index; 1 for those that are not there.</summary>
    public IReadOnlyDictionary<int, double> RateFactors { get; init; } = new Dictionary<int, double>();

    /// <summary>For drawings that are moved, what they keep at every step (<see cref="Editing.SvgTargetOptions.Rules"/>), and in the file that is written.</summary>
    public IReadOnlyList<IDrawingRule> Rules { get; init; } = [];

    /// <summary>How a moved drawing is tidied up after the last step, by <see cref="Rules"/> in place of rules of its own; null leaves it as it is.</summary>
    public FinishOptions? Finish { get; init; }
}

/// <summary>What one step did.</summary>
/// <param name="Step">Counted from 1.</param>
/// <param name="Steps">How many there will be.</param>
/// <param name="Psnr">Peak signal to noise ratio of premultiplied RGBA before the step, dB.</param>
/// <param name="Paths">Paths in the drawing.</param>
/// <param name="Theta">The drawing's parameters after the step; the fit's own.</param>
public readonly record struct FitProgress(int Step, int Steps, double Psnr, int Paths, ReadOnlyMemory<double> Theta);
