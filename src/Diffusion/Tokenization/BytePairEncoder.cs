using System.Text;

namespace SvgDistill.Diffusion.Tokenization;

/// <summary>
/// Byte-pair encoding over bytes written as printable characters, the last of a word marked by <c>&lt;/w&gt;</c>
/// (Sennrich 2016; the byte alphabet is GPT-2's).
/// </summary>
internal sealed class BytePairEncoder
{
    private const string EndOfWord = "</w>";
    private const int CachedWords = 4096;

    /// <summary>The character of each byte.</summary>
    public static readonly string[] ByteCharacters = MakeByteCharacters();

    private readonly IReadOnlyDictionary<string, int> _vocabulary;
    private readonly Dictionary<(string Left, string Right), int> _ranks;
    private readonly Dictionary<string, int[]> _cache = new(StringComparer.Ordinal);
    private readonly int _unknown;

    /// <param name="vocabulary">Tokens and their ids.</param>
    /// <param name="merges">Pairs in order of precedence.</param>
    /// <param name="unknown">Id of what is in no vocabulary.</param>
    public BytePairEncoder(IReadOnlyDictionary<string, int> vocabulary, IReadOnlyList<(string, string)> merges, int unknown)
    {
        (_vocabulary, _unknown) = (vocabulary, unknown);
        _ranks = new(merges.Count);
        for (var i = 0; i < merges.Count; i++) _ranks.TryAdd(merges[i], i);
    }

    /// <summary>The ids of one word.</summary>
    public int[] Encode(string word)
    {
        lock (_cache)
        {
            if (_cache.TryGetValue(word, out var ids)) return ids;
            ids = [.. Merge(word).Select(token => _vocabulary.GetValueOrDefault(token, _unknown))];
            if (_cache.Count < CachedWords) _cache[word] = ids;
            return ids;
        }
    }

    /// <summary>
    /// Merges the best-ranked pair, the leftmost first among equals, until none is left. A queue of candidates over a
    /// linked list keeps a word of n bytes at n log n steps: a title may be one word of a megabyte.
    /// </summary>
    private List<string> Merge(string word)
    {
        var bytes = Encoding.UTF8.GetBytes(word);
        var symbols = new string?[bytes.Length];
        var (next, previous) = (new int[bytes.Length], new int[bytes.Length]);
        for (var i = 0; i < bytes.Length; i++)
        {
            symbols[i] = ByteCharacters[bytes[i]] + (i == bytes.Length - 1 ? EndOfWord : "");
            (next[i], previous[i]) = (i + 1 < bytes.Length ? i + 1 : -1, i - 1);
        }
        var queue = new PriorityQueue<(int At, string Left, string Right), (int Rank, int At)>();
        void Offer(int at)
        {
            if (at < 0 || next[at] < 0) return;
            var (left, right) = (symbols[at]!, symbols[next[at]]!);
            if (_ranks.TryGetValue((left, right), out var rank)) queue.Enqueue((at, left, right), (rank, at));
        }
        for (var i = 0; i < symbols.Length - 1; i++) Offer(i);
        while (queue.TryDequeue(out var pair, out _))
        {
            var (at, left, right) = pair;
            // A candidate is stale when either half has been merged since.
            if (symbols[at] != left || next[at] < 0 || symbols[next[at]] != right) continue;
            var gone = next[at];
            symbols[at] = left + right;
            symbols[gone] = null;
            next[at] = next[gone];
            if (next[at] >= 0) previous[next[at]] = at;
            Offer(previous[at]);
            Offer(at);
        }
        return [.. symbols.OfType<string>()];
    }

    /// <summary>Printable Latin-1 bytes stand for themselves, the others for U+0100 onward, in order.</summary>
    private static string[] MakeByteCharacters()
    {
        var characters = new string[256];
        var other = 0x100;
        for (var b = 0; b < 256; b++)
        {
            var printable = b is >= '!' and <= '~' or >= 0xA1 and <= 0xAC or >= 0xAE and <= 0xFF;
            characters[b] = ((char)(printable ? b : other++)).ToString();
        }
        return characters;
    }
}
