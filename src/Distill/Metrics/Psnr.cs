namespace SvgDistill.Distill.Metrics;

/// <summary>Peak signal-to-noise ratio, -10 log10 of the mean squared difference of values in 0..1.</summary>
public static class Psnr
{
    /// <summary>In decibels; positive infinity where the pictures are equal.</summary>
    public static double Measure(RgbPicture a, RgbPicture b) => FromMeanSquare(MeanSquare(a, b));

    /// <summary>The mean squared difference.</summary>
    public static double MeanSquare(RgbPicture a, RgbPicture b)
    {
        RgbPicture.RequireSameSize(a, b);
        return MeanSquare(a.Values, b.Values);
    }

    internal static double FromMeanSquare(double meanSquare) => -10 * Math.Log10(meanSquare);

    private static double MeanSquare(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++)
        {
            var difference = (double)a[i] - b[i];
            sum += difference * difference;
        }
        return sum / a.Length;
    }
}
