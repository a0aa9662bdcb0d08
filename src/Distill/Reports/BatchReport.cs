namespace SvgDistill.Distill.Reports;

/// <summary>A job of a batch as its page shows it; nothing that differs between equal runs.</summary>
public sealed record BatchReportJob
{
    /// <summary>Its line in the list.</summary>
    public required int Line { get; init; }
    /// <summary>Its name.</summary>
    public required string Id { get; init; }
    /// <summary>The input as the list has it.</summary>
    public required string Input { get; init; }
    /// <summary>The source prompt.</summary>
    public string? Source { get; init; }
    /// <summary>The target prompt.</summary>
    public string? Target { get; init; }
    /// <summary>Why it failed; null where it did not.</summary>
    public string? Error { get; init; }
    /// <summary>The exit code of an edit that fails so.</summary>
    public int? ExitCode { get; init; }
    /// <summary>The method.</summary>
    public string? Method { get; init; }
    /// <summary>The seed.</summary>
    public long? Seed { get; init; }
    /// <summary>Steps done.</summary>
    public int? Steps { get; init; }
    /// <summary>Overlap of the silhouettes.</summary>
    public double? Overlap { get; init; }
    /// <summary>Mean displacement, percent of the diagonal.</summary>
    public double? Displacement { get; init; }
    /// <summary>The model's loss of the source under the target prompt.</summary>
    public double? LossBefore { get; init; }
    /// <summary>The same of the result.</summary>
    public double? LossAfter { get; init; }
    /// <summary>The result's hash; null where the job is not done.</summary>
    public string? Sha256 { get; init; }
    /// <summary>The result as the page finds it.</summary>
    public string? File { get; init; }
    /// <summary>The source, an SVG or a PNG.</summary>
    public byte[]? Before { get; init; }
    /// <summary>The result, an SVG or a PNG.</summary>
    public byte[]? After { get; init; }

    /// <summary><c>done</c>, <c>failed</c> or <c>missing</c>.</summary>
    public string Status => Sha256 is not null ? "done" : Error is not null ? "failed" : "missing";
}

/// <summary>A batch as it stands in its folder.</summary>
public sealed record BatchReport
{
    /// <summary>The list's name.</summary>
    public required string List { get; init; }
    /// <summary>The command that makes it, without its part of the jobs.</summary>
    public required string Command { get; init; }
    /// <summary>Whether it was stopped.</summary>
    public bool Interrupted { get; init; }
    /// <summary>All jobs, in the list's order.</summary>
    public required IReadOnlyList<BatchReportJob> Jobs { get; init; }

    /// <summary>How many have a status.</summary>
    public int Count(string status) => Jobs.Count(j => j.Status == status);
}

/// <summary>A batch's <c>results.csv</c>: a line for every job.</summary>
public static class BatchCsv
{
    /// <summary>The whole file.</summary>
    public static string Write(BatchReport report) =>
        Csv.Line(["line", "job", "input", "src", "trg", "status", "error", "method", "seed", "steps", "silhouette_overlap", "mean_displacement_percent",
            "loss_target_before", "loss_target_after", "sha256", "file"])
        + string.Concat(report.Jobs.Select(j => Csv.Line([j.Line, j.Id, j.Input, j.Source, j.Target, j.Status, j.Error, j.Method, j.Seed, j.Steps, j.Overlap,
            j.Displacement, j.LossBefore, j.LossAfter, j.Sha256, j.File])));
}
