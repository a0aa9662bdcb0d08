using SvgDistill.Distill.Editing;

namespace SvgDistill.Editor.Comparing;

/// <summary>What a run has cost so far; kept in its state.</summary>
/// <param name="Seconds">Time of the steps.</param>
/// <param name="Forwarded">Samples that went forward through the denoiser.</param>
/// <param name="Differentiated">Those of them that a gradient was taken of.</param>
internal sealed record Unfinished(double Seconds, long Forwarded, long Differentiated)
{
    private const string Name = "cost";

    /// <summary>A run that has not begun.</summary>
    public static Unfinished None { get; } = new(0, 0, 0);

    /// <summary>The cost so far and that of what was done since.</summary>
    public Unfinished Plus(double seconds, long forwarded, long differentiated) => new(Seconds + seconds, Forwarded + forwarded, Differentiated + differentiated);

    /// <summary>That of a state; null where it does not say.</summary>
    public static Unfinished? Of(EditState state) =>
        state.Kept.TryGetValue(Name, out var cost) && cost is [var seconds, var forwarded, var differentiated] ? new(seconds, (long)forwarded, (long)differentiated) : null;

    /// <summary>Adds it to a state.</summary>
    public void Keep(EditState state) => state.Kept[Name] = [Seconds, Forwarded, Differentiated];
}
