namespace SvgDistill.Distill.Metrics;

/// <summary>Shapes that show less than a quarter of a pixel at the model's size and showed more in the source (<see cref="VisibleAreas"/>).</summary>
public static class Flecks
{
    /// <summary>Of a pixel at the model's size.</summary>
    public const double Area = .25;

    /// <summary>How many.</summary>
    /// <param name="before">What the source's shapes show.</param>
    /// <param name="after">What the same shapes of the edit show.</param>
    public static int Of(ReadOnlySpan<double> before, ReadOnlySpan<double> after)
    {
        var count = 0;
        for (var i = 0; i < before.Length; i++)
            if (IsOne(before[i], after[i])) count++;
        return count;
    }

    /// <summary>Whether a shape that showed so much is one.</summary>
    public static bool IsOne(double before, double after) => before >= Area && after < Area;
}
