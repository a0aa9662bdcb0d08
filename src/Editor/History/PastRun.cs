using System.Globalization;
using System.Text.Json.Nodes;
using SvgDistill.Editor.Output;

namespace SvgDistill.Editor.History;

/// <summary>What became of a run's result.</summary>
internal enum PastRunState
{
    /// <summary>The file is as the run wrote it.</summary>
    Present,
    /// <summary>The file is there with other bytes.</summary>
    Changed,
    /// <summary>The file is gone.</summary>
    Gone,
    /// <summary>A later run replaced it; undo gives it back.</summary>
    Replaced,
    /// <summary>It was undone; redo gives it back.</summary>
    Undone,
}

/// <summary>A run, as its record tells it.</summary>
/// <param name="Result">The result's path.</param>
/// <param name="State">What became of it.</param>
/// <param name="Time">When it was written.</param>
/// <param name="Record">The record.</param>
internal sealed record PastRun(string Result, PastRunState State, DateTime Time, JsonObject Record)
{
    private const int LargestRecord = 16 << 20;
    private const string RecordEnding = ".json";

    /// <summary>The input's name; null where the run had none.</summary>
    public string? Input => Text(Record["input"]?["file"]);
    /// <summary>The source prompt.</summary>
    public string? Source => Text(Option("src"));
    /// <summary>The target prompt, or the prompt.</summary>
    public string? Target => Text(Option("trg") ?? Option("prompt"));
    /// <summary>The method.</summary>
    public string? Method => Text(Option("method"));
    /// <summary>The seed.</summary>
    public long? Seed => Option("seed") is JsonValue value && value.TryGetValue(out long seed) ? seed : null;
    /// <summary>Steps done.</summary>
    public int? Steps => (int?)Number(Record["steps_done"]) ?? (int?)Number(Option("steps"));
    /// <summary>The model's loss under the target prompt, before and after.</summary>
    public (double Before, double After)? Loss => (Record["metrics"] as JsonObject)?["denoising_loss"] is JsonObject loss
        && Number(loss["target_before"]) is { } before && Number(loss["target_after"]) is { } after ? (before, after) : null;

    private JsonNode? Option(string name) => (Record["options"] as JsonObject)?[name];

    /// <summary>The runs whose records stand in a folder, or those of one file, the oldest first, with those that were replaced or undone.</summary>
    /// <exception cref="EditorException">There is no such place.</exception>
    public static IReadOnlyList<PastRun> In(string place)
    {
        var runs = new List<PastRun>();
        if (Directory.Exists(place))
        {
            foreach (var file in Directory.EnumerateFiles(place, "*" + RecordEnding)) Add(runs, file[..^RecordEnding.Length], file, null);
            foreach (var journal in Journals(Path.Combine(place, ResultHistory.FolderName))) AddKept(runs, Path.Combine(place, journal), Path.Combine(place, ResultHistory.FolderName));
        }
        else
        {
            var (record, folder) = (place + RecordEnding, ResultHistory.FolderOf(place));
            if (!File.Exists(place) && !File.Exists(record) && !File.Exists(ResultHistory.JournalOf(folder, Path.GetFileName(place))))
                throw new EditorException(EditorErrorKind.Input, $"{place}: no such file or folder.");
            if (File.Exists(record)) Add(runs, place, record, null);
            AddKept(runs, place, folder);
        }
        // Records tell seconds: within one, what was replaced is older.
        return [.. runs.OrderBy(r => r.Time).ThenBy(r => r.Result, StringComparer.Ordinal).ThenByDescending(r => r.State == PastRunState.Replaced)];
    }

    private static IEnumerable<string> Journals(string folder) => !Directory.Exists(folder) ? []
        : Directory.EnumerateFiles(folder, "*.journal").Select(f => Path.GetFileNameWithoutExtension(f));

    private static void AddKept(List<PastRun> runs, string result, string folder)
    {
        var journal = Journal.Load(ResultHistory.JournalOf(folder, Path.GetFileName(result)));
        foreach (var (states, what) in new[] { (journal.Undo, PastRunState.Replaced), (journal.Redo, PastRunState.Undone) })
            foreach (var state in states)
                if (state.Record is { } hash) Add(runs, result, ResultHistory.KeptAt(folder, hash), what);
    }

    private static void Add(List<PastRun> runs, string result, string file, PastRunState? state)
    {
        // Other JSON than our records is none of ours.
        if (new FileInfo(file) is not { Exists: true, Length: <= LargestRecord } info || Parse(file) is not { } record || Text(record["output"]?["sha256"]) is not { } hash) return;
        var time = Text((record["timing"] as JsonObject)?["finished"]) is { } text
            && DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out var finished) ? finished : info.LastWriteTimeUtc;
        runs.Add(new(result, state ?? (!File.Exists(result) ? PastRunState.Gone
            : Hashes.Of(File.ReadAllBytes(result)) == hash ? PastRunState.Present : PastRunState.Changed), time, record));
    }

    private static JsonObject? Parse(string file)
    {
        try
        {
            return JsonFields.Of(File.ReadAllText(file)) is { } record && Text(record["command"]) is not null && record["output"] is JsonObject
                && (record["input"] is null or JsonObject) && (record["metrics"] is null or JsonObject) ? record : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue(out string? text) ? text : null;

    private static double? Number(JsonNode? node) => node is JsonValue value && value.TryGetValue(out double number) ? number : null;
}
