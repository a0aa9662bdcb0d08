namespace SvgDistill.Distill.Reports;

/// <summary>The mean and the sample standard deviation of some runs' figures.</summary>
/// <param name="Mean">Their mean.</param>
/// <param name="Deviation">The standard deviation with n - 1, or null for a single figure.</param>
/// <param name="Count">How many there are.</param>
public readonly record struct Spread(double Mean, double? Deviation, int Count)
{
    /// <summary>Of at least one figure. Where one is infinite the mean is too, and there is no deviation.</summary>
    public static Spread Of(IReadOnlyCollection<double> values)
    {
        ArgumentOutOfRangeException.ThrowIfZero(values.Count);
        var mean = values.Sum() / values.Count;
        if (values.Count == 1 || !double.IsFinite(mean)) return new(mean, null, values.Count);
        return new(mean, Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Count - 1)), values.Count);
    }
}
