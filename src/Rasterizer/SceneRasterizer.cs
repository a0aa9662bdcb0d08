using SvgDistill.Rasterizer.Compositing;
using SvgDistill.Rasterizer.Coverage;
using SvgDistill.Rasterizer.Drawing;
using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Outlines;
using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Rasterizer;

/// <summary>
/// A scene's picture as a differentiable function of its parameters, on the CPU: geometry stage, then pixel stage. Arrays are kept
/// between steps. A drawing too large for that is drawn in strips of rows, one after another, and anew for the backward pass: memory is
/// bounded by the strip that shows most. Not safe for use by several threads at once.
/// </summary>
public sealed class SceneRasterizer
{
    private readonly GeometryStage _geometry;
    private readonly PixelStage _pixels;
    private readonly Matrix _sceneToDevice;
    private readonly List<PictureStrip> _strips = [];
    private DrawList? _list;
    private Picture? _stripPicture;
    private double _filterWidth;
    private double[] _theta = [], _vertexGradient = [], _scalarGradient = [];

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

    /// <inheritdoc cref="GeometryStage.Notes"/>
    public IReadOnlyList<string> Notes => _geometry.Notes;

    /// <summary>Vertices, or their like in patterns, that are drawn at once; more are drawn in strips.</summary>
    internal int StripVertices { get; init; } = 1 << 21;

    /// <inheritdoc cref="GeometryStage.MostVertices"/>
    internal int MostVertices { get; init; } = GeometryStage.MostVertices;

    /// <summary>The draw list of the last pass, which shows the last strip.</summary>
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
    /// <exception cref="SvgDistillException">The drawing is too large for the memory of any machine.</exception>
    public Picture Forward(ReadOnlySpan<double> theta, bool keep = true)
    {
        if (_theta.Length != theta.Length) _theta = new double[theta.Length];
        theta.CopyTo(_theta);
        _filterWidth = FilterWidth;
        _strips.Clear();
        Strips(PictureStrip.Whole(Picture.Height), strip =>
        {
            _strips.Add(strip);
            var target = PictureOf(strip);
            _pixels.Forward(_list!, target, keep && strip.IsWhole(Picture.Height));
            if (target == Picture) return;
            for (int plane = 0; plane < 4; plane++)
                RowsOf(target, plane, 0, strip.Rows).CopyTo(RowsOf(Picture, plane, strip.First, strip.Rows));
        });
        return Picture;
    }

    /// <summary>Adds dL/dtheta where dL/dpicture of the last forward pass, [4, H, W], is given.</summary>
    public void Backward(ReadOnlySpan<float> pictureGradient, Span<double> thetaGradient)
    {
        if (_strips is [var only] && only.IsWhole(Picture.Height))
        {
            Backward(DrawList, pictureGradient, thetaGradient);
            return;
        }
        int width = Picture.Width, plane = width * Picture.Height;
        var filterWidth = FilterWidth;
        FilterWidth = _filterWidth;
        foreach (var strip in _strips)
        {
            var list = Build(_theta, strip);
            _pixels.Forward(list, PictureOf(strip));
            int count = strip.Rows * width;
            float[] gradient = new float[4 * count];
            for (int p = 0; p < 4; p++)
                pictureGradient.Slice(p * plane + strip.First * width, count).CopyTo(gradient.AsSpan(p * count));
            Backward(list, gradient, thetaGradient);
        }
        FilterWidth = filterWidth;
    }

    /// <summary>What is not drawn as the drawing means it, one sentence a kind: the scene's notes, and those of drawing it as it is in the file.</summary>
    /// <param name="scene">The scene.</param>
    /// <param name="width">Picture columns.</param>
    /// <param name="height">Picture rows.</param>
    /// <param name="sceneToDevice">From the scene's space to pixels.</param>
    public static IReadOnlyList<string> NotesOf(Scene scene, int width, int height, Matrix sceneToDevice)
    {
        var rasterizer = new SceneRasterizer(scene, width, height, sceneToDevice);
        rasterizer.StripsAt(scene.InitialValues());
        return [.. scene.Notes, .. rasterizer.Notes];
    }

    /// <summary>The strips in which a drawing at theta is drawn: one, unless it is too large.</summary>
    internal IReadOnlyList<PictureStrip> StripsAt(ReadOnlySpan<double> theta)
    {
        if (_theta.Length != theta.Length) _theta = new double[theta.Length];
        theta.CopyTo(_theta);
        _strips.Clear();
        Strips(PictureStrip.Whole(Picture.Height), _strips.Add);
        return [.. _strips];
    }

    /// <summary>The geometry stage alone, of the whole picture.</summary>
    internal DrawList Build(ReadOnlySpan<double> theta) => Build(theta, PictureStrip.Whole(Picture.Height));

    /// <summary>The geometry stage alone, of some rows.</summary>
    internal DrawList Build(ReadOnlySpan<double> theta, PictureStrip strip) =>
        _list = TryBuild(theta, strip, MostVertices) ?? throw GeometryStage.TooLarge(Picture.Width, strip.Rows, MostVertices);

    /// <summary>The geometry stage's adjoint alone.</summary>
    internal void BackwardGeometry(
        ReadOnlySpan<double> vertexGradient, ReadOnlySpan<double> scalarGradient, Span<double> thetaGradient) =>
        _geometry.Backward(vertexGradient, scalarGradient, thetaGradient);

    /// <summary>Builds the list of some rows, in halves where it is too large, and calls back for each, from the top.</summary>
    private void Strips(PictureStrip rows, Action<PictureStrip> draw)
    {
        if (rows.CanBeSplit)
        {
            _list = TryBuild(_theta, rows, StripVertices);
            if (_list is null)
            {
                var (upper, lower) = rows.Split();
                Strips(upper, draw);
                Strips(lower, draw);
                return;
            }
        }
        else Build(_theta, rows);
        draw(rows);
    }

    private DrawList? TryBuild(ReadOnlySpan<double> theta, PictureStrip strip, int vertexLimit)
    {
        var (width, height) = (Picture.Width, Picture.Height);
        if (strip.IsWhole(height)) return _geometry.TryBuild(theta, _sceneToDevice, width, height, DrawWindow.Whole(width, height), vertexLimit);
        var reach = FilterWidth > 1 ? new BoxFilter(FilterWidth).Padding + 1 : 1;
        return _geometry.TryBuild(theta, Matrix.Translation(0, -strip.First) * _sceneToDevice, width, strip.Rows,
            DrawWindow.Rows(width, height, strip.First, strip.Rows, reach), vertexLimit);
    }

    private void Backward(DrawList list, ReadOnlySpan<float> pictureGradient, Span<double> thetaGradient)
    {
        Clear(ref _vertexGradient, 2 * list.VertexCount);
        Clear(ref _scalarGradient, list.ScalarCount);
        _pixels.Backward(pictureGradient, _vertexGradient, _scalarGradient);
        BackwardGeometry(_vertexGradient, _scalarGradient, thetaGradient);
    }

    private Picture PictureOf(PictureStrip strip)
    {
        if (strip.IsWhole(Picture.Height)) return Picture;
        if (_stripPicture?.Height != strip.Rows) _stripPicture = new(Picture.Width, strip.Rows);
        return _stripPicture;
    }

    private static Span<float> RowsOf(Picture picture, int plane, int first, int count) =>
        picture.Plane(plane).Slice(first * picture.Width, count * picture.Width);

    private static void Clear(ref double[] array, int length)
    {
        if (array.Length < length) array = new double[Math.Max(length, 2 * array.Length)];
        array.AsSpan(0, length).Clear();
    }
}
