namespace SvgDistill.Distill.Fitting;

/// <summary>A connected area of one colour.</summary>
/// <param name="Label">Its number in <see cref="ColorRegions.Labels"/>.</param>
/// <param name="Color">Its mean colour over flat pixels, premultiplied.</param>
/// <param name="Area">Pixels.</param>
internal sealed record Region(int Label, Rgba Color, int Area);

/// <summary>A partition of a picture into connected areas of one colour each, small ones joined to their likest neighbour.</summary>
internal sealed class ColorRegions
{
    private ColorRegions(int[] labels, List<Region> regions) => (Labels, All) = (labels, regions);

    /// <summary>Each pixel's region.</summary>
    public int[] Labels { get; }

    /// <summary>The regions in use; their labels are 0, 1, ... in order of their first pixel.</summary>
    public List<Region> All { get; }

    /// <summary>Cuts the picture into at most <paramref name="most"/> regions.</summary>
    public static ColorRegions Find(PixelGrid picture, int most)
    {
        var flat = picture.FlatPixels();
        var palette = ColorPalette.Find(picture, flat, Math.Clamp(most, 2, 48));
        var colors = AssignColors(picture, flat, palette);
        var labels = Connect(colors, picture.Width, picture.Height, out var count);
        // Below four pixels there is nothing a curve could show.
        var least = Math.Max(4, (int)(picture.Count * 1e-4));
        return Merge(picture, flat, labels, count, most, least);
    }

    /// <summary>
    /// A flat pixel takes the nearest palette colour; an edge pixel chooses among the colours of flat pixels nearby, so that
    /// the mixed colours of smoothed edges do not become bands of their own. Thin lines have no flat pixel and take the nearest.
    /// </summary>
    private static int[] AssignColors(PixelGrid picture, bool[] flat, Rgba[] palette)
    {
        const int Reach = 2;
        var (width, height) = (picture.Width, picture.Height);
        var colors = new int[picture.Count];
        for (var i = 0; i < colors.Length; i++) colors[i] = ColorPalette.Nearest(palette, picture[i]);
        var assigned = (int[])colors.Clone();
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
            {
                var i = y * width + x;
                if (flat[i]) continue;
                var (best, bestDistance) = (assigned[i], Rgba.SquaredDistance(palette[assigned[i]], picture[i]));
                // Exactly a palette colour: a thin part of a shape rather than a mixture.
                if (bestDistance < .0025f) continue;
                bestDistance = float.MaxValue;
                for (var ny = Math.Max(0, y - Reach); ny <= Math.Min(height - 1, y + Reach); ny++)
                    for (var nx = Math.Max(0, x - Reach); nx <= Math.Min(width - 1, x + Reach); nx++)
                    {
                        var n = ny * width + nx;
                        if (!flat[n]) continue;
                        var distance = Rgba.SquaredDistance(palette[colors[n]], picture[i]);
                        if (distance < bestDistance) (best, bestDistance) = (colors[n], distance);
                    }
                assigned[i] = best;
            }
        return assigned;
    }

    /// <summary>Numbers the 4-connected areas of equal value, in scan order.</summary>
    internal static int[] Connect(int[] values, int width, int height, out int count)
    {
        var labels = new int[values.Length];
        Array.Fill(labels, -1);
        var stack = new Stack<int>();
        count = 0;
        for (var seed = 0; seed < values.Length; seed++)
        {
            if (labels[seed] >= 0) continue;
            labels[seed] = count;
            stack.Push(seed);
            while (stack.TryPop(out var i))
            {
                var x = i % width;
                if (x > 0) Visit(i - 1, i, count);
                if (x < width - 1) Visit(i + 1, i, count);
                if (i >= width) Visit(i - width, i, count);
                if (i < values.Length - width) Visit(i + width, i, count);
            }
            count++;
        }
        return labels;

        void Visit(int n, int from, int label)
        {
            if (labels[n] >= 0 || values[n] != values[from]) return;
            labels[n] = label;
            stack.Push(n);
        }
    }

    private static ColorRegions Merge(PixelGrid picture, bool[] flat, int[] labels, int count, int most, int least)
    {
        var area = new int[count];
        var sum = new Rgba[count];
        var weight = new float[count];
        for (var i = 0; i < labels.Length; i++)
        {
            // Edge pixels count a little, for regions that have no other.
            var w = flat[i] ? 1f : .01f;
            area[labels[i]]++;
            sum[labels[i]] += picture[i] * w;
            weight[labels[i]] += w;
        }
        var neighbours = Neighbours(labels, picture.Width, count);
        var parent = Enumerable.Range(0, count).ToArray();
        var alive = count;
        var queue = new PriorityQueue<int, (int Area, int Label)>();
        for (var k = 0; k < count; k++) queue.Enqueue(k, (area[k], k));
        while (queue.TryDequeue(out var k, out var key))
        {
            if (parent[k] != k || key.Area != area[k]) continue;
            if (area[k] >= least && alive <= most) break;
            var color = sum[k] * (1 / weight[k]);
            var (best, bestDistance) = (-1, float.MaxValue);
            foreach (var n in neighbours[k].Select(Root).Where(n => n != k).Order())
            {
                var distance = Rgba.SquaredDistance(color, sum[n] * (1 / weight[n]));
                if (distance < bestDistance) (best, bestDistance) = (n, distance);
            }
            if (best < 0) break;
            parent[k] = best;
            // A sliver's pixels join, its colour does not: it was a mixture.
            if (area[k] >= least)
            {
                sum[best] += sum[k];
                weight[best] += weight[k];
            }
            area[best] += area[k];
            neighbours[best].UnionWith(neighbours[k]);
            queue.Enqueue(best, (area[best], best));
            alive--;
        }
        var number = new Dictionary<int, int>();
        var regions = new List<Region>();
        for (var i = 0; i < labels.Length; i++)
        {
            var root = Root(labels[i]);
            if (!number.TryGetValue(root, out var label))
            {
                number[root] = label = regions.Count;
                regions.Add(new(label, sum[root] * (1 / weight[root]), area[root]));
            }
            labels[i] = label;
        }
        return new(labels, regions);

        int Root(int k)
        {
            while (parent[k] != k) k = parent[k] = parent[parent[k]];
            return k;
        }
    }

    private static HashSet<int>[] Neighbours(int[] labels, int width, int count)
    {
        var sets = new HashSet<int>[count];
        for (var k = 0; k < count; k++) sets[k] = [];
        for (var i = 0; i < labels.Length; i++)
        {
            if (i % width != width - 1) Link(labels[i], labels[i + 1]);
            if (i + width < labels.Length) Link(labels[i], labels[i + width]);
        }
        return sets;

        void Link(int a, int b)
        {
            if (a == b) return;
            sets[a].Add(b);
            sets[b].Add(a);
        }
    }
}
