using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Distill.Methods;

/// <summary>How t goes along a run, for methods that draw it.</summary>
public enum TimestepOrder
{
    /// <summary>Drawn anew at every step.</summary>
    Random,
    /// <summary>From the noisiest down, <see cref="FallingTimesteps"/>.</summary>
    Falling,
}

/// <summary>How long falling timesteps stay where.</summary>
public sealed record FallingOptions
{
    /// <summary>m1 and m2: between them every t weighs the same.</summary>
    public int PlateauLast { get; init; } = 800;
    /// <inheritdoc cref="PlateauLast"/>
    public int PlateauFirst { get; init; } = 500;
    /// <summary>s1: above m1 the weight falls off as a Gaussian of this deviation.</summary>
    public double DeviationAbove { get; init; } = 300;
    /// <summary>s2: the same below m2.</summary>
    public double DeviationBelow { get; init; } = 100;

    /// <summary>W(t), not normalised.</summary>
    internal double Weight(int t) => t > PlateauLast ? Gaussian(t - PlateauLast, DeviationAbove) : t < PlateauFirst ? Gaussian(PlateauFirst - t, DeviationBelow) : 1;

    /// <summary>
    /// t(i): where the weight from there up to the range's end comes nearest to the run's <paramref name="progress"/> (0 to 1) of the whole.
    /// </summary>
    internal int At(TimestepRange range, double progress)
    {
        var total = 0.0;
        for (var t = range.First; t <= range.Last; t++) total += Weight(t);
        var (above, best, distance) = (0.0, range.Last, double.PositiveInfinity);
        for (var t = range.Last; t >= range.First; t--)
        {
            above += Weight(t);
            if (Math.Abs(above / total - progress) is var d && d < distance) (best, distance) = (t, d);
        }
        return best;
    }

    private static double Gaussian(double x, double deviation) => Math.Exp(-x * x / (2 * deviation * deviation));
}

/// <summary>
/// Time-prioritised sampling (Huang et al. 2023, DreamTime, arXiv:2306.12422) as a layer over any method: t falls along the run instead of being
/// drawn, and stays long where W(t) is large: coarse form first, then content, details last. Methods whose t descends by itself keep their own way.
/// </summary>
public sealed class FallingTimesteps(IDistillationMethod method, FallingOptions options) : IDistillationMethod
{
    /// <inheritdoc/>
    public double LatentRate => method.LatentRate;

    /// <inheritdoc/>
    public (int Timestep, Tensor Noise)? Announce(DistillationStep step) => method.Announce(Falling(step));

    /// <inheritdoc/>
    public int PreparesSteps(Tensor sourceLatents) => method.PreparesSteps(sourceLatents);

    /// <inheritdoc/>
    public void Prepare(IReadOnlyList<DistillationStep> steps) => method.Prepare([.. steps.Select(Falling)]);

    /// <inheritdoc/>
    public Tensor Gradient(DistillationStep step) => method.Gradient(Falling(step));

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, Tensor> SaveState() => method.SaveState();

    /// <inheritdoc/>
    public void LoadState(IReadOnlyDictionary<string, Tensor> state) => method.LoadState(state);

    /// <inheritdoc/>
    public void Dispose() => method.Dispose();

    private DistillationStep Falling(DistillationStep step) => step with { Falling = options };
}
