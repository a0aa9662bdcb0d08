using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using SvgDistill.Cli.Options;
using SvgDistill.Cli.Terminal;
using SvgDistill.Editor;
using SvgDistill.Editor.Creating;
using SvgDistill.Editor.Engine;
using SvgDistill.Editor.Machine;
using SvgDistill.Editor.Measuring;
using SvgDistill.Editor.Output;

namespace SvgDistill.Cli.Commands;

/// <summary><c>create</c>: an icon from words, as an SVG in named layers.</summary>
internal sealed class CreateCommand : Command, IHasExamples
{
    private const int Most = 64;

    private readonly Argument<string> _prompt = new("prompt")
    {
        Description = "What the drawing should show.",
        Validators = { result => { if (result.Tokens.Any(t => string.IsNullOrWhiteSpace(t.Value))) result.AddError("prompt takes a text that is not empty"); } },
    };
    private readonly Option<int?> _count = Values.Integer("-n", "N", "Drawings to keep, the best first; three times as many pictures, at least 6, are sampled (with --clip none twice as many, at least 4). Default: 1.", 1, Most);
    private readonly Option<string?> _output = Shared.Output("The SVG to write; the second best is FILE-2.svg and so on. Default: named after the prompt, in the current folder.");
    private readonly Option<int?> _paths = Values.Integer("--paths", "N", "At most this many paths in a drawing. Default: 24.", 1, 512);
    private readonly Option<int?> _steps = Shared.Steps("Steps of the refinement by distillation; 0 for none. Default: 30.");
    private readonly Option<string?> _sheet = Values.Text("--sheet", "FILE", "Also writes the drawings side by side, the best first, as one .svg or .png.");
    private readonly Option<bool> _resume = new("--resume") { Description = "Goes on with the same command's interrupted or killed run." };
    private readonly Option<string?> _clip = Values.Text("--clip", "DIR|none", "What pictures and drawings are chosen by: a CLIPModel folder, or none for the model's own score. Default: models/icon-clip where it is there.");
    private readonly Option<bool> _asymmetric = new("--no-symmetry") { Description = "Leaves what is nearly symmetric as it is." };
    private readonly Option<string?> _negative = Shared.Negative();
    private readonly Option<string?> _model = Shared.Model();
    private readonly AdapterOptions _adapters = new(hasSource: false);
    private readonly Option<LoraPlace?> _loraIn = AdapterOptions.LoraInDrawing();
    private readonly Option<string?> _prediction = Shared.Prediction();
    private readonly Option<long> _seed = Shared.Seed();
    private readonly Option<string> _precision = Shared.Precision();
    private readonly Option<string?> _device = Shared.Device();
    private readonly Option<int?> _threads = Shared.Threads();
    private readonly Option<bool> _quiet = Shared.Quiet();
    private readonly Option<bool> _json = Shared.Json();
    private readonly Streams _streams;

    public CreateCommand(Streams streams) : base("create", "Draws an icon from words: an SVG of few paths in named layers.")
    {
        _streams = streams;
        Add(_prompt);
        foreach (var option in new Option[] { _count, _output, _sheet, _resume, _paths, _steps, _clip, _asymmetric, _negative, _model }.Concat(Adapters)
                     .Concat([_loraIn, _prediction, _seed, _precision, _device, _threads, _quiet, _json])) Add(option);
        SetAction(Run);
    }

    // A ControlNet would need a drawing to start from.
    private IEnumerable<Option> Adapters => _adapters.All.Where(o => !o.Name.StartsWith("--control", StringComparison.Ordinal));

    public IReadOnlyList<(string Line, string Does)> Examples =>
    [
        ("svgdistill create \"an owl\"", "writes an-owl.svg and its record an-owl.svg.json"),
        ("svgdistill create \"an owl\" -n 4 -o owl.svg --sheet owls.png", "the best four of twelve: owl.svg, owl-2.svg, owl-3.svg, owl-4.svg, and all on one picture"),
        ("svgdistill create \"a red apple\" --paths 8 --seed 3", "with fewer paths, from other pictures"),
    ];

