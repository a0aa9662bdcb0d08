namespace SvgDistill.Distill.Reports;

/// <summary>Everything that a set of variants shows; <see cref="VariantsHtml"/>, <see cref="VariantsCsv"/> and <see cref="VariantsSheet"/> write it.</summary>
public sealed record VariantsReport
{
    /// <summary>The drawing's file name.</summary>
    public required string Input { get; init; }
    /// <summary>The source prompt.</summary>
    public required string SourcePrompt { get; init; }
    /// <summary>The drawing: an SVG or PNG file's bytes.</summary>
    public required ReadOnlyMemory<byte> Source { get; init; }
    /// <summary>The CSS colour behind the pictures.</summary>
    public required string Background { get; init; }
    /// <summary>How many variants were wanted.</summary>
    public required int Wanted { get; init; }
    /// <summary>The command that made (and, given again, completes) them.</summary>
    public required string Command { get; init; }
    /// <summary>What a reader needs to repeat it; a name and a value each.</summary>
    public required IReadOnlyList<(string Name, string Value)> Facts { get; init; }
    /// <summary>The target prompts, in the order of the command.</summary>
    public required IReadOnlyList<string> Prompts { get; init; }
    /// <summary>The strengths, ascending.</summary>
    public required IReadOnlyList<double> Strengths { get; init; }
    /// <summary>The seeds of each prompt.</summary>
    public required IReadOnlyList<long> Seeds { get; init; }
    /// <summary>What was made so far: those that were kept first, the best at the head.</summary>
    public required IReadOnlyList<ReportVariant> Variants { get; init; }
    /// <summary>Edits that ended in an error, with what was said.</summary>
    public IReadOnlyList<(string Prompt, long Seed, string Error)> Failures { get; init; } = [];
    /// <summary>True where it was stopped before its last edit.</summary>
    public bool Interrupted { get; init; }

    /// <summary>Those that were kept, the best first.</summary>
    public IEnumerable<ReportVariant> Kept => Variants.Where(v => v.Rank is not null);

    /// <summary>The variant at a place of the sheet; null where there is none.</summary>
    public ReportVariant? At(string prompt, long seed, double strength) =>
        Variants.FirstOrDefault(v => v.Prompt == prompt && v.Seed == seed && v.Strength == strength);
}

/// <summary>A variant.</summary>
public sealed record ReportVariant
{
    /// <summary>The target prompt.</summary>
    public required string Prompt { get; init; }
    /// <summary>The seed.</summary>
    public required long Seed { get; init; }
    /// <summary>How far along the edit it lies, 0..1.</summary>
    public required double Strength { get; init; }
    /// <summary>The result: an SVG or PNG file's bytes.</summary>
    public required ReadOnlyMemory<byte> Picture { get; init; }
    /// <summary>The file, as the page finds it.</summary>
    public required string File { get; init; }
    /// <summary>The file's SHA-256.</summary>
    public required string Sha256 { get; init; }
    /// <summary>What the model's loss under the target prompt fell by, or what the CLIP score rose by.</summary>
    public required double PromptGain { get; init; }
    /// <summary>How much of the source is left, 0..1.</summary>
    public required double Identity { get; init; }
    /// <summary>What it is ranked by: more is better.</summary>
    public required double Score { get; init; }
    /// <summary>Its place among the kept, from 1; null where it was not kept.</summary>
    public int? Rank { get; init; }
    /// <summary>The rank of the kept variant that it hardly differs from; null where there is none.</summary>
    public int? Like { get; init; }
    /// <summary>The command that makes it alone.</summary>
    public required string EditCommand { get; init; }

    /// <summary>Prompt, seed and strength, for people.</summary>
    public string Name => FormattableString.Invariant($"{Prompt}, seed {Seed}, strength {Strength:0.##}");
}
