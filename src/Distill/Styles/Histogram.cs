namespace SvgDistill.Distill.Styles;

/// <summary>How often values of a kind come up, as shares in equal steps from a lowest value to a highest; what lies outside counts at the end.</summary>
public sealed class Histogram
{
    private readonly double _lowest, _step;
    private readonly double[] _shares;

    private Histogram(double lowest, double step, double[] shares) => (_lowest, _step, _shares) = (lowest, step, shares);

    /// <summary>Of values with weights; null where all weights are 0.</summary>
    /// <param name="values">The values, with weights of at least 0.</param>
    /// <param name="lowest">The lowest value that is told from others.</param>
    /// <param name="highest">The highest.</param>
    /// <param name="steps">Into how many steps that range falls.</param>
    public static Histogram? Of(IEnumerable<(double Value, double Weight)> values, double lowest, double highest, int steps)
    {
        var (step, shares) = ((highest - lowest) / steps, new double[steps]);
        foreach (var (value, weight) in values) shares[(int)Math.Clamp((value - lowest) / step, 0, steps - 1)] += weight;
        var sum = shares.Sum();
        return sum > 0 ? new(lowest, step, [.. shares.Select(s => s / sum)]) : null;
    }

    /// <summary>Of several, each with the same weight.</summary>
    /// <exception cref="ArgumentException">There is none, or their steps differ.</exception>
    public static Histogram Mean(IReadOnlyCollection<Histogram> all)
    {
        var first = all.FirstOrDefault() ?? throw new ArgumentException("The mean of none.", nameof(all));
        var shares = new double[first._shares.Length];
        foreach (var histogram in all)
        {
            first.RequireSame(histogram);
            for (var i = 0; i < shares.Length; i++) shares[i] += histogram._shares[i] / all.Count;
        }
        return new(first._lowest, first._step, shares);
    }

    /// <summary>
    /// How far values have to be moved, on average, until this is the other: the Wasserstein distance of order 1, on a line the area between
    /// the cumulative shares (Vallender 1974), in the values' unit. Exact to a step.
    /// </summary>
    /// <exception cref="ArgumentException">Its steps are others.</exception>
    public double DistanceTo(Histogram other)
    {
        ArgumentNullException.ThrowIfNull(other);
        RequireSame(other);
        var (between, ahead) = (0.0, 0.0);
        for (var i = 0; i < _shares.Length; i++) between += Math.Abs(ahead += _shares[i] - other._shares[i]);
        return between * _step;
    }

    /// <summary>The value below which a part of all lies, 0..1; the middle of its step.</summary>
    public double Quantile(double part)
    {
        var (below, i) = (_shares[0], 0);
        while (below < part && i < _shares.Length - 1) below += _shares[++i];
        return _lowest + (i + .5) * _step;
    }

    private void RequireSame(Histogram other)
    {
        if (other._lowest != _lowest || other._step != _step || other._shares.Length != _shares.Length)
            throw new ArgumentException("Histograms over other steps cannot be set against each other.", nameof(other));
    }
}
