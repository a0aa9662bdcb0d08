using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using SvgDistill.Cli.Options;
using SvgDistill.Cli.Terminal;
using SvgDistill.Diffusion;
using SvgDistill.Editor;
using SvgDistill.Editor.Engine;
using SvgDistill.Editor.Machine;
using SvgDistill.Editor.Measuring;
using SvgDistill.Editor.Output;
using SvgDistill.Training;
using SvgDistill.Training.Configuring;
using TorchSharp;

namespace SvgDistill.Cli.Commands;

/// <summary><c>train</c>: a model of one's own from folders of SVGs.</summary>
internal sealed class TrainCommand : Command, IHasExamples
{
    private readonly Argument<string> _config = new("config") { Description = "A JSON file that says what to make, of what, and how (docs/training.md lists its fields)." };
    private readonly Option<string?> _stage = Values.Create("--stage", string.Join('|', TrainRun.Stages), "The last stage to run, with those that it builds on. Default: all, and the models' folders at the end.",
        "one of " + string.Join(", ", TrainRun.Stages), text => TrainRun.Stages.Contains(text) ? text : null);
    private readonly Option<bool> _restart = new("--restart") { Description = "Begin the stage anew that an unfinished run of other data or options left. Default: the same command goes on." };
    private readonly Option<string?> _device = Shared.Device();
    private readonly Option<int?> _threads = Shared.Threads();
    private readonly Option<bool> _quiet = Shared.Quiet();
    private readonly Option<bool> _json = Shared.Json();
    private readonly Streams _streams;

    public TrainCommand(Streams streams) : base("train",
        "Trains a model on icons: autoencoder, UNet and text encoder, into a diffusers folder. Cut off anywhere, the same command goes on.")
    {
        _streams = streams;
        Add(_config);
        foreach (var option in new Option[] { _stage, _restart, _device, _threads, _quiet, _json }) Add(option);
        SetAction(Run);
    }

    public IReadOnlyList<(string Line, string Does)> Examples =>
    [
        ("svgdistill train examples/training/toy.json", "a toy model of some two hundred icons"),
        ("svgdistill train prior.json --stage vae", "the autoencoder alone; the whole command later takes it up"),
    ];

    private int Run(ParseResult parsed)
    {
        var watch = Stopwatch.StartNew();
        var screen = new Screen(_streams, parsed.GetValue(_quiet));
        using var interrupt = new Interrupt(screen);
        if (parsed.GetValue(_threads) is { } threads) Processors.Limit(threads);
        var path = parsed.GetValue(_config)!;
        var config = TrainConfig.Read(path);
        if (parsed.GetValue(_restart)) TrainRun.DropUnfinished(config);
        using var network = TeacherOf(config, parsed.GetValue(_stage));
        TensorEngine.Start();
        TensorEngine.KeepFreedMemory();
        var device = TensorEngine.Device(parsed.GetValue(_device));
        if (RoundedOnly(config, device, CpuFeatures.Detect()) is { } rounded) screen.Note(rounded);
        TrainOutcome outcome;
        try
        {
            outcome = TrainRun.Run(config, parsed.GetValue(_stage), device, new Reporter(screen), interrupt.Token,
                network?.ForTraining());
        }
        catch (OperationCanceledException) when (interrupt.Token.IsCancellationRequested)
        {
            screen.Say($"stopped; what is done lies in {config.Work}, and the same command goes on");
            return ExitCode.Interrupted;
        }
        var took = Durations.Words(watch.Elapsed.TotalSeconds);
        screen.Say(outcome.Written ? $"{config.Output}: {took}; use it with --model {config.Output}" : $"{config.Work}: {took}");
        if (outcome.Clip is { } clip)
            screen.Say(string.Create(CultureInfo.InvariantCulture, $"{clip.Folder}: of {clip.Icons} {(clip.HeldOut ? "held-out " : "")}icons among {clip.Names} names the right one is the first for {clip.RecallAt1:f3}, of the first five for {clip.RecallAt5:f3}; use it with --clip {clip.Folder}"));
        if (parsed.GetValue(_json)) screen.Output.Write(Record(parsed, config, outcome, watch));
        return ExitCode.Done;
    }

