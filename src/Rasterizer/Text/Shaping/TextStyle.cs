using System.Collections.Immutable;
using SvgDistill.Rasterizer.Text.Fonts;

namespace SvgDistill.Rasterizer.Text.Shaping;

/// <summary>What shaping depends on: runs that agree in it, but for the size, are shaped as one, whatever elements they lie in.</summary>
/// <param name="Font">The font that is asked for.</param>
/// <param name="Size"><c>font-size</c> in user units, positive.</param>
/// <param name="Features">OpenType features with their values.</param>
/// <param name="Language"><c>xml:lang</c>, or null.</param>
/// <param name="Orientation">How characters stand in vertical lines.</param>
internal sealed record TextStyle(FontRequest Font, double Size, ImmutableArray<FontFeature> Features, string? Language, TextOrientation Orientation)
{
    /// <summary>Styles with equal keys are shaped alike where they have the same font.</summary>
    public string Key => field ??= string.Join('\n', Font.Families.Select(f => $"{f.Name}{(f.IsGeneric ? "*" : "")}")
        .Concat([$"{Font.Weight:R} {Font.Stretch:R} {Font.Slant} {Font.IsOpticallySized} {Font.Synthesis} {Orientation} {Language}"])
        .Concat(Font.Variations.Select(v => $"{v.Tag} {v.Value:R}")).Concat(Features.Select(f => $"{f.Tag}={f.Value}")));
}

/// <summary><c>text-orientation</c> (CSS Writing Modes Level 4 section 5.1).</summary>
internal enum TextOrientation { Mixed, Upright, Sideways }

/// <summary>An OpenType feature, by its tag.</summary>
internal readonly record struct FontFeature(string Tag, uint Value);
