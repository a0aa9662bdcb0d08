using SvgDistill.Diffusion.Tokenization;
using SvgDistill.Editor.Output;
using SvgDistill.Rasterizer;

namespace SvgDistill.Editor.Editing;

/// <summary>Prompts: where the source's comes from, which of their words a model does not know, and which it does not read.</summary>
internal static class PromptWords
{
    // Stands for the source prompt in another one.
    private const string SourceMark = "{src}";

    private const int MostNear = 4, MostAlike = 2;

    private static readonly HashSet<string> _plain = new(StringComparer.OrdinalIgnoreCase)
    {
        "a", "an", "the", "of", "with", "without", "and", "in", "on", "at", "to", "icon", "style", "picture", "drawing", "emoji", "face", "red", "green", "blue",
        "yellow", "orange", "purple", "brown", "black", "white", "grey", "gray", "pink",
    };

    /// <summary><c>--src</c>, else the file's title, else its name with separators as spaces.</summary>
    /// <exception cref="EditorException">There is none of them: standard input has no name.</exception>
    public static string Source(string? given, string? title, string path) => given ?? title ?? (!InputFile.IsStandard(path)
        ? FromFileName(Path.GetFileNameWithoutExtension(path))
        : throw EditorException.Usage("--src: what is read from standard input has neither a name nor a <title> that says what it shows"));

    /// <summary>A target or negative prompt with the source prompt where it says <c>{src}</c>.</summary>
    public static string Filled(string text, string source) => text.Replace(SourceMark, source, StringComparison.Ordinal);

    /// <summary>The target of a drawing that is not read yet, for its result's name; standard input is read once only, and keeps the mark.</summary>
    public static string TargetOf(EditRequest request) => request.Target.Contains(SourceMark, StringComparison.Ordinal) && !InputFile.IsStandard(request.Input)
        ? Filled(request.Target, Source(request.Source, request.Source is null ? InputFile.Load(request.Input).Title : null, request.Input)) : request.Target;

    /// <summary>"cat-face" and "cat_face" are "cat face"; trailing numbers and sizes go.</summary>
    public static string FromFileName(string name)
    {
        var words = name.Split(['-', '_', '.', ' '], StringSplitOptions.RemoveEmptyEntries).Where(w => !w.All(char.IsAsciiDigit)).ToArray();
        return words.Length > 0 ? string.Join(' ', words) : name;
    }

    /// <summary>Words of a prompt that stand in no subject's name; none where the model lists no subjects.</summary>
    public static IReadOnlyList<string> Unknown(string prompt, IReadOnlyList<(string Name, int Count)> subjects)
    {
        if (subjects.Count == 0) return [];
        var known = subjects.SelectMany(s => s.Name.Split(' ')).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return [.. Words(prompt).Where(w => !_plain.Contains(w) && !known.Contains(w) && !Singulars(w).Any(known.Contains)).Distinct(StringComparer.OrdinalIgnoreCase)];
    }

    /// <summary>
    /// Subjects that mean what the words mean that a model does not know, that are spelt nearly like them, or have other words of the prompt, as the
    /// beginning of a sentence; empty where none is.
    /// </summary>
    /// <param name="prompt">The prompt.</param>
    /// <param name="unknown">The words of it that are not known.</param>
    /// <param name="subjects">What is known.</param>
    /// <param name="alike">Gives those of some names that mean the same as a word; null where nothing tells it.</param>
    public static string Near(string prompt, IReadOnlyList<string> unknown, IReadOnlyList<(string Name, int Count)> subjects, Func<string, IReadOnlyList<string>, IEnumerable<string>>? alike = null)
    {
        string[] names = [.. subjects.Select(s => s.Name)];
        string[] near = [.. unknown.SelectMany(w => (alike?.Invoke(w, names) ?? []).Take(MostAlike).Concat(NearNames.Of(w, names, letters: 4))).Concat(Words(prompt).Where(w => !_plain.Contains(w) && !unknown.Contains(w))
            .SelectMany(w => NearNames.Of(w, names.Where(n => n.Split(' ').Contains(w, StringComparer.OrdinalIgnoreCase))))).Distinct().Take(MostNear)];
        return near.Length == 0 ? "" : $"near it are {string.Join(", ", near.Select(n => $"'{n}'"))}; ";
    }

    /// <summary>
    /// The end of a text that a text encoder never sees, from the first word that it does not see whole; null where it sees all.
    /// Two of its tokens are for the beginning and the end.
    /// </summary>
    public static string? Cut(string text, ClipTokenizer tokenizer)
    {
        var room = tokenizer.Length - 2;
        if (tokenizer.Tokens(text).Take(room + 1).Count() <= room) return null;
        var starts = Enumerable.Range(0, text.Length).Where(i => !char.IsWhiteSpace(text[i]) && (i == 0 || char.IsWhiteSpace(text[i - 1]))).ToArray();
        // The more words, the more tokens: the first word behind which there are too many.
        var (low, high) = (0, starts.Length - 1);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (tokenizer.Tokens(text[..starts[middle + 1]]).Take(room + 1).Count() > room) high = middle;
            else low = middle + 1;
        }
        return text[starts[low]..].TrimEnd();
    }

    // Of "a cat's face" the word is "cat".
    private static string[] Words(string prompt) =>
        [.. prompt.Replace('\u2019', '\'').Split([' ', ',', '.', ';', ':', '!', '?', '"', '(', ')', '-'], StringSplitOptions.RemoveEmptyEntries)
            .Select(w => w.EndsWith("'s", StringComparison.OrdinalIgnoreCase) ? w[..^2] : w.Trim('\'')).Where(w => w.Length > 0)];

    // "owls", "boxes", "cherries", "leaves".
    private static IEnumerable<string> Singulars(string word) =>
        from ending in new[] { ("s", ""), ("es", ""), ("ies", "y"), ("ves", "f"), ("ves", "fe") }
        where word.Length > ending.Item1.Length + 2 && word.EndsWith(ending.Item1, StringComparison.OrdinalIgnoreCase)
        select word[..^ending.Item1.Length] + ending.Item2;
}
