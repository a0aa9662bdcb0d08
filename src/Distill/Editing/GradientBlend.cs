namespace SvgDistill.Distill.Editing;

/// <summary>
/// Two gradients as one: g + w |g| / |h| h, for lengths and for colours apart, each norm over the numbers that may move, in normalised units.
/// So w means the same for every drawing, model, method and timestep, and where the model says nothing, nothing moves.
/// </summary>
internal static class GradientBlend
{
    /// <summary>Adds one gradient's direction to another.</summary>
    /// <param name="gradient">g; the sum stands in it afterwards.</param>
    /// <param name="other">h.</param>
    /// <param name="units">Each number's unit; null leaves it out: it does not move.</param>
    /// <param name="isIn">Whether a number is of the kind.</param>
    /// <param name="weight">w.</param>
    public static void Add(Span<double> gradient, ReadOnlySpan<double> other, Func<int, double?> units, Func<int, bool> isIn, double weight)
    {
        if (weight == 0) return;
        var (own, others) = (0.0, 0.0);
        for (var i = 0; i < gradient.Length; i++)
        {
            if (!isIn(i) || units(i) is not { } unit) continue;
            own += unit * gradient[i] * (unit * gradient[i]);
            others += unit * other[i] * (unit * other[i]);
        }
        if (own == 0 || others == 0) return;
        var factor = weight * Math.Sqrt(own / others);
        for (var i = 0; i < gradient.Length; i++)
            if (isIn(i)) gradient[i] += factor * other[i];
    }
}
