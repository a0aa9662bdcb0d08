using System.Text;
using System.Text.Json;
using SvgDistill.Diffusion.Tokenization;
using SvgDistill.Rasterizer.Imaging;

namespace SvgDistill.Training.Stages;

/// <summary>
/// Learns a byte-level byte-pair encoding (Sennrich 2016, algorithm 1) and writes it in the format of CLIP's tokenizer: the byte alphabet,
/// the same at ends of words, one token a merge, begin and end.
/// </summary>
internal static class BytePairTrainer
{
    private const string EndOfWord = "</w>", Begin = "<|startoftext|>", End = "<|endoftext|>";

    private static readonly JsonSerializerOptions _plain = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonSerializerOptions _indented = new(_plain) { WriteIndented = true };

    /// <summary>Learns from texts; ties go to the pair that sorts first, so that the same texts give the same bytes.</summary>
    /// <param name="texts">The captions.</param>
    /// <param name="vocabulary">Tokens at most.</param>
    public static (IReadOnlyList<string> Tokens, IReadOnlyList<(string Left, string Right)> Merges) Learn(IEnumerable<string> texts, int vocabulary)
    {
        var counts = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var word in texts.SelectMany(t => ClipTokenizer.Split(t.ToLowerInvariant())))
            counts[word] = counts.GetValueOrDefault(word) + 1;
        var alphabet = BytePairEncoder.ByteCharacters;
        var words = counts.Select(w => (Symbols: Symbols(w.Key, alphabet), Count: w.Value)).ToArray();
        // CLIP's order: printable characters first, as their code points sort.
        string[] single = [.. alphabet.OrderBy(c => c, StringComparer.Ordinal)];
        var tokens = new List<string>([.. single, .. single.Select(c => c + EndOfWord)]);
        var known = tokens.ToHashSet(StringComparer.Ordinal);
        var merges = new List<(string, string)>();
        while (tokens.Count + 2 < vocabulary)
        {
            var pairs = new Dictionary<(string, string), int>();
            foreach (var (symbols, count) in words)
                for (var i = 0; i + 1 < symbols.Count; i++)
                    pairs[(symbols[i], symbols[i + 1])] = pairs.GetValueOrDefault((symbols[i], symbols[i + 1])) + count;
            if (pairs.Count == 0) break;
            var best = pairs.OrderByDescending(p => p.Value).ThenBy(p => p.Key.Item1, StringComparer.Ordinal).ThenBy(p => p.Key.Item2, StringComparer.Ordinal).First();
            if (best.Value < 2) break; // A word that stands once teaches no more than its letters.
            merges.Add(best.Key);
            var joined = best.Key.Item1 + best.Key.Item2;
            if (known.Add(joined)) tokens.Add(joined); // Two pairs may spell one token.
            foreach (var (symbols, _) in words) Join(symbols, best.Key);
        }
        return ([.. tokens, Begin, End], merges);
    }

    /// <summary>Writes vocab.json, merges.txt and tokenizer_config.json.</summary>
    public static void Write(string folder, IReadOnlyList<string> tokens, IReadOnlyList<(string Left, string Right)> merges, int length)
    {
        Directory.CreateDirectory(folder);
        AtomicFile.WriteText(Path.Combine(folder, "vocab.json"), JsonSerializer.Serialize(tokens.Index().ToDictionary(t => t.Item, t => t.Index), _plain) + "\n");
        AtomicFile.WriteText(Path.Combine(folder, "merges.txt"), "#version: 0.2\n" + string.Concat(merges.Select(m => $"{m.Left} {m.Right}\n")));
        AtomicFile.WriteText(Path.Combine(folder, "tokenizer_config.json"), JsonSerializer.Serialize(new Dictionary<string, object>
        {
            ["bos_token"] = Begin, ["do_lower_case"] = true, ["eos_token"] = End, ["model_max_length"] = length, ["pad_token"] = End,
            ["tokenizer_class"] = "CLIPTokenizer", ["unk_token"] = End,
        }, _indented) + "\n");
    }

    private static List<string> Symbols(string word, string[] alphabet)
    {
        var symbols = Encoding.UTF8.GetBytes(word).Select(b => alphabet[b]).ToList();
        symbols[^1] += EndOfWord;
        return symbols;
    }

    private static void Join(List<string> symbols, (string Left, string Right) pair)
    {
        for (var i = 0; i + 1 < symbols.Count; i++)
            if (symbols[i] == pair.Left && symbols[i + 1] == pair.Right)
            {
                symbols[i] += symbols[i + 1];
                symbols.RemoveAt(i + 1);
            }
    }
}
