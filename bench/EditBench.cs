using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using SvgDistill.Cli.Options;
using SvgDistill.Diffusion.Models;
using SvgDistill.Distill.Editing;
using SvgDistill.Distill.Editing.Rules;
using SvgDistill.Distill.Methods;
using SvgDistill.Editor.Editing;
using SvgDistill.Editor.Engine;
using SvgDistill.Rasterizer.Svg;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Bench;

/// <summary>
/// <c>edit [--method ids,sds] [--steps N] [--busy] [--json FILE]</c>: steps of the edit of examples/owl.svg with the embedded prior as
/// the command line takes them, split into parts, beside the rate of a matrix product that takes turns with them.
/// </summary>
internal static class EditBench
{
    private sealed record Row(string Method, bool Busy, double Step, double Denoiser, double Encoder, double Rasterizer, double Optimiser,
        double DenoiserWork, double EncoderWork, double Rate)
    {
        public double Rest => Step - Denoiser - Encoder - Rasterizer - Optimiser;

        public double Share => (DenoiserWork + EncoderWork) / Step / Rate;
    }

    public static int Run(string[] args)
    {
        var (methods, steps, busy, json) = ("ids,sds", 64, false, (string?)null);
        for (var i = 0; i < args.Length; i++)
        {
            if (args[i] == "--busy") busy = true;
            else if (i + 1 == args.Length) throw new ArgumentException($"unknown option {args[i]}");
            else if (args[i] == "--method") methods = args[++i] == "all" ? string.Join(',', MethodName.Known) : args[i];
            else if (args[i] == "--steps") steps = int.Parse(args[++i], CultureInfo.InvariantCulture);
            else if (args[i] == "--json") json = args[++i];
            else throw new ArgumentException($"unknown option {args[i]}");
        }
        TensorEngine.Start();
        using var model = DiffusionModel.Open(Path.Combine(Inputs.Folder, "..", "..", "models", "icon-prior"));
        TensorEngine.Fit(model);
        Console.WriteLine($"{steps} steps each, {Environment.ProcessorCount} cores. Rates in GFLOP/s; shares are of the rate of matrix products of 1024 (2 threads) that took turns with the steps.");
        Console.WriteLine("method          ms a step   denoiser       rate share   encoder        rate share   rasterizer optimiser  rest   GFLOP  matrix  share");
        var rows = new List<Row>();
        foreach (var method in methods.Split(','))
            foreach (var crowded in busy ? [false, true] : new[] { false })
            {
                using var other = crowded ? Spinning() : null;
                try
                {
                    rows.Add(Measure(model, MethodName.Parse(method), steps, crowded));
                }
                finally
                {
                    other?.Kill();
                }
                Print(rows[^1], crowded ? rows[^2] : null);
            }
        if (json is not null) WriteJson(json, rows);
        return 0;
    }

    /// <summary>Keeps one core busy until the process that started it kills it, or is gone.</summary>
    public static int Spin()
    {
        if (OperatingSystem.IsLinux() || OperatingSystem.IsWindows()) Process.GetCurrentProcess().ProcessorAffinity = 1;
        new Thread(() =>
        {
            Console.In.ReadToEnd();
            Environment.Exit(0);
        }) { IsBackground = true }.Start();
        while (true) Thread.SpinWait(1000);
    }

