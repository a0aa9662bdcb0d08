namespace SvgDistill.Distill.Editing.Rules;

/// <summary>Brings a contour into a room by numbers of its own.</summary>
internal interface IRoomFit
{
    /// <summary>Shifts it in, and makes it smaller where it is too large or has no place to shift.</summary>
    /// <param name="room">The room, CSS pixels; sides may lie at infinity.</param>
    /// <param name="theta">The drawing's parameters.</param>
    void Fit(in Extent room, Span<double> theta);
}
