namespace SvgDistill.Rasterizer.Svg.Css;

/// <summary>Conditions of <c>@supports</c> (CSS Conditional Rules Level 3): whether a declaration is understood here.</summary>
internal static class SupportsCondition
{
    private const int MaximumDepth = 8;

    public static bool Holds(string text) => Condition(text, 0) == true;

    // null: not a condition that is known here, which holds neither plainly nor negated.
    private static bool? Condition(string text, int depth)
    {
        var words = CssText.Words(text.Trim());
        if (words.Count == 0 || depth > MaximumDepth) return null;
        if (words[0].Equals("not", StringComparison.OrdinalIgnoreCase)) return words.Count == 2 ? !Term(words[1], depth) : null;
        var result = Term(words[0], depth);
        for (var k = 1; k < words.Count; k += 2)
        {
            if (k + 1 >= words.Count || !words[k].Equals(words[1], StringComparison.OrdinalIgnoreCase)) return null;
            var next = Term(words[k + 1], depth);
            if (words[k].Equals("and", StringComparison.OrdinalIgnoreCase)) result = result is { } a && next is { } b ? a && b : null;
            else if (words[k].Equals("or", StringComparison.OrdinalIgnoreCase)) result = result == true || next == true ? true : result ?? next;
            else return null;
        }
        return result;
    }

    private static bool? Term(string word, int depth)
    {
        if (word.StartsWith("selector(", StringComparison.OrdinalIgnoreCase) && word[^1] == ')')
            return SelectorParser.ParseList(word[9..^1], _ => null) is not null;
        if (word.Length < 2 || word[0] != '(' || word[^1] != ')') return null;
        var inside = word[1..^1];
        return CssBlock.Declarations(inside, 0, inside.Length) is [var d]
            ? PropertyGrammar.Knows(d.Property) && PropertyGrammar.Takes(d.Property, inside.Substring(d.ValueStart, d.ValueLength), isAttribute: false)
            : Condition(inside, depth + 1);
    }
}
