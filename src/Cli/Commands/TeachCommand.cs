using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using SvgDistill.Cli.Options;
using SvgDistill.Cli.Terminal;
using SvgDistill.Diffusion.Models;
using SvgDistill.Editor;
using SvgDistill.Editor.Engine;
using SvgDistill.Editor.Machine;
using SvgDistill.Editor.Output;
using SvgDistill.Training.Data;
using SvgDistill.Training.Teaching;

namespace SvgDistill.Cli.Commands;

/// <summary><c>teach</c>: the style of a few icons as a LoRA.</summary>
internal sealed class TeachCommand : Command, IHasExamples
{
    private static readonly TeachOptions _defaults = new();

    private readonly Argument<string[]> _icons = Shared.Files("icons",
        $"SVG files of one style, folders of them, or an icon set in iconify's JSON; {StyleLesson.LeastIcons} or more drawings.", atLeastOne: true);
    private readonly Option<string?> _name = Values.Create("--name", "NAME", "The style's name, under which --lora finds it. Letters, digits, hyphens, underscores, dots.",
        "a name of letters, digits, hyphens, underscores and dots", text => StyleFolder.IsName(text) ? text : null);
    private readonly Option<string?> _output = Shared.Output("The LoRA file to write, instead of one in the user's folder of styles.");
    private readonly Option<string?> _captions = Values.Text("--captions", "CSV", "What the drawings show: lines of file,caption. Default: titles, else file names.");
    private readonly Option<string?> _match = Shared.Match();
    private readonly Option<string?> _preview = Values.Text("--preview", "PNG", "A sheet that is written now and then: drawings of the style; then what the model draws without and with it.");
    private readonly Option<string[]> _prompts = Values.List("--preview-prompts", "LIST", "Prompts for the sheet, beside the held-out drawings' names.");
    private readonly Option<int?> _steps = Values.Integer("--steps", "N", $"Steps of {_defaults.Batch} pictures. Default: {_defaults.Steps}.", 1, 1_000_000);
    private readonly Option<int?> _rank = Values.Integer("--rank", "N", $"Rank of the matrices: more holds more, and more of the drawings themselves. Default: {_defaults.Rank}.", 1, 256);
    private readonly Option<bool> _conv = new("--conv") { Description = "Adapt the convolutions, too: holds more of the drawings' forms, in a larger file. Default: the attention alone." };
    private readonly Option<int?> _batch = Values.Integer("--batch", "N", $"Pictures a step. Default: {_defaults.Batch}.", 1, 256);
    private readonly Option<double?> _rate = Values.Number("--rate", "X", FormattableString.Invariant($"The highest learning rate. Default: {_defaults.Rate}."), 1e-8, 1);
    private readonly Option<int?> _heldOut = Values.Integer("--held-out", "N", "Drawings that are not learnt but measured with. Default: one in six, at most 8.", 0, 1000);
    private readonly Option<bool> _noMirror = new("--no-mirror") { Description = "Never mirror drawings. Default: half of them are, but for names that have a left and a right." };
    private readonly Option<int?> _saveEvery = Values.Integer("--save-every", "N",
        $"Steps between two saved states: a kill costs no more. Default: {_defaults.SaveEvery}.", 1, 1_000_000);
    private readonly Option<bool> _restart = new("--restart") { Description = "Begin anew where an unfinished run of this name lies. Default: the same command goes on." };
    private readonly Option<string?> _model = Shared.Model();
    private readonly Option<string?> _prediction = Shared.Prediction();
    private readonly Option<long> _seed = Shared.Seed();
    private readonly Option<string?> _device = Shared.Device();
    private readonly Option<int?> _threads = Shared.Threads();
    private readonly Option<bool> _quiet = Shared.Quiet();
    private readonly Option<bool> _json = Shared.Json();
    private readonly Streams _streams;

