using SvgDistill.Distill.Fitting;
using SvgDistill.Rasterizer.Geometry;

namespace SvgDistill.Distill.Growing;

/// <summary>A set of pixels of a square picture.</summary>
internal sealed class PixelMask(int side, bool[] inside)
{
    // Deviation of about 1.4 pixels: levels the stairs of an edge and takes away hairs.
    private const int Passes = 4;

    public int Side => side;

    public bool[] Inside => inside;

    public int Area { get; } = inside.Count(i => i);

    /// <summary>The pixels of one value.</summary>
    public static PixelMask Of(int side, int[] values, int value) => new(side, [.. values.Select(v => v == value)]);

    /// <summary>The connected parts of at least an area, in scan order.</summary>
    public IEnumerable<PixelMask> Parts(int least)
    {
        var labels = ColorRegions.Connect([.. inside.Select(i => i ? 1 : 0)], side, side, out var count);
        var areas = new int[count];
        for (var i = 0; i < labels.Length; i++)
            if (inside[i]) areas[labels[i]]++;
        for (var k = 0; k < count; k++)
            if (areas[k] >= least) yield return Of(side, labels, k);
    }

    /// <summary>With what it encloses.</summary>
    public PixelMask Filled()
    {
        var labels = ColorRegions.Connect([.. inside.Select(i => i ? 1 : 0)], side, side, out var count);
        var outside = new bool[count];
        for (var i = 0; i < labels.Length; i++)
            if (i % side is var x && (x == 0 || x == side - 1 || i < side || i >= labels.Length - side) && !inside[i]) outside[labels[i]] = true;
        return new(side, [.. labels.Select((l, i) => inside[i] || !outside[l])]);
    }

    /// <summary>The pixels whose middles lie in the convex hull (Andrew's monotone chain).</summary>
    public PixelMask Hull()
    {
        Point[] points = [.. Enumerable.Range(0, inside.Length).Where(i => inside[i]).Select(i => new Point(i % side, i / side)).OrderBy(p => p.X).ThenBy(p => p.Y)];
        if (points.Length < 3) return this;
        List<Point> hull = [.. Chain(points), .. Chain([.. Enumerable.Reverse(points)])];
        return new(side, [.. Enumerable.Range(0, inside.Length).Select(i => new Point(i % side, i / side) is var p
            && Enumerable.Range(0, hull.Count).All(k => Point.Cross(hull[(k + 1) % hull.Count] - hull[k], p - hull[k]) >= 0))]);

        // One side, without its last point.
        static List<Point> Chain(Point[] ordered)
        {
            var chain = new List<Point>();
            foreach (var p in ordered)
            {
                while (chain.Count > 1 && Point.Cross(chain[^1] - chain[^2], p - chain[^2]) <= 0) chain.RemoveAt(chain.Count - 1);
                chain.Add(p);
            }
            chain.RemoveAt(chain.Count - 1);
            return chain;
        }
    }

    /// <summary>Without parts narrower than three pixels or so, its edge levelled; about an upright or level axis its own image, where one is given.</summary>
    public PixelMask Smoothed(MirrorAxis? axis)
    {
        var values = new double[inside.Length];
        for (var i = 0; i < values.Length; i++) values[i] = inside[i] ? 1 : 0;
        if (axis is { } mirror) values = mirror.Mean(values, side);
        for (var pass = 0; pass < Passes; pass++) values = Blurred(Blurred(values, 1), side);
        return new(side, [.. values.Select(v => v >= .5)]);
    }

    /// <summary>How much two sets have in common: the intersection's part of the union.</summary>
    public double Overlap(PixelMask other)
    {
        var (both, either) = (0, 0);
        for (var i = 0; i < inside.Length; i++)
        {
            if (inside[i] && other.Inside[i]) both++;
            if (inside[i] || other.Inside[i]) either++;
        }
        return either == 0 ? 0 : (double)both / either;
    }

    // Binomial, along rows (1) or columns (the side); the picture's edge goes on.
    private double[] Blurred(double[] values, int step)
    {
        var blurred = new double[values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            var at = step == 1 ? i % side : i / side;
            var before = at > 0 ? values[i - step] : values[i];
            var after = at < side - 1 ? values[i + step] : values[i];
            blurred[i] = .25 * before + .5 * values[i] + .25 * after;
        }
        return blurred;
    }
}
