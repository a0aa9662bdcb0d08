namespace SvgDistill.Distill.Fitting;

/// <summary>How a difference from a picture is looked at in a step.</summary>
/// <param name="Progress">How much of the run is done, 0..1: a target may lead to its picture by others.</param>
/// <param name="BlurWidth">The width in pixels of the boxes that the difference is blurred by, so that distant edges are felt; 1 for none.</param>
/// <param name="Robust"><see cref="FitOptions.Robust"/>.</param>
internal readonly record struct FitView(double Progress, double BlurWidth = 1, double Robust = 0)
{
    /// <summary>What a result is measured by: pixel by pixel, squared, against the last picture.</summary>
    public static FitView Plain => new(1);
}
