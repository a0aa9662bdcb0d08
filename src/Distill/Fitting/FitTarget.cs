using System.Numerics;
using System.Runtime.InteropServices;
using SvgDistill.Rasterizer.Compositing;
using SvgDistill.Rasterizer.Geometry;

namespace SvgDistill.Distill.Fitting;

/// <summary>The picture that a drawing is to become. Not for use by several fits at once.</summary>
/// <param name="picture">Premultiplied sRGB RGBA; with a background only its colours count.</param>
/// <param name="sceneToDevice">Where the scene lies in it; null stretches the scene onto it.</param>
/// <param name="background">What lies behind the drawing, sRGB 0..1; null compares transparency too.</param>
public sealed class FitTarget(Picture picture, Matrix? sceneToDevice = null, (float R, float G, float B)? background = null) : IFitTarget
{
    private readonly ExtendedBox[] _boxes = [new(), new(), new(), new()];
    private readonly int _channels = background is null ? 4 : 3;
    private float[] _difference = [];

    /// <summary>The picture.</summary>
    public Picture Picture => picture;

    /// <summary>
    /// The picture, of this one's size, that is wanted at a part of the run, 0..1, in place of this one: a drawing follows small changes where it would
    /// lose its parts over a large one. Asked before each step; the end, 1, is measured against this one. Null for this one all the time.
    /// </summary>
    public Func<double, Picture>? Led { get; init; }

    int IFitTarget.Width => picture.Width;

    int IFitTarget.Height => picture.Height;

    Matrix? IFitTarget.SceneToDevice => sceneToDevice;

    double IFitTarget.SquaredError(Picture drawn, Span<float> gradient, FitView view)
    {
        var now = Led is null || view.Progress == 1 ? picture : Led(view.Progress);
        var pixels = drawn.Width * drawn.Height;
        if (_difference.Length != _channels * pixels) _difference = new float[_channels * pixels];
        var sum = 0.0;
        for (var channel = 0; channel < _channels; channel++) sum += Subtract(drawn, now, channel);

        Blur(drawn, view.BlurWidth);
        if (view.Robust > 0) WeighRobustly(pixels, view.Robust);
        Blur(drawn, view.BlurWidth);

        var factor = 2f / (_channels * pixels);
        if (background is not null) gradient.Slice(3 * pixels, pixels).Clear();
        for (var channel = 0; channel < _channels; channel++) Write(channel, pixels, factor, gradient);
        return sum / (_channels * pixels);
    }

    private Span<float> Plane(int channel, int pixels) => _difference.AsSpan(channel * pixels, pixels);

    private float Behind(int channel) => background is not { } color ? 0 : channel switch { 0 => color.R, 1 => color.G, _ => color.B };

    private double Subtract(Picture drawn, Picture wanted, int channel)
    {
        var difference = Plane(channel, drawn.Width * drawn.Height);
        var color = drawn.Plane(channel);
        var alpha = drawn.Plane(3);
        var target = wanted.Plane(channel);
        var behind = Behind(channel);
        var sum = 0.0;
        for (var i = 0; i < difference.Length; i++)
        {
            var d = (background is null ? color[i] : color[i] + (1 - alpha[i]) * behind) - target[i];
            difference[i] = d;
            sum += d * d;
        }
        return sum;
    }

    private void Blur(Picture drawn, double width)
    {
        if (width <= 1) return;
        var pixels = drawn.Width * drawn.Height;
        Parallel.For(0, _channels, channel => _boxes[channel].Apply(Plane(channel, pixels), drawn.Width, drawn.Height, width));
    }

    // Charbonnier et al. 1994: of 2 delta^2 (sqrt(1 + |d|^2 / delta^2) - 1) a pixel, d its vector of channels, in place of |d|^2.
    private void WeighRobustly(int pixels, double delta)
    {
        ref var d = ref MemoryMarshal.GetArrayDataReference(_difference);
        var inverse = (float)(1 / (delta * delta));
        var i = 0;
        for (; i <= pixels - Vector<float>.Count; i += Vector<float>.Count)
        {
            var square = Vector<float>.Zero;
            for (var at = i; at < _difference.Length; at += pixels)
            {
                var v = Vector.LoadUnsafe(ref d, (nuint)at);
                square += v * v;
            }
            var weight = Vector<float>.One / Vector.SquareRoot(Vector<float>.One + inverse * square);
            for (var at = i; at < _difference.Length; at += pixels) (weight * Vector.LoadUnsafe(ref d, (nuint)at)).StoreUnsafe(ref d, (nuint)at);
        }
        for (; i < pixels; i++)
        {
            var square = 0f;
            for (var at = i; at < _difference.Length; at += pixels) square += _difference[at] * _difference[at];
            for (var at = i; at < _difference.Length; at += pixels) _difference[at] /= MathF.Sqrt(1 + inverse * square);
        }
    }

    private void Write(int channel, int pixels, float factor, Span<float> gradient)
    {
        var difference = Plane(channel, pixels);
        var color = gradient.Slice(channel * pixels, pixels);
        for (var i = 0; i < pixels; i++) color[i] = factor * difference[i];
        if (background is null) return;
        var alpha = gradient.Slice(3 * pixels, pixels);
        var behind = Behind(channel);
        for (var i = 0; i < pixels; i++) alpha[i] -= behind * color[i];
    }
}
