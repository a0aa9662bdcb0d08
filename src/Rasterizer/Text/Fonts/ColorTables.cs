using System.Buffers.Binary;
using HarfBuzzSharp;

namespace SvgDistill.Rasterizer.Text.Fonts;

/// <summary>A layer of a glyph: another glyph in a colour of the palette, or in the text's own where that is null.</summary>
internal readonly record struct ColorLayer(ushort Glyph, HBColor? Color);

/// <summary>
/// The tables that give glyphs colours of their own (OpenType: COLR and CPAL, SVG, sbix, CBLC). Offsets that lead out of a table say
/// that there is nothing.
/// </summary>
internal sealed class ColorTables(Face face)
{
    private readonly byte[] _layers = Table(face, "COLR"), _drawings = Table(face, "SVG "), _graphics = Table(face, "sbix"), _strikes = Table(face, "CBLC");
    private readonly HBColor[] _palette = face.PaletteCount > 0 ? face.GetPaletteColors(0) : [];

    private static byte[] Table(Face face, string tag)
    {
        using var blob = face.ReferenceTable(Tag.Parse(tag));
        return blob.AsSpan().ToArray();
    }

    /// <summary>Whether any glyph may have colours.</summary>
    public bool Any => _layers.Length + _drawings.Length + _graphics.Length + _strikes.Length > 0;

    /// <summary>Pixels an em of the largest pictures of glyphs; 0 where there are none.</summary>
    public int PixelsPerEm { get; } = Math.Max(LargestGraphic(Table(face, "sbix")).PixelsPerEm, LargestStrike(Table(face, "CBLC")));

    /// <summary>The layers of a glyph, the first at the back (COLR version 0); none where it has none.</summary>
    public List<ColorLayer> Layers(ushort glyph)
    {
        var layers = new List<ColorLayer>();
        var (count, records, layerRecords) = (U16(_layers, 2), (int)U32(_layers, 4), (int)U32(_layers, 8));
        var at = Find(_layers, records, count, 6, glyph);
        for (var i = 0; at >= 0 && i < U16(_layers, at + 4); i++)
        {
            var layer = layerRecords + 4 * (U16(_layers, at + 2) + i);
            var color = U16(_layers, layer + 2);
            layers.Add(new ColorLayer(U16(_layers, layer), color < _palette.Length ? _palette[color] : null));
        }
        return layers;
    }

    /// <summary>Whether a glyph is painted by a graph of paints (COLR version 1).</summary>
    public bool HasPaint(ushort glyph)
    {
        if (U16(_layers, 0) < 1 || U32(_layers, 14) is not (> 0 and var list)) return false;
        return Find(_layers, (int)list + 4, (int)Math.Min(U32(_layers, (int)list), int.MaxValue), 6, glyph) >= 0;
    }

    /// <summary>Whether a glyph has a picture in the sbix table.</summary>
    public bool HasGraphic(ushort glyph)
    {
        if (LargestGraphic(_graphics) is not (> 0 and var strike, _)) return false;
        return U32(_graphics, strike + 4 + 4 * (glyph + 1)) > U32(_graphics, strike + 4 + 4 * glyph);
    }

    /// <summary>Whether the font has pictures in the CBDT table.</summary>
    public bool HasStrikes => _strikes.Length > 0;

    /// <summary>The SVG document that draws a glyph, perhaps compressed; null where there is none.</summary>
    public byte[]? Drawing(ushort glyph)
    {
        var list = (int)U32(_drawings, 2);
        for (var i = 0; list > 0 && i < U16(_drawings, list); i++)
        {
            var entry = list + 2 + 12 * i;
            if (glyph < U16(_drawings, entry) || glyph > U16(_drawings, entry + 2)) continue;
            var (offset, length) = (list + (long)U32(_drawings, entry + 4), (long)U32(_drawings, entry + 8));
            return offset + length <= _drawings.Length ? _drawings.AsSpan((int)offset, (int)length).ToArray() : null;
        }
        return null;
    }

    private static (int Strike, int PixelsPerEm) LargestGraphic(byte[] table)
    {
        var best = (0, 0);
        for (var i = 0; i < Math.Min(U32(table, 4), 64); i++)
        {
            var strike = (int)U32(table, 8 + 4 * i);
            if (U16(table, strike) > best.Item2) best = (strike, U16(table, strike));
        }
        return best;
    }

    // ppemY of each BitmapSize record.
    private static int LargestStrike(byte[] table)
    {
        var best = 0;
        for (var i = 0; i < Math.Min(U32(table, 4), 64); i++)
            if (8 + 48 * i + 45 < table.Length) best = Math.Max(best, table[8 + 48 * i + 45]);
        return best;
    }

    // Records of a size, sorted by the glyph that each begins with.
    private static int Find(byte[] table, int start, int count, int size, ushort glyph)
    {
        var (low, high) = (0, Math.Min(count, table.Length / size) - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var at = start + size * middle;
            if (at < 0 || at + size > table.Length) return -1;
            var found = U16(table, at);
            if (found == glyph) return at;
            if (found < glyph) low = middle + 1;
            else high = middle - 1;
        }
        return -1;
    }

    private static ushort U16(byte[] table, int at) => at >= 0 && at <= table.Length - 2 ? BinaryPrimitives.ReadUInt16BigEndian(table.AsSpan(at)) : (ushort)0;

    private static uint U32(byte[] table, int at) => at >= 0 && at <= table.Length - 4 ? BinaryPrimitives.ReadUInt32BigEndian(table.AsSpan(at)) : 0;
}
