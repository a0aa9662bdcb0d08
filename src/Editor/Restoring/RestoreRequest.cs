using SvgDistill.Distill.Methods;
using SvgDistill.Distill.Restoration;
using SvgDistill.Editor.Engine;

namespace SvgDistill.Editor.Restoring;

/// <summary>Where a restored drawing starts.</summary>
internal enum DrawingStart
{
    /// <summary>Fitted to the picture without the model.</summary>
    Fit,
    /// <summary>The paper's random shapes.</summary>
    Random,
}

/// <summary>What <c>restore</c> or <c>vectorize</c> is asked to do; null numbers take <see cref="RestoreSettings"/>.</summary>
internal sealed record RestoreRequest
{
    /// <summary>The command's name.</summary>
    public required string Command { get; init; }
    /// <summary>y, a PNG file.</summary>
    public required string Input { get; init; }
    /// <summary>A.</summary>
    public required IDegradation Degradation { get; init; }
    /// <summary>The restored picture's sides over y's.</summary>
    public int Factor { get; init; } = 1;
    /// <summary>The least sides of y that A can be applied to.</summary>
    public int LeastSide { get; init; } = 4;
    /// <summary>What the picture shows; null: the null text alone.</summary>
    public string? Target { get; init; }
    /// <summary>The unconditional branch's text.</summary>
    public string Negative { get; init; } = "";
    /// <summary>At most this many paths.</summary>
    public int Paths { get; init; } = 64;
    /// <summary>Where the drawing starts.</summary>
    public DrawingStart Start { get; init; }
    /// <summary>Optimiser steps with the model.</summary>
    public int Steps { get; init; } = 150;
    /// <summary>The weight of the data term.</summary>
    public double? Gamma { get; init; }
    /// <summary>The highest point rate, in fractions of the canvas diagonal.</summary>
    public double? PointRate { get; init; }
    /// <summary>The highest colour rate, of 0..1.</summary>
    public double? ColorRate { get; init; }
    /// <summary>w of e^w.</summary>
    public double? Guidance { get; init; }
    /// <summary>What t descends over.</summary>
    public TimestepRange? Timesteps { get; init; }
    /// <summary>How far along an outline a push is felt, in canvas diagonals.</summary>
    public double? Fairness { get; init; }
    /// <summary>The weight against curves that cross themselves.</summary>
    public double? SelfIntersection { get; init; }
    /// <summary>The undamaged picture, to measure against; null for none.</summary>
    public string? Reference { get; init; }
    /// <summary>The seed of every random number.</summary>
    public long Seed { get; init; }
    /// <summary>The model; null: the embedded one.</summary>
    public string? Model { get; init; }
    /// <summary>What a single-file checkpoint predicts.</summary>
    public string? Prediction { get; init; }
    /// <summary>What is added to the model.</summary>
    public AdapterRequest Adapters { get; init; } = AdapterRequest.None;
    /// <summary><c>auto</c>, <c>fp32</c>, <c>bf16</c> or <c>fp16</c>.</summary>
    public string Precision { get; init; } = "auto";
    /// <summary><c>cpu</c>, <c>cuda</c>, <c>cuda:N</c> or null: the CPU.</summary>
    public string? Device { get; init; }
}