    private int Run(ParseResult parsed)
    {
        var watch = Stopwatch.StartNew();
        var screen = new Screen(_streams, parsed.GetValue(_quiet));
        using var interrupt = new Interrupt(screen);
        var request = Read(parsed);
        var files = Files(parsed, request);
        if (parsed.GetValue(_threads) is { } threads) Processors.Limit(threads);
        using var model = ModelChoice.Open(request.Model, request.Precision, request.Device, request.Prediction, request.Adapters);
        ModelChoice.NotePrompts(screen, model, request.Prompt);
        using var judge = request.Clip == CreateRequest.NoClip ? null : MeasuringTools.Open(new MeasuringRequest(request.Clip, Lpips: null, Classes: [], Side: 0));
        using var creator = new Creator(request, model, screen, judge?.Clip.Value);
        screen.Say($"\"{request.Prompt}\": {creator.Samples} pictures to choose from");
        files[0].Hold();
        try
        {
            return Make(parsed, request, model, creator, judge?.Record["clip"], files, screen, watch, interrupt.Token);
        }
        finally
        {
            files[0].Release();
        }
    }

    private int Make(ParseResult parsed, CreateRequest request, Diffusion.Models.DiffusionModel model, Creator creator, JsonNode? judge, ResultFiles[] files, Screen screen, Stopwatch watch, CancellationToken stop)
    {
        var run = new JsonObject { ["program"] = ProgramInfo.Version, ["options"] = OptionsOf(request, model, creator.Words), ["clip"] = judge?.DeepClone(), ["model"] = ModelChoice.Record(model) }.ToJsonString();
        var state = parsed.GetValue(_resume) ? CreationState.Load(files[0].State, run) : new CreationState(run);
        var (after, saved) = (new FollowUp(screen), false);
        IReadOnlyList<Creation> made;
        try
        {
            made = creator.Run(state, () => saved = files[0].IsFile && after.Do("state", () => files[0].WriteState(state.Save)), stop);
        }
        catch (OperationCanceledException) when (saved)
        {
            screen.Say($"stopped after {state.Scores.Count} of {creator.Samples} pictures and {state.Drawings.Count} of {request.Count} drawings; the same command with --resume goes on");
            return ExitCode.Interrupted;
        }
        var records = new JsonArray();
        for (var i = 0; i < made.Count; i++)
        {
            files[i].Write(made[i].Svg, screen);
            var record = Record(request, model, creator.Words, judge, made[i], i + 1, files[i], watch.Elapsed);
            after.Do("record's file", () => files[i].WriteRecord(record.ToString()));
            records.Add(JsonNode.Parse(record.ToString()));
            screen.Say(string.Create(CultureInfo.InvariantCulture, $"{Outputs.Words(files[i].Result)}: {made[i].Paths} paths, score {made[i].Rank:0.000} (seed {made[i].Seed})"));
        }
        if (parsed.GetValue(_sheet) is { } sheet) after.Do("sheet", () => Outputs.Replace(sheet, CreationSheet.Write(sheet, request.Prompt, made)));
        if (files[0].IsFile) after.Do("state", () => File.Delete(files[0].State));
        screen.Say(Durations.Words(watch.Elapsed.TotalSeconds));
        if (parsed.GetValue(_json)) screen.Output.Write((records.Count == 1 ? records[0]! : records).ToJsonString() + "\n");
        return ExitCode.Done;
    }

