using System.Text.RegularExpressions;

namespace SvgDistill.Training.Data;

/// <summary>What drawings are called, out of titles and file names; and in which words a model hears it.</summary>
internal static partial class IconNames
{
    /// <summary>Words of names whose picture means something else, or is wrong, when it is mirrored.</summary>
    private static readonly HashSet<string> _sided = new(StringComparer.OrdinalIgnoreCase)
    {
        "left", "right", "east", "west", "arrow", "clock", "clockwise", "flag", "text", "letter", "number", "keycap", "sign", "symbol", "button",
        "watch", "music", "note", "notes", "question", "dollar", "euro", "pound", "yen", "percent", "map", "undo", "redo", "calendar", "book",
    };

    /// <summary>What a drawing shows: its title, where it has one that says something, else its file's name in words.</summary>
    public static string Subject(string? title, string fileName)
    {
        if (title is { Length: > 0 and <= 60 } && HasWords(title)) return Words(title);
        return IsCodePoints().IsMatch(fileName) || !HasWords(fileName) ? "" : Words(fileName);
    }

    /// <summary>Whether the mirror image is as good a drawing of the same thing, as far as its name tells.</summary>
    public static bool MayBeMirrored(string subject) =>
        subject.Split(' ').All(word => word.Length > 1 && !_sided.Contains(word) && !word.Any(char.IsDigit));

    /// <summary>The forms in which prompts name a thing, the plain name first.</summary>
    public static IReadOnlyList<string> Forms(string subject) => subject.Length == 0 ? [""]
        : [subject, $"{Article(subject)} {subject}", $"an icon of {Article(subject)} {subject}", $"{subject} icon"];

    /// <summary>The words of a name that separates them by hyphens, underscores, dots or capitals.</summary>
    public static string Words(string name)
    {
        var apart = Joint().Replace(name, " ").Replace('-', ' ').Replace('_', ' ').Replace('.', ' ');
        return string.Join(' ', apart.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).ToLowerInvariant();
    }

    private static string Article(string subject) => "aeiou".Contains(char.ToLowerInvariant(subject[0]), StringComparison.Ordinal) ? "an" : "a";

    private static bool HasWords(string text) => text.Any(char.IsLetter);

    [GeneratedRegex("(?<=[a-z0-9])(?=[A-Z])")]
    private static partial Regex Joint();

    // Emoji sets name files by their characters, as in 1F468-200D-1F680.
    [GeneratedRegex("^(u|emoji_u)?(?=[0-9a-f]*[0-9])[0-9a-f]{4,6}([-_ ][0-9a-f]{2,6})*$", RegexOptions.IgnoreCase)]
    private static partial Regex IsCodePoints();
}
