using System.Diagnostics;
using System.Globalization;
using SvgDistill.Rasterizer.Compositing;
using SvgDistill.Rasterizer.Outlines;
using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Rasterizer.Svg;

namespace SvgDistill.Bench;

/// <summary>
/// <c>moving [--seconds N]</c>: milliseconds of the pixel stage's forward pass, and of a whole step forward and backward, when every leaf
/// moves, the points of one shape, or colours alone: with spans built anew and taken over. Geometric means over the icons, one thread.
/// </summary>
internal static class MovingBench
{
    private static readonly int[] _sizes = [128, 256, 512];
    private static readonly string[] _cases = ["every leaf", "one shape's points", "colours"];

    public static int Run(string[] args)
    {
        double seconds = args is ["--seconds", var n] ? double.Parse(n, CultureInfo.InvariantCulture) : 20;
        Console.WriteLine($"{"what moves",-20} {"size",5} {"pixels anew",12} {"taken over",11} {"ratio",6} {"step anew",12} {"taken over",11} {"ratio",6}");
        foreach (int size in _sizes)
        {
            var timings = 
                (from file in Inputs.Icons from moving in _cases from reuse in new[] { false, true }
                 select (moving, reuse, Timing: new Timing(file, moving, size, reuse))).ToList();
            const int turns = 8;
            double share = seconds / (_sizes.Length * timings.Count * turns);
            // In turns, so that a busy moment of the machine hits all; the first warms up.
            for (int turn = 0; turn < turns; turn++)
                foreach (var (_, _, timing) in timings) timing.Run(share, keep: turn > 0);
            foreach (string moving in _cases)
            {
                double Mean(bool reuse, Func<(double Pixels, double Step), double> of) => Math.Exp(
                    timings.Where(t => t.moving == moving && t.reuse == reuse).Average(t => Math.Log(of(t.Timing.Medians()))));
                double pixels = Mean(false, m => m.Pixels), kept = Mean(true, m => m.Pixels);
                double step = Mean(false, m => m.Step), keptStep = Mean(true, m => m.Step);
                Console.WriteLine(
                    $"{moving,-20} {size,5} {pixels,12:f4} {kept,11:f4} {kept / pixels,6:f2} {step,12:f4} {keptStep,11:f4} {keptStep / step,6:f2}");
            }
        }
        return 0;
    }

    private sealed class Timing
    {
        private readonly GeometryStage _geometry;
        private readonly PixelStage _pixels;
        private readonly Picture _picture;
        private readonly int _size;
        private readonly double[][] _thetas;
        private readonly double[] _gradient;
        private readonly float[] _pictureGradient;
        private readonly List<double> _pixelTimes = [], _stepTimes = [];

        public Timing(string file, string moving, int size, bool reuse)
        {
            _pixels = new() { Threads = 1, ReusesSpans = reuse };
            var scene = SvgSceneReader.Read(SvgDocument.Load(file)).Scene;
            (_geometry, _picture, _size) = (new(scene), new(size, size), size);
            var points = scene.Parameters.Where(IsPoint).Select(p => p.Element.Order).Distinct().Order().ToList();
            int middle = points[points.Count / 2];
            _thetas = Inputs.TwoThetas(scene, moving switch
            {
                "every leaf" => _ => true,
                "colours" => p => p.Kind == ParameterKind.Color,
                _ => p => IsPoint(p) && p.Element.Order == middle,
            });
            (_gradient, _pictureGradient) = (new double[scene.Parameters.Length], Inputs.Gradient(size, size));
        }

        private static bool IsPoint(Parameter p) => p.Kind is ParameterKind.PointX or ParameterKind.PointY or ParameterKind.Size;

        public void Run(double seconds, bool keep)
        {
            long end = Stopwatch.GetTimestamp() + (long)(seconds * Stopwatch.Frequency);
            double[] vertexGradient = [], scalarGradient = [];
            for (int i = 0; i < 10 || Stopwatch.GetTimestamp() < end; i++)
            {
                long start = Stopwatch.GetTimestamp();
                var list = _geometry.Build(_thetas[i % 2], _geometry.Scene.ToCanvas(_size, _size), _size, _size);
                long built = Stopwatch.GetTimestamp();
                _pixels.Forward(list, _picture);
                long drawn = Stopwatch.GetTimestamp();
                if (vertexGradient.Length < list.Vertices.Length) vertexGradient = new double[list.Vertices.Length];
                if (scalarGradient.Length < list.Scalars.Length) scalarGradient = new double[list.Scalars.Length];
                vertexGradient.AsSpan(0, 2 * list.VertexCount).Clear();
                scalarGradient.AsSpan(0, list.ScalarCount).Clear();
                _pixels.Backward(_pictureGradient, vertexGradient, scalarGradient);
                _geometry.Backward(vertexGradient, scalarGradient, _gradient);
                if (!keep) continue;
                _stepTimes.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                _pixelTimes.Add(Stopwatch.GetElapsedTime(built, drawn).TotalMilliseconds);
            }
        }

        public (double Pixels, double Step) Medians() => (Middle(_pixelTimes), Middle(_stepTimes));

        private static double Middle(List<double> times) => times.Order().ElementAt(times.Count / 2);
    }
}
