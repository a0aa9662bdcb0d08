using SvgDistill.Rasterizer.Svg.Values;

namespace SvgDistill.Rasterizer.Svg.Css;

/// <summary><c>font-stretch</c> (CSS Fonts Level 4 section 2.3).</summary>
internal static class FontStretches
{
    /// <summary>Percent of the normal width, or null where the text says none; the relative words of SVG 1.1 count as one step from normal.</summary>
    public static double? Parse(string text) => text.Trim().ToLowerInvariant() switch
    {
        "ultra-condensed" => 50,
        "extra-condensed" => 62.5,
        "condensed" or "narrower" => 75,
        "semi-condensed" => 87.5,
        "normal" => 100,
        "semi-expanded" => 112.5,
        "expanded" or "wider" => 125,
        "extra-expanded" => 150,
        "ultra-expanded" => 200,
        var other => Length.Parse(other) is { Unit: "%", Number: >= 0 } length ? length.Number : null,
    };
}
