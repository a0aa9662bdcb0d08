using System.Collections.Immutable;
using System.Globalization;
using HarfBuzzSharp;
using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Text.Bidi;
using SvgDistill.Rasterizer.Text.Fonts;
using Buffer = HarfBuzzSharp.Buffer;

namespace SvgDistill.Rasterizer.Text.Shaping;

/// <summary>
/// Turns a chunk of text into clusters of glyphs in visual order: parted by direction, style, script and font, each part shaped with what
/// surrounds it in the chunk as context, so that letters join across the elements they lie in.
/// </summary>
internal sealed class Shaper(FontDatabase fonts)
{
    private const int MaximumFallbacks = 64;

    private const int MostFonts = 500;

    // Upright characters join and kern no more than HarfBuzz has them in a vertical line.
    private static readonly ImmutableArray<FontFeature> _uprightFeatures = [new("vert", 1), new("liga", 0), new("clig", 0), new("calt", 0), new("kern", 0)];

    private readonly HashSet<OpenFont> _opened = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<string, List<FontFace>> _candidates = [];
    private readonly Dictionary<(string, int), FontFace?> _fallbacks = [];

    /// <summary>The fonts whose glyphs were asked for.</summary>
    public HashSet<FontFace> Used { get; } = [];

    /// <summary>The font of a style that a run begins with, or null where there are no fonts at all.</summary>
    public OpenFont? FontOf(TextStyle style) => Candidates(style) is [var face, ..] ? Open(face, style) : null;

    /// <summary>Shapes the characters [start, end) of a text.</summary>
    /// <param name="text">The element's whole text.</param>
    /// <param name="start">Where the chunk begins.</param>
    /// <param name="end">Where it ends.</param>
    /// <param name="styleAt">The style of each character; null where it is left out.</param>
    /// <param name="levels">The embedding level of each character.</param>
    /// <param name="isVertical">Whether lines run from the top down.</param>
    public List<GlyphCluster> Shape(string text, int start, int end, Func<int, TextStyle?> styleAt, byte[] levels, bool isVertical)
    {
        var runs = new List<(int Start, int End, byte Level)>();
        var upright = new bool[end];
        if (isVertical) StandUp(text, start, styleAt, upright);
        for (var i = start; i < end;)
        {
            if (styleAt(i) is not { } style)
            {
                i++;
                continue;
            }
            var (script, from) = (ScriptAt(text, i, end), i);
            for (i++; i < end && levels[i] == levels[from] && upright[i] == upright[from] && IsSame(styleAt(i), style); i++)
            {
                if (char.IsLowSurrogate(text[i])) continue;
                var next = UnicodeData.Script(char.ConvertToUtf32(text, i));
                if (!IsShared(next) && !IsShared(script) && next != script) break;
                if (IsShared(script)) script = next;
            }
            runs.Add((from, i, levels[from]));
        }
        var clusters = new List<GlyphCluster>();
        foreach (var r in BidiLevels.VisualOrder([.. runs.Select(r => r.Level)]))
        {
            var run = runs[r];
            var style = styleAt(run.Start)!;
            var piece = new Piece(text, start, end, run.Level % 2 == 1, upright[run.Start], style);
            if (FontOf(style) is { } font) ShapeRun(piece, run.Start, run.End, font, 0, clusters);
        }
        for (var i = 0; i < clusters.Count; i++)
        {
            clusters[i].Order = i;
            clusters[i].Scale(styleAt(clusters[i].Start)!.Size);
        }
        return clusters;
    }

    // Whole graphemes stand upright or lie on their side, as their first character does.
    private static void StandUp(string text, int start, Func<int, TextStyle?> styleAt, bool[] upright)
    {
        for (int i = start, length; i < upright.Length; i += length)
        {
            length = StringInfo.GetNextTextElementLength(text.AsSpan(i, upright.Length - i));
            var codePoint = char.ConvertToUtf32(text, i);
            upright.AsSpan(i, length).Fill(styleAt(i)?.Orientation switch
            {
                TextOrientation.Upright => true,
                TextOrientation.Sideways => false,
                _ => VerticalOrientation.IsUpright(codePoint) || VerticalOrientation.IsUprightByForm(codePoint),
            });
        }
    }

    // A font that fits itself to a size is another one at another size.
    private bool IsSame(TextStyle? a, TextStyle b) => ReferenceEquals(a, b) || (a is not null && a.Key == b.Key && FontOf(a) == FontOf(b));

    private static bool IsShared(Script script) => script == Script.Common || script == Script.Inherited;

    private static Script ScriptAt(string text, int at, int end)
    {
        for (var i = at; i < end; i += char.IsSurrogatePair(text, i) ? 2 : 1)
            if (UnicodeData.Script(char.ConvertToUtf32(text, i)) is var script && !IsShared(script)) return i == at ? script : Script.Common;
        return Script.Common;
    }

    /// <summary>What the parts of a run share: the chunk [Start, End) of the text that it stands in, and how it is shaped.</summary>
    private readonly record struct Piece(string Text, int Start, int End, bool IsRtl, bool IsUpright, TextStyle Style);

