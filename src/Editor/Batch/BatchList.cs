using System.Globalization;
using System.Text;
using System.Text.Json;
using SvgDistill.Editor.Output;

namespace SvgDistill.Editor.Batch;

/// <summary>A row of a list of jobs: the cells that are filled, by the names of their columns.</summary>
/// <param name="Line">Its line in the file, or its place in the folder, counted from 1.</param>
/// <param name="Cells">A column and its values; several where an option may be given several times.</param>
internal sealed record BatchRow(int Line, IReadOnlyDictionary<string, IReadOnlyList<string>> Cells);

/// <summary>
/// A list of jobs: CSV as RFC 4180 has it, with a line of column names, or JSON Lines (jsonlines.org), an object a line. Columns are
/// options without their dashes. A folder is the list of its drawings.
/// </summary>
internal static class BatchList
{
    /// <summary>The column of the drawing.</summary>
    public const string Input = "input";
    /// <summary>The column of a job's name.</summary>
    public const string Name = "name";

    /// <summary>Characters of a name.</summary>
    public const int LongestName = 100;

    private const int MostBytes = 64 << 20, MostRows = 100_000;

    /// <summary>Reads a list; its form is its name's (<c>.jsonl</c> and <c>.ndjson</c>, else CSV), or it is a folder.</summary>
    /// <exception cref="EditorException">It cannot be read: the message names file and line.</exception>
    public static IReadOnlyList<BatchRow> Load(string path)
    {
        var rows = Directory.Exists(path) ? Folder(path) : Rows(path);
        return rows.Length switch
        {
            0 => throw Error(path, 1, "it has no job: write at least one row"),
            > MostRows => throw Error(path, 1, $"it has {rows.Length} jobs, more than {MostRows}: split it"),
            _ => rows,
        };
    }

    private static BatchRow[] Rows(string path)
    {
        var bytes = InputFile.Read(path, "a list of jobs", MostBytes).AsSpan();
        var text = Encoding.UTF8.GetString(bytes is [0xEF, 0xBB, 0xBF, ..] ? bytes[3..] : bytes);
        return [.. Path.GetExtension(path).ToLowerInvariant() is ".jsonl" or ".ndjson" ? Json(path, text) : Csv(path, text)];
    }

    /// <summary>An error at a line of a list.</summary>
    public static EditorException Error(string path, int line, string what) =>
        new(EditorErrorKind.Input, string.Create(CultureInfo.InvariantCulture, $"{InputFile.Words(path)}:{line}: {what}."));

    /// <summary>The folder that a list's inputs are named from.</summary>
    public static string FolderOf(string path) => Directory.Exists(path) ? path : Path.GetDirectoryName(path) ?? "";

    /// <summary>Whether a word can be a job's name: a folder's on every system.</summary>
    public static bool IsName(string name) =>
        name.Length is > 0 and <= LongestName && name[0] != '.' && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_');

