using System.Collections.Immutable;
using SvgDistill.Rasterizer.Svg.Xml;

namespace SvgDistill.Rasterizer.Svg.Reading;

/// <summary>Conditional processing (SVG 2 section 5.9).</summary>
internal static class Conditions
{
    /// <summary>Whether an element may be drawn; required extensions are never there.</summary>
    public static bool Hold(SvgElement element, ImmutableArray<string> languages)
    {
        if (element.Attribute("requiredExtensions") is not null) return false;
        if (element.Attribute("systemLanguage")?.Value.Value is not { } wanted) return true;
        foreach (var tag in wanted.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            foreach (var language in languages)
                if (tag.Equals(language, StringComparison.OrdinalIgnoreCase)
                    || tag.StartsWith(language + "-", StringComparison.OrdinalIgnoreCase))
                    return true;
        return false;
    }
}
