using static TorchSharp.torch;

namespace SvgDistill.Distill.Restoration;

/// <summary>
/// Downsampling by a whole factor f with Keys' cubic (a = -1/2) stretched to 4 f taps, as DreamSampler's code does (Keys 1981, eq. 15).
/// </summary>
public sealed class BicubicDownsampling : IDegradation
{
    private readonly int _factor;
    private readonly SeparableFilter _filter;

    /// <summary>Prepares the filter.</summary>
    /// <param name="factor">f, even, 2 to 32 (the kernel of an odd factor would not fall on pixel centres).</param>
    public BicubicDownsampling(int factor)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(factor, 2);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(factor, 32);
        ArgumentOutOfRangeException.ThrowIfNotEqual(factor % 2, 0, nameof(factor));
        _factor = factor;
        var taps = new double[4 * factor];
        // Sample i stands for pixels i f .. i f + f - 1; its centre lies 2 f pixels after the first tap's left edge.
        for (var k = 0; k < taps.Length; k++) taps[k] = Keys((k + .5 - 2 * factor) / factor);
        var sum = taps.Sum();
        _filter = new([.. taps.Select(v => (float)(v / sum))], 3 * factor / 2, factor);
    }

    /// <inheritdoc/>
    public string Description => $"bicubic x{_factor}";

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The picture's sides are no multiples of the factor, or too short for its taps.</exception>
    public Tensor Apply(Tensor image)
    {
        if (image.shape[2] % _factor != 0 || image.shape[3] % _factor != 0)
            throw new ArgumentException($"{image.shape[3]} x {image.shape[2]} pixels cannot be divided by {_factor}.", nameof(image));
        return _filter.Apply(image);
    }

    /// <summary>Keys' kernel at x, a = -1/2.</summary>
    internal static double Keys(double x)
    {
        x = Math.Abs(x);
        return x <= 1 ? (1.5 * x - 2.5) * x * x + 1
            : x < 2 ? ((-.5 * x + 2.5) * x - 4) * x + 2
            : 0;
    }
}
