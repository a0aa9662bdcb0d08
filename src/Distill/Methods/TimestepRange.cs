using SvgDistill.Distill.Randomness;

namespace SvgDistill.Distill.Methods;

/// <summary>Timesteps from <paramref name="First"/> to <paramref name="Last"/>, both included, of 0..999.</summary>
public readonly record struct TimestepRange(int First, int Last)
{
    /// <summary>50..948, the range of the DDS family's released code.</summary>
    public static TimestepRange Default { get; } = new(50, 948);

    /// <summary>Whether it can be drawn from.</summary>
    public bool IsValid => First >= 0 && First <= Last && Last <= 999;

    /// <summary>A timestep, uniform on the range.</summary>
    internal int Draw(IDraws draws) => draws.Pick(First, Last + 1);

    /// <summary>The timestep at a fraction of a descent: <see cref="Last"/> at 0, <see cref="First"/> at 1.</summary>
    internal int Descend(double progress) => (int)Math.Round(Last + (First - Last) * progress);

    /// <inheritdoc/>
    public override string ToString() => $"{First}:{Last}";
}
