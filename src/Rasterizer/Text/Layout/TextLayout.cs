using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Text.Fonts;
using SvgDistill.Rasterizer.Text.Shaping;

namespace SvgDistill.Rasterizer.Text.Layout;

/// <summary>A glyph in its place.</summary>
/// <param name="Font">Its font.</param>
/// <param name="Glyph">Its number there.</param>
/// <param name="Place">From ems, the glyph's origin at zero, y down, to the text's space.</param>
internal readonly record struct PlacedGlyph(OpenFont Font, ushort Glyph, Matrix Place);

/// <summary>A piece of a decoration's line: the rectangle (0, Top, Width, Height) under Place.</summary>
internal readonly record struct DecorationPiece(Matrix Place, double Top, double Width, double Height);

/// <summary>What a span draws: decorations, glyphs, and what runs through them.</summary>
internal sealed record LaidSpan(TextSpan Span)
{
    public List<PlacedGlyph> Glyphs { get; } = [];
    public List<(TextDecoration Decoration, List<DecorationPiece> Pieces)> Decorations { get; } = [];
}

/// <summary>
/// Lays text out (SVG 2 section 11.5, "Text layout algorithm"): chunk by chunk, each on a line from where the last one ended or from a
/// position of its own, or along a path. A vertical line is a horizontal one turned by a right angle.
/// </summary>
internal sealed class TextLayout
{
    private readonly TextContent _content;
    private readonly Shaper _shaper;
    private readonly TextStyle[] _styles;
    private readonly TextSpan[] _spans;
    private readonly int[] _indices;
    private readonly Dictionary<int, List<TextLength>> _lengths = [];

    private TextLayout(TextContent content, Shaper shaper)
    {
        (_content, _shaper) = (content, shaper);
        (_styles, _spans) = (new TextStyle[content.Text.Length], new TextSpan[content.Text.Length]);
        _indices = new int[content.Text.Length];
        for (var k = 0; k < content.Spans.Length; k++)
            for (var i = content.Spans[k].Start; i < content.Spans[k].End; i++)
                (_styles[i], _spans[i], _indices[i]) = (content.Spans[k].Style, content.Spans[k], k);
        Spans = [.. content.Spans.Select(s => new LaidSpan(s))];
    }

    /// <summary>What is drawn, in the order of the text.</summary>
    public List<LaidSpan> Spans { get; }

    /// <summary>The box of all characters by their fonts' ascent and descent, and of decorations, which paints and clips refer to.</summary>
    public TextBox Box { get; } = new();

    public static TextLayout Of(TextContent content, Shaper shaper)
    {
        var layout = new TextLayout(content, shaper);
        var chunks = new List<int>();
        var chunkOf = new int[content.Text.Length];
        for (var i = 0; i < content.Text.Length; i++)
        {
            if (i == 0 || layout.BeginsChunk(i)) chunks.Add(i);
            chunkOf[i] = chunks[^1];
        }
        // An element that lies in several chunks has no length of its own to change.
        foreach (var length in content.Lengths)
            if (length.End > length.Start && chunkOf[length.Start] is var chunk && chunkOf[length.End - 1] == chunk)
                (layout._lengths.TryGetValue(chunk, out var list) ? list : layout._lengths[chunk] = []).Add(length);
        var at = default(Point);
        for (var k = 0; k < chunks.Count; k++) at = layout.Chunk(chunks[k], k + 1 < chunks.Count ? chunks[k + 1] : content.Text.Length, at);
        return layout;
    }

    private bool BeginsChunk(int i) => _content.X[i] is not null || _content.Y[i] is not null || _spans[i].Path != _spans[i - 1].Path;

    private Point Chunk(int start, int end, Point current)
    {
        var path = _spans[start].Path;
        var origin = path is null ? new Point(_content.X[start] ?? current.X, _content.Y[start] ?? current.Y) : default;
        var clusters = _shaper.Shape(_content.Text, start, end, i => _spans[i].IsSkipped ? null : _styles[i], _content.Levels, _content.IsVertical);
        if (clusters.Count == 0) return path is null ? origin : current;
        if (_content.IsVertical) clusters.ForEach(Turn);
        Spacing.Apply(clusters, _content.Text, c => _spans[c.Start], _lengths.GetValueOrDefault(start) ?? []);
        var shift = path is null ? PlaceOnLine(clusters) : PlaceOnPath(clusters, path, start);
        var isTurned = _content.IsVertical && path is null;
        var line = Matrix.Translation(origin.X, origin.Y) * (isTurned ? Matrix.Rotation(Math.PI / 2) : Matrix.Identity);
        Emit(clusters, line, path is null, start, end);
        return origin + (isTurned ? new Point(-shift.Y, shift.X) : shift);
    }

