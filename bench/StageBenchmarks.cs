using BenchmarkDotNet.Attributes;
using SvgDistill.Rasterizer.Compositing;
using SvgDistill.Rasterizer.Drawing;
using SvgDistill.Rasterizer.Outlines;
using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Rasterizer.Svg;

namespace SvgDistill.Bench;

/// <summary>The two stages of the rasterizer, forward and backward, each by itself.</summary>
[MemoryDiagnoser]
[InProcess]
public class StageBenchmarks
{
    private Scene _scene = null!;
    private GeometryStage _geometry = null!;
    private PixelStage _pixels = null!;
    private DrawList _list = null!;
    private Picture _picture = null!;
    private double[] _theta = [], _vertexGradient = [], _scalarGradient = [], _thetaGradient = [];
    private float[] _gradient = [];

    [Params("noto-owl.svg", "twemoji-globe-showing-americas.svg", "synthetic-512.svg")]
    public string File { get; set; } = "";

    [Params(128, 512)]
    public int Size { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _scene = SvgSceneReader.Read(SvgDocument.Load(Path.Combine(Inputs.Folder, File))).Scene;
        (_geometry, _pixels, _picture) = (new(_scene), new() { Threads = 1, ReusesSpans = false }, new(Size, Size));
        _theta = _scene.InitialValues();
        _thetaGradient = new double[_theta.Length];
        _list = _geometry.Build(_theta, _scene.ToCanvas(Size, Size), Size, Size);
        (_vertexGradient, _scalarGradient) = (new double[_list.Vertices.Length], new double[_list.Scalars.Length]);
        _gradient = Inputs.Gradient(Size, Size);
        _pixels.Forward(_list, _picture);
    }

    [Benchmark]
    public DrawList Geometry() => _geometry.Build(_theta, _scene.ToCanvas(Size, Size), Size, Size);

    [Benchmark]
    public void Pixels() => _pixels.Forward(_list, _picture);

    [Benchmark]
    public void PixelsBackward() => _pixels.Backward(_gradient, _vertexGradient, _scalarGradient);

    [Benchmark]
    public void GeometryBackward() => _geometry.Backward(_vertexGradient, _scalarGradient, _thetaGradient);
}
