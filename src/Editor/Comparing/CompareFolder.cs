using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using SvgDistill.Distill.Reports;
using SvgDistill.Editor.Output;

namespace SvgDistill.Editor.Comparing;

/// <summary>A comparison's folder: <c>index.html</c>, <c>results.csv</c>, <c>runs/METHOD-sSEED/</c>.</summary>
internal sealed class CompareFolder : IDisposable
{
    // Says which comparison the folder holds, and is held open while a program writes there.
    private const string IdentityName = "comparison.json";

    private readonly FileStream _held;

    private CompareFolder(string path, FileStream held) => (Path, _held) = (path, held);

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>The page.</summary>
    public string Page => System.IO.Path.Combine(Path, "index.html");

    /// <summary>
    /// The folder asked for, or <c>owl.compare</c> beside <c>owl.svg</c>; where that holds the comparison of another drawing or
    /// prompt, or another program is writing there, <c>owl.compare-2</c> and so on. It is the caller's until it is disposed.
    /// </summary>
    /// <exception cref="EditorException">It cannot be had.</exception>
    public static CompareFolder For(string? output, string input, string source, string target, string inputHash)
    {
        var identity = new JsonObject { ["src"] = source, ["trg"] = target, ["input_sha256"] = inputHash }.ToJsonString();
        if (output is not null)
        {
            if (System.IO.Path.Exists(output) && !Directory.Exists(output)) throw EditorException.Usage($"{output}: a file; name a folder.");
            return Take(output, identity, named: true)
                ?? throw EditorException.Usage($"{output}: another run of compare is writing there; wait for it, or name another folder with -o.");
        }
        var full = System.IO.Path.GetFullPath(input);
        var stem = System.IO.Path.Combine(System.IO.Path.GetDirectoryName(full)!, System.IO.Path.GetFileNameWithoutExtension(full) + ".compare");
        for (var number = 1; ; number++)
        {
            var folder = number == 1 ? stem : $"{stem}-{number}";
            if ((!System.IO.Path.Exists(folder) || IsOf(folder, source, target, inputHash)) && Take(folder, identity, named: false) is { } taken) return taken;
        }
    }

    /// <summary>Refuses early a folder that could not be made or written.</summary>
    /// <exception cref="EditorException">It could not.</exception>
    public static void RequireWritable(string? output, string input)
    {
        if (output is not null && Outputs.IsStandard(output)) throw EditorException.Usage("-o: compare writes a folder, which standard output cannot take");
        var folder = System.IO.Path.GetFullPath(output ?? System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(input))!);
        while (!System.IO.Path.Exists(folder) && System.IO.Path.GetDirectoryName(folder) is { } above) folder = above;
        Outputs.RequireWritable(System.IO.Path.Combine(folder, IdentityName));
    }

    public void Dispose() => _held.Dispose();

    /// <summary>Makes the folder where it is not there and holds it; null where another program does, or it is another comparison's.</summary>
    private static CompareFolder? Take(string folder, string identity, bool named)
    {
        var file = System.IO.Path.Combine(folder, IdentityName);
        FileStream held;
        try
        {
            Directory.CreateDirectory(folder);
            held = new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException) when (File.Exists(file))
        {
            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new EditorException(EditorErrorKind.Usage, $"{folder}: the folder cannot be made or written: {error.Message} Name another one with -o.", error);
        }
        var bytes = new byte[held.Length];
        held.ReadExactly(bytes);
        var found = Encoding.UTF8.GetString(bytes);
        if (found.Length > 0 && found != identity && !named)
        {
            held.Dispose();
            return null;
        }
        held.SetLength(0);
        held.Write(Encoding.UTF8.GetBytes(identity));
        held.Flush();
        return new(folder, held);
    }

    /// <summary>A run's folder, made where it is not there.</summary>
    public RunFolder Run(ComparedMethod method, long seed)
    {
        var folder = System.IO.Path.Combine(Path, "runs", FormattableString.Invariant($"{method.FolderName}-s{seed}"));
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new EditorException(EditorErrorKind.Usage, $"{folder}: the folder cannot be made: {error.Message}", error);
        }
        return new(folder);
    }

    /// <summary>Writes page and table; each is whole at any time.</summary>
    public void Write(CompareReport report)
    {
        Outputs.Replace(Page, CompareHtml.Write(report));
        Outputs.Replace(System.IO.Path.Combine(Path, "results.csv"), ResultsCsv.Write(report));
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
