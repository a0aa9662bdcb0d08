using SvgDistill.Editor.Reporting;

namespace SvgDistill.Editor.Output;

/// <summary>
/// What a command does once its result is written: measures, pictures, the record. Each part stands alone: one that fails is a note
/// (with a log where the fault is the program's), and takes neither the result nor the other parts with it.
/// </summary>
internal sealed class FollowUp(IReporter reporter)
{
    /// <summary>Does one part; false where it failed.</summary>
    /// <param name="what">What the note calls it.</param>
    /// <param name="part">The part.</param>
    public bool Do(string what, Action part)
    {
        try
        {
            reporter.FollowUp(what);
            part();
            return true;
        }
#pragma warning disable CA1031 // whatever it is: the result is written, and the note and the log say what failed
        catch (Exception error)
#pragma warning restore CA1031
        {
            reporter.Failed(what, error);
            return false;
        }
    }

    /// <summary>One part's value; null where it failed.</summary>
    public T? Get<T>(string what, Func<T> part) where T : class
    {
        T? value = null;
        return Do(what, () => value = part()) ? value : null;
    }

    /// <summary>A measure, rounded; null where it failed or is no number.</summary>
    public double? Measure(string what, int digits, Func<double> part)
    {
        var value = double.NaN;
        return Do(what, () => value = Rounded(part(), digits)) ? value : null;
    }

    /// <summary>A measure as records have it.</summary>
    /// <exception cref="ArithmeticException">It is no number, which JSON cannot say.</exception>
    public static double Rounded(double value, int digits) =>
        double.IsFinite(value) ? Math.Round(value, digits) : throw new ArithmeticException($"the value is {value}");
}
