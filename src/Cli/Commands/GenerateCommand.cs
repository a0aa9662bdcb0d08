using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Nodes;
using SvgDistill.Cli.Options;
using SvgDistill.Cli.Terminal;
using SvgDistill.Diffusion.Sampling;
using SvgDistill.Editor;
using SvgDistill.Editor.Editing;
using SvgDistill.Editor.Engine;
using SvgDistill.Editor.Machine;
using SvgDistill.Editor.Output;
using SvgDistill.Rasterizer.Imaging;

namespace SvgDistill.Cli.Commands;

/// <summary><c>generate</c>: a picture from a prompt, to see what a model knows.</summary>
internal sealed class GenerateCommand : Command, IHasExamples
{
    private const int DefaultSteps = 30;
    private const double DefaultGuidance = 5;

    private readonly Argument<string> _prompt = new("prompt") { Description = "What the picture should show." };
    private readonly Option<string?> _output = Shared.Output("The picture to write: PNG, or by its ending JPEG or WebP; - is standard output. Default: named after the prompt, in the current folder.");
    private readonly Option<string?> _negative = Shared.Negative();
    private readonly Option<string?> _model = Shared.Model();
    private readonly Option<string?> _prediction = Shared.Prediction();
    private readonly AdapterOptions _adapters = new(hasSource: false);
    private readonly Option<LoraPlace?> _loraIn = AdapterOptions.LoraInDrawing();
    private readonly Option<int?> _steps = Values.Integer("--steps", "N", $"DDIM steps. Default: {DefaultSteps}.", 1, 1000);
    private readonly Option<double?> _guidance = Shared.Guidance($"Classifier-free guidance w, 1 is none. Default: {DefaultGuidance}.");
    private readonly Option<int?> _size = Shared.Size("The picture's side, a multiple of the model's latents. Default: the model's own.");
    private readonly Option<long> _seed = Shared.Seed();
    private readonly Option<string> _precision = Shared.Precision();
    private readonly Option<string?> _device = Shared.Device();
    private readonly Option<int?> _threads = Shared.Threads();
    private readonly Option<bool> _quiet = Shared.Quiet();
    private readonly Option<bool> _json = Shared.Json();
    private readonly Streams _streams;

    public GenerateCommand(Streams streams) : base("generate", "Draws a picture of a prompt with a model: a look at what it knows.")
    {
        _streams = streams;
        Add(_prompt);
        foreach (var option in new Option[] { _output, _negative, _model }.Concat(_adapters.All)
                     .Concat([_loraIn, _prediction, _steps, _guidance, _size, _seed, _precision, _device, _threads, _quiet, _json])) Add(option);
        SetAction(Run);
    }

    public IReadOnlyList<(string Line, string Does)> Examples =>
    [
        ("svgdistill generate \"an owl\" -o owl.png --seed 1", "one picture; another seed gives another"),
        ("svgdistill generate \"a red apple, fluent style\" --model ~/models/my-model", "with another model"),
        ("svgdistill generate \"an owl, <mine>\" --model ~/models/sd15 --lora icons.safetensors:0.8 --embedding mine.safetensors:<mine>", "with adapters"),
    ];

    private int Run(ParseResult parsed)
    {
        var screen = new Screen(_streams, parsed.GetValue(_quiet));
        using var interrupt = new Interrupt(screen);
        var prompt = parsed.GetValue(_prompt)!;
        var adapters = _adapters.Read(parsed);
        var files = ResultFiles.New(parsed.GetValue(_output), prompt, OutputNames.ForGenerate)
            .Checked(ResultFiles.PictureExtensions, [adapters.Control?.Image], ResultFiles.RecordBytes, parsed.GetValue(_json));
        if (parsed.GetValue(_threads) is { } threads) Processors.Limit(threads);

        var watch = Stopwatch.StartNew();
        using var model = ModelChoice.Open(parsed.GetValue(_model), parsed.GetValue(_precision)!, parsed.GetValue(_device),
            parsed.GetValue(_prediction), adapters);
        if (parsed.GetValue(_size) is { } side && side % model.Downscale != 0)
            throw EditorException.Usage($"--size {side}: this model takes multiples of {model.Downscale}");
        ModelChoice.NotePrompts(screen, model, prompt);
        var (steps, guidance) = (parsed.GetValue(_steps) ?? DefaultSteps, parsed.GetValue(_guidance) ?? DefaultGuidance);
        var (seed, negative, size) = (parsed.GetValue(_seed), parsed.GetValue(_negative) ?? "", parsed.GetValue(_size) ?? model.ImageSize);
        ModelChoice.NoteCutText(screen, model, negative);
        using var control = ControlGuide.Open(adapters.Control, model, size, source: null);
        var place = LoraPlaces.OfDrawing(parsed.GetValue(_loraIn), model);
        var image = StepProgress.Run(screen, 0, steps, progress =>
        {
            using var drawn = DdimSampler.TextToImage(model, prompt, negative, seed, steps, guidance, size,
                (done, _) => progress.Report(done, ""), ControlGuide.Guided(model, control), place == LoraPlace.Target, interrupt.Token);
            using var cpu = drawn.cpu();
            return RgbaImage.FromOpaque(cpu.data<float>().ToArray(), size, size);
        });
        var bytes = PictureWriter.Encode(image, files.Result);
        files.Write(bytes, screen);
        screen.Say($"{Outputs.Words(files.Result)}: {size} x {size}, {Durations.Words(watch.Elapsed.TotalSeconds)}");

        var options = new JsonObject
        {
            ["prompt"] = prompt, ["negative"] = negative, ["steps"] = steps, ["guidance"] = guidance, ["size"] = size, ["seed"] = seed,
            ["precision"] = ModelChoice.Name(model.Unet.Type), ["device"] = parsed.GetValue(_device) ?? "cpu",
        };
        if (control is not null) options["control"] = control.Record;
        if (place is { } known) options["lora_in"] = LoraPlaces.Name(known);
        if (parsed.GetValue(_json))
            screen.Output.Write(new RunRecord("generate", options)
            {
                ["engine"] = TensorEngine.Version,
                ["model"] = ModelChoice.Record(model),
                ["output"] = RunRecord.File(files.Result, bytes),
                ["timing"] = new JsonObject { ["seconds"] = Math.Round(watch.Elapsed.TotalSeconds, 3) },
            });
        return ExitCode.Done;
    }
}