    // Each is named as it stands below the folder, where that is a name and no other has it: animals/owl.svg is animals.owl.
    private static BatchRow[] Folder(string path)
    {
        string[] files;
        try
        {
            var options = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = false };
            files = [.. Directory.EnumerateFiles(path, "*", options).Where(f => ResultFiles.SvgExtensions.Contains(Path.GetExtension(f), StringComparer.OrdinalIgnoreCase))
                .Select(f => Path.GetRelativePath(path, f)).Order(StringComparer.Ordinal)];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new EditorException(EditorErrorKind.Input, $"{path}: cannot be read: {error.Message}", error);
        }
        if (files.Length == 0) throw new EditorException(EditorErrorKind.Input, $"{path}: it holds no SVG file.");
        string[] names = [.. files.Select(f => Path.ChangeExtension(f, null).Replace(Path.DirectorySeparatorChar, '.'))];
        var counts = names.GroupBy(n => n, StringComparer.OrdinalIgnoreCase).ToDictionary(g => g.Key, g => g.Count(), StringComparer.OrdinalIgnoreCase);
        return [.. files.Select((file, i) =>
        {
            var cells = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal) { [Input] = [file] };
            if (IsName(names[i]) && counts[names[i]] == 1) cells[Name] = [names[i]];
            return new BatchRow(i + 1, cells);
        })];
    }

    private static IEnumerable<BatchRow> Json(string path, string text)
    {
        var line = 0;
        foreach (var one in text.Split('\n'))
        {
            line++;
            if (string.IsNullOrWhiteSpace(one)) continue;
            using var json = Parse(path, line, one);
            if (json.RootElement.ValueKind != JsonValueKind.Object) throw Error(path, line, "no object: write { \"input\": \"cat.svg\", \"trg\": \"a dog\" }");
            var cells = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
            foreach (var field in json.RootElement.EnumerateObject())
            {
                if (field.Value.ValueKind == JsonValueKind.Null) continue;
                string[] values = field.Value.ValueKind == JsonValueKind.Array
                    ? [.. field.Value.EnumerateArray().Select(v => Value(path, line, field.Name, v))] : [Value(path, line, field.Name, field.Value)];
                if (!cells.TryAdd(Column(field.Name), values)) throw Error(path, line, $"\"{field.Name}\" is there twice");
            }
            yield return new(line, cells);
        }
    }

    private static JsonDocument Parse(string path, int line, string text)
    {
        try
        {
            return JsonDocument.Parse(text);
        }
        catch (JsonException error)
        {
            throw Error(path, line, $"no JSON: {error.Message.Split(". ")[0].TrimEnd('.')}");
        }
    }

    private static string Value(string path, int line, string field, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Number => value.GetRawText(),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => throw Error(path, line, $"\"{field}\" is neither a text nor a number, true or false, nor a list of these"),
    };

    private static IEnumerable<BatchRow> Csv(string path, string text)
    {
        string[]? columns = null;
        foreach (var (line, cells) in Records(path, text))
        {
            if (columns is null)
            {
                columns = [.. cells.Select(c => Column(c.Trim()))];
                if (columns.GroupBy(c => c).FirstOrDefault(g => g.Count() > 1) is { } twice) throw Error(path, line, $"the column '{twice.Key}' is there twice");
                continue;
            }
            if (cells.Count != columns.Length)
                throw Error(path, line, $"{cells.Count} cells under {columns.Length} columns: put texts with commas into quotation marks");
            // An empty cell is an option that is not given.
            yield return new(line, columns.Zip(cells).Where(c => c.Second.Length > 0)
                .ToDictionary(c => c.First, c => (IReadOnlyList<string>)[c.Second], StringComparer.Ordinal));
        }
    }

    // RFC 4180, 2: quoted cells may hold commas, line ends and doubled quotation marks.
    private static IEnumerable<(int Line, List<string> Cells)> Records(string path, string text)
    {
        var (line, i) = (1, 0);
        while (i < text.Length)
        {
            var (first, cells) = (line, new List<string>());
            for (var more = true; more;)
            {
                var cell = new StringBuilder();
                if (i < text.Length && text[i] == '"')
                {
                    for (i++; ; i++)
                    {
                        if (i >= text.Length) throw Error(path, first, "a quotation mark is opened and not closed");
                        if (text[i] == '"' && (i + 1 >= text.Length || text[i + 1] != '"')) break;
                        if (text[i] == '"') i++;
                        if (text[i] == '\n') line++;
                        cell.Append(text[i]);
                    }
                    i++;
                    if (i < text.Length && text[i] is not (',' or '\r' or '\n')) throw Error(path, line, "text stands behind a closing quotation mark");
                }
                else
                    for (; i < text.Length && text[i] is not (',' or '\r' or '\n'); i++) cell.Append(text[i]);
                cells.Add(cell.ToString());
                more = i < text.Length && text[i] == ',';
                if (more) i++;
            }
            if (i < text.Length && text[i] == '\r') i++;
            if (i < text.Length && text[i] == '\n') i++;
            line++;
            if (cells is not [{ Length: 0 }]) yield return (first, cells);
        }
    }

    private static string Column(string name) => name.TrimStart('-').Replace('_', '-').ToLowerInvariant();
}
