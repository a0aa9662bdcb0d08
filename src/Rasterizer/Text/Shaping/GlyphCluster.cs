using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Text.Fonts;

namespace SvgDistill.Rasterizer.Text.Shaping;

/// <summary>A glyph within its cluster: where its origin lies, in user units, y down.</summary>
internal readonly record struct ClusterGlyph(ushort Glyph, Point At);

/// <summary>
/// A typographic character (SVG 2 section 11.1.2): the glyphs that stand for one or more characters which no layout parts.
/// </summary>
internal sealed class GlyphCluster(int start, OpenFont font, bool isUpright)
{
    /// <summary>Its first character, as a position in the element's text.</summary>
    public int Start { get; } = start;
    public OpenFont Font { get; } = font;
    /// <summary>True where it stands upright in a vertical line: its glyphs hang from the line's point there, with y along the line.</summary>
    public bool IsUpright { get; } = isUpright;
    /// <summary>The font size.</summary>
    public double Size { get; private set; } = 1;
    /// <summary>Its place in visual order.</summary>
    public int Order { get; set; }
    public List<ClusterGlyph> Glyphs { get; } = [];
    /// <summary>How far the next cluster lies without any spacing.</summary>
    public double Width { get; set; }
    /// <summary>How far the next cluster lies.</summary>
    public double Advance { get; set; }
    /// <summary>The top above the line that glyphs are centred on or stand on.</summary>
    public double Ascent { get; set; }
    /// <summary>The bottom, negative below the line.</summary>
    public double Descent { get; set; }
    /// <summary>How far it goes down so that the middle of the font lies on a vertical line.</summary>
    public double Sideways { get; set; }
    /// <summary>From the cluster's space to the chunk's.</summary>
    public Matrix Place { get; set; } = Matrix.Identity;
    /// <summary>Within that: what turns it upright in vertical text.</summary>
    public Matrix Turn { get; set; } = Matrix.Identity;
    /// <summary>False where a path has no place for it.</summary>
    public bool IsPlaced { get; set; } = true;
    /// <summary>True where it was shifted or turned away from the one before, so that decorations begin anew.</summary>
    public bool IsApart { get; set; }

    /// <summary>From ems to user units.</summary>
    public void Scale(double size)
    {
        Size = size;
        for (var i = 0; i < Glyphs.Count; i++) Glyphs[i] = Glyphs[i] with { At = size * Glyphs[i].At };
        (Width, Advance) = (size * Width, size * Advance);
        // Seen along the line, an upright one is as high as it is wide.
        (Ascent, Descent) = IsUpright ? (Width / 2, -Width / 2) : (size * Font.Metrics.Ascent, size * Font.Metrics.Descent);
    }
}
