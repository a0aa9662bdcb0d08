namespace SvgDistill.Rasterizer.Outlines;

/// <summary>
/// A value of the plan that drawing depends on: control points, a frame, a bounding box. Values are refreshed in the
/// order of their creation (what they read comes first) and differentiated in the reverse order.
/// </summary>
internal abstract class PlanValue
{
    /// <summary>Recomputes the value.</summary>
    public abstract void Refresh(ReadOnlySpan<double> theta);

    /// <summary>Passes the gradient gathered since the last call on to what the value was computed from, and clears it.</summary>
    public abstract void Backward(ReadOnlySpan<double> theta, Span<double> thetaGradient);
}
