using System.Text;

namespace SvgDistill.Editor.Output;

/// <summary>Names of files that the user did not name. They stand beside the input and never meet an existing file.</summary>
internal static class OutputNames
{
    private const int LongestSlug = 48;

    /// <summary><c>owl.svg</c> and "a monkey" give <c>owl.a-monkey.svg</c>; where that is taken, <c>owl.a-monkey-2.svg</c> and so on.</summary>
    /// <param name="input">The file that is worked on.</param>
    /// <param name="target">What it becomes.</param>
    /// <param name="extension">The result's extension; null for an SVG's, compressed where the input is named so.</param>
    public static NameSeries ForEdit(string input, string target, string? extension = null) =>
        Beside(input, $".{Slug(target)}", extension ?? (input.EndsWith(".svgz", StringComparison.OrdinalIgnoreCase) ? ".svgz" : ".svg"));

    /// <summary><c>owl.a-monkey.svg</c> gives <c>owl.a-monkey.strength-0.6.svg</c>.</summary>
    public static NameSeries ForStrength(string result, double strength) => Beside(result, FormattableString.Invariant($".strength-{strength}"),
        result.EndsWith(".svgz", StringComparison.OrdinalIgnoreCase) ? ".svgz" : ".svg");

    /// <summary><c>owl.svg</c> gives <c>owl.png</c>, then <c>owl-2.png</c>.</summary>
    public static NameSeries ForRender(string input) => Beside(input, "", ".png");

    /// <summary><c>owl.png</c> gives <c>owl.fit.svg</c>, then <c>owl.fit-2.svg</c>.</summary>
    public static NameSeries ForFit(string picture) => Beside(picture, ".fit", ".svg");

    /// <summary>"an owl" gives <c>an-owl.png</c> in the current folder.</summary>
    public static NameSeries ForGenerate(string prompt) => NameSeries.In(Environment.CurrentDirectory, Slug(prompt), ".png");

    /// <summary>"an owl" gives <c>an-owl.svg</c> in the current folder, then <c>an-owl-2.svg</c>.</summary>
    public static NameSeries ForCreate(string prompt) => NameSeries.In(Environment.CurrentDirectory, Slug(prompt), ".svg");

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

    /// <summary>A name's first letters, at most so many bytes of UTF-8.</summary>
    public static string Cut(string name, int bytes)
    {
        var kept = new StringBuilder();
        foreach (var rune in name.EnumerateRunes())
            if ((bytes -= rune.Utf8SequenceLength) >= 0) kept.Append(rune);
            else break;
        return kept.ToString();
    }

    private static NameSeries Beside(string input, string word, string extension) =>
        NameSeries.In(Path.GetDirectoryName(Path.GetFullPath(input))!, Path.GetFileNameWithoutExtension(input) + word, extension);
}
