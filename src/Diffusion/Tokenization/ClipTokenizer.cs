using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using SvgDistill.Diffusion.Models;

namespace SvgDistill.Diffusion.Tokenization;

/// <summary>
/// CLIP's tokenizer: text normalised (NFC, runs of white space to one space, lower case), cut into contractions, words,
/// single digits and runs of other signs, each encoded by byte pairs; begin and end tokens around, cut and padded to a
/// fixed length. Reads the files that transformers writes.
/// </summary>
public sealed class ClipTokenizer
{
    private const long MaxFileBytes = 64 << 20;

    /// <summary>Text beyond this many characters cannot reach the 77 tokens and is not looked at.</summary>
    private const int MaxCharacters = 100_000;

    private static readonly string[] _contractions = ["'s", "'t", "'re", "'ve", "'m", "'ll", "'d"];

    private readonly BytePairEncoder _encoder;
    private readonly IReadOnlyDictionary<string, int> _vocabulary;
    private readonly Dictionary<string, int[]> _special; // Texts that stand for ids as they are.
    private readonly bool _lowerCase;
    private readonly int _unknownToken;

    private ClipTokenizer(string folder, IReadOnlyDictionary<string, int> vocabulary, IReadOnlyList<(string, string)> merges,
        string begin, string end, string pad, string unknown, int length, bool lowerCase)
    {
        int Id(string token) => vocabulary.TryGetValue(token, out var id) ? id
            : throw new ModelException(System.IO.Path.Combine(folder, "vocab.json"), "the special token is not in the vocabulary", token);
        (_vocabulary, _lowerCase) = (vocabulary, lowerCase);
        (BeginToken, EndToken, PadToken, Length) = (Id(begin), Id(end), Id(pad), length);
        _unknownToken = Id(unknown);
        _encoder = new BytePairEncoder(vocabulary, merges, _unknownToken);
        _special = new(StringComparer.Ordinal) { [begin] = [BeginToken], [end] = [EndToken] };
        Folder = folder;
    }

    /// <summary>Where the tokenizer's files are.</summary>
    public string Folder { get; }

    /// <summary>Length of every result.</summary>
    public int Length { get; }

    /// <summary>Id of the token before every text.</summary>
    public int BeginToken { get; }

    /// <summary>Id of the token after every text.</summary>
    public int EndToken { get; }

    /// <summary>Id that fills up what is left.</summary>
    public int PadToken { get; }

    /// <summary>Number of tokens known.</summary>
    public int VocabularySize => _vocabulary.Count;

    /// <summary>A token whose number is none of the first <paramref name="count"/>; null where there is none.</summary>
    internal (string Token, int Id)? Outside(int count)
    {
        foreach (var (token, id) in _vocabulary.Concat(_special.SelectMany(s => s.Value.Select(id => KeyValuePair.Create(s.Key, id)))))
            if (id < 0 || id >= count) return (token, id);
        return null;
    }

    /// <summary>The file with words that were learnt beside the vocabulary.</summary>
    internal const string AddedName = "added_tokens.json";

