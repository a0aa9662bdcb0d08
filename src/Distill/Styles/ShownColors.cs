using SvgDistill.Distill.Editing.Control;
using SvgDistill.Distill.Metrics;
using SvgDistill.Rasterizer.Compositing;

namespace SvgDistill.Distill.Styles;

/// <summary>A colour that a drawing shows.</summary>
/// <param name="Color">sRGB, 0..1: the mean of the pixels that are nearly of this colour.</param>
/// <param name="Share">The part of the shown pixels that have it, 0..1.</param>
public readonly record struct ShownColor((double R, double G, double B) Color, double Share)
{
    /// <summary>The colour as files write it.</summary>
    public ByteColor Bytes => ByteColor.Of(Color.R, Color.G, Color.B);
}

/// <summary>
/// The colours that a picture shows and how much of each, whatever made them: paints, gradients, opacities, filters. Pixels at the edges of
/// shapes are mixtures of what lies on both sides and do not count, unless there are no others.
/// </summary>
public static class ShownColors
{
    // Colours whose channels lie in the same 32nd are one.
    private const int Levels = 32;

    // Of a channel: a pixel that differs more from one beside it lies at an edge. Gradients change less from pixel to pixel.
    private const float Edge = 8f / 255;

    /// <summary>Those of a drawn picture, by share, the largest first.</summary>
    public static IReadOnlyList<ShownColor> Of(Picture drawn)
    {
        ArgumentNullException.ThrowIfNull(drawn);
        var bins = new Dictionary<int, (double R, double G, double B, int Count)>();
        Count(onlyInside: true);
        if (bins.Count == 0) Count(onlyInside: false);
        var all = (double)bins.Values.Sum(b => b.Count);
        return [.. bins.OrderByDescending(b => b.Value.Count).ThenBy(b => b.Key)
            .Select(b => b.Value).Select(b => new ShownColor((b.R / b.Count, b.G / b.Count, b.B / b.Count), b.Count / all))];

        void Count(bool onlyInside)
        {
            var alpha = drawn.Plane(3);
            for (var i = 0; i < alpha.Length; i++)
            {
                if (alpha[i] < .5f || onlyInside && IsAtEdge(drawn, i)) continue;
                // Planes are premultiplied.
                var (r, g, b) = (Channel(0, i), Channel(1, i), Channel(2, i));
                var key = (Bin(r) * Levels + Bin(g)) * Levels + Bin(b);
                var bin = bins.GetValueOrDefault(key);
                bins[key] = (bin.R + r, bin.G + g, bin.B + b, bin.Count + 1);
            }
        }

        double Channel(int channel, int i) => Math.Clamp(drawn.Plane(channel)[i] / drawn.Plane(3)[i], 0, 1);
        static int Bin(double value) => Math.Min((int)(value * Levels), Levels - 1);
    }

    /// <summary>
    /// How far a drawing's colours lie from those of others, in CIEDE2000: each pixel's from the nearest of theirs, on average. 0 where it
    /// shows no colour that they do not have, however few of them.
    /// </summary>
    public static double Distance(IReadOnlyList<ShownColor> of, IReadOnlyCollection<(double R, double G, double B)> to)
    {
        var labs = to.Select(Ciede2000.ToLab).ToArray();
        return of.Sum(color =>
        {
            var lab = Ciede2000.ToLab(color.Color);
            return color.Share * labs.Min(l => Ciede2000.LabDifference(l, lab));
        });
    }

    private static bool IsAtEdge(Picture drawn, int pixel)
    {
        var (x, y) = (pixel % drawn.Width, pixel / drawn.Width);
        return x > 0 && Differs(pixel - 1) || x < drawn.Width - 1 && Differs(pixel + 1)
            || y > 0 && Differs(pixel - drawn.Width) || y < drawn.Height - 1 && Differs(pixel + drawn.Width);

        bool Differs(int other)
        {
            for (var channel = 0; channel < 4; channel++)
                if (Math.Abs(drawn.Plane(channel)[pixel] - drawn.Plane(channel)[other]) > Edge) return true;
            return false;
        }
    }
}
