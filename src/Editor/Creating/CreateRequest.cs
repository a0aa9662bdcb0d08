using SvgDistill.Editor.Engine;

namespace SvgDistill.Editor.Creating;

/// <summary>What drawings are made of, and how many.</summary>
internal sealed record CreateRequest
{
    /// <summary>What they show.</summary>
    public required string Prompt { get; init; }
    /// <summary>Drawings that are kept.</summary>
    public int Count { get; init; } = 1;
    /// <summary>Paths in each at most.</summary>
    public int Paths { get; init; } = 24;
    /// <summary>Steps of the refinement by distillation; 0 for none.</summary>
    public int Steps { get; init; } = 30;
    /// <summary>What they should keep away from.</summary>
    public string Negative { get; init; } = "";
    /// <summary>The first seed.</summary>
    public long Seed { get; init; }
    /// <summary>Whether what is nearly symmetric becomes so.</summary>
    public bool Symmetric { get; init; } = true;
    /// <summary>The model; null: the embedded one.</summary>
    public string? Model { get; init; }
    /// <summary>What joins it.</summary>
    public AdapterRequest Adapters { get; init; } = AdapterRequest.None;
    /// <summary>Where LoRAs are; null: everywhere.</summary>
    public LoraPlace? LoraPlace { get; init; }
    /// <summary>What a single-file checkpoint predicts.</summary>
    public string? Prediction { get; init; }
    /// <summary>What the network computes in.</summary>
    public string Precision { get; init; } = "auto";
    /// <summary>Where it runs.</summary>
    public string? Device { get; init; }

    /// <summary>A CLIPModel folder that pictures and drawings are chosen by; null: models/icon-clip where it is there; <see cref="NoClip"/>: the model's own score.</summary>
    public string? Clip { get; init; }

    /// <summary>What chooses by the model's own score.</summary>
    public const string NoClip = "none";
}

/// <summary>A drawing that was made.</summary>
/// <param name="Svg">The file.</param>
/// <param name="Seed">The seed of its picture.</param>
/// <param name="PictureScore">The score of the picture that it is drawn after: CLIP's where one chose, else the model's own.</param>
/// <param name="Score">Its own score: by how much of the loss without words the prompt explains it better.</param>
/// <param name="Paths">Its paths.</param>
/// <param name="IsSymmetric">Whether it was made symmetric.</param>
/// <param name="IsRefined">Whether the refinement made it likelier and was kept.</param>
/// <param name="ClipScore">The cosine of the drawing's and the prompt's embeddings; null where no CLIP chose.</param>
internal sealed record Creation(byte[] Svg, long Seed, double PictureScore, double Score, int Paths, bool IsSymmetric, bool IsRefined, double? ClipScore)
{
    /// <summary>What drawings are ranked and shown by.</summary>
    public double Rank => ClipScore ?? Score;
}
