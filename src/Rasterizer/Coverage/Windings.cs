using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Rasterizer.Coverage;

/// <summary>From a pixel's mean winding number m to its coverage in 0..1, and the derivative.</summary>
internal static class Windings
{
    /// <summary>
    /// Mean winding numbers this close to a whole number are taken for it: sums in double precision over coordinates of some thousands
    /// are right within less, and so small an area has edges of 1e-6 pixels.
    /// </summary>
    public const double Slack = 1e-12;

    /// <summary>True within <see cref="Slack"/> of a whole number.</summary>
    public static bool IsWhole(double m) => Math.Abs(m - Math.Round(m)) <= Slack;

    /// <summary>
    /// To single precision, but never onto or over a whole number, where the fill rules have their kinks: the side decides the
    /// derivative, and a sliver of 1e-8 of a pixel's area has an edge ten thousand times as long.
    /// </summary>
    public static float Narrow(double m)
    {
        float narrow = (float)m, whole = MathF.Round(narrow);
        if (Math.Abs(narrow - whole) > (float)Slack) return narrow;
        double rest = m - whole;
        if (Math.Abs(rest) <= Slack) return whole;
        if (narrow != whole) return narrow;
        return rest > 0 ? MathF.BitIncrement(whole) : MathF.BitDecrement(whole);
    }

    /// <summary>clamp(|m|, 0, 1) for nonzero; for even-odd the triangle wave that is 0 at even and 1 at odd numbers.</summary>
    public static float Coverage(float m, FillRule rule)
    {
        float size = Math.Abs(m);
        if (rule == FillRule.NonZero) return Math.Min(size, 1);
        float folded = size - 2 * MathF.Floor(size * .5f);
        return folded <= 1 ? folded : 2 - folded;
    }

    /// <summary>dcoverage/dm; where |m| is a whole number the rising slope, and none at m = 0.</summary>
    public static float Slope(float m, FillRule rule)
    {
        float size = Math.Abs(m);
        if (rule == FillRule.NonZero) return size <= 1 ? Math.Sign(m) : 0;
        float folded = size - 2 * MathF.Floor(size * .5f);
        return folded <= 1 ? Math.Sign(m) : -Math.Sign(m);
    }
}
