using System.Text.Json;
using System.Text.Json.Nodes;

namespace SvgDistill.Editor.Evaluating;

/// <summary>The file that keeps a result's figures (<c>figures.json</c>).</summary>
internal static class MeasuredFigures
{
    // As MeasureSet writes it; JSON has no number for it.
    private const string Infinite = "infinity";

    private static readonly JsonSerializerOptions _format = new() { WriteIndented = true };

    /// <summary>The file's text.</summary>
    /// <param name="key">What decides the figures.</param>
    /// <param name="values">The figures.</param>
    /// <param name="missing">What was not computed, and why.</param>
    public static string Text(string key, IEnumerable<(string Key, double Value)> values, IReadOnlyDictionary<string, string> missing) => new JsonObject
    {
        ["key"] = key,
        ["values"] = new JsonObject([.. values.Select(v => KeyValuePair.Create(v.Key, double.IsFinite(v.Value) ? (JsonNode?)v.Value : Infinite))]),
        ["not_computed"] = new JsonObject([.. missing.Select(m => KeyValuePair.Create(m.Key, (JsonNode?)m.Value))]),
    }.ToJsonString(_format) + "\n";

    /// <summary>The figures of a file with this key; null where there is none.</summary>
    public static (IReadOnlyList<(string, double)>, IReadOnlyDictionary<string, string>)? Load(string path, string key)
    {
        if (!File.Exists(path)) return null;
        try
        {
            var json = JsonNode.Parse(File.ReadAllText(path));
            if ((string?)json?["key"] != key || json["values"] is not JsonObject values || json["not_computed"] is not JsonObject missing) return null;
            return ([.. values.Select(v => (v.Key, v.Value is JsonValue word && word.TryGetValue(out string? text) && text == Infinite ? double.PositiveInfinity : (double)v.Value!))], missing.ToDictionary(m => m.Key, m => (string)m.Value!, StringComparer.Ordinal));
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException)
        {
            return null; // a file that was not written whole: measured anew
        }
    }
}