    // What the contrastive model learns from, where the configuration has one and the run comes to it.
    private static OnnxFeatures? TeacherOf(TrainConfig config, string? stage)
    {
        if (config.Clip is not { Teacher: > 0 } || stage is not (null or "clip")) return null;
        var tool = OnnxFeatures.ResNet18();
        return tool.Value ?? throw EditorException.Usage($"{config.File}: clip.teacher: {tool.Reason} Or say \"teacher\": 0, which learns from pictures and names alone.");
    }

    /// <summary>What is said where the configuration's precision saves no time on this machine; null elsewhere.</summary>
    internal static string? RoundedOnly(TrainConfig config, torch.Device device, CpuFeatures cpu) =>
        config.Products == torch.ScalarType.BFloat16 && device.type == DeviceType.CPU && !cpu.FastBf16
            ? $"{config.File}: precision: this processor has no instructions for bf16: numbers are rounded to it and multiplied in fp32, which takes longer than \"fp32\"" : null;

    private RunRecord Record(ParseResult parsed, TrainConfig config, TrainOutcome outcome, Stopwatch watch)
    {
        static JsonNode? Number(double? x) => x is { } value ? Math.Round(value, 6) : null;
        return new RunRecord("train", new JsonObject { ["config"] = RunRecord.File(config.File, File.ReadAllBytes(config.File)), ["stage"] = parsed.GetValue(_stage) })
        {
            ["engine"] = TensorEngine.Version,
            ["icons"] = new JsonObject { ["learnt"] = outcome.Icons - outcome.HeldOut, ["held_out"] = outcome.HeldOut },
            ["autoencoder_psnr"] = Number(outcome.Psnr),
            ["held_out_loss"] = Number(outcome.HeldOutLoss),
            ["output"] = outcome.Written ? config.Output : null,
            ["clip"] = outcome.Clip is { } clip ? new JsonObject
            {
                ["output"] = clip.Folder, ["icons"] = clip.Icons, ["held_out"] = clip.HeldOut, ["names"] = clip.Names, ["recall_at_1"] = Number(clip.RecallAt1), ["recall_at_5"] = Number(clip.RecallAt5),
            } : null,
            ["timing"] = new JsonObject { ["seconds"] = Math.Round(watch.Elapsed.TotalSeconds, 3) },
        };
    }

    /// <summary>A line every few seconds: stage, step, loss, rate, time left.</summary>
    private sealed class Reporter(Screen screen) : ITrainReporter
    {
        private static readonly TimeSpan _lineEvery = TimeSpan.FromSeconds(5);
        private readonly Stopwatch _watch = Stopwatch.StartNew();
        private string _stage = "";
        private long _first;
        private TimeSpan _begun, _lastLine;

        public void Say(string line) => screen.Say(line);

        public void Note(string line) => screen.Note(line);

        public void Items(string what, int done, int all)
        {
            lock (_watch)
            {
                if (done == all || _watch.Elapsed - _lastLine < _lineEvery) return;
                _lastLine = _watch.Elapsed;
            }
            screen.Say($"{what}: {done}/{all}");
        }

        public void Step(string stage, long done, int steps, double loss, double rate)
        {
            var isFirst = stage != _stage;
            if (isFirst) (_stage, _first, _begun) = (stage, done, _watch.Elapsed);
            else if (done != steps && _watch.Elapsed - _lastLine < _lineEvery) return;
            _lastLine = _watch.Elapsed;
            var took = (_watch.Elapsed - _begun).TotalSeconds;
            var left = !isFirst ? $"  {Durations.Words(took / (done - _first) * (steps - done))} left" : "";
            screen.Say(string.Create(CultureInfo.InvariantCulture, $"{stage}: step {done}/{steps}{left}  loss {loss:f4}  rate {rate:0.0e+0}"));
        }
    }
}
