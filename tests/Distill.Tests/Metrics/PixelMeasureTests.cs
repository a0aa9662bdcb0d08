using SvgDistill.Distill.Metrics;
using SvgDistill.Rasterizer.Compositing;
using Xunit;

namespace SvgDistill.Distill.Tests.Metrics;

public class PixelMeasureTests
{
    private static RgbPicture Picture(int width, int height, Func<int, int, int, double> value)
    {
        var values = new float[3 * width * height];
        for (var c = 0; c < 3; c++)
            for (var y = 0; y < height; y++)
                for (var x = 0; x < width; x++) values[(c * height + y) * width + x] = (float)value(c, x, y);
        return new(width, height, values);
    }

    private static RgbPicture Noise(int seed, int width, int height)
    {
        var random = new Random(seed);
        return Picture(width, height, (_, _, _) => random.NextDouble());
    }

    [Fact]
    public void Equal_pictures_have_infinite_psnr_and_ssim_one()
    {
        var picture = Noise(1, 40, 32);
        Assert.Equal(double.PositiveInfinity, Psnr.Measure(picture, picture));
        Assert.Equal(double.PositiveInfinity, BackgroundPsnr.Measure(picture, picture));
        Assert.Equal(1, Ssim.Measure(picture, picture), 12);
    }

    [Theory]
    [InlineData(.1, 20)]
    [InlineData(.01, 40)]
    [InlineData(1, 0)]
    public void Psnr_of_a_constant_difference_is_its_logarithm(double difference, double decibels) =>
        Assert.Equal(decibels, Psnr.Measure(Picture(9, 5, (_, _, _) => 0), Picture(9, 5, (_, _, _) => difference)), 5);

    [Fact]
    public void Psnr_averages_over_channels_and_pixels()
    {
        // One value of 3 * 4 * 2 differs by 1.
        var a = Picture(4, 2, (_, _, _) => 0);
        var b = Picture(4, 2, (c, x, y) => c == 1 && x == 2 && y == 1 ? 1 : 0);
        Assert.Equal(10 * Math.Log10(24), Psnr.Measure(a, b), 10);
    }

    [Theory]
    [InlineData(.2, .8)]
    [InlineData(0, 1)]
    [InlineData(.5, .5)]
    public void Ssim_of_two_constants_is_its_luminance_term(double a, double b)
    {
        var expected = (2 * a * b + 1e-4) / (a * a + b * b + 1e-4);
        Assert.Equal(expected, Ssim.Measure(Picture(20, 15, (_, _, _) => a), Picture(20, 15, (_, _, _) => b)), 5);
    }

    [Fact]
    public void Ssim_of_a_checkerboard_and_its_negative_is_the_closed_form()
    {
        // The window sees mean .5 +- A T^2 with T the Gaussian's answer at the highest frequency, and equal variances with
        // covariance of the opposite sign.
        const double amplitude = .4;
        var weights = Enumerable.Range(-5, 11).Select(i => Math.Exp(-i * i / (2 * 1.5 * 1.5))).ToArray();
        var answer = weights.Select((w, i) => i % 2 == 0 ? w : -w).Sum() / weights.Sum();
        var offset = amplitude * answer * answer;
        var variance = amplitude * amplitude - offset * offset;
        double Term(double mean) => (2 * mean * (1 - mean) + 1e-4) / (mean * mean + (1 - mean) * (1 - mean) + 1e-4);
        var expected = (Term(.5 + offset) + Term(.5 - offset)) / 2 * (-2 * variance + 9e-4) / (2 * variance + 9e-4);

        double Sign(int x, int y) => (x + y) % 2 == 0 ? 1 : -1;
        var board = Picture(30, 24, (_, x, y) => .5 + amplitude * Sign(x, y));
        var negative = Picture(30, 24, (_, x, y) => .5 - amplitude * Sign(x, y));
        Assert.Equal(expected, Ssim.Measure(board, negative), 5);
    }

    [Fact]
    public void Ssim_of_a_brighter_picture_keeps_only_the_luminance_term()
    {
        // Adding a constant leaves variances and covariance alone: what remains is the mean of the luminance terms.
        const double shift = .2;
        var weights = Enumerable.Range(-5, 11).Select(i => Math.Exp(-i * i / (2 * 1.5 * 1.5))).ToArray();
        double Value(int x) => .3 + .2 * Math.Sin(.35 * x);
        var expected = Enumerable.Range(5, 40 - 10).Average(x =>
        {
            var mean = Enumerable.Range(-5, 11).Sum(i => weights[i + 5] * Value(x + i)) / weights.Sum();
            return (2 * mean * (mean + shift) + 1e-4) / (mean * mean + (mean + shift) * (mean + shift) + 1e-4);
        });
        var dark = Picture(40, 16, (_, x, _) => Value(x));
        var bright = Picture(40, 16, (_, x, _) => Value(x) + shift);
        Assert.Equal(expected, Ssim.Measure(dark, bright), 5);
    }