    private static Process Spinning()
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { UseShellExecute = false, RedirectStandardInput = true };
        start.ArgumentList.Add(typeof(EditBench).Assembly.Location);
        start.ArgumentList.Add("spin");
        return Process.Start(start)!;
    }

    private static Row Measure(DiffusionModel model, MethodName name, int steps, bool busy)
    {
        var clock = new StepClock();
        var svg = SvgSceneReader.Read(SvgDocument.Load(Path.Combine(Inputs.Folder, "..", "..", "examples", "owl.svg")));
        var settings = EditSettings.Resolve(name, new EditSettings(), model.Defaults);
        var suffix = model.Defaults.PromptSuffix ?? "";
        using var prompts = Prompts.For(model, "an owl" + suffix, "a monkey" + suffix);
        using var denoiser = new Denoiser(clock.Timed(model.Denoiser), model.Schedule);
        var renderer = new SceneOverBackground(svg.Scene, model.ImageSize, model.Defaults.FrameMargin ?? 0, Backgrounds.Color(model.Defaults.Background ?? "#ffffff"));
        using var target = new SvgTarget(svg.Scene, clock.Timed(renderer), clock.Timed(model.Encoder), new SvgTargetOptions
        {
            PointRate = settings.PointRate!.Value, ColorRate = settings.ColorRate!.Value, AnchorShape = settings.AnchorShape!.Value, Fairness = settings.Fairness!.Value,
            Rules = [new DrawingRelations(svg.Scene, new DrawingRelationOptions())],
        });
        var (method, _) = MethodCatalog.Create(name, settings);
        using var owned = method;

        var matrix = new MatrixRate();
        var products = TimeSpan.Zero;
        void Multiply(EditProgress progress)
        {
            var start = Stopwatch.GetTimestamp();
            matrix.Measure();
            products += Stopwatch.GetElapsedTime(start);
        }
        var loop = new EditLoop(clock.Timed(target), method, denoiser, prompts, new EditLoopOptions { Steps = steps, OnStep = Multiply });
        loop.Estimate(); // What is compiled and laid out once is not a step's.
        loop.Estimate();
        clock.Reset();
        matrix = new MatrixRate();
        var (source, forwarded, differentiated) = (target.SourceLatents, denoiser.SamplesForwarded, denoiser.SamplesDifferentiated);
        var total = Stopwatch.StartNew();
        loop.Run();
        var elapsed = total.Elapsed - products;
        (forwarded, differentiated) = (denoiser.SamplesForwarded - forwarded, denoiser.SamplesDifferentiated - differentiated);
        var unet = NetworkWork.Of(model.Unet, source.shape[3], prompts.Target.shape[1], keepsKeys: true);
        var encoder = NetworkWork.OfEncoder(model.Autoencoder, model.ImageSize);
        return new Row(name.ToString(), busy, elapsed.TotalSeconds / steps, clock.Denoiser / steps, clock.Encoder / steps, clock.Rasterizer / steps, clock.Optimiser / steps,
            (forwarded * unet.Forward + differentiated * unet.Adjoint) / steps, encoder.Forward + encoder.Adjoint, matrix.Rate);
    }

    private static void Print(Row row, Row? quiet)
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{row.Method,-14} {1e3 * row.Step,10:0.0} {1e3 * row.Denoiser,10:0.0} {row.DenoiserWork / row.Denoiser / 1e9,10:0} {row.DenoiserWork / row.Denoiser / row.Rate,5:0%} " +
            $"{1e3 * row.Encoder,9:0.0} {row.EncoderWork / row.Encoder / 1e9,10:0} {row.EncoderWork / row.Encoder / row.Rate,5:0%} " +
            $"{1e3 * row.Rasterizer,12:0.0} {1e3 * row.Optimiser,9:0.0} {1e3 * row.Rest,5:0.0} {(row.DenoiserWork + row.EncoderWork) / 1e9,7:0.00} {row.Rate / 1e9,7:0} {row.Share,6:0.0%}")
            + (quiet is null ? "" : string.Create(CultureInfo.InvariantCulture, $"   another process on core 0: {row.Step / quiet.Step:0.00} times the time before")));
    }

    private static void WriteJson(string path, List<Row> rows)
    {
        using var file = File.Create(path);
        using var json = new Utf8JsonWriter(file, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteNumber("cores", Environment.ProcessorCount);
        json.WriteNumber("matrix_gflops", rows.Average(r => r.Rate) / 1e9);
        foreach (var (name, value) in new (string, Func<Row, double>)[]
        {
            ("share_of_matrix_rate", r => r.Share), ("seconds_per_step", r => r.Step), ("gflop_per_step", r => (r.DenoiserWork + r.EncoderWork) / 1e9),
            ("denoiser_seconds", r => r.Denoiser), ("encoder_seconds", r => r.Encoder), ("rasterizer_seconds", r => r.Rasterizer),
            ("optimiser_seconds", r => r.Optimiser), ("rest_seconds", r => r.Rest),
            ("denoiser_share_of_matrix_rate", r => r.DenoiserWork / r.Denoiser / r.Rate), ("encoder_share_of_matrix_rate", r => r.EncoderWork / r.Encoder / r.Rate),
        })
        {
            json.WriteStartObject(name);
            foreach (var row in rows.Where(r => !r.Busy)) json.WriteNumber(row.Method, value(row));
            json.WriteEndObject();
        }
        json.WriteStartObject("busy_ratio");
        foreach (var row in rows.Where(r => r.Busy)) json.WriteNumber(row.Method, row.Step / rows.First(r => r.Method == row.Method && !r.Busy).Step);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>The rate of a product of two matrices of 1024 on two threads, measured little by little.</summary>
    private sealed class MatrixRate
    {
        private const int Size = 1024, Products = 2;

        private double _operations, _seconds;

        /// <summary>Floating-point operations a second.</summary>
        public double Rate => _operations / _seconds;

        public void Measure()
        {
            var threads = get_num_threads();
            set_num_threads(TensorEngine.Threads);
            using (NewDisposeScope())
            using (no_grad())
            {
                var (a, b) = (ones(Size, Size), ones(Size, Size));
                a.mm(b); // The first after other work fills the caches.
                var start = Stopwatch.GetTimestamp();
                for (var i = 0; i < Products; i++) a.mm(b);
                _seconds += Stopwatch.GetElapsedTime(start).TotalSeconds;
                _operations += Products * 2.0 * Size * Size * Size;
            }
            set_num_threads(threads);
        }
    }
}
