using SvgDistill.Rasterizer.Compositing;
using SvgDistill.Rasterizer.Drawing;
using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Outlines;
using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Rasterizer;

/// <summary>
/// A scene's picture as a differentiable function of its parameters, on the CPU: geometry stage, then pixel stage. Arrays are kept
/// between steps. Not safe for use by several threads at once.
/// </summary>
public sealed class SceneRasterizer
{
    private readonly GeometryStage _geometry;
    private readonly PixelStage _pixels;
    private readonly Matrix _sceneToDevice;
    private DrawList? _list;
    private double[] _vertexGradient = [], _scalarGradient = [];

    /// <summary>Draws a scene on a canvas.</summary>
    /// <param name="scene">The scene.</param>
    /// <param name="width">Picture columns.</param>
    /// <param name="height">Picture rows.</param>
    /// <param name="sceneToDevice">From the scene's space to pixels; by default the scene stretched onto the canvas.</param>
    /// <param name="threads">Threads used at most, 0 for all; the result is the same for any number.</param>
    /// <exception cref="SvgDistillException">The canvas is too large.</exception>
    public SceneRasterizer(Scene scene, int width, int height, Matrix? sceneToDevice = null, int threads = 0)
    {
        _geometry = new(scene);
        _pixels = threads > 0 ? new() { Threads = threads } : new();
        _sceneToDevice = sceneToDevice ?? scene.ToCanvas(width, height);
        Picture = new(width, height);
    }

    /// <summary>The scene.</summary>
    public Scene Scene => _geometry.Scene;

    /// <summary>What the last forward pass drew.</summary>
    public Picture Picture { get; }

    /// <summary>The draw list of the last forward pass.</summary>
    internal DrawList DrawList => _list ?? throw new InvalidOperationException("Nothing has been drawn yet.");

    /// <inheritdoc cref="PixelStage.FilterWidth"/>
    public double FilterWidth
    {
        get => _pixels.FilterWidth;
        set => _pixels.FilterWidth = value;
    }

    /// <summary>Draws the scene at theta.</summary>
    /// <param name="theta">One value a parameter.</param>
    /// <param name="keep">False where no backward pass will follow.</param>
    /// <returns><see cref="Picture"/>.</returns>
    public Picture Forward(ReadOnlySpan<double> theta, bool keep = true)
    {
        _pixels.Forward(Build(theta), Picture, keep);
        return Picture;
    }

    /// <summary>Adds dL/dtheta where dL/dpicture of the last forward pass, [4, H, W], is given.</summary>
    public void Backward(ReadOnlySpan<float> pictureGradient, Span<double> thetaGradient)
    {
        var list = DrawList;
        Clear(ref _vertexGradient, 2 * list.VertexCount);
        Clear(ref _scalarGradient, list.ScalarCount);
        _pixels.Backward(pictureGradient, _vertexGradient, _scalarGradient);
        BackwardGeometry(_vertexGradient, _scalarGradient, thetaGradient);
    }

    /// <summary>The geometry stage alone.</summary>
    internal DrawList Build(ReadOnlySpan<double> theta) =>
        _list = _geometry.Build(theta, _sceneToDevice, Picture.Width, Picture.Height);

    /// <summary>The geometry stage's adjoint alone.</summary>
    internal void BackwardGeometry(
        ReadOnlySpan<double> vertexGradient, ReadOnlySpan<double> scalarGradient, Span<double> thetaGradient) =>
        _geometry.Backward(vertexGradient, scalarGradient, thetaGradient);

    private static void Clear(ref double[] array, int length)
    {
        if (array.Length < length) array = new double[Math.Max(length, 2 * array.Length)];
        array.AsSpan(0, length).Clear();
    }
}