    public TeachCommand(Streams streams) : base("teach", "Teaches a model the style of a few icons: writes a LoRA that --lora adds to commands that edit or draw with a model.")
    {
        _streams = streams;
        Add(_icons);
        foreach (var option in new Option[] { _name, _output, _captions, _match, _preview, _prompts, _steps, _rank, _conv, _batch, _rate, _heldOut, _noMirror, _saveEvery, _restart,
                     _model, _prediction, _seed, _device, _threads, _quiet, _json }) Add(option);
        Validators.Add(result =>
        {
            if (result.GetResult(_name) is null && result.GetResult(_output) is null) result.AddError("--name says what the style is called (or -o which file to write)");
        });
        SetAction(Run);
    }

    public IReadOnlyList<(string Line, string Does)> Examples =>
    [
        ("svgdistill teach style/*.svg --name mystyle --preview mystyle.png", "some minutes; mystyle.png shows how it comes along"),
        ("svgdistill edit owl.svg --trg \"an owl\" --lora mystyle:.5", "the same owl, half of the way into the style"),
        ("svgdistill teach icons.json --match 'w*' --captions names.csv -o weather.safetensors --rank 16", "from an icon set, into a file of its own"),
    ];

    private int Run(ParseResult parsed)
    {
        var watch = Stopwatch.StartNew();
        var screen = new Screen(_streams, parsed.GetValue(_quiet));
        using var interrupt = new Interrupt(screen);
        if (parsed.GetValue(_threads) is { } threads) Processors.Limit(threads);
        var path = Destination(parsed);
        var (state, preview) = (path + ".state", parsed.GetValue(_preview));
        if (preview is not null)
        {
            Outputs.RequireExtension(preview, ".png");
            Outputs.RequireWritable(preview);
        }
        if (parsed.GetValue(_restart)) File.Delete(state);
        var captions = parsed.GetValue(_captions) is { } table ? CaptionTable.Read(table) : CaptionTable.Empty;
        var icons = IconReader.Read(parsed.GetValue(_icons)!, captions, screen.Note, parsed.GetValue(_match));
        // With a pattern an entry may belong to a drawing that is not wanted.
        if (parsed.GetValue(_match) is null) captions.TellUnused(screen.Note);
        var options = HowTo(parsed);

        using var model = ModelChoice.Open(parsed.GetValue(_model), "fp32", parsed.GetValue(_device), parsed.GetValue(_prediction));
        screen.Say($"drawing and encoding {icons.Count} icons");
        using var lesson = new StyleLesson(model, icons, options, interrupt.Token);
        if (lesson.Resume(state)) screen.Say($"going on after step {lesson.Done} ({state})");
        var (first, before) = (lesson.Done, lesson.HeldOutLoss(withStyle: false));
        var taughtBefore = lesson.TaughtLoss(withStyle: false);
        screen.Say($"{lesson.Taught} icons to learn, {lesson.HeldOut} held out; rank {options.Rank} on {lesson.Layers} layers, {options.Steps} steps");
        if (!Learn(lesson, options, state, preview, screen, interrupt.Token))
        {
            lesson.Save(state);
            screen.Say($"stopped after {lesson.Done} of {options.Steps} steps: {state}; the same command goes on");
            return ExitCode.Interrupted;
        }
        lesson.Write(path, parsed.GetValue(_name) ?? Path.GetFileNameWithoutExtension(path));
        File.Delete(state);
        var (after, taughtAfter) = (lesson.HeldOutLoss(withStyle: true), lesson.TaughtLoss(withStyle: true));
        if (lesson.HeldOut > 0) screen.Say(Words("held-out icons", before, after));
        screen.Say(Words("learnt icons", taughtBefore, taughtAfter));
        screen.Say($"{path}: {Durations.Words(watch.Elapsed.TotalSeconds)}; use it with --lora {(parsed.GetValue(_output) is null ? parsed.GetValue(_name) : path)}");
        if (parsed.GetValue(_json)) screen.Output.Write(Record(model, options, lesson, path, (before, after), (taughtBefore, taughtAfter), watch, first));
        return ExitCode.Done;
    }

