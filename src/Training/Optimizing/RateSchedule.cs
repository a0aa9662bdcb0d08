namespace SvgDistill.Training.Optimizing;

/// <summary>A rate that rises over the first steps and then falls like a cosine to a tenth at the end (Loshchilov and Hutter 2017).</summary>
/// <param name="Rate">The highest.</param>
/// <param name="WarmUp">Steps until it is reached.</param>
/// <param name="Steps">All steps.</param>
/// <param name="Last">The last, as a part of the highest.</param>
internal sealed record RateSchedule(double Rate, int WarmUp, int Steps, double Last = .1)
{
    /// <summary>The rate of a step, counted from 0.</summary>
    public double At(long step)
    {
        if (step < WarmUp) return Rate * (step + 1) / WarmUp;
        var done = Math.Min(1, (step - WarmUp) / (double)Math.Max(1, Steps - WarmUp));
        return Rate * (Last + (1 - Last) * .5 * (1 + Math.Cos(Math.PI * done)));
    }
}
