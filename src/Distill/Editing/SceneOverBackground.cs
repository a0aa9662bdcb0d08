using SvgDistill.Rasterizer;
using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Distill.Editing;

/// <summary>
/// A scene fitted and centred in a model's square picture, over an opaque colour: p = c + (1 - a) b with premultiplied
/// colours c. The drawing itself keeps its transparency.
/// </summary>
public sealed class SceneOverBackground : IDrawingRenderer
{
    private readonly SceneRasterizer _rasterizer;
    private readonly (float R, float G, float B) _background;
    private readonly float[] _gradient;

    /// <summary>Prepares a scene for pictures of <paramref name="side"/> x <paramref name="side"/> pixels.</summary>
    /// <param name="scene">The scene.</param>
    /// <param name="side">The picture's side.</param>
    /// <param name="margin">The margin on each edge, as a fraction of the side.</param>
    /// <param name="background">sRGB, 0..1.</param>
    /// <param name="threads">Threads used at most, 0 for all; the result is the same for any number.</param>
    public SceneOverBackground(Scene scene, int side, double margin, (double R, double G, double B) background, int threads = 0)
    {
        _rasterizer = new SceneRasterizer(scene, side, side, scene.ToSquare(side, margin), threads);
        _background = ((float)background.R, (float)background.G, (float)background.B);
        _gradient = new float[4 * side * side];
    }

    /// <inheritdoc/>
    public int Width => _rasterizer.Picture.Width;

    /// <inheritdoc/>
    public int Height => _rasterizer.Picture.Height;

    /// <inheritdoc/>
    public double FilterWidth
    {
        get => _rasterizer.FilterWidth;
        set => _rasterizer.FilterWidth = value;
    }

    /// <summary>The alpha plane of the picture drawn last, [H,W].</summary>
    public ReadOnlySpan<float> Alpha => _rasterizer.Picture.Plane(3);

    /// <inheritdoc/>
    public void Forward(ReadOnlySpan<double> theta, Span<float> image)
    {
        var picture = _rasterizer.Forward(theta);
        var alpha = picture.Plane(3);
        for (var channel = 0; channel < 3; channel++)
        {
            var color = picture.Plane(channel);
            var behind = Behind(channel);
            var plane = image.Slice(channel * alpha.Length, alpha.Length);
            for (var i = 0; i < plane.Length; i++) plane[i] = color[i] + (1 - alpha[i]) * behind;
        }
    }

    /// <inheritdoc/>
    public void Backward(ReadOnlySpan<float> imageGradient, Span<double> thetaGradient)
    {
        var pixels = Width * Height;
        imageGradient.CopyTo(_gradient);
        var alphaGradient = _gradient.AsSpan(3 * pixels);
        alphaGradient.Clear();
        for (var channel = 0; channel < 3; channel++)
        {
            var plane = imageGradient.Slice(channel * pixels, pixels);
            var behind = Behind(channel);
            for (var i = 0; i < pixels; i++) alphaGradient[i] -= behind * plane[i];
        }
        _rasterizer.Backward(_gradient, thetaGradient);
    }

    private float Behind(int channel) => channel switch { 0 => _background.R, 1 => _background.G, _ => _background.B };
}
