namespace SvgDistill.Distill.Editing.Control;

/// <summary>
/// Where on the way from a drawing to what an edit made of it each strength lies. On an even scale a strength is that part of the way. Where the
/// prompt's figure goes back on the way, a strength that lies there would give up identity for nothing: the scale leaves such stretches out,
/// so that the figure rises with the strength as identity falls.
/// </summary>
public sealed class StrengthScale
{
    /// <summary>Each strength is that part of the way.</summary>
    public static StrengthScale Even { get; } = new([]);

    private StrengthScale(IReadOnlyList<double> gains)
    {
        Gains = gains;
        Stretches = gains.Count == 0 ? [new(0, 1, 0, 1)] : Rising(gains);
    }

    /// <summary>The figures that it was made of; none on the even scale.</summary>
    public IReadOnlyList<double> Gains { get; }

    /// <summary>The parts of the way that have strengths, ascending.</summary>
    public IReadOnlyList<StrengthStretch> Stretches { get; }

    /// <summary>A scale on which figures rise.</summary>
    /// <param name="gains">
    /// The figures at equal steps of the way: at least those of its beginning and its end, all finite. Where the end is not above the beginning
    /// there is no order to keep, and the scale is even.
    /// </param>
    public static StrengthScale Of(IReadOnlyList<double> gains)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(gains.Count, 2, nameof(gains));
        if (!gains.All(double.IsFinite)) throw new ArgumentException("A figure is not finite.", nameof(gains));
        return gains[^1] <= gains[0] ? Even : new([.. gains]);
    }

    /// <summary>Whether figures rise from each step of the way to the next.</summary>
    public static bool Rises(IReadOnlyList<double> gains) => gains.Zip(gains.Skip(1), (a, b) => b > a).All(rises => rises);

    /// <summary>The part of the way, 0..1, that a strength of 0..1 lies at.</summary>
    public double WayAt(double strength)
    {
        if (!(strength is >= 0 and <= 1)) throw new ArgumentOutOfRangeException(nameof(strength));
        if (strength is 0 or 1) return strength;
        var s = Stretches.First(stretch => strength <= stretch.LastStrength);
        return s.First + (strength - s.FirstStrength) / (s.LastStrength - s.FirstStrength) * (s.Last - s.First);
    }

    // What rises above all before it and is not above the end. A part that follows on a gap has the gap's strengths, too.
    private static List<StrengthStretch> Rising(IReadOnlyList<double> gains)
    {
        var (steps, level, end) = (gains.Count - 1, gains[0], gains[^1]);
        var stretches = new List<StrengthStretch>();
        for (var k = 0; k < steps; k++)
        {
            var (a, b) = (gains[k], gains[k + 1]);
            var (from, to) = (Math.Max(a, level), Math.Min(b, end));
            if (to <= from) continue;
            double Way(double figure) => (k + (figure - a) / (b - a)) / steps;
            stretches.Add(new(stretches is [.., var before] ? before.LastStrength : 0, Way(to), Way(from), Way(to)));
            level = to;
        }
        stretches[^1] = stretches[^1] with { LastStrength = 1 };
        return stretches;
    }
}

/// <summary>Strengths and the part of the way that they lie at, both from the one to the other.</summary>
/// <param name="FirstStrength">The strength that it begins behind.</param>
/// <param name="LastStrength">The strength that it ends with.</param>
/// <param name="First">Where it begins on the way.</param>
/// <param name="Last">Where it ends on the way.</param>
public readonly record struct StrengthStretch(double FirstStrength, double LastStrength, double First, double Last);
