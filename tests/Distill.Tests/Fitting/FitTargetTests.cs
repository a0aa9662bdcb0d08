using SvgDistill.Distill.Fitting;
using SvgDistill.Rasterizer.Compositing;
using Xunit;

namespace SvgDistill.Distill.Tests.Fitting;

/// <summary>What a drawing's picture is compared with a wanted one by, against sums written out in double.</summary>
public sealed class FitTargetTests
{
    private const int Width = 13, Height = 9, Pixels = Width * Height;

    [Theory]
    [InlineData(3)]
    [InlineData(4.5)]
    [InlineData(40)]
    public void The_blur_is_two_boxes_with_a_part_of_a_pixel_at_either_end(double boxWidth)
    {
        var plane = Noise(Pixels, 1);
        var wanted = Blurred([.. plane.Select(v => (double)v)], boxWidth);

        new ExtendedBox().Apply(plane, Width, Height, boxWidth);

        for (var i = 0; i < Pixels; i++) Assert.Equal(wanted[i], plane[i], 1e-6);
    }

    [Fact]
    public void Boxes_of_a_pixel_change_nothing()
    {
        var plane = Noise(Pixels, 2);
        float[] before = [.. plane];

        new ExtendedBox().Apply(plane, Width, Height, 1);

        Assert.Equal(before, plane);
    }

    /// <summary>The gradient is that of the loss as it is looked at; the error that is told is always the plain one.</summary>
    [Theory]
    [InlineData(1, 0, false)]
    [InlineData(1, .1, false)]
    [InlineData(1, .1, true)]
    [InlineData(4.5, 0, true)]
    [InlineData(4.5, .1, false)]
    [InlineData(4.5, .1, true)]
    public void The_gradient_is_that_of_the_blurred_robust_difference(double blurWidth, double robust, bool transparent)
    {
        (float, float, float)? background = transparent ? null : (.9f, .5f, .2f);
        var drawn = Random(3);
        var wanted = Random(4);
        IFitTarget target = new FitTarget(wanted, background: background);
        var gradient = new float[4 * Pixels];

        var error = target.SquaredError(drawn, gradient, new(.5, blurWidth, robust));

        Assert.Equal(Loss(drawn.Data, wanted, background, 1, 0), error, 1e-6);
        var data = drawn.Data.ToArray();
        foreach (var i in new[] { 0, 7, 60, Pixels + 5, 2 * Pixels + 44, 3 * Pixels + 1, 3 * Pixels + 70, 4 * Pixels - 1 })
        {
            const double Step = 1e-4;
            double At(double by) => Loss([.. data.Select((v, k) => k == i ? v + by : v)], wanted, background, blurWidth, robust);
            var slope = (At(Step) - At(-Step)) / (2 * Step);
            Assert.Equal(slope, gradient[i], 2e-6);
        }
    }

    [Fact]
    public void The_last_picture_is_measured_by_itself()
    {
        var (first, last) = (Random(5), Random(6));
        IFitTarget target = new FitTarget(last) { Led = _ => first };
        var gradient = new float[4 * Pixels];

        Assert.Equal(0, target.SquaredError(first, gradient, new(.5)));
        Assert.Equal(0, target.SquaredError(last, gradient, FitView.Plain));
    }

    private static double Loss(ReadOnlySpan<float> drawn, Picture wanted, (float R, float G, float B)? background, double blurWidth, double robust) =>
        Loss([.. drawn.ToArray().Select(v => (double)v)], wanted, background, blurWidth, robust);

    private static double Loss(double[] drawn, Picture wanted, (float R, float G, float B)? background, double blurWidth, double robust)
    {
        var channels = background is null ? 4 : 3;
        var planes = Enumerable.Range(0, channels).Select(c =>
        {
            var behind = background is not { } color ? 0.0 : c switch { 0 => color.R, 1 => color.G, _ => color.B };
            var target = wanted.Plane(c).ToArray();
            return Blurred([.. target.Select((t, i) => drawn[c * Pixels + i] + (background is null ? 0 : (1 - drawn[3 * Pixels + i]) * behind) - t)], blurWidth);
        }).ToArray();
        var sum = 0.0;
        for (var i = 0; i < Pixels; i++)
        {
            var square = planes.Sum(p => p[i] * p[i]);
            sum += robust == 0 ? square : 2 * robust * robust * (Math.Sqrt(1 + square / (robust * robust)) - 1);
        }
        return sum / (channels * Pixels);
    }

    private static double[] Blurred(double[] plane, double boxWidth)
    {
        if (boxWidth <= 1) return plane;
        // A pixel's share of the box: all of it, or what lies within half a box's width.
        double Share(int offset) => Math.Clamp((boxWidth - 1) / 2 - Math.Abs(offset) + 1, 0, 1) / boxWidth;
        for (var box = 0; box < 2; box++)
        {
            plane = [.. plane.Select((_, i) => Enumerable.Range(0, Width).Sum(x => Share(x - i % Width) * plane[i / Width * Width + x]))];
            plane = [.. plane.Select((_, i) => Enumerable.Range(0, Height).Sum(y => Share(y - i / Width) * plane[y * Width + i % Width]))];
        }
        return plane;
    }

    private static Picture Random(int seed)
    {
        var picture = new Picture(Width, Height);
        Noise(4 * Pixels, seed).CopyTo(picture.Data);
        return picture;
    }

    private static float[] Noise(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.NextSingle())];
    }
}
