using System.Text;

namespace SvgDistill.Cli.Output;

/// <summary>Names of files that the user did not name. They stand beside the input and never meet an existing file.</summary>
internal static class OutputNames
{
    private const int LongestSlug = 48;

    /// <summary><c>owl.svg</c> and "a monkey" give <c>owl.a-monkey.svg</c>; where that is taken, <c>owl.a-monkey-2.svg</c> and so on.</summary>
    public static string ForEdit(string input, string target, string extension = ".svg") => Free(Sibling(input, Slug(target)), extension);

    /// <summary>The name that an edit's result gets first.</summary>
    public static string FirstForEdit(string input, string target, string extension = ".svg") => Sibling(input, Slug(target)) + extension;

    /// <summary>The names that results of this edit have got so far, the first one first.</summary>
    public static IEnumerable<string> Edits(string input, string target, string extension = ".svg")
    {
        var stem = Sibling(input, Slug(target));
        for (var number = 1; ; number++)
        {
            var path = Numbered(stem, number, extension);
            if (!IsTaken(path)) yield break;
            yield return path;
        }
    }

    /// <summary><c>owl.svg</c> gives <c>owl.png</c>, then <c>owl-2.png</c>.</summary>
    public static string ForRender(string input) =>
        Free(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(input))!, Path.GetFileNameWithoutExtension(input)), ".png");

    /// <summary><c>owl.png</c> gives <c>owl.fit.svg</c>, then <c>owl.fit-2.svg</c>.</summary>
    public static string ForFit(string picture) => Free(Sibling(picture, "fit"), ".svg");

    /// <summary>"an owl" gives <c>an-owl.png</c> in the current folder.</summary>
    public static string ForGenerate(string prompt) => Free(Path.GetFullPath(Slug(prompt)), ".png");

    /// <summary>Lower-case letters and digits, everything else a single hyphen.</summary>
    public static string Slug(string text)
    {
        var slug = new StringBuilder();
        foreach (var rune in text.Normalize(NormalizationForm.FormC).EnumerateRunes())
        {
            if (Rune.IsLetterOrDigit(rune)) slug.Append(Rune.ToLowerInvariant(rune));
            else if (slug.Length > 0 && slug[^1] != '-') slug.Append('-');
            if (slug.Length >= LongestSlug) break;
        }
        var trimmed = slug.ToString().Trim('-');
        return trimmed.Length > 0 ? trimmed : "edit";
    }

    private static string Sibling(string input, string slug) =>
        Path.Combine(Path.GetDirectoryName(Path.GetFullPath(input))!, $"{Path.GetFileNameWithoutExtension(input)}.{slug}");

    private static string Free(string stem, string extension)
    {
        for (var number = 1; ; number++)
            if (Numbered(stem, number, extension) is var path && !IsTaken(path)) return path;
    }

    private static string Numbered(string stem, int number, string extension) => number == 1 ? stem + extension : $"{stem}-{number}{extension}";

    // A name is taken when the file or its record exists: both are written.
    private static bool IsTaken(string path) => Path.Exists(path) || Path.Exists(path + ".json");
}
