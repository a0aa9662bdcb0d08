namespace SvgDistill.Rasterizer.Scenes;

/// <summary>How large a picture may be.</summary>
public static class CanvasLimits
{
    /// <summary>The longest side, in pixels.</summary>
    public const int MaximumSide = 16384;

    /// <summary>The most pixels: a picture of them takes 1 GiB of memory, and 2 GiB with its gradient.</summary>
    public const int MaximumPixels = 1 << 26;

    /// <summary>True for a size that is positive and not too large.</summary>
    public static bool Allow(int width, int height) =>
        width >= 1 && height >= 1 && width <= MaximumSide && height <= MaximumSide && (long)width * height <= MaximumPixels;

    /// <summary>Refuses a size that is not positive or too large.</summary>
    /// <exception cref="SvgDistillException">The size cannot be drawn.</exception>
    public static void Check(int width, int height)
    {
        if (!Allow(width, height))
            throw new SvgDistillException(
                $"A picture of {width} x {height} pixels cannot be drawn: sides go from 1 to {MaximumSide}, " +
                $"with at most {MaximumPixels / 1_000_000} million pixels. Choose another size.");
    }
}
