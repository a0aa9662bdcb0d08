using System.Text.Json;
using System.Text.Json.Nodes;

namespace SvgDistill.Editor.History;

/// <summary>What a result was at a time: its bytes and what stood beside it, by their hashes.</summary>
/// <param name="File">The file's SHA-256.</param>
/// <param name="Record">The record's; null where there was none.</param>
/// <param name="Strengths">That of the file that <c>strength</c> reads; likewise.</param>
internal sealed record KeptState(string File, string? Record, string? Strengths = null)
{
    /// <summary>All of them.</summary>
    public IEnumerable<string> Hashes => new[] { File, Record, Strengths }.OfType<string>();
}

/// <summary>What runs made of one file: what it was before each, what undone runs had made, and what it is since the last one.</summary>
internal sealed class Journal
{
    private const int SchemaVersion = 1;

    /// <summary>What the last run, undo or redo wrote, what stands beside it as far as it is known; null before the first.</summary>
    public KeptState? Current { get; set; }

    /// <summary>What the file was before each run, the oldest first.</summary>
    public List<KeptState> Undo { get; } = [];

    /// <summary>What undone runs had made, the one that was undone last at the end.</summary>
    public List<KeptState> Redo { get; } = [];

    /// <summary>All hashes that it needs.</summary>
    public IEnumerable<string> Hashes => Undo.Concat(Redo).SelectMany(s => s.Hashes);

    /// <summary>Reads a journal; an empty one where it is not there or was damaged (what it kept cannot be named any more).</summary>
    public static Journal Load(string path)
    {
        var journal = new Journal();
        if (!File.Exists(path)) return journal;
        try
        {
            var json = JsonNode.Parse(File.ReadAllText(path));
            if ((int?)json?["schema_version"] != SchemaVersion) return journal;
            journal.Current = Read(json["current"]);
            Read(json["undo"], journal.Undo);
            Read(json["redo"], journal.Redo);
            return journal;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return new Journal();
        }
    }

    /// <summary>As JSON.</summary>
    public override string ToString() => new JsonObject
    {
        ["schema_version"] = SchemaVersion, ["current"] = Current is { } current ? Written(current) : null, ["undo"] = Written(Undo), ["redo"] = Written(Redo),
    }.ToJsonString() + "\n";

    private static void Read(JsonNode? states, List<KeptState> into)
    {
        foreach (var state in states as JsonArray ?? [])
            if (Read(state) is { } known) into.Add(known);
    }

    private static KeptState? Read(JsonNode? state) =>
        (string?)state?["file"] is { } file ? new(file, (string?)state["record"], (string?)state["strengths"]) : null;

    private static JsonArray Written(List<KeptState> states) =>
        new([.. states.Select(s => (JsonNode)Written(s))]);

    private static JsonObject Written(KeptState s) => new() { ["file"] = s.File, ["record"] = s.Record, ["strengths"] = s.Strengths };
}
