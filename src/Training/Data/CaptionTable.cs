using System.Text;

namespace SvgDistill.Training.Data;

/// <summary>
/// What drawings are called, from a CSV file (RFC 4180) of two columns: a file's name, with or without folder and ending, or an icon's name;
/// then the caption. A first line "file,caption" is a heading.
/// </summary>
public sealed class CaptionTable
{
    private const int NamedInNotes = 5;

    private readonly Dictionary<string, Entry> _captions = new(StringComparer.OrdinalIgnoreCase);
    private readonly string _path;

    private CaptionTable(string path) => _path = path;

    /// <summary>A table without entries.</summary>
    public static CaptionTable Empty { get; } = new("");

    /// <summary>Number of entries.</summary>
    public int Count => _captions.Values.Distinct().Count();

    /// <summary>Reads a file.</summary>
    /// <exception cref="TrainingException">It cannot be read, a line has not two columns, or a quotation mark is not closed.</exception>
    public static CaptionTable Read(string path)
    {
        string text;
        try
        {
            text = File.ReadAllText(path, new UTF8Encoding(false, throwOnInvalidBytes: true));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or DecoderFallbackException)
        {
            throw new TrainingException($"{path}: cannot be read: {error.Message}", error);
        }
        var table = new CaptionTable(path);
        foreach (var (line, fields) in Rows(path, text))
        {
            if (fields is [""]) continue;
            if (fields.Count != 2)
                throw new TrainingException($"{path}:{line}: a file's name and a caption are expected, {fields.Count} columns found. Write captions with commas in quotation marks.");
            if (line == 1 && fields[1].Trim().Equals("caption", StringComparison.OrdinalIgnoreCase)) continue;
            var (name, caption) = (fields[0].Trim(), fields[1].Trim());
            var entry = table._captions[name] = new Entry(name, caption);
            // A name with a folder is of the table's folder, or of the current one.
            if (name.AsSpan().IndexOfAny('/', '\\') >= 0)
                foreach (var folder in (string[])[Environment.CurrentDirectory, Path.GetDirectoryName(Path.GetFullPath(path))!]) table._captions[Path.GetFullPath(Path.Combine(folder, name))] = entry;
        }
        return table;
    }

    /// <summary>The caption of a drawing; null where the table does not name it.</summary>
    /// <param name="source">Its file.</param>
    /// <param name="name">Its name.</param>
    public string? Find(string source, string name)
    {
        var full = source.Length == 0 ? source : Path.GetFullPath(source);
        foreach (var key in (string[])[source, full, Path.ChangeExtension(full, null), Path.GetFileName(source), name])
            if (_captions.TryGetValue(key, out var entry))
            {
                entry.IsUsed = true;
                return entry.Caption;
            }
        return null;
    }

    /// <summary>Tells of entries that no drawing was called by: slips, mostly. To be asked when all drawings of the table are read.</summary>
    /// <param name="tell">Is told, in one line; not where there are none.</param>
    public void TellUnused(Action<string> tell)
    {
        string[] unused = [.. _captions.Values.Where(e => !e.IsUsed).Select(e => e.Name).Distinct().Order(StringComparer.Ordinal)];
        if (unused.Length > 0) tell($"{_path}: {unused.Length} of its {Count} entries name no drawing: {string.Join(", ", unused.Take(NamedInNotes))}{(unused.Length > NamedInNotes ? " ..." : "")}");
    }

    private sealed class Entry(string name, string caption)
    {
        public string Name => name;

        public string Caption => caption;

        public bool IsUsed { get; set; }
    }

    private static IEnumerable<(int Line, List<string> Fields)> Rows(string path, string text)
    {
        var (fields, field, quoted, line, first) = (new List<string>(), new StringBuilder(), false, 1, 1);
        for (var i = 0; i <= text.Length; i++)
        {
            var c = i < text.Length ? text[i] : '\n';
            if (quoted && i == text.Length) throw new TrainingException($"{path}:{first}: a quotation mark is opened here and not closed.");
            if (c == '\n') line++;
            if (quoted)
            {
                if (c != '"') field.Append(c);
                else if (i + 1 < text.Length && text[i + 1] == '"') field.Append(text[i++]);
                else quoted = false;
            }
            else if (c == '"' && field.Length == 0) quoted = true;
            else if (c == ',' || c == '\n')
            {
                fields.Add(field.ToString().TrimEnd('\r'));
                field.Clear();
                if (c == ',') continue;
                yield return (first, fields);
                (fields, first) = ([], line);
            }
            else field.Append(c);
        }
    }
}
