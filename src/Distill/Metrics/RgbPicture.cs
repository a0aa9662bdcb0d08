using SvgDistill.Rasterizer.Compositing;

namespace SvgDistill.Distill.Metrics;

/// <summary>
/// A picture as the pixel measures take it: sRGB, 0..1, plane by plane (R, G, B), each row by row from the top.
/// </summary>
public sealed class RgbPicture
{
    /// <summary>Planes in a picture.</summary>
    public const int Channels = 3;

    private readonly float[] _values;

    /// <summary>Wraps planar values; the array is not copied.</summary>
    /// <exception cref="ArgumentException">The array has not 3 x height x width values.</exception>
    public RgbPicture(int width, int height, float[] values)
    {
        if (width <= 0 || height <= 0 || values.Length != Channels * width * height)
            throw new ArgumentException($"A picture of {width} x {height} has {Channels * width * height} values, not {values.Length}.");
        (Width, Height, _values) = (width, height, values);
    }

    /// <summary>Columns.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>All three planes.</summary>
    public ReadOnlySpan<float> Values => _values;

    /// <summary>One plane: 0 red, 1 green, 2 blue.</summary>
    public ReadOnlySpan<float> Channel(int channel) => _values.AsSpan(channel * Width * Height, Width * Height);

    /// <summary>A drawn picture composited in sRGB over an opaque background, components 0..1.</summary>
    public static RgbPicture Over(Picture drawn, (double R, double G, double B) background)
    {
        var plane = drawn.Width * drawn.Height;
        var values = new float[Channels * plane];
        var alpha = drawn.Plane(3);
        ReadOnlySpan<double> behind = [background.R, background.G, background.B];
        for (var channel = 0; channel < Channels; channel++)
        {
            var premultiplied = drawn.Plane(channel);
            for (var i = 0; i < plane; i++)
                values[channel * plane + i] = (float)(premultiplied[i] + (1 - alpha[i]) * behind[channel]);
        }
        return new(drawn.Width, drawn.Height, values);
    }

    /// <summary>The mean absolute difference over pixels and channels, 0..1.</summary>
    public double MeanDifference(RgbPicture other)
    {
        ArgumentNullException.ThrowIfNull(other);
        RequireSameSize(this, other);
        var sum = 0.0;
        for (var i = 0; i < _values.Length; i++) sum += Math.Abs(_values[i] - other._values[i]);
        return sum / _values.Length;
    }

    internal static void RequireSameSize(RgbPicture a, RgbPicture b)
    {
        if (a.Width != b.Width || a.Height != b.Height)
            throw new ArgumentException($"Pictures of {a.Width} x {a.Height} and {b.Width} x {b.Height} cannot be compared pixel by pixel.");
    }
}
