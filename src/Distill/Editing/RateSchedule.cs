namespace SvgDistill.Distill.Editing;

/// <summary>How learning rates change over a run: full at first, falling in a straight line over its last part.</summary>
/// <param name="FallFrom">The fraction of the run at which the fall begins.</param>
/// <param name="End">The factor reached at the end.</param>
public sealed record RateSchedule(double FallFrom = .7, double End = .1)
{
    /// <summary>The factor on the rates at a step (from 0) of a run.</summary>
    public double Factor(int step, int steps)
    {
        var fall = ((double)step / Math.Max(1, steps) - FallFrom) / (1 - FallFrom);
        return 1 - (1 - End) * Math.Clamp(fall, 0, 1);
    }
}
