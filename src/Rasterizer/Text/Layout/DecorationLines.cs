using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Text.Fonts;
using SvgDistill.Rasterizer.Text.Shaping;

namespace SvgDistill.Rasterizer.Text.Layout;

/// <summary>The lines of <c>text-decoration</c>, broken where glyphs are shifted or turned (SVG 2 section 11.7.2).</summary>
internal static class DecorationLines
{
    /// <summary>The pieces of a line along a span's clusters.</summary>
    public static List<DecorationPiece> Pieces(DecorationLine line, List<GlyphCluster> own, FontMetrics metrics,
        double size, in Matrix place, bool isVertical)
    {
        var thickness = metrics.UnderlineThickness * size;
        var center = size * (line, isVertical) switch
        {
            (DecorationLine.Underline, false) => -metrics.UnderlinePosition,
            (DecorationLine.Overline, false) => -metrics.Ascent,
            (_, false) => -metrics.StrikeoutPosition,
            (DecorationLine.Underline, true) => .5 * metrics.Height,
            (DecorationLine.Overline, true) => -.5 * metrics.Height,
            _ => 0,
        };
        var pieces = new List<DecorationPiece>();
        var (begin, width, last) = (Matrix.Identity, 0.0, -2);
        foreach (var cluster in own)
        {
            if (!cluster.IsPlaced) continue;
            if (cluster.Order != last + 1 || cluster.IsApart)
            {
                End(place);
                (begin, width) = (cluster.Place, 0);
            }
            (width, last) = (width + cluster.Advance, cluster.Order);
        }
        End(place);
        return pieces;

        void End(in Matrix outer)
        {
            if (width > 0 && thickness > 0) pieces.Add(new DecorationPiece(outer * begin, center - thickness / 2, width, thickness));
        }
    }
}
