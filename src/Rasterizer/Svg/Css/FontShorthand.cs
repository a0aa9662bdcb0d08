using SvgDistill.Rasterizer.Svg.Values;

namespace SvgDistill.Rasterizer.Svg.Css;

/// <summary>The shorthand <c>font</c> (CSS Fonts Level 4 section 2.7).</summary>
internal static class FontShorthand
{
    private static readonly string[] _reset = ["font-style", "font-variant", "font-weight", "font-stretch", "font-size", "font-family"];

    /// <summary>Whether a text is a shorthand's value; the names of system fonts are none here.</summary>
    public static bool Takes(string text) => Split(text) is not null;

    /// <summary>
    /// What it declares, the parts that it leaves out as initial. A value written in a shorthand has no place of its own to be changed at.
    /// </summary>
    public static IEnumerable<StyleValue> Expand(StyleValue font)
    {
        if (PropertyGrammar.IsWideKeyword(font.Text) || CssText.FindFunction(font.Text, "var") >= 0)
            return _reset.Select(p => font with { Property = p, Span = null });
        var parts = Split(font.Text) ?? [];
        return _reset.Select(p => font with { Property = p, Text = parts.GetValueOrDefault(p, "initial"), Span = null });
    }

    private static Dictionary<string, string>? Split(string text)
    {
        var words = CssText.Words(text);
        var parts = new Dictionary<string, string>();
        for (var i = 0; i < words.Count; i++)
        {
            var word = words[i].ToLowerInvariant();
            if (word == "normal") continue;
            if (word is "italic" or "oblique") parts["font-style"] = word;
            else if (word == "small-caps") parts["font-variant"] = word;
            else if (word is "bold" or "bolder" or "lighter" || Length.Parse(word) is { Unit: "", Number: >= 1 and <= 1000 }) parts["font-weight"] = word;
            else if (FontStretches.Parse(word) is not null && !word.EndsWith('%')) parts["font-stretch"] = word;
            else
            {
                // size[/line-height] family
                var size = word.Split('/')[0];
                if (!PropertyGrammar.Takes("font-size", size, isAttribute: false)) return null;
                parts["font-size"] = size;
                var rest = i + 1;
                if (rest < words.Count && words[rest].StartsWith('/')) rest += words[rest].Length > 1 ? 1 : 2;
                else if (word.EndsWith('/')) rest++;
                if (rest >= words.Count) return null;
                parts["font-family"] = string.Join(' ', words.Skip(rest));
                return parts;
            }
        }
        return null;
    }
}
