using System.Collections.Immutable;
using System.Globalization;
using System.Numerics;
using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Rasterizer.Svg.Css;
using SvgDistill.Rasterizer.Text.Fonts;
using SvgDistill.Rasterizer.Text.Layout;

namespace SvgDistill.Rasterizer.Svg.Reading;

/// <summary>
/// Glyphs in colours of their own, frozen: layers and SVG documents as shapes; pictures, and graphs of paints (COLR version 1), as pixels.
/// </summary>
internal sealed partial class SceneBuilder
{
    // What a graph of paints is drawn with, in pixels an em: twice the size in the scene, so that an enlarged picture keeps some sharpness.
    private const int LeastPixels = 128, MostPixels = 1024;
    // Pictures of the sbix table hang below the baseline that their offsets name, as resvg and Apple's systems have it.
    private const double BitmapDrop = .128;

    private readonly Dictionary<(OpenFont, ushort), ImmutableArray<SceneNode>> _glyphDrawings = [];

    /// <summary>A glyph as layers, pixels or a drawing; null where its outline is all there is.</summary>
    private GroupNode? ColorGlyph(PlacedGlyph glyph, Frame owner)
    {
        var (font, colors) = (glyph.Font, glyph.Font.Colors);
        if (!colors.Any) return null;
        if (colors.Layers(glyph.Glyph) is { Count: > 0 } layers) return Placed([.. Layers(glyph, layers, owner)], Matrix.Identity);
        if (colors.HasPaint(glyph.Glyph))
        {
            var size = 2 * glyph.Place.MeanScale * owner.ToScene.MeanScale;
            var pixels = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Clamp(size, LeastPixels, MostPixels));
            return Picture(pixels, Matrix.Identity);
        }
        if (colors.Drawing(glyph.Glyph) is { } drawing) return Placed(Drawing(font, glyph.Glyph, drawing, owner), Matrix.Scaling(1 / font.UnitsPerEm, 1 / font.UnitsPerEm));
        if (colors.HasGraphic(glyph.Glyph)) return Picture(colors.PixelsPerEm, Matrix.Translation(0, BitmapDrop));
        return colors.HasStrikes && font.Outline(glyph.Glyph) is null ? Picture(colors.PixelsPerEm, Matrix.Identity) : null;

        GroupNode? Placed(ImmutableArray<SceneNode> nodes, in Matrix map)
        {
            if (nodes.IsEmpty) return null;
            CountNode(owner.Element);
            return new GroupNode { Element = _table.Source(owner.Element), Transform = TransformChain.Of(glyph.Place * map), Children = nodes };
        }

        GroupNode? Picture(int pixelsPerEm, in Matrix map)
        {
            if (pixelsPerEm <= 0 || font.Picture(glyph.Glyph, pixelsPerEm) is not { } picture) return null;
            _imagePixels += picture.Pixels.Width * picture.Pixels.Height;
            if (_imagePixels > _limits.ImagePixels)
                throw _document.Error(owner.Element, $"The pictures of glyphs and images have more than {_limits.ImagePixels} pixels in all.", "Use fewer of them.");
            return Placed(
                [
                    new ImageNode
                    {
                        Element = _table.Source(owner.Element), Transform = TransformChain.Of(picture.Place),
                        PixelWidth = picture.Pixels.Width, PixelHeight = picture.Pixels.Height, Rgba = picture.Pixels.Pixels,
                    },
                ], map);
        }
    }

    // The first palette's colours; the text's own where a layer asks for it.
    private IEnumerable<SceneNode> Layers(PlacedGlyph glyph, List<ColorLayer> layers, Frame owner)
    {
        foreach (var layer in layers)
        {
            var fill = layer.Color is not { } c ? ReadPaint(owner, "fill")
                : new SolidPaint { Color = ScalarColor.Constant(c.Red / 255.0, c.Green / 255.0, c.Blue / 255.0, c.Alpha / 255.0) };
            if (fill is null || glyph.Font.Outline(layer.Glyph) is not { } outline) continue;
            CountPoints(outline.Points.Length, owner.Element);
            CountNode(owner.Element);
            var pen = new OutlinePen();
            pen.Add(outline, Matrix.Identity);
            yield return new ShapeNode { Element = _table.Source(owner.Element), Geometry = pen.ToPath()!, Fill = fill };
        }
    }

    // OpenType, table SVG: the element "glyphN" of the document, in font units.
    private ImmutableArray<SceneNode> Drawing(OpenFont font, ushort glyph, byte[] bytes, Frame owner)
    {
        if (_glyphDrawings.TryGetValue((font, glyph), out var known)) return known;
        try
        {
            var builder = Embedded(bytes, FontDatabase.None);
            var nodes = builder.BuildElement(string.Create(CultureInfo.InvariantCulture, $"glyph{glyph}"), font.UnitsPerEm, owner.Depth);
            Count(builder);
            return _glyphDrawings[(font, glyph)] = nodes;
        }
        catch (SvgException)
        {
            _notes.Add("Glyphs whose drawing in the font is damaged are drawn as outlines ({0}).", owner.Element.Order);
            return _glyphDrawings[(font, glyph)] = [];
        }
    }

    private ImmutableArray<SceneNode> BuildElement(string id, double unitsPerEm, int depth)
    {
        if (_document.ById(id) is not { } element) return [];
        _diagonal = Math.Sqrt(2) * unitsPerEm;
        var frame = new Frame(DocumentStyle(element), Matrix.Identity, new Viewport(unitsPerEm, unitsPerEm), Freedom.Locked, depth);
        return ReadElement(frame) is { } node ? [node] : [];
    }
}
