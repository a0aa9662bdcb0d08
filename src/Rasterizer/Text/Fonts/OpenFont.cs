using System.Collections.Concurrent;
using System.Collections.Immutable;
using HarfBuzzSharp;
using SkiaSharp;
using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Rasterizer.Text.Fonts;

/// <summary>
/// A face at one place of its design space, ready to shape and draw: HarfBuzz shapes, Skia gives outlines. Both work in the font's
/// own units without hinting, so that a glyph is the same at every size. Bold strokes that a face lacks are Skia's: outlines grow by a
/// thirty-second of an em, advances stay.
/// </summary>
internal sealed class OpenFont
{
    private readonly ConcurrentDictionary<ushort, GlyphOutline?> _outlines = [];
    private readonly ConcurrentDictionary<(ushort, int), GlyphPicture?> _pictures = [];

    public OpenFont(FontFace face, ImmutableArray<FontVariation> variations, FontSynthesis synthesis)
    {
        Face = face;
        var bytes = face.Bytes;
        using var blob = new Blob(bytes.Address, bytes.Array.Length, MemoryMode.ReadOnly);
        HarfBuzzFace = new Face(blob, face.Index);
        UnitsPerEm = HarfBuzzFace.UnitsPerEm;
        HarfBuzz = new Font(HarfBuzzFace);
        HarfBuzz.SetScale(HarfBuzzFace.UnitsPerEm, HarfBuzzFace.UnitsPerEm);
        HarfBuzz.SetFunctionsOpenType();
        using var data = SKData.Create(bytes.Address, bytes.Array.Length);
        Typeface = SKTypeface.FromData(data, face.Index);
        if (!variations.IsEmpty)
        {
            HarfBuzz.SetVariations([.. variations.Select(v => new Variation { Tag = Tag.Parse(v.Tag), Value = (float)v.Value })]);
            Typeface = Typeface.Clone([.. variations.Select(v => new SKFontVariationPositionCoordinate { Axis = SKFourByteTag.Parse(v.Tag), Value = (float)v.Value })]);
        }
        Unhinted = new SKFont(Typeface, (float)UnitsPerEm) 
        {
            Hinting = SKFontHinting.None, Subpixel = true, LinearMetrics = true, Embolden = synthesis.Weight, SkewX = synthesis.Style ? -(float)FontSynthesis.Lean : 0,
        };
        Metrics = FontMetrics.Of(HarfBuzz, UnitsPerEm);
        Colors = new ColorTables(HarfBuzzFace);
        using var verticalMetrics = HarfBuzzFace.ReferenceTable(Tag.Parse("vmtx"));
        HasVerticalMetrics = verticalMetrics.Length > 0;
    }

    public FontFace Face { get; }
    public Face HarfBuzzFace { get; }
    public Font HarfBuzz { get; }
    public SKTypeface Typeface { get; }
    private SKFont Unhinted { get; }
    public double UnitsPerEm { get; }
    public FontMetrics Metrics { get; }
    /// <summary>Whether it says how glyphs hang in vertical lines (OpenType, table vmtx).</summary>
    public bool HasVerticalMetrics { get; }
    /// <summary>What gives glyphs colours of their own.</summary>
    public ColorTables Colors { get; }

    /// <summary>A glyph's outline, or null where it has none.</summary>
    public GlyphOutline? Outline(ushort glyph) => _outlines.GetOrAdd(glyph, Read);

    /// <summary>A glyph as pixels, or null where it shows nothing.</summary>
    public GlyphPicture? Picture(ushort glyph, int pixelsPerEm) =>
        _pictures.GetOrAdd((glyph, pixelsPerEm), _ => GlyphPicture.Of(Typeface, glyph, pixelsPerEm));

    private GlyphOutline? Read(ushort glyph)
    {
        using var path = GlyphPath(glyph);
        if (path is null || path.IsEmpty) return null;
        var (commands, points) = (ImmutableArray.CreateBuilder<PathCommand>(), ImmutableArray.CreateBuilder<Point>());
        using var iterator = path.CreateRawIterator();
        var p = new SKPoint[4];
        var scale = 1 / UnitsPerEm;
        Point At(int i) => new(p[i].X * scale, p[i].Y * scale);
        for (var verb = iterator.Next(p); verb != SKPathVerb.Done; verb = iterator.Next(p))
            switch (verb)
            {
                case SKPathVerb.Move:
                    Close();
                    commands.Add(PathCommand.Move);
                    points.Add(At(0));
                    break;
                case SKPathVerb.Line:
                    commands.Add(PathCommand.Line);
                    points.Add(At(1));
                    break;
                case SKPathVerb.Quad:
                    commands.Add(PathCommand.Cubic);
                    points.AddRange(At(0) + 2.0 / 3 * (At(1) - At(0)), At(2) + 2.0 / 3 * (At(1) - At(2)), At(2));
                    break;
                case SKPathVerb.Cubic:
                    commands.Add(PathCommand.Cubic);
                    points.AddRange(At(1), At(2), At(3));
                    break;
            }
        Close();
        return commands.Count == 0 ? null : new GlyphOutline(commands.ToImmutable(), points.ToImmutable());

        // A lone move draws nothing.
        void Close()
        {
            if (commands.Count == 0) return;
            if (commands[^1] != PathCommand.Move) commands.Add(PathCommand.Close);
            else
            {
                commands.RemoveAt(commands.Count - 1);
                points.RemoveAt(points.Count - 1);
            }
        }
    }

    private SKPath? GlyphPath(ushort glyph)
    {
        // A font object keeps what it read last: one reader at a time.
        lock (Unhinted) return Unhinted.GetGlyphPath(glyph);
    }
}
