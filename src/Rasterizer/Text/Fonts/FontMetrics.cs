using HarfBuzzSharp;

namespace SvgDistill.Rasterizer.Text.Fonts;

/// <summary>A face's metrics in ems, y up as fonts have it (OpenType, tables hhea, OS/2 and post).</summary>
internal sealed record FontMetrics
{
    public required double Ascent { get; init; }
    /// <summary>Negative below the baseline.</summary>
    public required double Descent { get; init; }
    public required double XHeight { get; init; }
    public required double UnderlinePosition { get; init; }
    public required double UnderlineThickness { get; init; }
    public required double StrikeoutPosition { get; init; }
    /// <summary>How far <c>baseline-shift: sub</c> goes down.</summary>
    public required double Subscript { get; init; }
    /// <summary>How far <c>baseline-shift: super</c> goes up.</summary>
    public required double Superscript { get; init; }

    public double Height => Ascent - Descent;

    /// <summary>Reads a font whose scale is its units an em.</summary>
    public static FontMetrics Of(Font font, double unitsPerEm)
    {
        double? Position(OpenTypeMetricsTag tag) => font.OpenTypeMetrics.TryGetPosition(tag, out var value) ? value / unitsPerEm : null;
        var ascent = Position(OpenTypeMetricsTag.HorizontalAscender) ?? .8;
        var descent = Position(OpenTypeMetricsTag.HorizontalDescender) ?? -.2;
        // What a font does not say: 45 % of its height, as Firefox takes the x-height; the rest as resvg.
        var xHeight = Position(OpenTypeMetricsTag.XHeight) is > 0 and var written ? written : .45 * (ascent - descent);
        return new FontMetrics
        {
            Ascent = ascent, Descent = descent, XHeight = xHeight,
            UnderlinePosition = Position(OpenTypeMetricsTag.UnderlineOffset) ?? -1 / 9.0,
            UnderlineThickness = Position(OpenTypeMetricsTag.UnderlineSize) is > 0 and var size ? size : 1 / 12.0,
            StrikeoutPosition = Position(OpenTypeMetricsTag.StrikeoutOffset) ?? xHeight / 2,
            Subscript = Position(OpenTypeMetricsTag.SubScriptEmYOffset) ?? .2,
            Superscript = Position(OpenTypeMetricsTag.SuperScriptEmYOffset) ?? .4,
        };
    }
}
