namespace SvgDistill.Training.Teaching;

/// <summary>How a style is taught.</summary>
public sealed record TeachOptions
{
    /// <summary>Rank of the matrices.</summary>
    public int Rank { get; init; } = 8;

    /// <summary>Whether convolutions are adapted beside the attention.</summary>
    public bool Convolutions { get; init; }

    /// <summary>Steps.</summary>
    public int Steps { get; init; } = 1200;

    /// <summary>Pictures a step.</summary>
    public int Batch { get; init; } = 8;

    /// <summary>The highest rate of AdamW.</summary>
    public double Rate { get; init; } = 1e-3;

    /// <summary>Icons that are not learnt but measured with; null: one in six, eight at most.</summary>
    public int? HeldOut { get; init; }

    /// <summary>Whether icons may be mirrored where their names allow it.</summary>
    public bool Mirror { get; init; } = true;

    /// <summary>
    /// Pixels of all drawings together, so many of each icon as that allows: 512 pictures of 128 x 128, which a small autoencoder encodes
    /// in seconds; as many pixels of Stable Diffusion's size take minutes.
    /// </summary>
    internal int MostPixels { get; init; } = 512 * 128 * 128;

    /// <summary>Of the random numbers.</summary>
    public long Seed { get; init; }

    /// <summary>Steps between two saved states.</summary>
    public int SaveEvery { get; init; } = 50;

    /// <summary>Steps between two previews.</summary>
    public int PreviewEvery { get; init; } = 200;

    /// <summary>What previews show beside held-out icons.</summary>
    public IReadOnlyList<string> PreviewPrompts { get; init; } = [];
}
