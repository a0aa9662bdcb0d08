using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Text.Fonts;
using SvgDistill.Rasterizer.Text.Shaping;

namespace SvgDistill.Rasterizer.Text.Layout;

/// <summary><c>letter-spacing</c>, <c>word-spacing</c> (CSS Text Level 3 section 8) and <c>textLength</c> (SVG 2 section 11.10.2).</summary>
internal static class Spacing
{
    /// <summary>Changes the advances of a chunk's clusters.</summary>
    /// <param name="clusters">The clusters in visual order.</param>
    /// <param name="text">The element's text.</param>
    /// <param name="spanOf">The span of a cluster.</param>
    /// <param name="lengths">The lengths of elements in the chunk, the innermost first.</param>
    public static void Apply(List<GlyphCluster> clusters, string text, Func<GlyphCluster, TextSpan> spanOf, List<TextLength> lengths)
    {
        for (var i = 0; i < clusters.Count; i++)
        {
            var (cluster, span) = (clusters[i], spanOf(clusters[i]));
            var codePoint = char.ConvertToUtf32(text, cluster.Start);
            if (span.LetterSpacing != 0 && UnicodeData.TakesLetterSpacing(codePoint))
            {
                // Behind the last one it would only shift the anchor.
                if (i < clusters.Count - 1) cluster.Advance += span.LetterSpacing;
                if (!(cluster.Advance > 0))
                {
                    cluster.Width = cluster.Advance = 0;
                    cluster.Glyphs.Clear();
                }
            }
            if (span.WordSpacing != 0 && UnicodeData.IsWordSeparator(codePoint)) cluster.Advance += span.WordSpacing;
        }
        if (lengths.Count == 0) return;
        var clusterAt = clusters.DistinctBy(c => c.Start).ToDictionary(c => c.Start);
        // What an inner element stretched is one piece for the outer ones.
        var pieceOf = new int[clusters.Count];
        for (var k = 0; k < lengths.Count; k++) Fit(clusterAt, lengths[k], k + 1, pieceOf);
    }

    private static void Fit(Dictionary<int, GlyphCluster> clusterAt, TextLength length, int number, int[] pieceOf)
    {
        var own = new List<GlyphCluster>();
        for (var i = length.Start; i < length.End; i++)
            if (clusterAt.TryGetValue(i, out var cluster)) own.Add(cluster);
        if (own.Count == 0) return;
        own.Sort((a, b) => a.Order.CompareTo(b.Order));
        var width = own.Sum(c => c.Advance);
        if (length.StretchesGlyphs)
        {
            var factor = length.Value / width;
            if (!(factor > 1e-3 && double.IsFinite(factor))) return;
            foreach (var cluster in own)
            {
                cluster.Width *= factor;
                cluster.Advance *= factor;
                cluster.Place = cluster.Place * Matrix.Scaling(factor, 1);
            }
        }
        else
        {
            var gaps = own.SkipLast(1).Where((c, i) => pieceOf[c.Order] == 0 || pieceOf[c.Order] != pieceOf[own[i + 1].Order]).ToList();
            if (gaps.Count == 0) return;
            foreach (var cluster in gaps) cluster.Advance += (length.Value - width) / gaps.Count;
        }
        foreach (var cluster in own) pieceOf[cluster.Order] = number;
    }
}