    private CreateRequest Read(ParseResult parsed) => new()
    {
        Prompt = parsed.GetValue(_prompt)!, Count = parsed.GetValue(_count) ?? 1, Paths = parsed.GetValue(_paths) ?? 24, Steps = parsed.GetValue(_steps) ?? 30,
        Clip = parsed.GetValue(_clip), Negative = parsed.GetValue(_negative) ?? "", Seed = parsed.GetValue(_seed), Symmetric = !parsed.GetValue(_asymmetric), Model = parsed.GetValue(_model),
        Adapters = _adapters.Read(parsed), LoraPlace = parsed.GetValue(_loraIn), Prediction = parsed.GetValue(_prediction), Precision = parsed.GetValue(_precision)!, Device = parsed.GetValue(_device),
    };

    // owl.svg, owl-2.svg and so on; a name that was not given is looked for anew for each.
    private ResultFiles[] Files(ParseResult parsed, CreateRequest request)
    {
        var output = parsed.GetValue(_output);
        if (output is not null && Outputs.IsStandard(output) && request.Count > 1)
            throw EditorException.Usage($"-n {request.Count}: several drawings do not go to standard output: name a file with -o");
        string? Name(int i) => output is null || i == 0 ? output
            : Path.ChangeExtension(output, null) + string.Create(CultureInfo.InvariantCulture, $"-{i + 1}") + Path.GetExtension(output);
        // Words are no input: "-" is none either.
        NameSeries Names(string _) => OutputNames.ForCreate(request.Prompt);
        ResultFiles[] files = [.. Enumerable.Range(0, request.Count).Select(i =>
            i == 0 && parsed.GetValue(_resume) ? ResultFiles.Interrupted(output, "", Names) : ResultFiles.New(Name(i), "", Names))];
        foreach (var file in files)
            file.Checked([".svg"], [], ResultFiles.RecordBytes, parsed.GetValue(_json), ("", file.Record));
        if (parsed.GetValue(_sheet) is not { } sheet) return files;
        Outputs.RequireExtension(sheet, CreationSheet.Extensions);
        Outputs.RequireWritable(sheet);
        Outputs.RequireApart([], [sheet, .. files.Where(f => f.IsFile).SelectMany(f => new[] { f.Result, f.Record }).Distinct()]);
        return files;
    }

    private static JsonObject OptionsOf(CreateRequest request, Diffusion.Models.DiffusionModel model, string words)
    {
        var options = new JsonObject
        {
            ["prompt"] = request.Prompt, ["prompt_as_read"] = words, ["negative"] = request.Negative, ["n"] = request.Count, ["paths"] = request.Paths,
            ["steps"] = request.Steps, ["symmetry"] = request.Symmetric, ["seed"] = request.Seed,
            ["precision"] = ModelChoice.Name(model.Unet.Type), ["device"] = request.Device ?? "cpu",
        };
        if (LoraPlaces.OfDrawing(request.LoraPlace, model) is { } place) options["lora_in"] = LoraPlaces.Name(place);
        return options;
    }

    private static RunRecord Record(CreateRequest request, Diffusion.Models.DiffusionModel model, string words, JsonNode? judge, Creation made, int place, ResultFiles file, TimeSpan elapsed) =>
        new("create", OptionsOf(request, model, words))
        {
            ["engine"] = new JsonObject { ["version"] = TensorEngine.Version, ["threads"] = TensorEngine.Threads },
            ["model"] = ModelChoice.Record(model),
            ["clip"] = judge?.DeepClone(),
            ["output"] = RunRecord.File(file.Result, made.Svg),
            ["place"] = place,
            ["picture_seed"] = made.Seed,
            ["metrics"] = new JsonObject
            {
                ["picture_score"] = Math.Round(made.PictureScore, 5), ["score"] = Math.Round(made.Score, 5),
                ["clip_score"] = made.ClipScore is { } likeness ? Math.Round(likeness, 5) : null, ["paths"] = made.Paths,
                ["symmetric"] = made.IsSymmetric, ["refined"] = made.IsRefined,
            },
            ["timing"] = new JsonObject { ["seconds"] = Math.Round(elapsed.TotalSeconds, 3) },
        };
}
