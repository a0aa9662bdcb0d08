using SvgDistill.Rasterizer.Compositing;
using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Distill.Fitting;

/// <summary>The picture that a drawing is to become.</summary>
/// <param name="Picture">Premultiplied sRGB RGBA; with a background only its colours count.</param>
/// <param name="SceneToDevice">Where the scene lies in it; null stretches the scene onto it.</param>
/// <param name="Background">
/// What lies behind the drawing, sRGB 0..1; null compares transparency too.
/// </param>
public sealed record FitTarget(Picture Picture, Matrix? SceneToDevice = null, (float R, float G, float B)? Background = null) : IFitTarget
{
    /// <summary>
    /// The picture, of this one's size, that is wanted at a part of the run, 0..1, in place of this one: a drawing follows small changes where it would
    /// lose its parts over a large one. Asked before each step; the end, 1, is measured against this one. Null for this one all the time.
    /// </summary>
    public Func<double, Picture>? Led { get; init; }

    int IFitTarget.Width => Picture.Width;

    int IFitTarget.Height => Picture.Height;

    double IFitTarget.SquaredError(Picture drawn, Span<float> gradient, double progress)
    {
        var now = Led is null || progress == 1 ? Picture : Led(progress);
        if (Background is not { } background) return Compare(drawn.Data, now.Data, gradient);
        var pixels = drawn.Width * drawn.Height;
        var sum = 0.0;
        var factor = 2f / (3 * pixels);
        var alpha = drawn.Plane(3);
        var alphaGradient = gradient.Slice(3 * pixels, pixels);
        alphaGradient.Clear();
        for (var channel = 0; channel < 3; channel++)
        {
            var behind = channel switch { 0 => background.R, 1 => background.G, _ => background.B };
            var color = drawn.Plane(channel);
            var wanted = now.Plane(channel);
            var colorGradient = gradient.Slice(channel * pixels, pixels);
            for (var i = 0; i < pixels; i++)
            {
                var difference = color[i] + (1 - alpha[i]) * behind - wanted[i];
                sum += difference * difference;
                colorGradient[i] = factor * difference;
                alphaGradient[i] -= behind * colorGradient[i];
            }
        }
        return sum / (3 * pixels);
    }

    private static double Compare(ReadOnlySpan<float> drawn, ReadOnlySpan<float> wanted, Span<float> gradient)
    {
        var sum = 0.0;
        var factor = 2f / drawn.Length;
        for (var i = 0; i < drawn.Length; i++)
        {
            var difference = drawn[i] - wanted[i];
            sum += difference * difference;
            gradient[i] = factor * difference;
        }
        return sum / drawn.Length;
    }
}