    [Fact]
    public void Ssim_is_symmetric_and_falls_with_noise()
    {
        var clean = Picture(48, 48, (_, x, y) => .5 + .3 * Math.Sin(.3 * x) * Math.Cos(.2 * y));
        var random = new Random(3);
        var noise = Picture(48, 48, (_, _, _) => random.NextDouble() - .5);
        RgbPicture Noisy(double amount) => new(48, 48, [.. clean.Values.ToArray().Zip(noise.Values.ToArray(), (v, n) => (float)(v + amount * n))]);
        Assert.Equal(Ssim.Measure(clean, Noisy(.1)), Ssim.Measure(Noisy(.1), clean), 12);
        Assert.True(Ssim.Measure(clean, Noisy(.05)) > Ssim.Measure(clean, Noisy(.2)));
    }

    [Fact]
    public void Background_mask_leaves_out_what_the_windows_of_an_edit_touch()
    {
        // A square of noise far from the left edge: a window that meets none of it sees a residual of no variance.
        var source = Picture(120, 100, (_, _, _) => .5);
        var random = new Random(5);
        var edited = Picture(120, 100, (_, x, y) => x is >= 70 and < 90 && y is >= 40 and < 60 ? random.NextDouble() : .5);
        var mask = BackgroundPsnr.Mask(source, edited);
        Assert.True(mask[50 * 120 + 20]);
        Assert.False(mask[50 * 120 + 80]);
        // The window reaches 14 pixels to the right and 15 to the left.
        Assert.True(mask[50 * 120 + 70 - 15]);
        Assert.True(mask[50 * 120 + 89 + 16]);
        Assert.Equal(double.PositiveInfinity, BackgroundPsnr.Measure(source, Picture(120, 100,
            (c, x, y) => mask[y * 120 + x] ? .5 : edited.Channel(c)[y * 120 + x])));
    }

    [Fact]
    public void Background_psnr_keeps_the_zeroed_pixels_in_the_mean()
    {
        // A residual of two levels: left .1 everywhere (background), right a checkerboard (masked out, but counted in the mean).
        const int width = 160, height = 64;
        var source = Picture(width, height, (_, _, _) => .4);
        var edited = Picture(width, height, (_, x, y) => x < 80 ? .5 : .4 + ((x + y) % 2 == 0 ? .3 : -.3));
        var mask = BackgroundPsnr.Mask(source, edited);
        var kept = mask.Where((inside, i) => inside).Count();
        Assert.InRange(kept, 60 * height, 80 * height);
        Assert.All(Enumerable.Range(0, mask.Length).Where(i => mask[i]), i => Assert.True(i % width < 80));
        var expected = -10 * Math.Log10(.01 * kept / (width * height));
        Assert.Equal(expected, BackgroundPsnr.Measure(source, edited), 4);
    }

    [Fact]
    public void Pictures_of_different_size_are_refused()
    {
        var (a, b) = (Noise(1, 20, 20), Noise(1, 20, 21));
        foreach (var measure in new Func<RgbPicture, RgbPicture, double>[] { Psnr.Measure, Ssim.Measure, BackgroundPsnr.Measure })
            Assert.Contains("20 x 21", Assert.Throws<ArgumentException>(() => measure(a, b)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Ssim.Measure(Noise(1, 10, 30), Noise(2, 10, 30)));
    }

    [Fact]
    public void Compositing_over_a_background_is_linear_in_srgb()
    {
        // A half-covered pixel of colour (.2, .4, .6), premultiplied, and an empty one.
        var drawn = new Picture(2, 1);
        new float[] { .1f, 0, .2f, 0, .3f, 0, .5f, 0 }.CopyTo(drawn.Data);
        var picture = RgbPicture.Over(drawn, (0, .5, 1));
        Assert.Equal([.1f, 0], picture.Channel(0).ToArray());
        Assert.Equal([.45f, .5f], picture.Channel(1).ToArray());
        Assert.Equal([.8f, 1], picture.Channel(2).ToArray());
    }
}
