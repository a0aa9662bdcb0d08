using System.Globalization;

namespace SvgDistill.Editor.Output;

/// <summary>Names for a result that the user did not name: <c>owl.a-monkey.svg</c>, then <c>owl.a-monkey-2.svg</c> and so on.</summary>
/// <param name="Stem">The first name without its extension.</param>
/// <param name="Extension">The extension, with its dot.</param>
internal sealed record NameSeries(string Stem, string Extension)
{
    /// <summary>The first name.</summary>
    public string First => Name(1);

    /// <summary>The first name that nothing has: neither a result nor anything that stands beside one.</summary>
    public string Free => Names.First(path => !IsTaken(path));

    /// <summary>All names in their order; there is no last one.</summary>
    public IEnumerable<string> Names => Enumerable.Range(1, int.MaxValue).Select(Name);

    /// <summary>The names with which a file of an ending is there, the last one first.</summary>
    public IEnumerable<string> With(string ending)
    {
        var folder = Path.GetDirectoryName(Stem)!;
        if (!Directory.Exists(folder)) return [];
        var (first, rest) = (Path.GetFileName(First) + ending, Path.GetFileName(Stem) + "-");
        return Directory.EnumerateFiles(folder).Select(file => Path.GetFileName(file) is var name && name == first ? 1
                : name.StartsWith(rest, StringComparison.Ordinal) && name.EndsWith(Extension + ending, StringComparison.Ordinal)
                    && int.TryParse(name.AsSpan(rest.Length)[..^(Extension.Length + ending.Length)], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 1 ? number : 0)
            .Where(number => number > 0).OrderDescending().Select(Name);
    }

    /// <summary>True where the result or something that stands beside it exists; <paramref name="own"/> is the asker's.</summary>
    public static bool IsTaken(string result, params string[] own) =>
        Path.Exists(result) || ResultFiles.Beside(result).Any(path => !own.Contains(path) && Path.Exists(path));

    /// <summary>A name for files in a folder: its letters cut where it would be longer than file systems take.</summary>
    public static NameSeries In(string folder, string name, string extension)
    {
        const int Longest = 200; // of 255 bytes; numbers, extensions and what stands beside take the rest
        return new(Path.Combine(folder, OutputNames.Cut(name, Longest)), extension);
    }

    private string Name(int number) => number == 1 ? Stem + Extension : string.Create(CultureInfo.InvariantCulture, $"{Stem}-{number}{Extension}");
}
