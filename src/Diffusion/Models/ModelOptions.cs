using SvgDistill.Diffusion.Schedules;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Diffusion.Models;

/// <summary>How a model is loaded.</summary>
public sealed record ModelOptions
{
    /// <summary>Element type to compute in: Float32, BFloat16 or Float16.</summary>
    public ScalarType Precision { get; init; } = ScalarType.Float32;

    /// <summary>Device to compute on; null for the CPU.</summary>
    public Device? Device { get; init; }

    /// <summary>What the UNet predicts, where the model's own word is missing or wrong.</summary>
    public PredictionType? Prediction { get; init; }
}
