using System.Globalization;
using System.Text;

namespace SvgDistill.Diffusion.Tokenization;

/// <summary>
/// Unicode normalisation form C (UAX #15). The runtime's own is not used: with invariant globalisation, which keeps the
/// program free of ICU, it returns anything beyond ASCII unchanged.
/// </summary>
internal static class CanonicalComposition
{
    private static readonly Lazy<Tables> _data = new(Tables.Load);

    /// <summary>The composed form of a text.</summary>
    public static string Normalize(string text)
    {
        // Nothing below U+0300 changes or takes part in a composition that starts there.
        if (!text.AsSpan().ContainsAnyInRange('\u0300', '\uffff')) return text;
        var tables = _data.Value;
        var runes = new List<int>(text.Length);
        foreach (var rune in text.EnumerateRunes()) tables.Decompose(rune.Value, runes);
        SortMarks(runes, tables);
        var result = new StringBuilder(text.Length);
        foreach (var rune in Compose(runes, tables)) result.Append(new Rune(rune));
        return result.ToString();
    }

    /// <summary>Canonical ordering: runs of marks sorted by combining class, stably.</summary>
    private static void SortMarks(List<int> runes, Tables tables)
    {
        for (var start = 0; start < runes.Count; start++)
        {
            if (tables.Class(runes[start]) == 0) continue;
            var end = start;
            while (end < runes.Count && tables.Class(runes[end]) != 0) end++;
            var sorted = runes.GetRange(start, end - start).OrderBy(tables.Class).ToList();
            for (var i = start; i < end; i++) runes[i] = sorted[i - start];
            start = end;
        }
    }

    /// <summary>Each mark joins the last starter unless one of its class or a higher one stands between (UAX #15, D117).</summary>
    private static List<int> Compose(List<int> runes, Tables tables)
    {
        var result = new List<int>(runes.Count);
        var (starter, lastClass) = (-1, 0);
        foreach (var rune in runes)
        {
            var combining = tables.Class(rune);
            var blocked = result.Count - 1 > starter && lastClass >= combining;
            if (starter >= 0 && !blocked && tables.Pair(result[starter], rune) is { } composite)
            {
                result[starter] = composite;
                continue;
            }
            result.Add(rune);
            if (combining == 0) starter = result.Count - 1;
            lastClass = combining;
        }
        return result;
    }

    private sealed class Tables
    {
        // Hangul syllables, The Unicode Standard, section 3.12.
        private const int SBase = 0xAC00, LBase = 0x1100, VBase = 0x1161, TBase = 0x11A7, LCount = 19, VCount = 21, TCount = 28;

        private readonly Dictionary<int, int[]> _decompositions = [];
        private readonly Dictionary<(int, int), int> _compositions = [];
        private readonly Dictionary<int, int> _classes = [];

        public static Tables Load()
        {
            var tables = new Tables();
            using var stream = typeof(CanonicalComposition).Assembly.GetManifestResourceStream("unicode-nfc.txt")!;
            using var reader = new StreamReader(stream);
            while (reader.ReadLine() is { } line)
            {
                if (line.StartsWith('#')) continue;
                var at = line.AsSpan().IndexOfAny("=-*");
                var rune = Hex(line[..at]);
                var values = line[(at + 1)..].Split(' ').Select(Hex).ToArray();
                if (line[at] == '*') tables._classes[rune] = values[0];
                else tables._decompositions[rune] = values;
                if (line[at] == '=') tables._compositions[(values[0], values[1])] = rune;
            }
            return tables;
        }

        public int Class(int rune) => _classes.GetValueOrDefault(rune);

        public void Decompose(int rune, List<int> result)
        {
            var syllable = rune - SBase;
            if (syllable is >= 0 and < LCount * VCount * TCount)
            {
                result.Add(LBase + syllable / (VCount * TCount));
                result.Add(VBase + syllable % (VCount * TCount) / TCount);
                if (syllable % TCount != 0) result.Add(TBase + syllable % TCount);
            }
            else if (_decompositions.TryGetValue(rune, out var parts))
                foreach (var part in parts) Decompose(part, result);
            else result.Add(rune);
        }

        public int? Pair(int first, int second)
        {
            if (first - LBase is >= 0 and < LCount && second - VBase is >= 0 and < VCount)
                return SBase + ((first - LBase) * VCount + second - VBase) * TCount;
            if (first - SBase is >= 0 and < LCount * VCount * TCount && (first - SBase) % TCount == 0
                && second - TBase is > 0 and < TCount)
                return first + second - TBase;
            return _compositions.TryGetValue((first, second), out var composite) ? composite : null;
        }

        private static int Hex(string text) => int.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    }
}