    /// <summary>
    /// Opens a folder with vocab.json, merges.txt and, where they are there, tokenizer_config.json,
    /// special_tokens_map.json (the latter wins) and added_tokens.json.
    /// </summary>
    /// <param name="folder">The tokenizer's folder.</param>
    /// <param name="maxLength">The text encoder's longest text.</param>
    /// <param name="padToken">Overrides the padding token of the files.</param>
    /// <exception cref="ModelException">A file is missing or not as it should be.</exception>
    public static ClipTokenizer Open(string folder, int maxLength = 77, string? padToken = null)
    {
        var config = Optional(folder, "tokenizer_config.json");
        var map = Optional(folder, "special_tokens_map.json");
        string Token(string key, string fallback) => TokenText(map, key) ?? TokenText(config, key) ?? fallback;
        var end = Token("eos_token", "<|endoftext|>");
        // Some files say 1e30 for "no limit"; the encoder's own limit holds then.
        var length = (int)Math.Min(maxLength, config?.Number("model_max_length", maxLength) ?? maxLength);
        if (length < 2)
            throw config?.Wrong("model_max_length", "a number of at least 2") ?? new ModelException(folder, "the text encoder reads fewer than 2 tokens");
        var tokenizer = new ClipTokenizer(folder, ReadVocabulary(System.IO.Path.Combine(folder, "vocab.json")),
            ReadMerges(System.IO.Path.Combine(folder, "merges.txt")), Token("bos_token", "<|startoftext|>"), end,
            padToken ?? Token("pad_token", end), Token("unk_token", end), length, config?.Flag("do_lower_case", true) ?? true);
        var added = System.IO.Path.Combine(folder, AddedName);
        if (File.Exists(added))
            foreach (var (token, id) in ReadVocabulary(added))
                if (token.Length > 0) tokenizer._special.TryAdd(token, [id]);
        return tokenizer;
    }

    /// <summary>CLIP's own vocabulary, which ships with the program, for checkpoints in a single file.</summary>
    public static ClipTokenizer OpenBuiltIn(int maxLength = 77, string? padToken = null) =>
        Open(BuiltInFolder, maxLength, padToken);

    /// <summary>Where CLIP's own vocabulary lies.</summary>
    internal static string BuiltInFolder => System.IO.Path.Combine(AppContext.BaseDirectory, "clip-tokenizer");

    /// <summary>What tokenizer_config.json says of this tokenizer.</summary>
    internal JsonObject Settings()
    {
        string Text(int id) => _vocabulary.First(v => v.Value == id).Key;
        return new JsonObject
        {
            ["bos_token"] = Text(BeginToken),
            ["do_lower_case"] = _lowerCase,
            ["eos_token"] = Text(EndToken),
            ["model_max_length"] = Length,
            ["pad_token"] = Text(PadToken),
            ["tokenizer_class"] = "CLIPTokenizer",
            ["unk_token"] = Text(_unknownToken),
        };
    }

    /// <summary>Lets a word, wherever it stands in a text, mean the given ids (textual inversion).</summary>
    internal void AddToken(string token, int[] ids) => _special[token] = ids;

    /// <summary>The ids of a text: begin, at most <see cref="Length"/> - 2 tokens, end, padding.</summary>
    public long[] Encode(string text)
    {
        var ids = new List<long>(Length) { BeginToken };
        foreach (var id in Tokens(text))
        {
            if (ids.Count == Length - 1) break;
            ids.Add(id);
        }
        ids.Add(EndToken);
        while (ids.Count < Length) ids.Add(PadToken);
        return [.. ids];
    }

    /// <summary>The ids of a text without begin, end and padding, not cut.</summary>
    public IEnumerable<int> Tokens(string text) => Words(text).SelectMany(word => word.Ids);

    /// <summary>
    /// The pieces that are encoded on their own, each with its ids: words as people count them, nearly, which is what
    /// attention maps of a word need.
    /// </summary>
    public IEnumerable<(string Word, int[] Ids)> Words(string text)
    {
        if (text.Length > MaxCharacters) text = text[..MaxCharacters];
        foreach (var (part, isSpecial) in SplitSpecial(text))
        {
            if (isSpecial) yield return (part, _special[part]);
            else
                foreach (var word in Split(Clean(part))) yield return (word, _encoder.Encode(word));
        }
    }

    /// <summary>Special tokens written out in a text count as themselves.</summary>
    private IEnumerable<(string Part, bool IsSpecial)> SplitSpecial(string text)
    {
        var start = 0;
        while (start < text.Length)
        {
            var (found, at) = _special.Keys.Select(s => (s, text.IndexOf(s, start, StringComparison.Ordinal)))
                .Where(f => f.Item2 >= 0).OrderBy(f => f.Item2).ThenByDescending(f => f.s.Length).Select(f => ((string?)f.s, f.Item2))
                .FirstOrDefault((null, text.Length));
            if (at > start) yield return (text[start..at], false);
            if (found is null) yield break;
            yield return (found, true);
            start = at + found.Length;
        }
    }

