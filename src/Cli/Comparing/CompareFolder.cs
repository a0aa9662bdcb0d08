using System.Text.Json;
using System.Text.Json.Nodes;
using SvgDistill.Cli.Output;
using SvgDistill.Distill.Reports;

namespace SvgDistill.Cli.Comparing;

/// <summary>A comparison's folder: <c>index.html</c>, <c>results.csv</c>, <c>runs/METHOD-sSEED/</c>.</summary>
internal sealed class CompareFolder(string path)
{
    /// <summary>The folder.</summary>
    public string Path => path;

    /// <summary>The page.</summary>
    public string Page => System.IO.Path.Combine(path, "index.html");

    /// <summary>
    /// The folder asked for, or <c>owl.compare</c> beside <c>owl.svg</c>; where that holds the comparison of another drawing or
    /// prompt, <c>owl.compare-2</c> and so on.
    /// </summary>
    public static CompareFolder For(string? output, string input, string source, string target, string inputHash)
    {
        if (output is not null)
        {
            if (File.Exists(output)) throw CliException.Usage($"{output}: a file; name a folder.");
            return new(output);
        }
        var full = System.IO.Path.GetFullPath(input);
        var stem = System.IO.Path.Combine(System.IO.Path.GetDirectoryName(full)!, System.IO.Path.GetFileNameWithoutExtension(full) + ".compare");
        for (var number = 1; ; number++)
        {
            var folder = number == 1 ? stem : $"{stem}-{number}";
            if (!System.IO.Path.Exists(folder) || IsOf(folder, source, target, inputHash)) return new(folder);
        }
    }

    /// <summary>A run's folder, made where it is not there.</summary>
    public RunFolder Run(ComparedMethod method, long seed)
    {
        var folder = System.IO.Path.Combine(path, "runs", FormattableString.Invariant($"{method.FolderName}-s{seed}"));
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCode.Usage, $"{folder}: the folder cannot be made: {error.Message}", error);
        }
        return new(folder);
    }

    /// <summary>Writes page and table; each is whole at any time.</summary>
    public void Write(CompareReport report)
    {
        Outputs.Replace(Page, CompareHtml.Write(report));
        Outputs.Replace(System.IO.Path.Combine(path, "results.csv"), ResultsCsv.Write(report));
    }

    private static bool IsOf(string folder, string source, string target, string inputHash)
    {
        var runs = System.IO.Path.Combine(folder, "runs");
        if (!Directory.Exists(runs)) return Directory.Exists(folder) && !Directory.EnumerateFileSystemEntries(folder).Any();
        foreach (var file in Directory.EnumerateFiles(runs, "result.svg.json", SearchOption.AllDirectories))
        {
            try
            {
                var record = JsonNode.Parse(File.ReadAllText(file));
                return (string?)record?["options"]?["src"] == source && (string?)record["options"]?["trg"] == target
                    && (string?)record["input"]?["sha256"] == inputHash;
            }
            catch (Exception error) when (error is JsonException or InvalidOperationException)
            {
                return false;
            }
        }
        return true; // begun, without a finished run yet
    }
}