    private void ShapeRun(in Piece piece, int start, int end, OpenFont font, int depth, List<GlyphCluster> clusters)
    {
        var (text, isRtl, run) = (piece.Text, piece.IsRtl, piece);
        var shaped = ShapeWith(run, start, end, font);
        if (run.IsUpright && run.Style.Orientation == TextOrientation.Mixed) shaped = [.. shaped.SelectMany((c, i) => Sideways(c, i) ?? [c])];
        if (depth >= MaximumFallbacks || !shaped.Exists(c => IsMissing(c)))
        {
            clusters.AddRange(shaped);
            if (shaped.Count > 0) Used.Add(font.Face);
            return;
        }
        // Clusters in a row that the font lacks go to the next font that has the first of them.
        for (var i = 0; i < shaped.Count;)
        {
            var (first, missing) = (i, IsMissing(shaped[i]));
            while (i < shaped.Count && IsMissing(shaped[i]) == missing) i++;
            var (from, to) = (shaped[isRtl ? i - 1 : first].Start, After(isRtl ? first : i - 1));
            var other = missing ? Fallback(run.Style, char.ConvertToUtf32(text, from), font.Face) : null;
            if (other is not null) ShapeRun(run, from, to, other, depth + 1, clusters);
            else
            {
                clusters.AddRange(shaped.GetRange(first, i - first));
                Used.Add(font.Face);
            }
        }

        // What stands upright by a form of the font's alone lies on its side where that is the usual one.
        List<GlyphCluster>? Sideways(GlyphCluster c, int index)
        {
            if (!VerticalOrientation.IsUprightByForm(char.ConvertToUtf32(text, c.Start))) return null;
            var turned = ShapeWith(run with { IsUpright = false }, c.Start, After(index), font);
            return c.Glyphs.Select(g => g.Glyph).SequenceEqual(turned.SelectMany(t => t.Glyphs).Select(g => g.Glyph)) ? turned : null;
        }

        bool IsMissing(GlyphCluster c) => c.Glyphs.Exists(g => g.Glyph == 0);

        // Where a cluster's characters end: at the next one's begin in reading order.
        int After(int index)
        {
            var next = isRtl ? index - 1 : index + 1;
            return next >= 0 && next < shaped.Count ? shaped[next].Start : end;
        }
    }

    private static List<GlyphCluster> ShapeWith(in Piece piece, int start, int end, OpenFont font)
    {
        var (style, isRtl, isUpright) = (piece.Style, piece.IsRtl, piece.IsUpright);
        // HarfBuzz gives what hangs in a vertical line its vertical forms; in a font without metrics for that they are asked for.
        var isHung = isUpright && font.HasVerticalMetrics;
        using var buffer = new Buffer();
        // What lies beyond the chunk has a place of its own: letters do not join with it, as by resvg and Chromium.
        buffer.AddUtf16(piece.Text.AsSpan(piece.Start, piece.End - piece.Start), start - piece.Start, end - start);
        buffer.GuessSegmentProperties();
        buffer.Direction = isHung ? isRtl ? Direction.BottomToTop : Direction.TopToBottom : isRtl ? Direction.RightToLeft : Direction.LeftToRight;
        if (style.Language is { Length: > 0 } language) buffer.Language = new Language(language);
        font.HarfBuzz.Shape(buffer, [.. (isUpright ? _uprightFeatures : []).Concat(style.Features).Select(f => new Feature(Tag.Parse(f.Tag), f.Value))]);
        var infos = buffer.GetGlyphInfoSpan();
        var positions = buffer.GetGlyphPositionSpan();
        var (scale, clusters, along) = (1 / font.UnitsPerEm, new List<GlyphCluster>(), 0.0);
        for (var i = 0; i < infos.Length; i++)
        {
            var at = piece.Start + (int)infos[i].Cluster;
            if (clusters.Count == 0 || clusters[^1].Start != at)
            {
                clusters.Add(new GlyphCluster(at, font, isUpright));
                along = 0;
            }
            var p = positions[i];
            clusters[^1].Glyphs.Add(new ClusterGlyph((ushort)infos[i].Codepoint,
                isHung ? new Point(p.XOffset * scale, along - p.YOffset * scale) : new Point(along + p.XOffset * scale, -p.YOffset * scale)));
            along += (isHung ? -p.YAdvance : p.XAdvance) * scale;
            clusters[^1].Width = clusters[^1].Advance = along;
        }
        if (isUpright && !isHung) clusters.ForEach(Hang);
        return clusters;
    }

    // Without vertical metrics an upright character takes as much of the line as it is wide, its middle on the line, as by resvg.
    private static void Hang(GlyphCluster cluster)
    {
        var metrics = cluster.Font.Metrics;
        var to = new Point(-cluster.Width / 2, cluster.Width / 2 + .5 * (metrics.Ascent + metrics.Descent));
        for (var i = 0; i < cluster.Glyphs.Count; i++) cluster.Glyphs[i] = cluster.Glyphs[i] with { At = cluster.Glyphs[i].At + to };
    }

    private OpenFont Open(FontFace face, TextStyle style)
    {
        // Each place of a design space is a font of its own in memory; beyond so many a drawing has the face's usual one.
        var font = fonts.Open(face, _opened.Count < MostFonts ? style.Font.PositionFor(face, style.Size) : [], style.Font.SynthesisFor(face));
        _opened.Add(font);
        return font;
    }

    private List<FontFace> Candidates(TextStyle style) =>
        _candidates.TryGetValue(style.Key, out var known) ? known : _candidates[style.Key] = [.. FontMatcher.Candidates(style.Font, fonts)];

    // The best of a style's candidates that has a character.
    private OpenFont? Fallback(TextStyle style, int codePoint, FontFace tried)
    {
        if (!_fallbacks.TryGetValue((style.Key, codePoint), out var face))
            face = _fallbacks[(style.Key, codePoint)] = Candidates(style).Find(f => f.Has(codePoint));
        return face is null || face == tried ? null : Open(face, style);
    }
}
