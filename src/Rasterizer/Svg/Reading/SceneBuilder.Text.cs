using System.Collections.Immutable;
using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Rasterizer.Svg.Css;
using SvgDistill.Rasterizer.Svg.Xml;
using SvgDistill.Rasterizer.Text.Fonts;
using SvgDistill.Rasterizer.Text.Layout;
using SvgDistill.Rasterizer.Text.Shaping;

namespace SvgDistill.Rasterizer.Svg.Reading;

/// <summary>
/// Text as outlines: glyphs and decorations as shapes whose points are constants, painted by parameters. Places and glyphs are the file's
/// and the font's; <c>--move</c> moves the whole.
/// </summary>
internal sealed partial class SceneBuilder
{
    private const int MostFontNotes = 16;

    private readonly HashSet<string> _missingFonts = [];
    private Shaper? _shaper;
    private int _characters;

    /// <summary>The font files whose glyphs are drawn, in order.</summary>
    public ImmutableArray<FontFile> Fonts => _shaper is null ? []
        : [.. _shaper.Used.Select(f => f.File).DistinctBy(f => f.Path).OrderBy(f => f.Path, StringComparer.Ordinal)];

    /// <summary>A <c>text</c> element's shapes; inside a clip path they are one colour by the clip rule.</summary>
    private ImmutableArray<SceneNode> ReadText(Frame frame, bool isClip = false)
    {
        var reader = new TextReader(this, frame);
        if (reader.Read() is not { } content) return [];
        if (_options.Fonts.Faces.IsEmpty)
        {
            _notes.Add("Text is kept but not drawn, since there are no fonts here; --fonts DIR gives some ({0}).", frame.Element.Order);
            return [];
        }
        _shaper ??= new Shaper(_options.Fonts);
        foreach (var span in content.Spans) NoteFonts(span.Style, reader.Owner(span.Owner).Element);
        var layout = TextLayout.Of(content, _shaper);
        var box = layout.Box;
        var nodes = ImmutableArray.CreateBuilder<SceneNode>();
        var shapes = new List<(PathGeometry, Frame)>();
        foreach (var laid in layout.Spans)
        {
            var owner = reader.Owner(laid.Span.Owner);
            if (owner.Style.Word("visibility") is "hidden" or "collapse" || !(laid.Span.Style.Size > 0)) continue;
            if (!isClip) Decorate(DecorationLine.Overline);
            if (!isClip) Decorate(DecorationLine.Underline);
            AddGlyphs(laid, owner, isClip, box, nodes, shapes);
            if (!isClip) Decorate(DecorationLine.LineThrough);

            void Decorate(DecorationLine line)
            {
                foreach (var (decoration, pieces) in laid.Decorations)
                    if (decoration.Line == line) AddShape(OutlinePen.Rectangles(pieces), reader.Owner(decoration.Owner), false, box, nodes, shapes);
            }
        }
        if (nodes.Count == 0) return [];
        if (!isClip && nodes.Count == shapes.Count) Outline(frame, content.Text, shapes);
        CountNode(frame.Element);
        return
        [
            new GroupNode
            {
                Element = _table.Source(frame.Element), Children = nodes.DrainToImmutable(),
                Box = box.HasArea ? ConstantRectangle(box.Left, box.Top, box.Right - box.Left, box.Bottom - box.Top) : null,
            },
        ];
    }

    // Outlines in a row are one shape, so that glyphs that overlap are painted once.
    private void AddGlyphs(LaidSpan laid, Frame owner, bool isClip, TextBox box, ImmutableArray<SceneNode>.Builder nodes,
        List<(PathGeometry, Frame)> shapes)
    {
        var pen = new OutlinePen();
        foreach (var glyph in laid.Glyphs)
        {
            if (glyph.Glyph == 0) _notes.Add("Characters that no font here has are drawn as boxes ({0}).", owner.Element.Order);
            if (!isClip && ColorGlyph(glyph, owner) is { } picture)
            {
                AddShape(pen.ToPath(), owner, isClip, box, nodes, shapes);
                pen = new OutlinePen();
                nodes.Add(picture);
            }
            else if (glyph.Font.Outline(glyph.Glyph) is { } outline)
            {
                CountPoints(outline.Points.Length, owner.Element);
                pen.Add(outline, glyph.Place);
            }
        }
        AddShape(pen.ToPath(), owner, isClip, box, nodes, shapes);
    }

    private void AddShape(PathGeometry? outline, Frame owner, bool isClip, TextBox box, ImmutableArray<SceneNode>.Builder nodes,
        List<(PathGeometry, Frame)> shapes)
    {
        if (outline is null) return;
        var element = owner.Element;
        var antiAlias = owner.Style.Word("text-rendering") != "optimizespeed";
        if (isClip)
        {
            nodes.Add(new ShapeNode { Element = _table.Source(element), Geometry = outline, Fill = _black, AntiAlias = antiAlias });
            CountNode(element);
            return;
        }
        var (fill, stroke) = (ReadPaint(owner, "fill"), ReadStroke(owner));
        if (fill is null && stroke is null) return;
        CountNode(element);
        shapes.Add((outline, owner));
        // fill-rule does not apply to text (SVG 2 section 11.9.1).
        nodes.Add(new ShapeNode
        {
            Element = _table.Source(element), Geometry = outline, Fill = InBoxOf(fill, box),
            FillOpacity = fill is null ? Scalar.Constant(1) : ReadOpacity(owner, "fill-opacity"),
            Stroke = stroke is null ? null : stroke with { Paint = InBoxOf(stroke.Paint, box)! },
            StrokeFirst = PaintOrder.Parse(owner.Style.Word("paint-order")).StrokeFirst, AntiAlias = antiAlias,
        });
    }

    // Every paint inside a text refers to the box of the whole text, which nothing but --move moves.
    private static Paint? InBoxOf(Paint? paint, TextBox box) => paint switch
    {
        GradientPaint { BoundingBoxUnits: true } or PatternPaint { BoundingBoxUnits: true } or PatternPaint { BoundingBoxContent: true } =>
            box.HasArea ? Placed(paint, Matrix.Identity, new Matrix(box.Right - box.Left, 0, 0, box.Bottom - box.Top, box.Left, box.Top)) : paint.Fallback,
        _ => paint,
    };

    private void NoteFonts(TextStyle style, SvgElement element)
    {
        if (FontMatcher.Missing(style.Font, _options.Fonts) is not [_, ..] missing || _shaper!.FontOf(style) is not { } font) return;
        var names = string.Join(", ", missing.Take(4).Select(n => n.Length > 60 ? n[..60] : n));
        // A list that is longer tells nobody more.
        if (_missingFonts.Count >= MostFontNotes && !_missingFonts.Contains(names))
        {
            _notes.Add("Other fonts of the file are not there, too: text is drawn in those that are ({0}).", element.Order);
            return;
        }
        _missingFonts.Add(names);
        _notes.Add($"There is no font {Notes.Plain(names)}: text is drawn in {Notes.Plain(font.Face.Family)} ({{0}}).", element.Order);
    }
}
