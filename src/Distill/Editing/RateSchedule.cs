namespace SvgDistill.Distill.Editing;

/// <summary>How learning rates change over a run.</summary>
public interface IRateSchedule
{
    /// <summary>The factor on the rates at a step (from 0) of a run.</summary>
    double Factor(int step, int steps);
}

/// <summary>Full rates at first, falling in a straight line over the run's last part.</summary>
/// <param name="FallFrom">The fraction of the run at which the fall begins.</param>
/// <param name="End">The factor reached at the end.</param>
public sealed record RateSchedule(double FallFrom = .7, double End = .1) : IRateSchedule
{
    /// <inheritdoc/>
    public double Factor(int step, int steps)
    {
        var fall = ((double)step / Math.Max(1, steps) - FallFrom) / (1 - FallFrom);
        return 1 - (1 - End) * Math.Clamp(fall, 0, 1);
    }
}

/// <summary>
/// A rise in a straight line, then half a cosine down: DreamSampler's restorations rise from .02 to .2 over 500 of 1000 steps
/// and fall to .05; here the same in parts of the highest rate and of the run.
/// </summary>
/// <param name="Begin">The factor at the first step.</param>
/// <param name="Top">The fraction of the run at which the factor is 1, above 0 and below 1.</param>
/// <param name="End">The factor reached at the end.</param>
public sealed record WarmUpSchedule(double Begin = .1, double Top = .5, double End = .25) : IRateSchedule
{
    /// <inheritdoc/>
    public double Factor(int step, int steps)
    {
        var progress = (double)step / Math.Max(1, steps);
        return progress < Top
            ? Begin + (1 - Begin) * progress / Top
            : End + (1 - End) * .5 * (1 + Math.Cos(Math.PI * (progress - Top) / (1 - Top)));
    }
}
