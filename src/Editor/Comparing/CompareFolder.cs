using System.Text.Json;
using System.Text.Json.Nodes;
using SvgDistill.Distill.Reports;
using SvgDistill.Editor.Output;

namespace SvgDistill.Editor.Comparing;

/// <summary>A comparison's folder: <c>index.html</c>, <c>results.csv</c>, <c>runs/METHOD-sSEED/</c>.</summary>
internal sealed class CompareFolder : IDisposable
{
    // Says which comparison the folder holds.
    private const string IdentityName = "comparison.json", TableName = "results.csv", PageName = "index.html";

    private readonly HeldFolder _folder;

    private CompareFolder(HeldFolder folder) => _folder = folder;

    /// <summary>The folder.</summary>
    public string Path => _folder.Path;

    /// <summary>The page.</summary>
    public string Page => System.IO.Path.Combine(Path, PageName);

    /// <summary>
    /// The folder asked for, or <c>owl.compare</c> beside <c>owl.svg</c>; where that holds the comparison of another drawing or
    /// prompt, or another program is writing there, <c>owl.compare-2</c> and so on. It is the caller's until it is disposed.
    /// </summary>
    /// <exception cref="EditorException">It cannot be had.</exception>
    public static CompareFolder For(string? output, string input, string source, string target, string inputHash) =>
        new(HeldFolder.For(output, input, "compare", ".compare", IdentityName,
            new JsonObject { ["src"] = source, ["trg"] = target, ["input_sha256"] = inputHash }.ToJsonString(),
            folder => IsOf(folder, source, target, inputHash)));

    /// <summary>Refuses early a folder that could not be made or written.</summary>
    /// <exception cref="EditorException">It could not.</exception>
    public static void RequireWritable(string? output, string input) =>
        HeldFolder.RequireWritable(output, input, "compare", IdentityName, PageName, TableName);

    public void Dispose() => _folder.Dispose();

    /// <summary>A run's folder, made where it is not there.</summary>
    public RunFolder Run(ComparedMethod method, long seed) =>
        new(_folder.Inside("runs", FormattableString.Invariant($"{method.FolderName}-s{seed}")));

    /// <summary>Writes page and table; each is whole at any time.</summary>
    public void Write(CompareReport report)
    {
        Outputs.Replace(Page, CompareHtml.Write(report));
        Outputs.Replace(System.IO.Path.Combine(Path, TableName), ResultsCsv.Write(report));
    }

    private static bool IsOf(string folder, string source, string target, string inputHash)
    {
        if (File.Exists(System.IO.Path.Combine(folder, IdentityName))) return true; // what it says is asked when it is held
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
