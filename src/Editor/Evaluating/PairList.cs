using System.Globalization;
using System.Text.Json;
using SvgDistill.Distill.Metrics;
using SvgDistill.Editor.Editing;
using SvgDistill.Editor.Output;
using SvgDistill.Rasterizer.Svg;

namespace SvgDistill.Editor.Evaluating;

/// <summary>
/// A list of pairs: a JSON array of objects with <c>before</c>, <c>trg</c>, and perhaps <c>after</c>, <c>src</c>, <c>id</c>, <c>group</c>. Files are
/// named relative to the list and lie in its folder or below it: a list from elsewhere reads nothing else.
/// </summary>
internal sealed class PairList
{
    private const int MostBytes = 64 << 20, MostPairs = 100_000;
    private static readonly string[] _fields = ["before", "after", "src", "trg", "id", "group"];

    private readonly string _path;
    private readonly SortedSet<string> _unread = new(StringComparer.Ordinal);

    private PairList(string path) => _path = path;

    /// <summary>The pairs, in the list's order.</summary>
    public IReadOnlyList<EvaluatedPair> Pairs { get; private set; } = [];

    /// <summary>Names of fields that the list has and the program does not read.</summary>
    public IEnumerable<string> Unread => _unread;

    /// <summary>Reads a list and every file that it names.</summary>
    /// <exception cref="EditorException">Something in it cannot be used: the message names list, entry, field and remedy.</exception>
    public static PairList Load(string path)
    {
        var list = new PairList(path);
        using var json = list.Parse();
        if (json.RootElement.ValueKind != JsonValueKind.Array) throw list.Error("it is no array of pairs: write [ { \"before\": \"cat.svg\", \"trg\": \"a dog\" }, ... ]");
        var count = json.RootElement.GetArrayLength();
        if (count == 0) throw list.Error("it has no pair: write at least one");
        if (count > MostPairs) throw list.Error($"it has {count} pairs, more than {MostPairs}: split it");
        list.Pairs = [.. json.RootElement.EnumerateArray().Select((entry, i) => list.Read(entry, i + 1))];
        if (list.Pairs.GroupBy(p => p.Id).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw list.Error($"id '{twice.Key}' is there twice (entries {string.Join(" and ", twice.Take(2).Select(p => p.Number))}): give each its own");
        return list;
    }

    private JsonDocument Parse()
    {
        var bytes = InputFile.Read(_path, "a list of pairs", MostBytes);
        try
        {
            return JsonDocument.Parse(bytes.AsSpan() is [0xEF, 0xBB, 0xBF, ..] ? bytes.AsMemory(3) : bytes);
        }
        catch (JsonException error)
        {
            throw new EditorException(EditorErrorKind.Input, string.Create(CultureInfo.InvariantCulture,
                $"{InputFile.Words(_path)}:{error.LineNumber + 1}:{error.BytePositionInLine + 1}: no JSON: {error.Message.Split(". ")[0].TrimEnd('.')}."), error);
        }
    }

    private EvaluatedPair Read(JsonElement entry, int number)
    {
        var where = FormattableString.Invariant($"entry {number}");
        if (entry.ValueKind != JsonValueKind.Object) throw Error($"{where}: no object with \"before\" and \"trg\"");
        foreach (var field in entry.EnumerateObject())
            if (!_fields.Contains(field.Name, StringComparer.Ordinal)) _unread.Add(field.Name);
        var id = Id(entry, where) ?? number.ToString(CultureInfo.InvariantCulture);
        if (entry.TryGetProperty("id", out _)) where += $" (id {id})";

        var target = Text(entry, "trg", where) ?? throw Error($"{where}: \"trg\" is missing: say what the drawing should become");
        var (before, document) = Drawing(entry, "before", where) ?? throw Error($"{where}: \"before\" is missing: name the drawing to edit");
        var (after, wanted) = Drawing(entry, "after", where) is { } found ? found : (null, null);
        var source = PromptWords.Source(Text(entry, "src", where), document.Title, before);
        return new(number, id, Text(entry, "group", where) ?? FirstPart(before), before, after, source, PromptWords.Filled(target, source), document.ToBytes(), wanted?.ToBytes());
    }

    private (string Path, SvgDocument Document)? Drawing(JsonElement entry, string field, string where)
    {
        if (Text(entry, field, where) is not { } name) return null;
        var path = Inside(name) ?? throw Error($"{where}: \"{field}\": {name}: leaves the list's folder: put the file beside the list or below it, and name it from there");
        try
        {
            var document = InputFile.Load(path);
            // What the rasterizer cannot read is found now, not after hours.
            _ = MeasuredDrawing.Read(document.FileBytes, path);
            return (path, document);
        }
        catch (SvgDistill.Rasterizer.SvgDistillException error)
        {
            throw new EditorException(EditorErrorKind.Input, $"{InputFile.Words(_path)}: {where}: \"{field}\": {error.Message}", error);
        }
    }

    // The path of a file in the list's folder or below it; null for one elsewhere. Either slash parts folders, and C: is a drive, on every system.
    private string? Inside(string name)
    {
        var parts = name.Split('/', '\\');
        if (name.Contains('\0', StringComparison.Ordinal) || parts.Contains("..") || parts[0] is [] or [_, ':', ..]) return null;
        var path = Path.GetDirectoryName(_path) ?? "";
        foreach (var part in parts)
        {
            path = Path.Combine(path, part);
            if (new FileInfo(path).LinkTarget is not null) return null; // A link may lead anywhere.
        }
        return path;
    }

    private string? Text(JsonElement entry, string field, string where)
    {
        if (!entry.TryGetProperty(field, out var value) || value.ValueKind == JsonValueKind.Null) return null;
        if (value.ValueKind != JsonValueKind.String) throw Error($"{where}: \"{field}\" is {Kind(value)}, not a text: put it in quotation marks");
        return string.IsNullOrWhiteSpace(value.GetString()) ? throw Error($"{where}: \"{field}\" is empty: fill it or leave it out") : value.GetString();
    }

    private string? Id(JsonElement entry, string where) => !entry.TryGetProperty("id", out var value) ? null
        : value.ValueKind == JsonValueKind.Number ? value.GetRawText() : Text(entry, "id", where);

    private static string Kind(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => "a number", JsonValueKind.Array => "a list", JsonValueKind.Object => "an object", _ => "true or false",
    };

    private static string? FirstPart(string path) =>
        Path.GetFileNameWithoutExtension(path).Split('.') is [{ Length: > 0 } first, _, ..] ? first : null;

    private EditorException Error(string what) => new(EditorErrorKind.Input, $"{InputFile.Words(_path)}: {what}.");
}
