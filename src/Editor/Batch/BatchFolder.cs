using System.Text.Json;
using System.Text.Json.Nodes;
using SvgDistill.Editor.Output;

namespace SvgDistill.Editor.Batch;

/// <summary>
/// A job's folder, <c>runs/ID</c>: <c>result.svg</c> with its record (written last: a job without one is not done), the state of an
/// unfinished run, and where it failed <c>error.json</c>.
/// </summary>
internal sealed class BatchFolder(string path)
{
    /// <summary>A job that ends the process so often without getting on counts as failed.</summary>
    public const int MostStarts = 3;

    private string ErrorPath => Path.Combine(path, "error.json");
    private string StartsPath => Path.Combine(path, "started.json");

    /// <summary>Its files, named as those of an edit.</summary>
    public ResultFiles Files { get; } = ResultFiles.At(Path.Combine(path, "result.svg"));

    /// <summary>The record of a finished run whose result is as it was written; null where there is none.</summary>
    /// <param name="key">What made it; null for any.</param>
    public JsonObject? Finished(string? key) => !File.Exists(Files.Result) ? null : Read<JsonObject>(Files.Record, record =>
        (key is null || (string?)record["batch_key"] == key) && (bool?)record["interrupted"] == false
        && (string?)record["output"]?["sha256"] == Hashes.Of(File.ReadAllBytes(Files.Result)) ? record : null);

    /// <summary>Why the job failed; null where it did not.</summary>
    public (int Code, string Message)? Failure => Read<(int, string)?>(ErrorPath,
        error => (int?)error["exit_code"] is { } code && (string?)error["error"] is { } message ? (code, message) : null);

    /// <summary>Writes why the job failed.</summary>
    public void Fail(int code, string message)
    {
        Directory.CreateDirectory(path);
        Outputs.Replace(ErrorPath, new JsonObject { ["exit_code"] = code, ["error"] = message }.ToJsonString() + "\n");
        File.Delete(StartsPath);
    }

    /// <summary>Makes the folder and takes the job; null where another program has it.</summary>
    public IDisposable? Take()
    {
        Directory.CreateDirectory(path);
        var held = Path.Combine(path, "lock");
        try
        {
            return new FileStream(held, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (IOException) when (File.Exists(held))
        {
            return null;
        }
    }

    /// <summary>Counts a start; false where the job has ended the process too often since its state last got on.</summary>
    public bool Start()
    {
        var state = File.Exists(Files.State) ? Hashes.Of(File.ReadAllBytes(Files.State)) : "";
        var starts = Read<int?>(StartsPath, before => (string?)before["state"] == state ? (int?)before["starts"] : null) ?? 0;
        if (starts >= MostStarts) return false;
        Outputs.Replace(StartsPath, new JsonObject { ["starts"] = starts + 1, ["state"] = state }.ToJsonString() + "\n");
        return true;
    }

    /// <summary>The job came to an end, good or to be repeated: what it left on the way goes.</summary>
    public void Done()
    {
        File.Delete(StartsPath);
        File.Delete(ErrorPath);
    }

    // What this program did not write whole counts as not there.
    private static T? Read<T>(string file, Func<JsonObject, T?> of)
    {
        if (!File.Exists(file)) return default;
        try
        {
            return JsonNode.Parse(File.ReadAllText(file)) is JsonObject fields ? of(fields) : default;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException)
        {
            return default;
        }
    }
}
