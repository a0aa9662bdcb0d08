namespace SvgDistill.Distill.Editing.Control;

/// <summary>
/// The way from a drawing to what an edit made of it: a straight line in the space of its numbers. Every number's move grows in proportion to
/// the strength, so that identity can only fall with it, and all relations that are linear in the moves (symmetries, meeting points, straight
/// lines, centres) hold on the whole way.
/// </summary>
/// <param name="Source">The numbers before the edit.</param>
/// <param name="Result">The numbers after its last step.</param>
public sealed record StrengthPath(double[] Source, double[] Result)
{
    /// <summary>The numbers at a strength: those of the source at 0, those of the result at 1, both to the bit.</summary>
    public double[] At(double strength)
    {
        if (!(strength is >= 0 and <= 1)) throw new ArgumentOutOfRangeException(nameof(strength));
        return strength == 1 ? [.. Result] : [.. Source.Zip(Result, (a, b) => a + strength * (b - a))];
    }
}
