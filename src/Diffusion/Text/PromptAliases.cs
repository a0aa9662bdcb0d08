using System.Text.RegularExpressions;
using SvgDistill.Diffusion.Models;

namespace SvgDistill.Diffusion.Text;

/// <summary>
/// Everyday words for what a model was taught under other names: "car" where it knows "automobile". They come from words.txt of the model's
/// folder, a word, a tab and a name a line. Only where a word is all that a prompt names ("a red car, noto style") is it put in the name's place.
/// </summary>
public sealed partial class PromptAliases
{
    private static readonly HashSet<string> _adjectives = new(StringComparer.OrdinalIgnoreCase)
    {
        "red", "green", "blue", "yellow", "orange", "purple", "violet", "brown", "black", "white", "grey", "gray", "pink", "golden", "silver", "dark", "light", "little", "small", "big",
    };

    private readonly Dictionary<string, string> _names;

    private PromptAliases(Dictionary<string, string> names) => _names = names;

    /// <summary>No words.</summary>
    public static PromptAliases None { get; } = new([]);

    /// <summary>Words and the names that stand for them.</summary>
    public IReadOnlyDictionary<string, string> Names => _names;

    /// <summary>Reads words.txt of a model's folder; none where there is no such file.</summary>
    /// <exception cref="ModelException">A line is no word, tab and name.</exception>
    public static PromptAliases Read(string folder)
    {
        var lines = ModelCard.Read(folder, ModelCard.Words);
        var names = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i].Length == 0) continue;
            if (lines[i].Split('\t') is not [{ Length: > 0 } word, { Length: > 0 } name] || !names.TryAdd(word, name))
                throw new ModelException(Path.Combine(folder, ModelCard.Words), "a word that stands in no other line, a tab and a name expected", $"line {i + 1}");
        }
        return names.Count == 0 ? None : new(names);
    }

    /// <summary>The prompt in the model's words; itself where there is nothing to change.</summary>
    public string Reword(string prompt)
    {
        if (_names.Count == 0 || Form().Match(prompt) is not { Success: true } match) return prompt;
        var words = match.Groups["phrase"].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var first = 0;
        while (!_names.ContainsKey(string.Join(' ', words[first..])))
            if (first + 1 >= words.Length || !_adjectives.Contains(words[first++])) return prompt;
        var phrase = string.Join(' ', [.. words[..first], _names[string.Join(' ', words[first..])]]);
        var article = match.Groups["article"].Value;
        // "an" before a vowel: prompts were taught so.
        if (article.Length is 1 or 2) article = "aeiou".Contains(char.ToLowerInvariant(phrase[0]), StringComparison.Ordinal) ? "an" : "a";
        return match.Groups["before"].Value + article + (article.Length > 0 ? " " : "") + phrase + match.Groups["after"].Value;
    }

    // "an icon of a car, noto style": what stands before the article, the article, what is named, and what stands behind.
    [GeneratedRegex(@"^(?<before>\s*(?:(?:(?:an?|the)\s+)?(?:icon|picture|drawing|emoji)\s+of\s+)?)(?:(?<article>an?|the)\s+)?(?<phrase>[^,]+?)(?<after>\s*|\s+(?:icon|emoji)\s*|\s*,.*)$", RegexOptions.IgnoreCase | RegexOptions.Singleline)]
    private static partial Regex Form();
}
