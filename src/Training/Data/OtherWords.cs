using System.Text.Json;

namespace SvgDistill.Training.Data;

/// <summary>
/// Other words for what emoji show, from emojibase's data.json (https://emojibase.dev/docs/datasets): a list of objects with a "label" and
/// "tags", which are CLDR's annotations. Words that many emoji share ("face") say too little and are left out.
/// </summary>
internal sealed class OtherWords
{
    private const int MostShared = 12;

    private readonly Dictionary<string, string[]> _byLabel = new(StringComparer.Ordinal);

    /// <summary>Reads the file.</summary>
    /// <exception cref="TrainingException">It is no such file.</exception>
    public static OtherWords Read(string path)
    {
        var words = new OtherWords();
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(path));
            if (json.RootElement.ValueKind != JsonValueKind.Array) throw new TrainingException($"{path}: a list of objects with \"label\" and \"tags\" expected, as emojibase-data has it in en/data.json.");
            var entries = json.RootElement.EnumerateArray().Select(Entry).Where(e => e.Label.Length > 0).ToArray();
            var shared = entries.SelectMany(e => e.Tags).GroupBy(t => t, StringComparer.Ordinal).Where(g => g.Count() > MostShared).Select(g => g.Key).ToHashSet(StringComparer.Ordinal);
            foreach (var (label, tags) in entries)
                words._byLabel.TryAdd(Letters(label), [label, .. tags.Where(t => !shared.Contains(t) && !label.Split(' ').Contains(t))]);
        }
        catch (JsonException error)
        {
            throw new TrainingException($"{path}: not JSON (line {error.LineNumber + 1}, byte {error.BytePositionInLine + 1}).", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new TrainingException($"{path}: cannot be read: {error.Message}", error);
        }
        return words;
    }

    /// <summary>Words for a subject, none where the file has no emoji of its name. Sets write "wineglass" or "cactus 1": letters alone count.</summary>
    public IReadOnlyList<string> Of(string subject) => [.. (_byLabel.GetValueOrDefault(Letters(subject)) ?? []).Where(w => w != subject)];

    private static (string Label, string[] Tags) Entry(JsonElement entry)
    {
        if (entry.ValueKind != JsonValueKind.Object || !entry.TryGetProperty("label", out var label) || label.ValueKind != JsonValueKind.String) return ("", []);
        var tags = entry.TryGetProperty("tags", out var list) && list.ValueKind == JsonValueKind.Array
            ? list.EnumerateArray().Where(t => t.ValueKind == JsonValueKind.String).Select(t => Plain(t.GetString()!)).Where(t => t.Length > 1) : [];
        return (Plain(label.GetString()!), [.. tags.Distinct(StringComparer.Ordinal)]);
    }

    private static string Letters(string name) => string.Concat(name.Where(char.IsLetter)).ToLowerInvariant();

    // "woman’s hat" and "womans-hat" are one name.
    private static string Plain(string name) => IconNames.Words(string.Concat(name.Where(c => char.IsLetterOrDigit(c) || c is ' ' or '-' or '_')));
}
