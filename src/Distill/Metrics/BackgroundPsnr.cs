namespace SvgDistill.Distill.Metrics;

/// <summary>
/// PSNR where the edit left the picture alone (Kim et al. 2025). The mask is found without a segmenter: the residual's
/// standard deviation in a window of 30 pixels, averaged over the channels, below that map's own mean. As published, the
/// masked-out pixels are zeroed in both pictures and stay in the mean, so that a small mask flatters the figure.
/// </summary>
/// <remarks>
/// Choice: the even window reaches from 15 pixels before to 14 after its centre, and pictures go on beyond their edges
/// mirrored with the edge pixel repeated.
/// </remarks>
public static class BackgroundPsnr
{
    private const int Window = 30;

    /// <summary>In decibels; positive infinity where nothing differs within the mask (equal pictures among them).</summary>
    public static double Measure(RgbPicture source, RgbPicture edited)
    {
        RgbPicture.RequireSameSize(source, edited);
        var mask = Mask(source, edited);
        var sum = 0.0;
        for (var channel = 0; channel < RgbPicture.Channels; channel++)
        {
            var a = source.Channel(channel);
            var b = edited.Channel(channel);
            for (var i = 0; i < mask.Length; i++)
                if (mask[i]) sum += Square((double)a[i] - b[i]);
        }
        return Psnr.FromMeanSquare(sum / (RgbPicture.Channels * mask.Length));
    }

    /// <summary>True on the pixels that count as background, row by row.</summary>
    public static bool[] Mask(RgbPicture source, RgbPicture edited)
    {
        RgbPicture.RequireSameSize(source, edited);
        var (width, height) = (source.Width, source.Height);
        var deviation = new double[width * height];
        var residual = new double[width * height];
        for (var channel = 0; channel < RgbPicture.Channels; channel++)
        {
            var a = source.Channel(channel);
            var b = edited.Channel(channel);
            for (var i = 0; i < residual.Length; i++) residual[i] = (double)a[i] - b[i];
            var mean = BoxMean(residual, width, height);
            for (var i = 0; i < residual.Length; i++) residual[i] *= residual[i];
            var meanSquare = BoxMean(residual, width, height);
            for (var i = 0; i < residual.Length; i++)
                // Rounding may leave a variance of zero slightly negative.
                deviation[i] += Math.Sqrt(Math.Max(0, meanSquare[i] - Square(mean[i]))) / RgbPicture.Channels;
        }
        var threshold = deviation.Sum() / deviation.Length;
        return [.. deviation.Select(d => d < threshold)];
    }

    // Sums instead of running differences: a window without residual has a deviation of exactly zero.
    private static double[] BoxMean(double[] values, int width, int height)
    {
        var rows = new double[values.Length];
        var result = new double[values.Length];
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
            {
                var sum = 0.0;
                for (var k = -Window / 2; k < Window / 2; k++) sum += values[y * width + Mirror(x + k, width)];
                rows[y * width + x] = sum;
            }
        for (var y = 0; y < height; y++)
            for (var k = -Window / 2; k < Window / 2; k++)
            {
                var row = Mirror(y + k, height) * width;
                for (var x = 0; x < width; x++) result[y * width + x] += rows[row + x] / (Window * Window);
            }
        return result;
    }

    // ... 1 0 | 0 1 2 ... n-1 | n-1 n-2 ...
    private static int Mirror(int i, int size)
    {
        i = ((i % (2 * size)) + 2 * size) % (2 * size);
        return i < size ? i : 2 * size - 1 - i;
    }

    private static double Square(double x) => x * x;
}