    private static bool Learn(StyleLesson lesson, TeachOptions options, string state, string? preview, Screen screen, CancellationToken cancellation) =>
        StepProgress.Run(screen, lesson.Done, options.Steps, progress =>
        {
            // What cannot be written on the way is a note: the next may be.
            var aside = new FollowUp(screen);
            lesson.Run(() =>
            {
                progress.Report(lesson.Done, string.Create(CultureInfo.InvariantCulture, $"loss {lesson.Loss:f4}"));
                if (lesson.Done % options.SaveEvery == 0 && lesson.Done < options.Steps) aside.Do("state", () => lesson.Save(state));
                if (preview is not null && (lesson.Done % options.PreviewEvery == 0 || lesson.Done == options.Steps)) aside.Do("preview", () => Outputs.Replace(preview, lesson.Preview()));
            }, cancellation);
            return lesson.Done == options.Steps;
        });

    private string Destination(ParseResult parsed)
    {
        if (parsed.GetValue(_output) is { } output)
        {
            if (Outputs.IsStandard(output)) throw EditorException.Usage("-o -: a LoRA is a file; name one.");
            Outputs.RequireExtension(output, ".safetensors");
            Outputs.RequireWritable(output);
            return output;
        }
        try
        {
            Directory.CreateDirectory(StyleFolder.Path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new EditorException(EditorErrorKind.Usage, $"{StyleFolder.Path}: cannot be made: {error.Message} Name a file with -o.", error);
        }
        var path = StyleFolder.FileOf(parsed.GetValue(_name)!);
        Outputs.RequireWritable(path);
        return path;
    }

    private TeachOptions HowTo(ParseResult parsed) => new()
    {
        Steps = parsed.GetValue(_steps) ?? _defaults.Steps,
        Rank = parsed.GetValue(_rank) ?? _defaults.Rank,
        Convolutions = parsed.GetValue(_conv),
        Batch = parsed.GetValue(_batch) ?? _defaults.Batch,
        Rate = parsed.GetValue(_rate) ?? _defaults.Rate,
        HeldOut = parsed.GetValue(_heldOut),
        SaveEvery = parsed.GetValue(_saveEvery) ?? _defaults.SaveEvery,
        Mirror = !parsed.GetValue(_noMirror),
        Seed = parsed.GetValue(_seed),
        PreviewPrompts = parsed.GetValue(_prompts)!,
    };

    private static string Words(string what, double before, double after) =>
        string.Create(CultureInfo.InvariantCulture, $"{what}: denoising loss {before:f4} without the style, {after:f4} with it");

    private static RunRecord Record(DiffusionModel model, TeachOptions options, StyleLesson lesson, string path, (double Before, double After) held,
        (double Before, double After) taught, Stopwatch watch, int first)
    {
        static JsonNode? Number(double x) => double.IsNaN(x) ? null : Math.Round(x, 6);
        return new RunRecord("teach", new JsonObject
        {
            ["steps"] = options.Steps, ["rank"] = options.Rank, ["conv"] = options.Convolutions, ["batch"] = options.Batch, ["rate"] = options.Rate, ["mirror"] = options.Mirror, ["seed"] = options.Seed,
        })
        {
            ["engine"] = TensorEngine.Version,
            ["model"] = ModelChoice.Record(model),
            ["icons"] = new JsonObject { ["learnt"] = lesson.Taught, ["held_out"] = lesson.HeldOut },
            ["denoising_loss"] = new JsonObject
            {
                ["held_out"] = new JsonObject { ["without"] = Number(held.Before), ["with"] = Number(held.After) },
                ["learnt"] = new JsonObject { ["without"] = Number(taught.Before), ["with"] = Number(taught.After) },
            },
            ["output"] = RunRecord.File(path, File.ReadAllBytes(path)),
            ["timing"] = new JsonObject { ["seconds"] = Math.Round(watch.Elapsed.TotalSeconds, 3), ["steps"] = options.Steps - first },
        };
    }
}
