using SvgDistill.Distill.Metrics;

namespace SvgDistill.Distill.Reports;

/// <summary>Everything that a comparison of methods shows; <see cref="CompareHtml"/> and <see cref="ResultsCsv"/> write it.</summary>
public sealed record CompareReport
{
    /// <summary>The drawing's file name.</summary>
    public required string Input { get; init; }
    /// <summary>The source prompt.</summary>
    public required string SourcePrompt { get; init; }
    /// <summary>The target prompt.</summary>
    public required string TargetPrompt { get; init; }
    /// <summary>The command that made (and, given again, completes) the comparison.</summary>
    public required string Command { get; init; }
    /// <summary>What a reader needs to repeat it: model, hashes, program, machine; a name and a value each.</summary>
    public required IReadOnlyList<(string Name, string Value)> Facts { get; init; }
    /// <summary>The methods' names, in the order asked for.</summary>
    public required IReadOnlyList<string> Methods { get; init; }
    /// <summary>The seeds asked for.</summary>
    public required IReadOnlyList<long> Seeds { get; init; }
    /// <summary>The runs that are done.</summary>
    public required IReadOnlyList<ReportRun> Runs { get; init; }
    /// <summary>What the curves' vertical axis is: a name and which direction is more like the source.</summary>
    public required string IdentityLabel { get; init; }
    /// <summary>What their horizontal axis is, likewise.</summary>
    public required string PromptLabel { get; init; }
    /// <summary>The CSS colour behind the pictures.</summary>
    public string Background { get; init; } = "#ffffff";
    /// <summary>Runs that ended in an error, with what was said.</summary>
    public IReadOnlyList<(string Method, long Seed, string Error)> Failures { get; init; } = [];
    /// <summary>Figures to set the runs beside (a paper's), or none.</summary>
    public ReportReference? Reference { get; init; }
    /// <summary>True where the comparison was stopped before its last run.</summary>
    public bool Interrupted { get; init; }

    /// <summary>A method's runs, by seed.</summary>
    public IEnumerable<ReportRun> Of(string method) => Runs.Where(r => r.Method == method).OrderBy(r => r.Seed);
}

/// <summary>One run.</summary>
public sealed record ReportRun
{
    /// <summary>The method's name.</summary>
    public required string Method { get; init; }
    /// <summary>The seed.</summary>
    public required long Seed { get; init; }
    /// <summary>The command that makes this run's result alone.</summary>
    public required string Command { get; init; }
    /// <summary>The result's figures.</summary>
    public required MeasureSet Measures { get; init; }
    /// <summary>What it took.</summary>
    public required RunCost Cost { get; init; }
    /// <summary>Pictures and figures along the way, from step 0 (the source) to the last.</summary>
    public required IReadOnlyList<ReportMoment> Moments { get; init; }
    /// <summary>The SHA-256 of the resulting file.</summary>
    public required string Sha256 { get; init; }
}

/// <summary>A run at one of its steps.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Picture">An SVG or PNG file's bytes.</param>
/// <param name="Identity">How much it is still the source; null where it was not measured.</param>
/// <param name="Prompt">How much it is what the target prompt says; likewise.</param>
public sealed record ReportMoment(int Step, ReadOnlyMemory<byte> Picture, double? Identity, double? Prompt);

/// <summary>What a run took.</summary>
/// <param name="Seconds">Seconds of the run without loading the model and without the measuring.</param>
/// <param name="PeakBytes">The process's peak resident memory during the run.</param>
/// <param name="Steps">Steps.</param>
/// <param name="SamplesForwarded">Samples that went forward through the denoiser.</param>
/// <param name="SamplesDifferentiated">Those that a gradient came back through.</param>
public sealed record RunCost(double Seconds, long PeakBytes, int Steps, long SamplesForwarded, long SamplesDifferentiated);

/// <summary>Published figures for the same experiment.</summary>
/// <param name="Source">Where they stand.</param>
/// <param name="Note">Under what conditions they were measured.</param>
/// <param name="Columns">The figures' headings.</param>
/// <param name="Rows">A method and its figures as printed.</param>
public sealed record ReportReference(
    string Source, string Note, IReadOnlyList<string> Columns, IReadOnlyList<(string Method, IReadOnlyList<string> Figures)> Rows);
