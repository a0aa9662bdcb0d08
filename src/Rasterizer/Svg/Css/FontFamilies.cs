using System.Collections.Immutable;
using SvgDistill.Rasterizer.Text.Fonts;

namespace SvgDistill.Rasterizer.Svg.Css;

/// <summary>Lists of fonts and their settings as CSS writes them.</summary>
internal static class FontFamilies
{
    /// <summary><c>font-family</c>: names in quotation marks or as words, and generic families.</summary>
    public static ImmutableArray<FamilyName> Parse(string text)
    {
        var families = ImmutableArray.CreateBuilder<FamilyName>();
        foreach (var (start, end) in CssText.Split(text, 0, text.Length, ','))
        {
            var (from, length) = CssText.Trim(text, start, end);
            var part = text.Substring(from, length);
            if (part.Length == 0) continue;
            var at = 0;
            if (part[0] is '"' or '\'')
            {
                if (CssText.ReadString(part, ref at) is { Length: > 0 } quoted) families.Add(new FamilyName(quoted, false));
                continue;
            }
            var name = string.Join(' ', CssText.Words(part).Select(w => CssText.Unescape(w)));
            families.Add(GenericFamily.Word(name) is { } word ? new FamilyName(word, true) : new FamilyName(name, false));
        }
        return families.ToImmutable();
    }

    /// <summary><c>font-variation-settings</c>, or <c>font-feature-settings</c> whose values may be missing or words: tags with numbers.</summary>
    public static List<(string Tag, double Value)> Settings(string text)
    {
        var settings = new List<(string, double)>();
        foreach (var (start, end) in CssText.Split(text, 0, text.Length, ','))
        {
            var words = CssText.Words(text[start..end]);
            var at = 0;
            if (words.Count is not (1 or 2) || CssText.ReadString(words[0], ref at) is not { Length: 4 } tag || !tag.All(char.IsAscii)) continue;
            double? value = words.Count == 1 ? 1 : words[1].ToLowerInvariant() switch
            {
                "on" => 1,
                "off" => 0,
                var number => Values.Length.Parse(number) is { Unit: "" } l ? l.Number : null,
            };
            if (value is { } v) settings.Add((tag, v));
        }
        return settings;
    }
}
