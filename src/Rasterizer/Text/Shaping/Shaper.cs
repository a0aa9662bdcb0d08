using System.Collections.Immutable;
using HarfBuzzSharp;
using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Text.Bidi;
using SvgDistill.Rasterizer.Text.Fonts;
using Buffer = HarfBuzzSharp.Buffer;

namespace SvgDistill.Rasterizer.Text.Shaping;

/// <summary>
/// Turns a chunk of text into clusters of glyphs in visual order: parted by direction, style, script and font, each part shaped with what
/// surrounds it as context, so that letters join across the elements they lie in.
/// </summary>
internal sealed class Shaper(FontDatabase fonts)
{
    private const int MaximumFallbacks = 64;

    private const int MostFonts = 500;

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
    public List<GlyphCluster> Shape(string text, int start, int end, Func<int, TextStyle?> styleAt, byte[] levels)
    {
        var runs = new List<(int Start, int End, byte Level)>();
        for (var i = start; i < end;)
        {
            if (styleAt(i) is not { } style)
            {
                i++;
                continue;
            }
            var (script, from) = (ScriptAt(text, i, end), i);
            for (i++; i < end && levels[i] == levels[from] && IsSame(styleAt(i), style); i++)
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
            if (FontOf(style) is { } font) ShapeRun(text, run.Start, run.End, run.Level % 2 == 1, style, font, 0, clusters);
        }
        for (var i = 0; i < clusters.Count; i++)
        {
            clusters[i].Order = i;
            clusters[i].Scale(styleAt(clusters[i].Start)!.Size);
        }
        return clusters;
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

    private void ShapeRun(string text, int start, int end, bool isRtl, TextStyle style, OpenFont font, int depth, List<GlyphCluster> clusters)
    {
        var shaped = ShapeWith(text, start, end, isRtl, style, font);
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
            var other = missing ? Fallback(style, char.ConvertToUtf32(text, from), font.Face) : null;
            if (other is not null) ShapeRun(text, from, to, isRtl, style, other, depth + 1, clusters);
            else
            {
                clusters.AddRange(shaped.GetRange(first, i - first));
                Used.Add(font.Face);
            }
        }

        bool IsMissing(GlyphCluster c) => c.Glyphs.Exists(g => g.Glyph == 0);

        // Where a cluster's characters end: at the next one's begin in reading order.
        int After(int index)
        {
            var next = isRtl ? index - 1 : index + 1;
            return next >= 0 && next < shaped.Count ? shaped[next].Start : end;
        }
    }

    private static List<GlyphCluster> ShapeWith(string text, int start, int end, bool isRtl, TextStyle style, OpenFont font)
    {
        using var buffer = new Buffer();
        buffer.AddUtf16(text.AsSpan(), start, end - start);
        buffer.GuessSegmentProperties();
        buffer.Direction = isRtl ? Direction.RightToLeft : Direction.LeftToRight;
        if (style.Language is { Length: > 0 } language) buffer.Language = new Language(language);
        font.HarfBuzz.Shape(buffer, [.. style.Features.Select(f => new Feature(Tag.Parse(f.Tag), f.Value))]);
        var infos = buffer.GetGlyphInfoSpan();
        var positions = buffer.GetGlyphPositionSpan();
        var (scale, clusters, x) = (1 / font.UnitsPerEm, new List<GlyphCluster>(), 0.0);
        for (var i = 0; i < infos.Length; i++)
        {
            var at = (int)infos[i].Cluster;
            if (clusters.Count == 0 || clusters[^1].Start != at)
            {
                clusters.Add(new GlyphCluster(at, font));
                x = 0;
            }
            var p = positions[i];
            clusters[^1].Glyphs.Add(new ClusterGlyph((ushort)infos[i].Codepoint, new Point(x + p.XOffset * scale, -p.YOffset * scale)));
            x += p.XAdvance * scale;
            clusters[^1].Width = clusters[^1].Advance = x;
        }
        return clusters;
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
