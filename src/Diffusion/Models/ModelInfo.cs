using SvgDistill.Diffusion.Schedules;
using TorchSharp;

namespace SvgDistill.Diffusion.Models;

/// <summary>A part of a model, for people.</summary>
/// <param name="Name">"UNet", "autoencoder" or "text encoder".</param>
/// <param name="Parameters">Number of numbers in it.</param>
/// <param name="Architecture">What it is built of, in a line.</param>
/// <param name="StoredAs">Element types in the file.</param>
public sealed record ModelPartInfo(string Name, long Parameters, string Architecture, string StoredAs);

/// <summary>What <c>model info</c> says.</summary>
public sealed record ModelInfo
{
    /// <summary>Folder or file.</summary>
    public required string Path { get; init; }

    /// <summary>"diffusers folder" or "single file".</summary>
    public required string Layout { get; init; }

    /// <summary>"Stable Diffusion 1.x", "Stable Diffusion 2.x" or "latent diffusion".</summary>
    public required string Family { get; init; }

    /// <summary>The networks.</summary>
    public required IReadOnlyList<ModelPartInfo> Parts { get; init; }

    /// <summary>What the UNet predicts.</summary>
    public required PredictionType Prediction { get; init; }

    /// <summary>Side of the pictures it is made for, in pixels.</summary>
    public required int ImageSize { get; init; }

    /// <summary>Channels and side of the latents at that size.</summary>
    public required (int Channels, int Side) Latents { get; init; }

    /// <summary>Longest prompt in tokens, begin and end included, and size of the vocabulary.</summary>
    public required (int Length, int Vocabulary) Tokens { get; init; }

    /// <summary>Element type of this run.</summary>
    public required torch.ScalarType Precision { get; init; }

    /// <summary>The folder's recommendations.</summary>
    public required ModelDefaults Defaults { get; init; }

    /// <summary>Number of subjects the folder says it knows; 0 where it says nothing.</summary>
    public required int Subjects { get; init; }

    /// <summary>The card's title and the lines that speak of the licence.</summary>
    public required IReadOnlyList<string> Card { get; init; }

    /// <summary>All parameters together.</summary>
    public long Parameters => Parts.Sum(p => p.Parameters);
}
