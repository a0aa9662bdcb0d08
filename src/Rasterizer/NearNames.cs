namespace SvgDistill.Rasterizer;

/// <summary>Names that somebody may have meant: those that few letters keep apart from what was written, or that share a word with it.</summary>
public static class NearNames
{
    // What no one reads to the end helps no one.
    private const int LongestName = 64;

    /// <summary>The nearest of some names, the nearest first; none where nothing is near.</summary>
    /// <param name="wanted">What was written.</param>
    /// <param name="names">What there is.</param>
    /// <param name="most">How many to give.</param>
    /// <param name="letters">For how many letters of what was written one may differ; one always may.</param>
    public static IReadOnlyList<string> Of(string wanted, IEnumerable<string> names, int most = 3, int letters = 3)
    {
        var (text, words) = (Plain(wanted), Words(wanted));
        if (text.Length is 0 or > LongestName) return [];
        return [.. names.Where(n => n.Length <= LongestName).Distinct(StringComparer.Ordinal)
            .Select(n => (Name: n, Far: Words(n).Append(Plain(n)).Min(w => Distance(text, w)), Shared: Words(n).Count(words.Contains)))
            .Where(n => n.Shared > 0 || n.Far <= Math.Max(1, text.Length / letters))
            .OrderBy(n => n.Far - 2 * n.Shared).ThenBy(n => n.Name.Length).ThenBy(n => n.Name, StringComparer.Ordinal).Take(most).Select(n => n.Name)];
    }

    /// <summary>Letters to put in, take out, change or swap with their neighbour: the optimal string alignment distance.</summary>
    public static int Distance(string a, string b)
    {
        var rows = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++) rows[i, 0] = i;
        for (var j = 0; j <= b.Length; j++) rows[0, j] = j;
        for (var i = 1; i <= a.Length; i++)
            for (var j = 1; j <= b.Length; j++)
            {
                rows[i, j] = Math.Min(Math.Min(rows[i - 1, j], rows[i, j - 1]) + 1, rows[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) rows[i, j] = Math.Min(rows[i, j], rows[i - 2, j - 2] + 1);
            }
        return rows[a.Length, b.Length];
    }

    private static string Plain(string text) => text.TrimStart('#', '.').ToLowerInvariant();

    private static HashSet<string> Words(string text) =>
        [.. Plain(text).Split([' ', '-', '_', '.', ','], StringSplitOptions.RemoveEmptyEntries).Where(w => w.Length > 2)];
}
