using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Rasterizer.Coverage;

/// <summary>From a pixel's mean winding number m to its coverage in 0..1, and the derivative.</summary>
internal static class Windings
{
    /// <summary>clamp(|m|, 0, 1) for nonzero; for even-odd the triangle wave that is 0 at even and 1 at odd numbers.</summary>
    public static float Coverage(float m, FillRule rule)
    {
        float size = Math.Abs(m);
        if (rule == FillRule.NonZero) return Math.Min(size, 1);
        float folded = size - 2 * MathF.Floor(size * .5f);
        return folded <= 1 ? folded : 2 - folded;
    }

    /// <summary>dcoverage/dm. The slack keeps an edge's gradient where rounding lifts a full pixel just above 1.</summary>
    public static float Slope(float m, FillRule rule)
    {
        const float slack = 4e-6f;
        float size = Math.Abs(m);
        if (rule == FillRule.NonZero) return size <= 1 + slack ? Math.Sign(m) : 0;
        float folded = size - 2 * MathF.Floor(size * .5f);
        return folded <= 1 + slack ? Math.Sign(m) : -Math.Sign(m);
    }
}
