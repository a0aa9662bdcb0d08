using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using SvgDistill.Diffusion.Autoencoder;
using SvgDistill.Diffusion.Schedules;
using SvgDistill.Diffusion.Text;
using SvgDistill.Diffusion.Unet;
using SvgDistill.Diffusion.Weights;
using SvgDistill.Editor.Engine;
using SvgDistill.Training.Configuring;
using SvgDistill.Training.Data;
using SvgDistill.Training.Optimizing;
using SvgDistill.Training.Stages;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Bench;

/// <summary>
/// <c>training [--config FILE] [--batch 64] [--steps N] [--json FILE]</c>: loss and gradients of a batch of each network of a training
/// configuration, beside the rate of matrix products that take turns with them; and the part of the time that goes to getting the batch's
/// pictures. Shares by the clock, and by CPU time, which says more where other programs run.
/// </summary>
internal static class TrainingBench
{
    private const int ProductSide = 1024, Vocabulary = 2000;

    private static readonly JsonSerializerOptions _indented = new() { WriteIndented = true };

    private sealed record Row(string Network, double Parameters, double Gflop, double Clock, double Cpu, double Rate, double CpuRate, double Data)
    {
        public double Share => Gflop / Clock / Rate;

        public double CpuShare => Gflop / Cpu / CpuRate;

        public double Waiting => Data / (Data + Clock);
    }

    public static int Run(string[] args)
    {
        var (file, batch, steps, json) = (Path.Combine(Inputs.Folder, "..", "..", "examples", "training", "toy.json"), 64, 6, (string?)null);
        for (var i = 0; i + 1 < args.Length; i += 2)
        {
            if (args[i] == "--config") file = args[i + 1];
            else if (args[i] == "--batch") batch = int.Parse(args[i + 1], CultureInfo.InvariantCulture);
            else if (args[i] == "--steps") steps = int.Parse(args[i + 1], CultureInfo.InvariantCulture);
            else if (args[i] == "--json") json = args[i + 1];
            else throw new ArgumentException($"unknown option {args[i]}");
        }
        var config = TrainConfig.Read(file);
        TensorEngine.Start();
        TensorEngine.KeepFreedMemory();
        using var scope = NewDisposeScope();
        Row[] rows = [Autoencoder(config, batch, steps), Denoiser(config, batch, steps)];
        Console.WriteLine($"loss and gradients of {batch} pictures of {config.ImageSize} x {config.ImageSize}, {steps} times; GFLOP: a multiplication and an addition as two, forward and twice as many backward");
        Console.WriteLine("network          parameters    GFLOP   s a step   CPU s   GFLOP/s   matrix   share   by CPU time   waiting for data");
        foreach (var row in rows)
            Console.WriteLine(FormattableString.Invariant(
                $"{row.Network,-16} {row.Parameters / 1e6,8:f2} M {row.Gflop,8:f1} {row.Clock,10:f3} {row.Cpu,7:f3} {row.Gflop / row.Clock,9:f0} {row.Rate,8:f0} {row.Share,7:p0} {row.CpuShare,13:p0} {row.Waiting,18:p1}"));
        if (json is not null) File.WriteAllText(json, JsonSerializer.Serialize(new { cores = Environment.ProcessorCount, batch, steps, networks = rows }, _indented) + "\n");
        return 0;
    }

    private static TrainedParameters Parameters(ulong seed, TrainConfig config) => new(seed, ScalarType.Float32, CPU) { Products = config.Products };

    private static Row Autoencoder(TrainConfig config, int batch, int steps)
    {
        var source = Parameters(1, config);
        var network = new AutoencoderKl(config.Autoencoder, source);
        var side = config.Unet.SampleSize;
        var noise = randn(batch, config.Autoencoder.LatentChannels, side, side);
        return Measure("autoencoder", network.ParameterCount, batch * NetworkWork.OfAutoencoder(network, config.ImageSize) / 1e9, config, batch, steps, pictures =>
            Gradients.Of([.. source.Taken.Values], batch, network.HasFewParameters, (first, count) =>
                AutoencoderStage.Loss(config.Losses, network, pictures.narrow(0, first, count), noise.narrow(0, first, count)) * ((double)count / batch), AutoencoderStage.RowsAtOnce(config.ImageSize)));
    }

