namespace SvgDistill.Distill.Metrics;

/// <summary>
/// Structural similarity (Wang, Bovik, Sheikh and Simoncelli 2004, eq. 13): an 11 x 11 Gaussian window of standard
/// deviation 1.5, K1 = .01, K2 = .03, values in 0..1, the mean over all windows that lie wholly inside the picture.
/// </summary>
/// <remarks>The paper measures luminance; for colour pictures the channels' means are averaged (choice).</remarks>
public static class Ssim
{
    /// <summary>The window's side; pictures must be at least as large.</summary>
    public const int Window = 11;

    private const double Sigma = 1.5, C1 = .01 * .01, C2 = .03 * .03;

    private static readonly double[] _kernel = Kernel();

    /// <summary>-1..1; 1 for equal pictures.</summary>
    /// <exception cref="ArgumentException">The pictures differ in size or are smaller than the window.</exception>
    public static double Measure(RgbPicture a, RgbPicture b)
    {
        RgbPicture.RequireSameSize(a, b);
        if (a.Width < Window || a.Height < Window)
            throw new ArgumentException($"SSIM needs pictures of at least {Window} x {Window} pixels, not {a.Width} x {a.Height}.");
        var sum = 0.0;
        for (var channel = 0; channel < RgbPicture.Channels; channel++)
            sum += Channel(a.Channel(channel), b.Channel(channel), a.Width, a.Height);
        return sum / RgbPicture.Channels;
    }

    private static double Channel(ReadOnlySpan<float> x, ReadOnlySpan<float> y, int width, int height)
    {
        var (xx, yy, xy) = (new double[x.Length], new double[x.Length], new double[x.Length]);
        var (xs, ys) = (new double[x.Length], new double[x.Length]);
        for (var i = 0; i < x.Length; i++)
        {
            (xs[i], ys[i]) = (x[i], y[i]);
            (xx[i], yy[i], xy[i]) = (xs[i] * xs[i], ys[i] * ys[i], xs[i] * ys[i]);
        }
        var (muX, muY) = (Blur(xs, width, height), Blur(ys, width, height));
        var (meanXX, meanYY, meanXY) = (Blur(xx, width, height), Blur(yy, width, height), Blur(xy, width, height));

        var sum = 0.0;
        for (var i = 0; i < muX.Length; i++)
        {
            var (varX, varY) = (meanXX[i] - muX[i] * muX[i], meanYY[i] - muY[i] * muY[i]);
            var covariance = meanXY[i] - muX[i] * muY[i];
            sum += (2 * muX[i] * muY[i] + C1) * (2 * covariance + C2)
                / ((muX[i] * muX[i] + muY[i] * muY[i] + C1) * (varX + varY + C2));
        }
        return sum / muX.Length;
    }

    // The weighted means of all windows inside the picture: Window - 1 fewer columns and rows.
    private static double[] Blur(double[] values, int width, int height)
    {
        var (columns, rows) = (width - Window + 1, height - Window + 1);
        var across = new double[columns * height];
        for (var y = 0; y < height; y++)
            for (var x = 0; x < columns; x++)
                for (var k = 0; k < Window; k++) across[y * columns + x] += _kernel[k] * values[y * width + x + k];
        var result = new double[columns * rows];
        for (var y = 0; y < rows; y++)
            for (var k = 0; k < Window; k++)
                for (var x = 0; x < columns; x++) result[y * columns + x] += _kernel[k] * across[(y + k) * columns + x];
        return result;
    }

    private static double[] Kernel()
    {
        var weights = Enumerable.Range(0, Window).Select(i => Math.Exp(-Math.Pow(i - Window / 2, 2) / (2 * Sigma * Sigma))).ToArray();
        var sum = weights.Sum();
        return [.. weights.Select(w => w / sum)];
    }
}
