namespace SvgDistill.Distill.Fitting;

/// <summary>
/// The colours that a picture is flat in. Modes of the colour histogram are taken by falling frequency and then
/// refined by k-means; edge pixels, whose mixed colours belong to no shape, do not vote where enough others do.
/// </summary>
internal static class ColorPalette
{
    // Two colours nearer than this (Euclidean, premultiplied RGBA 0..1) are one: about the step at which flat areas of
    // dithered or lossily compressed icons still hold together.
    private const float MergeDistance = .07f;

    // Edges vote here: a colour counts where so many times more pixels have it than a flat one needs.
    private const double ThinShare = 4;

    /// <summary>Finds at most <paramref name="most"/> colours; at least one. Deterministic.</summary>
    public static Rgba[] Find(PixelGrid picture, bool[] flat, int most)
    {
        var voters = flat.Count(f => f) >= .05 * flat.Length ? flat : null;
        var bins = Histogram(picture, voters);
        var modes = new List<Rgba>();
        var least = Math.Max(2, picture.Count * 2e-4);
        foreach (var (color, count) in bins)
        {
            if (modes.Count == most || (count < least && modes.Count > 0)) break;
            if (modes.TrueForAll(m => Rgba.Distance(m, color) >= MergeDistance)) modes.Add(color);
        }
        if (voters is not null) AddThin(picture, voters, least, most, modes);
        return KMeans(picture, voters, [.. modes]);
    }

    /// <summary>
    /// Adds colours of parts that are flat nowhere, being two pixels wide or less (stripes, strokes, steep gradients): those of other pixels that are no mixture of
    /// two colours that are there, as an edge's pixels are.
    /// </summary>
    private static void AddThin(PixelGrid picture, bool[] flat, double least, int most, List<Rgba> modes)
    {
        foreach (var (color, count) in Histogram(picture, [.. flat.Select(f => !f)]))
        {
            if (modes.Count == most || count < ThinShare * least) break;
            if (!IsMixture(color, modes)) modes.Add(color);
        }
    }

    private static bool IsMixture(in Rgba color, List<Rgba> modes)
    {
        for (var i = 0; i < modes.Count; i++)
            for (var j = 0; j <= i; j++)
            {
                var (way, from) = (modes[j] - modes[i], color - modes[i]);
                var square = Rgba.Dot(way, way);
                var part = square > 0 ? Math.Clamp(Rgba.Dot(from, way) / square, 0, 1) : 0;
                if (Rgba.Distance(color, modes[i] + way * part) < MergeDistance) return true;
            }
        return false;
    }

    /// <summary>The index of the nearest palette colour.</summary>
    public static int Nearest(ReadOnlySpan<Rgba> palette, in Rgba color)
    {
        var (best, bestDistance) = (0, float.MaxValue);
        for (var i = 0; i < palette.Length; i++)
        {
            var distance = Rgba.SquaredDistance(palette[i], color);
            if (distance < bestDistance) (best, bestDistance) = (i, distance);
        }
        return best;
    }

    private static List<(Rgba Color, int Count)> Histogram(PixelGrid picture, bool[]? voters)
    {
        var sums = new Dictionary<int, (Rgba Sum, int Count)>();
        for (var i = 0; i < picture.Count; i++)
        {
            if (voters is not null && !voters[i]) continue;
            var color = picture[i];
            var key = Bin(color.R) | Bin(color.G) << 5 | Bin(color.B) << 10 | Bin(color.A) << 15;
            var (sum, count) = sums.GetValueOrDefault(key);
            sums[key] = (sum + color, count + 1);
        }
        return [.. sums.OrderByDescending(p => p.Value.Count).ThenBy(p => p.Key)
            .Select(p => (p.Value.Sum * (1f / p.Value.Count), p.Value.Count))];
    }

    private static int Bin(float value) => Math.Clamp((int)(value * 32), 0, 31);

    private static Rgba[] KMeans(PixelGrid picture, bool[]? voters, Rgba[] palette)
    {
        const int Rounds = 6;
        for (var round = 0; round < Rounds; round++)
        {
            var sums = new Rgba[palette.Length];
            var counts = new int[palette.Length];
            for (var i = 0; i < picture.Count; i++)
            {
                if (voters is not null && !voters[i]) continue;
                var k = Nearest(palette, picture[i]);
                sums[k] += picture[i];
                counts[k]++;
            }
            for (var k = 0; k < palette.Length; k++)
                if (counts[k] > 0) palette[k] = sums[k] * (1f / counts[k]);
        }
        return palette;
    }
}
