using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using SvgDistill.Rasterizer;
using SvgDistill.Rasterizer.Svg;

namespace SvgDistill.Bench;

/// <summary>
/// <c>raster [--json FILE] [--seconds N]</c>: forward and backward of each icon, plain or full of filters, at 128, 256 and 512 pixels beside resvg's render(),
/// in turns within one run; then how cost grows with shapes and pixels. Two threads for ours, one for resvg, which has no more.
/// </summary>
internal static class RasterBench
{
    private static readonly int[] _sizes = [128, 256, 512];
    /// <summary>DiffVG on 2 cores, 2x2 samples, geometric means over the same icons, forward + backward in milliseconds.</summary>
    private static readonly Dictionary<int, double> _diffVg = new() { [128] = 23.6 + 94, [256] = 94 + 378, [512] = 419 + 1775 };

    private sealed record Row(string File, int Size, double Forward, double Backward, double Resvg)
    {
        public double Sum => Forward + Backward;
        public double Ratio => Sum / Resvg;
    }

    private sealed record Point(int Shapes, int Size, double Forward, double Backward);

    public static int Run(string[] args)
    {
        string? json = null;
        double seconds = 120;
        for (int i = 0; i < args.Length; i++)
        {
            if (args[i] == "--json" && i + 1 < args.Length) json = args[++i];
            else if (args[i] == "--seconds" && i + 1 < args.Length) seconds = double.Parse(args[++i], CultureInfo.InvariantCulture);
            else throw new ArgumentException($"unknown option {args[i]}");
        }
        using var resvg = new Resvg();
        List<string> files = [.. Inputs.Icons, Inputs.Synthetic, .. Inputs.Filtered];
        // The runtime compiles and recompiles what is called often; let it finish first.
        foreach (string file in files) new Timing(SvgSceneReader.Read(SvgDocument.Load(file)).Scene, 256).Run(.02 * seconds / files.Count);
        double share = .76 * seconds / (files.Count * _sizes.Length);
        var rows = (from size in _sizes from file in files select Measure(file, size, share, resvg)).ToList();
        HashSet<string> plain = [.. Inputs.Icons.Select(f => Path.GetFileName(f))], withFilters = [.. Inputs.Filtered.Select(f => Path.GetFileName(f))];
        var icons = rows.Where(r => plain.Contains(r.File)).ToList();
        var filtered = rows.Where(r => withFilters.Contains(r.File)).ToList();
        Console.WriteLine($"{"milliseconds",-40} {"size",5} {"forward",9} {"backward",9} {"sum",9} {"resvg",9} {"ratio",6}");
        foreach (var r in rows)
            Console.WriteLine($"{r.File,-40} {r.Size,5} {r.Forward,9:f3} {r.Backward,9:f3} {r.Sum,9:f3} {r.Resvg,9:f3} {r.Ratio,6:f2}");
        Console.WriteLine();
        var means = _sizes.ToDictionary(s => s, s => Mean(icons.Where(r => r.Size == s), r => r.Ratio));
        foreach (int size in _sizes)
        {
            var of = icons.Where(r => r.Size == size).ToList();
            double sum = Mean(of, r => r.Sum);
            Console.WriteLine(
                $"{"geometric mean of the seven icons",-40} {size,5} {Mean(of, r => r.Forward),9:f3} {Mean(of, r => r.Backward),9:f3} " +
                $"{sum,9:f3} {Mean(of, r => r.Resvg),9:f3} {means[size],6:f2}   {_diffVg[size] / sum:f0} times DiffVG's speed");
        }
        var filteredMeans = _sizes.ToDictionary(s => s, s => Mean(filtered.Where(r => r.Size == s), r => r.Ratio));
        foreach (int size in _sizes)
        {
            var of = filtered.Where(r => r.Size == size).ToList();
            Console.WriteLine(
                $"{"geometric mean of the filtered icons",-40} {size,5} {Mean(of, r => r.Forward),9:f3} {Mean(of, r => r.Backward),9:f3} " +
                $"{Mean(of, r => r.Sum),9:f3} {Mean(of, r => r.Resvg),9:f3} {filteredMeans[size],6:f2}");
        }
        var curve = Curve(.2 * seconds);
        Console.WriteLine();
        Console.WriteLine($"{"blobs covering the canvas twice",-40} {"size",5} {"forward",9} {"backward",9} {"sum",9}");
        foreach (var p in curve)
            Console.WriteLine($"{p.Shapes,-40} {p.Size,5} {p.Forward,9:f3} {p.Backward,9:f3} {p.Forward + p.Backward,9:f3}");
        if (json is not null) WriteJson(json, rows, means, filteredMeans, curve);
        return 0;
    }

