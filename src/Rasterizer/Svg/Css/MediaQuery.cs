namespace SvgDistill.Rasterizer.Svg.Css;

/// <summary>
/// Media queries (Media Queries Level 4) as a still picture of its own size on an sRGB screen answers them: light, without hover. What
/// is not known here holds neither plainly nor negated.
/// </summary>
internal static class MediaQuery
{
    private const int MaximumDepth = 8;

    /// <summary>Whether one query of a list holds; an empty list holds.</summary>
    /// <param name="list">The queries.</param>
    /// <param name="size">The picture's size; null where it is not known.</param>
    public static bool Holds(ReadOnlySpan<char> list, MediaSize? size)
    {
        var text = CssText.BlankComments(list.ToString()).Trim().ToLowerInvariant();
        return text.Length == 0
            || CssText.Split(text, 0, text.Length, ',').Exists(p => Query(text[p.Start..p.End], size) == true);
    }

    // null: not known.
    private static bool? Query(string text, MediaSize? size)
    {
        var words = CssText.Words(text);
        if (words.Count == 0) return null;
        var i = words[0] is "not" or "only" && words.Count > 1 && words[1][0] != '(' ? 1 : 0;
        if (words[i][0] == '(' || words[i] == "not") return Condition(words, 0, allowOr: true, size);
        if (!words[i].All(c => CssText.IsNameCharacter(c)) || words[i] is "and" or "or" or "only" or "layer") return null;
        bool? result = words[i] is "all" or "screen";
        if (i + 1 < words.Count)
        {
            if (words[i + 1] != "and" || i + 2 >= words.Count) return null;
            result = And(result, Condition(words, i + 2, allowOr: false, size));
        }
        return words[0] == "not" ? !result : result;
    }

    private static bool? Condition(List<string> words, int i, bool allowOr, MediaSize? size, int depth = 0)
    {
        if (i >= words.Count || depth > MaximumDepth) return null;
        if (words[i] == "not") return words.Count == i + 2 ? !Term(words[i + 1], size, depth) : null;
        var result = Term(words[i], size, depth);
        for (var k = i + 1; k < words.Count; k += 2)
        {
            if (k + 1 >= words.Count || words[k] != words[i + 1]) return null;
            if (words[k] == "and") result = And(result, Term(words[k + 1], size, depth));
            else if (words[k] == "or" && allowOr) result = Or(result, Term(words[k + 1], size, depth));
            else return null;
        }
        return result;
    }

    private static bool? Term(string word, MediaSize? size, int depth)
    {
        if (word.Length < 2 || word[0] != '(' || word[^1] != ')') return null;
        var inside = word[1..^1].Trim();
        if (inside.StartsWith('(') || inside.StartsWith("not ", StringComparison.Ordinal))
            return Condition(CssText.Words(inside), 0, allowOr: true, size, depth + 1);
        if (size?.Holds(inside) is { } bySize) return bySize;
        var colon = inside.IndexOf(':');
        if (colon < 0) return inside is "color" or "color-gamut" or "prefers-color-scheme";
        return (inside[..colon].TrimEnd(), inside[(colon + 1)..].Trim()) switch
        {
            ("prefers-color-scheme", "light" or "dark") p => p.Item2 == "light",
            ("prefers-reduced-motion" or "prefers-reduced-transparency", "reduce" or "no-preference") p => p.Item2 == "no-preference",
            ("prefers-contrast", "no-preference" or "more" or "less" or "custom") p => p.Item2 == "no-preference",
            ("forced-colors" or "inverted-colors", "none" or "active" or "inverted") p => p.Item2 == "none",
            ("color-gamut", "srgb" or "p3" or "rec2020") p => p.Item2 == "srgb",
            ("dynamic-range", "standard" or "high") p => p.Item2 == "standard",
            ("scripting", "none" or "enabled" or "initial-only") p => p.Item2 == "none",
            ("hover" or "any-hover" or "pointer" or "any-pointer", "none" or "hover" or "coarse" or "fine") p => p.Item2 == "none",
            _ => null,
        };
    }

    private static bool? And(bool? a, bool? b) => a == false || b == false ? false : a == true && b == true ? true : null;
    private static bool? Or(bool? a, bool? b) => a == true || b == true ? true : a == false && b == false ? false : null;
}
