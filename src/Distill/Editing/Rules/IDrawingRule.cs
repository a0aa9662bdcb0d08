namespace SvgDistill.Distill.Editing.Rules;

/// <summary>
/// Something that a drawing keeps while it is edited (a symmetry, a touching edge, a straight line): moves that would break it are taken
/// out of the gradient, and what a step breaks all the same is put back.
/// </summary>
public interface IDrawingRule
{
    /// <summary>Tells how much of the run is done, 0..1, before each step.</summary>
    void At(double progress) { }

    /// <summary>Leaves of a gradient what keeps the rule.</summary>
    /// <param name="theta">The drawing's parameters, in the file's units.</param>
    /// <param name="gradient">dL/dtheta in normalised units (<see cref="SvgDistill.Rasterizer.Scenes.Parameter.Unit"/>); changed in place.</param>
    void Project(ReadOnlySpan<double> theta, Span<double> gradient);

    /// <summary>Makes parameters what the file will say, where the rule still holds in written digits; what has not moved stays.</summary>
    void Settle(Span<double> theta) { }

    /// <summary>Puts parameters where the rule holds, moving them as little as it can; does nothing, bit for bit, where it holds already.</summary>
    void Restore(Span<double> theta);
}
