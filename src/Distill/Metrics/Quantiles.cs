namespace SvgDistill.Distill.Metrics;

/// <summary>Quantiles of figures.</summary>
public static class Quantiles
{
    /// <summary>The value that a share of all lies below; between two values in proportion.</summary>
    /// <param name="values">One or more, in any order and unit.</param>
    /// <param name="part">The share, 0..1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no value.</exception>
    public static double Of(double[] values, double part)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentOutOfRangeException.ThrowIfZero(values.Length);
        var sorted = values.Order().ToArray();
        var place = part * (sorted.Length - 1);
        var (low, high) = (sorted[(int)Math.Floor(place)], sorted[(int)Math.Ceiling(place)]);
        return low == high ? low : low + (place - Math.Floor(place)) * (high - low);
    }
}
