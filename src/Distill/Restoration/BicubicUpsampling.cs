using SvgDistill.Rasterizer.Compositing;

namespace SvgDistill.Distill.Restoration;

/// <summary>
/// Upsampling by a whole factor with Keys' cubic, a = -1/2 (Keys 1981), borders repeated; what overshoots is cut. The plain
/// answer to <see cref="BicubicDownsampling"/>, and where a restoration starts.
/// </summary>
public static class BicubicUpsampling
{
    /// <summary>A fresh picture of <paramref name="factor"/> times the columns and rows.</summary>
    public static Picture Apply(Picture picture, int factor)
    {
        var (width, height) = (picture.Width * factor, picture.Height * factor);
        var taps = Taps(factor);
        var result = new Picture(width, height);
        var across = new float[width * picture.Height];
        for (var plane = 0; plane < 4; plane++)
        {
            var source = picture.Plane(plane);
            for (var row = 0; row < picture.Height; row++)
                Spread(source, row * picture.Width, 1, picture.Width, across, row * width, 1, taps);
            var target = result.Plane(plane);
            for (var column = 0; column < width; column++)
                Spread(across, column, width, picture.Height, target, column, width, taps);
        }
        Cut(result);
        return result;
    }

    // The four weights of each of the factor's positions between two samples.
    private static float[][] Taps(int factor) => [.. Enumerable.Range(0, factor).Select(phase =>
    {
        var x = Position(phase, factor);
        var first = (int)Math.Floor(x) - 1;
        return Enumerable.Range(first, 4).Select(sample => (float)BicubicDownsampling.Keys(x - sample)).ToArray();
    })];

    // Pixel i's centre in units of the samples' distance, from sample 0's centre.
    private static double Position(int i, int factor) => (i + .5) / factor - .5;

    private static void Spread(ReadOnlySpan<float> from, int fromStart, int fromStride, int count,
        Span<float> to, int toStart, int toStride, float[][] taps)
    {
        for (var i = 0; i < count * taps.Length; i++)
        {
            var first = (int)Math.Floor(Position(i, taps.Length)) - 1;
            var weights = taps[i % taps.Length];
            var sum = 0f;
            for (var k = 0; k < 4; k++) sum += weights[k] * from[fromStart + fromStride * Math.Clamp(first + k, 0, count - 1)];
            to[toStart + toStride * i] = sum;
        }
    }

    // Premultiplied: 0 <= colour <= alpha <= 1.
    private static void Cut(Picture picture)
    {
        var alpha = picture.Plane(3);
        for (var i = 0; i < alpha.Length; i++) alpha[i] = Math.Clamp(alpha[i], 0, 1);
        for (var plane = 0; plane < 3; plane++)
        {
            var color = picture.Plane(plane);
            for (var i = 0; i < alpha.Length; i++) color[i] = Math.Clamp(color[i], 0, alpha[i]);
        }
    }
}
