using System.Globalization;
using System.Text;

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

    /// <summary>The names that are taken so far, the first one first.</summary>
    public IEnumerable<string> Taken => Names.TakeWhile(path => IsTaken(path));

    /// <summary>True where the result or something that stands beside it exists; <paramref name="own"/> is the asker's.</summary>
    public static bool IsTaken(string result, params string[] own) =>
        Path.Exists(result) || ResultFiles.Beside(result).Any(path => !own.Contains(path) && Path.Exists(path));

    /// <summary>A name for files in a folder: its letters cut where it would be longer than file systems take.</summary>
    public static NameSeries In(string folder, string name, string extension)
    {
        const int Longest = 200; // of 255 bytes; numbers, extensions and what stands beside take the rest
        var kept = new StringBuilder();
        var bytes = 0;
        foreach (var rune in name.EnumerateRunes())
            if ((bytes += rune.Utf8SequenceLength) <= Longest) kept.Append(rune);
            else break;
        return new(Path.Combine(folder, kept.ToString()), extension);
    }

    private string Name(int number) => number == 1 ? Stem + Extension : string.Create(CultureInfo.InvariantCulture, $"{Stem}-{number}{Extension}");
}
