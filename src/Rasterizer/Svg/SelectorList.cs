using SvgDistill.Rasterizer.Svg.Css;

namespace SvgDistill.Rasterizer.Svg;

/// <summary>Lists of CSS selectors, as <see cref="SceneOptions.Only"/> and <see cref="SceneOptions.Lock"/> take them.</summary>
public static class SelectorList
{
    /// <summary>
    /// The selectors of a comma-separated list, blank ones left out. Commas inside brackets and strings, and those behind a
    /// backslash, part nothing.
    /// </summary>
    public static IReadOnlyList<string> Split(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return [.. CssText.Split(text, 0, text.Length, ',').Select(p => text[p.Start..p.End].Trim()).Where(s => s.Length > 0)];
    }
}
