using SvgDistill.Editor.Output;

namespace SvgDistill.Editor.Showing;

/// <summary>What an edit is shown in besides its result; null for what was not asked for.</summary>
/// <param name="Film">The way of the edit: <c>.svg</c>, <c>.apng</c> (or <c>.png</c>) or <c>.gif</c>.</param>
/// <param name="Animation">From the source to the result and back, an SVG for pages.</param>
/// <param name="Report">A page on the edit.</param>
internal sealed record ShowRequest(string? Film, string? Animation, string? Report)
{
    private static readonly string[] _films = [".svg", ".apng", ".png", ".gif"];

    /// <summary>The files.</summary>
    public IEnumerable<string> Files => new[] { Film, Animation, Report }.OfType<string>();

    /// <summary>Refuses names that do not do, before anything takes time.</summary>
    /// <param name="inputs">Files that are read.</param>
    /// <param name="results">Files that are written besides.</param>
    /// <exception cref="EditorException">A name does not do.</exception>
    public void Check(IEnumerable<string?> inputs, IEnumerable<string> results)
    {
        if (!Files.Any()) return;
        foreach (var (option, path, endings) in new[] { ("--film", Film, _films), ("--animate", Animation, [".svg"]), ("--report", Report, [".html", ".htm"]) })
        {
            if (path is null) continue;
            if (!endings.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase))
                throw EditorException.Usage($"{option}: {path}: give it a name that ends in {string.Join(" or ", endings)}.");
            Outputs.RequireWritable(path);
        }
        Outputs.RequireApart(inputs, [.. results, .. Files]);
    }
}
