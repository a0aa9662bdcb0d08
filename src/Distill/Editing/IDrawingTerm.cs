namespace SvgDistill.Distill.Editing;

/// <summary>A term of the loss that is a function of the drawing itself: it does not pass through the model.</summary>
public interface IDrawingTerm
{
    /// <summary>The term's value at theta; its gradient is added.</summary>
    /// <param name="theta">The drawing's parameters, in the file's units.</param>
    /// <param name="thetaGradient">Is added to.</param>
    double Add(ReadOnlySpan<double> theta, Span<double> thetaGradient);
}
