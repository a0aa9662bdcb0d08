namespace SvgDistill.Distill.Reports;

/// <summary>Everything that an evaluation shows; <see cref="EvaluateHtml"/>, <see cref="EvaluateCsv"/> and <see cref="EvaluateSummary"/> write it.</summary>
public sealed record EvaluateReport
{
    /// <summary>The list's file name.</summary>
    public required string List { get; init; }
    /// <summary>The command that made (and, given again, completes) the evaluation.</summary>
    public required string Command { get; init; }
    /// <summary>What a reader needs to repeat it; a name and a value each.</summary>
    public required IReadOnlyList<(string Name, string Value)> Facts { get; init; }
    /// <summary>The rows' names, in the order of the report.</summary>
    public required IReadOnlyList<string> Rows { get; init; }
    /// <summary>The pairs with what was done to each so far, in the list's order.</summary>
    public required IReadOnlyList<ReportPair> Pairs { get; init; }
    /// <summary>Edits that ended in an error, with what was said.</summary>
    public IReadOnlyList<(string Pair, string Row, string Error)> Failures { get; init; } = [];
    /// <summary>True where the evaluation was stopped before its last edit.</summary>
    public bool Interrupted { get; init; }

    /// <summary>The groups that pairs belong to, in the order of the list.</summary>
    public IEnumerable<string> Groups => Pairs.Select(p => p.Group).OfType<string>().Distinct();
}

/// <summary>A pair.</summary>
public sealed record ReportPair
{
    /// <summary>Its name in the list.</summary>
    public required string Id { get; init; }
    /// <summary>What it is reported with, beside all.</summary>
    public string? Group { get; init; }
    /// <summary>The source prompt.</summary>
    public required string SourcePrompt { get; init; }
    /// <summary>The target prompt.</summary>
    public required string TargetPrompt { get; init; }
    /// <summary>The drawing: an SVG or PNG file's bytes.</summary>
    public required ReadOnlyMemory<byte> Before { get; init; }
    /// <summary>The wanted drawing, likewise; null where it is not known.</summary>
    public ReadOnlyMemory<byte>? After { get; init; }
    /// <summary>The CSS colour behind its pictures.</summary>
    public required string Background { get; init; }
    /// <summary>What was done to it, in the order of the rows.</summary>
    public required IReadOnlyList<ReportResult> Results { get; init; }
}

/// <summary>What a row made of a pair.</summary>
public sealed record ReportResult
{
    /// <summary>The row.</summary>
    public required string Row { get; init; }
    /// <summary>An SVG or PNG file's bytes.</summary>
    public required ReadOnlyMemory<byte> Picture { get; init; }
    /// <summary>The figures, in an order that is the same for all.</summary>
    public required IReadOnlyList<(string Key, double Value)> Figures { get; init; }
    /// <summary>Seconds of the edit.</summary>
    public required double Seconds { get; init; }
    /// <summary>The SHA-256 of the resulting file.</summary>
    public required string Sha256 { get; init; }
    /// <summary>What was not computed, with a sentence each.</summary>
    public IReadOnlyDictionary<string, string> Missing { get; init; } = new Dictionary<string, string>();

    /// <summary>A figure; null where it was not computed.</summary>
    public double? this[string key]
    {
        get
        {
            foreach (var (name, value) in Figures)
                if (name == key) return value;
            return null;
        }
    }
}
