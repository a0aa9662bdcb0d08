using System.CommandLine;
using SvgDistill.Cli.Commands;
using SvgDistill.Cli.Terminal;
using SvgDistill.Editor;
using SvgDistill.Editor.Batch;

namespace SvgDistill.Cli.Options;

/// <summary>Rows of a list of jobs as edits: each is read as a command line of <c>edit</c> is, with the same checks and messages.</summary>
/// <param name="list">The list's path; inputs are named from its folder, or from it where it is one.</param>
/// <param name="given">What the command line of <c>batch</c> gave for all rows: names and values by turns.</param>
internal sealed class BatchRows(string list, IReadOnlyList<string> given)
{
    private readonly EditCommand _edit = new(new Streams(TextWriter.Null, TextWriter.Null, Redirected: true));

    /// <summary>The jobs; of equal rows the first.</summary>
    /// <exception cref="EditorException">The list has a column that is no option, or gives one name to two jobs.</exception>
    public IReadOnlyList<BatchJob> Jobs(IReadOnlyList<BatchRow> rows)
    {
        var columns = _edit.Rows.ToDictionary(o => o.Name.TrimStart('-'), StringComparer.Ordinal);
        foreach (var row in rows)
            if (row.Cells.Keys.FirstOrDefault(c => c is not (BatchList.Input or BatchList.Name) && !columns.ContainsKey(c)) is { } unknown)
                throw BatchList.Error(list, row.Line, $"there is no column '{unknown}'; columns are input, name and the options of edit ('svgdistill edit --help') but for those on output, films and threads");
        var jobs = new Dictionary<string, BatchJob>(StringComparer.OrdinalIgnoreCase);
        foreach (var job in rows.Select(row => Job(row, columns)))
            if (!jobs.TryAdd(job.Id, job) && !jobs[job.Id].Words.SequenceEqual(job.Words))
                throw BatchList.Error(list, job.Line, $"line {jobs[job.Id].Line} has the name '{job.Id}', too: give each job its own");
        return [.. jobs.Values];
    }

    private BatchJob Job(BatchRow row, Dictionary<string, Option> columns)
    {
        var name = Text(row, BatchList.Name);
        if (name is not null && !BatchList.IsName(name))
            throw BatchList.Error(list, row.Line, $"the name '{name}' is to be a folder's: up to {BatchList.LongestName} letters, digits, points, hyphens and underscores");
        var input = Text(row, BatchList.Input) ?? "";
        var words = new List<string>();
        foreach (var (column, option) in columns.OrderBy(c => c.Key, StringComparer.Ordinal))
        {
            if (row.Cells.TryGetValue(column, out var values)) Add(words, option, values);
            else
                for (var i = 0; i < given.Count; i += 2)
                    if (given[i] == option.Name) Add(words, option, [given[i + 1]]);
        }
        var path = Path.Combine(BatchList.FolderOf(list), input);
        var parsed = _edit.Parse([Path.IsPathRooted(path) ? path : Path.Combine(".", path), .. words]);
        string? error = input.Length == 0 ? "there is no input: name an SVG file"
            : parsed.Errors.Count > 0 ? string.Join(" ", parsed.Errors.Select(e => e.Message).Distinct()) : null;
        return new(row.Line, name, [input, .. words], input, error is null ? _edit.Request(parsed) with { Input = path } : null,
            error is null ? null : Directory.Exists(list) ? $"{path}: {error}" : $"{list}:{row.Line}: {error}");
    }

    // One word for name and value, so that a value may begin with a hyphen; a flag that is off is not given.
    private static void Add(List<string> words, Option option, IReadOnlyList<string> values)
    {
        foreach (var value in values)
            if (option is not Option<bool>) words.Add($"{option.Name}={value}");
            else if (value.ToLowerInvariant() is not ("false" or "0" or "no")) words.Add(value.ToLowerInvariant() is "true" or "1" or "yes" ? option.Name : $"{option.Name}={value}");
    }

    private static string? Text(BatchRow row, string column) =>
        row.Cells.TryGetValue(column, out var values) && values is [{ Length: > 0 } value] ? value : null;
}
