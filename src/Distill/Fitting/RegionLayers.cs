using SvgDistill.Rasterizer.Geometry;

namespace SvgDistill.Distill.Fitting;

/// <summary>One path to draw: its contours on the pixel lattice and its colour.</summary>
internal sealed record Layer(List<List<Point>> Contours, Rgba Color);

/// <summary>
/// Orders regions for painting: the largest first, each filled where others lie inside it, and grown by a pixel under
/// those that are painted later, so that smoothed edges meet without a seam.
/// </summary>
internal static class RegionLayers
{
    // Regions that reach the border go on beyond it, so that the canvas edge is no edge of theirs.
    private const int Padding = 2;
    private const float LeastAlpha = .05f;

    public static List<Layer> Build(ColorRegions regions, int width, int height)
    {
        var paddedWidth = width + 2 * Padding;
        var labels = Pad(regions.Labels, width, height);
        var visible = regions.All.Select(r => r.Color.A >= LeastAlpha).ToArray();
        var filled = regions.All.Where(r => visible[r.Label])
            .Select(r => (Region: r, Mask: Fill(labels, paddedWidth, r.Label, visible)))
            .Select(f => (f.Region, f.Mask, Area: f.Mask.Count(inside => inside)))
            .OrderByDescending(f => f.Area).ThenBy(f => f.Region.Label).ToList();
        var rank = new int[regions.All.Count];
        Array.Fill(rank, -1);
        for (var i = 0; i < filled.Count; i++) rank[filled[i].Region.Label] = i;
        var layers = new List<Layer>(filled.Count);
        for (var i = 0; i < filled.Count; i++)
        {
            var mask = GrowUnder(filled[i].Mask, labels, rank, i, paddedWidth);
            var contours = ContourTracer.Trace(mask, paddedWidth);
            foreach (var contour in contours)
                for (var k = 0; k < contour.Count; k++) contour[k] -= new Point(Padding, Padding);
            layers.Add(new(contours, filled[i].Region.Color));
        }
        return layers;
    }

    private static int[] Pad(int[] labels, int width, int height)
    {
        var (pw, ph) = (width + 2 * Padding, height + 2 * Padding);
        var padded = new int[pw * ph];
        for (var y = 0; y < ph; y++)
            for (var x = 0; x < pw; x++)
                padded[y * pw + x] = labels[Math.Clamp(y - Padding, 0, height - 1) * width + Math.Clamp(x - Padding, 0, width - 1)];
        return padded;
    }

    // The region and everything it encloses, but for enclosed transparency.
    private static bool[] Fill(int[] labels, int width, int label, bool[] visible)
    {
        var height = labels.Length / width;
        var outside = new bool[labels.Length];
        var stack = new Stack<int>();
        for (var i = 0; i < labels.Length; i++)
            if (i % width is var x && (x == 0 || x == width - 1 || i < width || i >= labels.Length - width)) Visit(i);
        while (stack.TryPop(out var i))
        {
            var (x, y) = (i % width, i / width);
            for (var ny = Math.Max(0, y - 1); ny <= Math.Min(height - 1, y + 1); ny++)
                for (var nx = Math.Max(0, x - 1); nx <= Math.Min(width - 1, x + 1); nx++)
                    Visit(ny * width + nx);
        }
        var mask = new bool[labels.Length];
        for (var i = 0; i < mask.Length; i++) mask[i] = labels[i] == label || (!outside[i] && visible[labels[i]]);
        return mask;

        void Visit(int i)
        {
            if (outside[i] || labels[i] == label) return;
            outside[i] = true;
            stack.Push(i);
        }
    }

    private static bool[] GrowUnder(bool[] mask, int[] labels, int[] rank, int own, int width)
    {
        var grown = (bool[])mask.Clone();
        var height = mask.Length / width;
        for (var i = 0; i < mask.Length; i++)
        {
            if (mask[i] || rank[labels[i]] <= own) continue;
            var (x, y) = (i % width, i / width);
            grown[i] = (x > 0 && mask[i - 1]) || (x < width - 1 && mask[i + 1])
                || (y > 0 && mask[i - width]) || (y < height - 1 && mask[i + width]);
        }
        return grown;
    }
}