    private static Row Denoiser(TrainConfig config, int batch, int steps)
    {
        var (unetSource, textSource) = (Parameters(2, config), Parameters(3, config));
        var unet = new UNet2DConditionModel(config.Unet, unetSource);
        var textConfig = config.Text with { VocabularySize = Vocabulary, EndToken = Vocabulary - 1 };
        var text = new ClipTextModel(textConfig, textSource);
        var schedule = new NoiseSchedule(config.Schedule);
        var shape = new long[] { batch, config.Unet.InChannels, config.Unet.SampleSize, config.Unet.SampleSize };
        var (z, noise, timesteps) = (randn(shape), randn(shape), randint(0, schedule.TrainSteps, [batch]));
        var ids = randint(0, Vocabulary, [batch, textConfig.MaxTokens]);
        var work = NetworkWork.Of(unet, config.Unet.SampleSize, textConfig.MaxTokens, keepsKeys: false).Forward + NetworkWork.OfText(text);
        return Measure("unet and text", unet.ParameterCount + text.ParameterCount, batch * work / 1e9, config, batch, steps, _ =>
            Gradients.Of([.. unetSource.Taken.Values, .. textSource.Taken.Values], batch, unet.HasFewParameters, (first, count) =>
                DenoiserStage.Loss(schedule, unet, text, z.narrow(0, first, count), ids.narrow(0, first, count), timesteps.narrow(0, first, count), noise.narrow(0, first, count)) * ((double)count / batch)));
    }

    private static Row Measure(string name, long parameters, double forward, TrainConfig config, int batch, int steps, Func<Tensor, (double, Tensor[])> step)
    {
        using var folder = new Folder();
        var icons = config.Data.SelectMany(d => IconReader.Read([d.Path], CaptionTable.Empty, _ => { }, d.Match).Take(16)).ToArray();
        var pictures = new PictureCache(folder.Path, icons, new PictureSettings(config.ImageSize, config.FrameMargin, 2, true, 0, 0), _ => { }, default);
        var matrix = randn(ProductSide, ProductSide);
        var (clock, cpu, rate, data) = (0.0, 0.0, (Clock: 0.0, Cpu: 0.0), 0.0);
        for (var i = -1; i < steps; i++) // One that is not counted.
        {
            using var scope = NewDisposeScope();
            var watch = Stopwatch.StartNew();
            var batchPictures = pictures.Load([.. Enumerable.Range(0, batch).Select(k => ((i + 1 + 7 * k) % icons.Length, k % 2))]) * 2 - 1;
            var loading = watch.Elapsed.TotalSeconds;
            var taken = Clock(() => step(batchPictures));
            var product = Clock(() =>
            {
                for (var k = 0; k < 10; k++) matrix.matmul(matrix).Dispose();
            });
            if (i < 0) continue;
            (clock, cpu, data) = (clock + taken.Clock / steps, cpu + taken.Cpu / steps, data + loading / steps);
            rate = (rate.Clock + product.Clock / steps, rate.Cpu + product.Cpu / steps);
        }
        var work = 10 * 2 * Math.Pow(ProductSide, 3) / 1e9;
        return new Row(name, parameters, 3 * forward, clock, cpu, work / rate.Clock, work / rate.Cpu, data);
    }

    private static (double Clock, double Cpu) Clock(Action action)
    {
        var (watch, cpu) = (Stopwatch.StartNew(), Environment.CpuUsage.TotalTime);
        action();
        return (watch.Elapsed.TotalSeconds, (Environment.CpuUsage.TotalTime - cpu).TotalSeconds);
    }

    private sealed class Folder : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("svgdistill-bench-").FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
