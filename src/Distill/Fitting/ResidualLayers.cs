using SvgDistill.Rasterizer.Compositing;

namespace SvgDistill.Distill.Fitting;

/// <summary>Finds where a drawing still differs from the target and proposes a path for each such place.</summary>
internal static class ResidualLayers
{
    // Below this difference (premultiplied RGBA, Euclidean) a new path would cost more than it shows.
    private const float LeastDifference = .08f;
    private const int LeastArea = 5;

    /// <summary>At most <paramref name="most"/> layers, the most rewarding first.</summary>
    public static List<Layer> Find(Picture target, Picture current, int most)
    {
        if (most <= 0) return [];
        var (wanted, drawn) = (PixelGrid.From(target), PixelGrid.From(current));
        var palette = ColorPalette.Find(wanted, wanted.FlatPixels(), 48);
        var values = new int[wanted.Count];
        for (var i = 0; i < values.Length; i++)
            values[i] = Rgba.Distance(wanted[i], drawn[i]) < LeastDifference || wanted[i].A < .5f
                ? -1 // right already, or transparent: no path in front can help there
                : ColorPalette.Nearest(palette, wanted[i]);
        var labels = ColorRegions.Connect(values, wanted.Width, wanted.Height, out var count);
        var (gain, area, color) = (new double[count], new int[count], new Rgba[count]);
        for (var i = 0; i < labels.Length; i++)
        {
            if (values[i] < 0) continue;
            gain[labels[i]] += Rgba.SquaredDistance(wanted[i], drawn[i]);
            area[labels[i]]++;
            color[labels[i]] += wanted[i];
        }
        return [.. Enumerable.Range(0, count).Where(k => area[k] >= LeastArea)
            .OrderByDescending(k => gain[k]).ThenBy(k => k).Take(most)
            .Select(k => new Layer(ContourTracer.Trace([.. labels.Select(l => l == k)], wanted.Width), color[k] * (1f / area[k])))];
    }
}