    /// <summary>The text as it is cut into words.</summary>
    internal string Clean(string text)
    {
        var result = new StringBuilder(text.Length);
        foreach (var rune in CanonicalComposition.Normalize(text).EnumerateRunes())
        {
            if (Rune.IsWhiteSpace(rune)) result.Append(' ');
            // The one letter whose lower case is two characters whatever stands around it; the runtime's table is one to one.
            else if (_lowerCase && rune.Value == 0x130) result.Append("i\u0307");
            else result.Append(_lowerCase ? Rune.ToLowerInvariant(rune) : rune);
        }
        return result.ToString();
    }

    /// <summary>'s|'t|'re|'ve|'m|'ll|'d|\p{L}+|\p{N}|[^\s\p{L}\p{N}]+ over code points (the runtime's regex sees halves of pairs).</summary>
    internal static IEnumerable<string> Split(string text)
    {
        for (var start = 0; start < text.Length;)
        {
            if (Array.Find(_contractions, c => string.CompareOrdinal(text, start, c, 0, c.Length) == 0) is { } contraction)
            {
                yield return contraction;
                start += contraction.Length;
                continue;
            }
            var kind = KindAt(text, start, out var width);
            var end = start + width;
            if (kind is Kind.Letter or Kind.Other)
                while (end < text.Length && KindAt(text, end, out width) == kind) end += width;
            if (kind != Kind.Space) yield return text[start..end];
            start = end;
        }
    }

    private enum Kind { Letter, Number, Space, Other }

    private static Kind KindAt(string text, int at, out int width)
    {
        Rune.DecodeFromUtf16(text.AsSpan(at), out var rune, out width);
        if (Rune.IsWhiteSpace(rune)) return Kind.Space;
        return Rune.GetUnicodeCategory(rune) switch
        {
            UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter
                or UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter => Kind.Letter,
            UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber => Kind.Number,
            _ => Kind.Other,
        };
    }

    private static JsonConfig? Optional(string folder, string name)
    {
        var path = System.IO.Path.Combine(folder, name);
        return File.Exists(path) ? JsonConfig.Read(path) : null;
    }

    /// <summary>A token is written as a text or as an object with a "content".</summary>
    private static string? TokenText(JsonConfig? config, string key) =>
        config is null || !config.Has(key) ? null : config.IsText(key) ? config.Text(key) : config.Object(key)?.Text("content");

    private static Dictionary<string, int> ReadVocabulary(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<Dictionary<string, int>>(ReadText(path))
                ?? throw new ModelException(path, "it is no vocabulary");
        }
        catch (JsonException error)
        {
            throw new ModelException(path, $"it is no vocabulary ({error.Message.TrimEnd('.')})", inner: error);
        }
    }

    private static List<(string, string)> ReadMerges(string path)
    {
        var merges = new List<(string, string)>();
        var lines = ReadText(path).Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i].TrimEnd('\r');
            if (line.Length == 0 || i == 0 && line.StartsWith("#version", StringComparison.Ordinal)) continue;
            var space = line.IndexOf(' ', StringComparison.Ordinal);
            if (space <= 0 || space == line.Length - 1) throw new ModelException(path, "two tokens expected", $"line {i + 1}");
            merges.Add((line[..space], line[(space + 1)..]));
        }
        return merges;
    }

    private static string ReadText(string path)
    {
        try
        {
            var file = new FileInfo(path);
            if (!file.Exists) throw new ModelException(path, "there is no such file", remedy: "The tokenizer's folder is incomplete");
            if (file.Length > MaxFileBytes) throw new ModelException(path, $"{file.Length} bytes are too many for a tokenizer");
            return File.ReadAllText(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ModelException(path, $"it cannot be read ({error.Message.TrimEnd('.')})", inner: error);
        }
    }
}