    // The middle of the font's height lies on a vertical line; what stands upright turns back.
    private static void Turn(GlyphCluster cluster)
    {
        if (cluster.IsUpright) cluster.Turn = Matrix.Rotation(-Math.PI / 2);
        else cluster.Sideways = .5 * (cluster.Ascent + cluster.Descent);
    }

    // Where a line begins so that its anchor lies at the origin.
    private static double Anchored(TextSpan first, List<GlyphCluster> clusters)
    {
        var length = clusters.Sum(c => c.Advance);
        var anchor = first.Anchor;
        if (first.IsRtl && anchor != TextAnchor.Middle) anchor = anchor == TextAnchor.Start ? TextAnchor.End : TextAnchor.Start;
        return anchor switch { TextAnchor.Middle => -length / 2, TextAnchor.End => -length, _ => 0 };
    }

    private TextSpan FirstSpan(List<GlyphCluster> clusters) => _spans[clusters.Min(c => c.Start)];

    private Point PlaceOnLine(List<GlyphCluster> clusters)
    {
        var (x, y) = (Anchored(FirstSpan(clusters), clusters), 0.0);
        foreach (var cluster in clusters)
        {
            var (dx, dy) = (_content.Dx[cluster.Start], _content.Dy[cluster.Start]);
            (x, y) = _content.IsVertical ? (x + dy, y - dx) : (x + dx, y + dy);
            var angle = _content.Rotate[cluster.Start];
            cluster.IsApart = dx != 0 || dy != 0 || angle != 0;
            cluster.Place = Matrix.Translation(x, y + cluster.Sideways) * Matrix.Rotation(angle * Math.PI / 180) * cluster.Place;
            x += cluster.Advance;
        }
        return new Point(x, y);
    }

    // SVG 2 section 11.8.3: the middle of each character's advance lies on the path, turned with it.
    private Point PlaceOnPath(List<GlyphCluster> clusters, TextPath path, int start)
    {
        var along = path.Offset + Anchored(FirstSpan(clusters), clusters) + ((_content.IsVertical ? _content.Y[start] : _content.X[start]) ?? 0);
        var (across, last) = (0.0, default(Point));
        foreach (var cluster in clusters)
        {
            along += _content.Dx[cluster.Start];
            across += _content.Dy[cluster.Start];
            cluster.IsApart = true;
            var place = path.Place(along + cluster.Width / 2);
            along += cluster.Advance;
            if (place is not var (at, angle))
            {
                cluster.IsPlaced = false;
                continue;
            }
            var span = _spans[cluster.Start];
            var shift = across + (_shaper.FontOf(span.Style) is { } font ? Baselines.Shift(span, font.Metrics, _content.IsVertical) : 0);
            cluster.Place = Matrix.Translation(at.X, at.Y) * Matrix.Rotation(angle) * Matrix.Translation(-cluster.Width / 2, shift)
                * Matrix.Rotation(_content.Rotate[cluster.Start] * Math.PI / 180) * Matrix.Translation(0, cluster.Sideways) * cluster.Place;
            last = at + new Point(cluster.Advance, 0);
        }
        return last;
    }

    private void Emit(List<GlyphCluster> clusters, in Matrix line, bool isLinear, int start, int end)
    {
        var bySpan = clusters.ToLookup(c => _indices[c.Start]);
        for (var k = _indices[start]; k <= _indices[end - 1]; k++)
        {
            var (laid, span) = (Spans[k], Spans[k].Span);
            var own = bySpan[k].ToList();
            if (own.Count == 0 || _shaper.FontOf(span.Style) is not { } font) continue;
            var outer = isLinear ? line * Matrix.Translation(0, Baselines.Shift(span, font.Metrics, _content.IsVertical)) : line;
            foreach (var decoration in span.Decorations)
            {
                var pieces = DecorationLines.Pieces(decoration.Line, own, font.Metrics, span.Style.Size, outer, _content.IsVertical);
                if (pieces.Count == 0) continue;
                laid.Decorations.Add((decoration, pieces));
                foreach (var p in pieces) Box.Include(p.Place, 0, p.Top, p.Width, p.Top + p.Height);
            }
            foreach (var cluster in own)
            {
                if (!cluster.IsPlaced) continue;
                var place = outer * cluster.Place * cluster.Turn;
                Box.Include(outer * cluster.Place, cluster);
                foreach (var glyph in cluster.Glyphs)
                    laid.Glyphs.Add(new PlacedGlyph(cluster.Font, glyph.Glyph,
                        place * Matrix.Translation(glyph.At.X, glyph.At.Y) * Matrix.Scaling(cluster.Size, cluster.Size)));
            }
        }
    }
}
