namespace SvgDistill.Distill.Editing.Steps;

/// <summary>
/// What an optimiser makes of a gradient: the direction that a step subtracts, before the rate. Works in normalised units:
/// callers scale gradients in and steps out.
/// </summary>
internal interface IStepDirection
{
    /// <summary>Steps taken.</summary>
    int Steps { get; set; }

    /// <summary>Everything else that it remembers, by name; a resumed run copies values in.</summary>
    IReadOnlyDictionary<string, double[]> State { get; }

    /// <summary>Takes a gradient and writes the direction over it.</summary>
    void Direction(Span<double> gradient);
}
