namespace SvgDistill.Distill.Metrics;

/// <summary>
/// A picture as the pixel measures take it: sRGB, 0..1, plane by plane (R, G, B), each row by row from the top.
/// </summary>
public sealed class RgbPicture
{
    /// <summary>Planes in a picture.</summary>
    public const int Channels = 3;

    private readonly float[] values;

    /// <summary>Wraps planar values; the array is not copied.</summary>
    /// <exception cref="ArgumentException">The array has not 3 x height x width values.</exception>
    public RgbPicture(int width, int height, float[] values)
    {
        if (width <= 0 || height <= 0 || values.Length != Channels * width * height)
            throw new ArgumentException($"A picture of {width} x {height} has {Channels * width * height} values, not {values.Length}.");
        (Width, Height, this.values) = (width, height, values);
    }

    /// <summary>Columns.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>All three planes.</summary>
    public ReadOnlySpan<float> Values => values;

    /// <summary>One plane: 0 red, 1 green, 2 blue.</summary>
    public ReadOnlySpan<float> Channel(int channel) => values.AsSpan(channel * Width * Height, Width * Height);

    /// <summary>A picture from straight-alpha sRGB bytes, composited in sRGB over an opaque background.</summary>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    /// <param name="rgba">Four bytes a pixel, row by row.</param>
    /// <param name="background">The background, components 0..1.</param>
    public static RgbPicture Over(int width, int height, ReadOnlySpan<byte> rgba, (double R, double G, double B) background)
    {
        var values = new float[Channels * width * height];
        var plane = width * height;
        for (var i = 0; i < plane; i++)
        {
            var alpha = rgba[4 * i + 3] / 255.0;
            values[i] = (float)(alpha * rgba[4 * i] / 255 + (1 - alpha) * background.R);
            values[plane + i] = (float)(alpha * rgba[4 * i + 1] / 255 + (1 - alpha) * background.G);
            values[2 * plane + i] = (float)(alpha * rgba[4 * i + 2] / 255 + (1 - alpha) * background.B);
        }
        return new(width, height, values);
    }

    internal static void RequireSameSize(RgbPicture a, RgbPicture b)
    {
        if (a.Width != b.Width || a.Height != b.Height)
            throw new ArgumentException($"Pictures of {a.Width} x {a.Height} and {b.Width} x {b.Height} cannot be compared pixel by pixel.");
    }
}