    private static Row Measure(string file, int size, double seconds, Resvg resvg)
    {
        var scene = SvgSceneReader.Read(SvgDocument.Load(file)).Scene;
        var ours = new Timing(scene, size);
        List<double> resvgTimes = [];
        // In turns, so that a busy moment of the machine hits both.
        for (int turn = 0; turn < 3; turn++)
        {
            ours.Run(seconds / 6);
            resvgTimes.Add(resvg.Measure(file, size, seconds / 6 * 1000));
        }
        var (forward, backward) = ours.Median();
        return new(Path.GetFileName(file), size, forward, backward, resvgTimes.Order().ElementAt(1));
    }

    private static List<Point> Curve(double seconds)
    {
        var cases = new List<(int Shapes, int Size)>();
        for (int shapes = 64; shapes <= 8192; shapes *= 2) cases.Add((shapes, 512));
        for (int size = 64; size <= 2048; size *= 2) cases.Add((1024, size));
        return [.. cases.Select(c =>
        {
            var document = SvgDocument.Parse(Encoding.UTF8.GetBytes(Inputs.Blobs(c.Shapes)), $"{c.Shapes} blobs");
            var timing = new Timing(SvgSceneReader.Read(document).Scene, c.Size);
            timing.Run(seconds / cases.Count);
            var (forward, backward) = timing.Median();
            return new Point(c.Shapes, c.Size, forward, backward);
        })];
    }

    private static double Mean(IEnumerable<Row> rows, Func<Row, double> value) => Math.Exp(rows.Average(r => Math.Log(value(r))));

    private static void WriteJson(string path, List<Row> rows, Dictionary<int, double> means, Dictionary<int, double> filteredMeans, List<Point> curve)
    {
        var result = new
        {
            geomean_forward_backward_over_resvg = means.ToDictionary(m => m.Key.ToString(CultureInfo.InvariantCulture), m => m.Value),
            geomean_filtered_forward_backward_over_resvg = filteredMeans.ToDictionary(m => m.Key.ToString(CultureInfo.InvariantCulture), m => m.Value),
            threads = 2,
            cases = rows.Select(r => new
            {
                file = r.File, size = r.Size, forward_ms = r.Forward, backward_ms = r.Backward, resvg_ms = r.Resvg, ratio = r.Ratio,
            }),
            curve = curve.Select(p => new { shapes = p.Shapes, size = p.Size, forward_ms = p.Forward, backward_ms = p.Backward }),
        };
        File.WriteAllText(path, JsonSerializer.Serialize(result, _jsonOptions) + "\n");
    }

    private static readonly JsonSerializerOptions _jsonOptions = new() { WriteIndented = true };

    /// <summary>Times of one drawing at one size.</summary>
    private sealed class Timing(SvgDistill.Rasterizer.Scenes.Scene scene, int size)
    {
        private readonly SceneRasterizer _rasterizer = new(scene, size, size, threads: 2);
        // Every leaf moves from step to step, so that nothing is taken over from the last one.
        private readonly double[][] _thetas = Inputs.TwoThetas(scene, _ => true);
        private readonly double[] _gradient = new double[scene.Parameters.Length];
        private readonly float[] _pictureGradient = Inputs.Gradient(size, size);
        private readonly List<double> _forward = [], _backward = [];
        private bool _warm;

        public void Run(double seconds)
        {
            if (!_warm) Loop(Math.Max(.3, seconds / 2));
            _warm = true;
            _forward.Clear();
            _backward.Clear();
            Loop(seconds);
        }

        private void Loop(double seconds)
        {
            long end = Stopwatch.GetTimestamp() + (long)(seconds * Stopwatch.Frequency);
            for (int i = 0; i < 5 || Stopwatch.GetTimestamp() < end; i++)
            {
                long start = Stopwatch.GetTimestamp();
                _rasterizer.Forward(_thetas[i % 2]);
                long middle = Stopwatch.GetTimestamp();
                _rasterizer.Backward(_pictureGradient, _gradient);
                _forward.Add(Stopwatch.GetElapsedTime(start, middle).TotalMilliseconds);
                _backward.Add(Stopwatch.GetElapsedTime(middle).TotalMilliseconds);
            }
        }

        public (double Forward, double Backward) Median() => (Middle(_forward), Middle(_backward));

        private static double Middle(List<double> times) => times.Order().ElementAt(times.Count / 2);
    }
}
