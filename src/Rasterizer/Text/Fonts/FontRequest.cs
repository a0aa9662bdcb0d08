using System.Collections.Immutable;
using SkiaSharp;

namespace SvgDistill.Rasterizer.Text.Fonts;

/// <summary>A place on one axis of a variable font.</summary>
internal readonly record struct FontVariation(string Tag, double Value);

/// <summary>A family as <c>font-family</c> names it: a name, or one of CSS's generic words.</summary>
internal readonly record struct FamilyName(string Name, bool IsGeneric);

/// <summary><c>font-style</c>.</summary>
internal enum FontSlant { Normal, Italic, Oblique }

/// <summary>What the font properties ask for (CSS Fonts Level 4).</summary>
/// <param name="Families"><c>font-family</c>, the best first.</param>
/// <param name="Weight"><c>font-weight</c>.</param>
/// <param name="Stretch"><c>font-stretch</c> in percent.</param>
/// <param name="Slant"><c>font-style</c>.</param>
/// <param name="Variations"><c>font-variation-settings</c>.</param>
/// <param name="IsOpticallySized"><c>font-optical-sizing: auto</c>.</param>
/// <param name="Synthesis">What may be made up: <c>font-synthesis</c>.</param>
internal sealed record FontRequest(ImmutableArray<FamilyName> Families, double Weight, double Stretch, FontSlant Slant,
    ImmutableArray<FontVariation> Variations, bool IsOpticallySized, FontSynthesis Synthesis)
{
    /// <summary>
    /// The design position for a face: what the settings say, and the axes that the other properties drive (CSS Fonts Level 4 section 2.3
    /// to 2.5 and 7.2). Axes that the face lacks change nothing.
    /// </summary>
    public ImmutableArray<FontVariation> PositionFor(FontFace face, double size)
    {
        var position = new SortedDictionary<string, double>(StringComparer.Ordinal);
        if (face.MinimumWeight < face.MaximumWeight) position["wght"] = Math.Clamp(Weight, face.MinimumWeight, face.MaximumWeight);
        if (face.MinimumStretch < face.MaximumStretch) position["wdth"] = Math.Clamp(Stretch, face.MinimumStretch, face.MaximumStretch);
        if (Slant == FontSlant.Italic && face.Leans) position["ital"] = 1;
        if (Slant == FontSlant.Oblique && face.Leans) position["slnt"] = ObliqueAngle;
        if (IsOpticallySized && face.IsOpticallySized) position["opsz"] = size;
        foreach (var v in Variations) position[v.Tag] = v.Value;
        return face.IsVariable ? [.. position.Select(p => new FontVariation(p.Key, p.Value))] : [];
    }

    /// <summary>What is made up of a face: bold strokes of one that is lighter, a lean of one that stands upright.</summary>
    public FontSynthesis SynthesisFor(FontFace face) => new(
        Synthesis.Weight && Weight >= FontSynthesis.Bold && face.MaximumWeight < FontSynthesis.Bold,
        Synthesis.Style && Slant != FontSlant.Normal && face.Slant == SKFontStyleSlant.Upright && !face.Leans);

    // resvg's angle of `oblique`; CSS Fonts Level 4 leaves it at 14 where none is said.
    private const double ObliqueAngle = -12;
}
