using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using SvgDistill.Cli.Options;
using SvgDistill.Cli.Terminal;
using SvgDistill.Distill.Methods;
using SvgDistill.Distill.Reports;
using SvgDistill.Editor;
using SvgDistill.Editor.Comparing;
using SvgDistill.Editor.Editing;
using SvgDistill.Editor.Engine;
using SvgDistill.Editor.Machine;
using SvgDistill.Editor.Measuring;
using SvgDistill.Editor.Output;

namespace SvgDistill.Cli.Commands;

/// <summary><c>compare</c>: several methods and seeds on one drawing, side by side in a report.</summary>
internal sealed class CompareCommand : Command, IHasExamples
{
    private readonly EditOptions _edit = new("input.svg", "The SVG file to edit, plain or compressed.");
    private readonly Option<string[]> _methods = Values.List("--methods", "NAMES",
        "Methods, separated by commas; a method may carry settings of its own, as in ids:fpr-steps=1, or be via-picture. Default: sds,dds,pds,ids.");
    private readonly Option<int?> _seeds = Values.Integer("--seeds", "N", "How many seeds, counted up from --seed. Default: 3.", 1, 1000);
    private readonly Option<string?> _preset = Values.Create<string>("--preset", "NAME",
        $"A paper's experiment, with its figures in the report: {string.Join(", ", ComparePreset.All.Select(p => p.Name))}.",
        "one of " + string.Join(", ", ComparePreset.All.Select(p => p.Name)), text => ComparePreset.All.Any(p => p.Name == text) ? text : null)
        .Offering(ComparePreset.All.Select(p => p.Name));
    private readonly Option<int?> _moments = Values.Integer("--pictures", "N",
        "Pictures of each run in the report, the source not counted. Default: 4.", 1, 24);
    private readonly MeasuringOptions _measuring = new();
    private readonly Option<string?> _output = Values.Text("-o", "DIR",
        "The folder to write (index.html, results.csv, runs/). Default: INPUT.compare beside the input.");
    private readonly Option<bool> _quiet = Shared.Quiet();
    private readonly Option<bool> _json = Shared.Json();
    private readonly Streams _streams;

    public CompareCommand(Streams streams) : base("compare",
        "Runs several methods and seeds on one drawing and shows them side by side. Given again, it goes on where it stopped.")
    {
        _streams = streams;
        _output.Aliases.Add("--output");
        _edit.Strength.Description = "Of rows by way of a picture: how far the picture's edit goes; flowedit's or sdedit's part of all timesteps (default 0.8, 0.7), dreamsampler's weight of the text (default 0.2).";
        Add(_edit.Input);
        foreach (var option in new Option[] { _methods, _seeds, _preset, _moments }.Concat(_edit.Editing.Where(o => o != _edit.Preset && o != _edit.Pictures && o != _edit.Method && o != _edit.Via))
                     .Concat(_measuring.All).Concat([_output, _quiet, _json])) Add(option);
        Validators.Add(result =>
        {
            if (result.GetResult(_preset) is { Implicit: false } && result.GetResult(_methods) is { Implicit: false })
                result.AddError("--preset names the methods: leave --methods out");
        });
        SetAction(Run);
    }

    public IReadOnlyList<(string Line, string Does)> Examples =>
    [
        ("svgdistill compare owl.svg --trg \"a monkey\" --methods sds,dds,pds,ids --seeds 3",
            "writes owl.compare/index.html; the same command goes on after Ctrl-C"),
        ("svgdistill compare owl.svg --trg \"a monkey\" --methods ids:fpr-steps=1,ids:fpr-steps=3 --seeds 1 -o fpr", "one method with two settings"),
        ("svgdistill compare owl.svg --trg \"a monkey\" --preset ids-table-s1", "a paper's methods, its published figures beside them"),
    ];

    private int Run(ParseResult parsed)
    {
        var watch = Stopwatch.StartNew();
        var screen = new Screen(_streams, parsed.GetValue(_quiet));
        using var interrupt = new Interrupt(screen);
        if (parsed.GetValue(_edit.Threads) is { } threads) Processors.Limit(threads);
        var preset = ComparePreset.All.FirstOrDefault(p => p.Name == parsed.GetValue(_preset));
        var methods = Methods(parsed, preset);
        if (InputFile.IsStandard(parsed.GetValue(_edit.Input)!))
            throw EditorException.Usage("-: compare reads its input once a run, and its report names it: give a file");
        CompareFolder.RequireWritable(parsed.GetValue(_output), parsed.GetValue(_edit.Input)!);
        var document = InputFile.Load(parsed.GetValue(_edit.Input)!);

        using var tools = MeasuringTools.Open(_measuring.Read(parsed));
        var request = _edit.Read(parsed);
        var source = PromptWords.Source(request.Source, document.Title, request.Input);
        request = request with { Source = source, Target = PromptWords.Filled(request.Target, source) };
        using var shared = SharedModel.Open(request);
        if (preset is not null) request = preset.Apply(request, shared.Model.Defaults);
        ModelChoice.NotePrompts(screen, shared.Model, request.Source!, request.Target);
        ModelChoice.NoteCutText(screen, shared.Model, PromptWords.Filled(request.Negative, request.Source!));

        var plan = new ComparePlan(request, methods, Seeds(parsed), parsed.GetValue(_moments) ?? 4, preset,
            GivenArguments(parsed, request), CommandLine(parsed));
        foreach (var method in methods)
            if (method.Via is { } via) PictureSettings.Resolve(via, plan.Request(method, 0).Settings, shared.Model.Defaults);
        using var folder = CompareFolder.For(parsed.GetValue(_output), request.Input, request.Source!, request.Target, Hashes.Of(document.FileBytes.Span));
        // Each run keeps its result, its record and a drawing a picture of the report.
        Outputs.RequireSpace(folder.Page, plan.RunCount * ((plan.Moments + 1L) * document.FileBytes.Length + ResultFiles.RecordBytes));
        screen.Say($"\"{request.Source}\" -> \"{request.Target}\": {plan.RunCount} runs into {folder.Path}");
        var report = new CompareRunner(plan, folder, shared, tools, screen, interrupt.Token).Run();
        screen.Say($"{folder.Page}: {report.Runs.Count} of {plan.RunCount} runs, {Durations.Words(watch.Elapsed.TotalSeconds)}"
            + (report.Interrupted ? "; the same command goes on" : ""));
        if (parsed.GetValue(_json)) screen.Output.Write(Record(request, report, folder, watch));
        return report.Interrupted ? ExitCode.Interrupted : report.Runs.Count == 0 ? ExitCode.Input : ExitCode.Done;
    }

    private List<ComparedMethod> Methods(ParseResult parsed, ComparePreset? preset)
    {
        var given = preset?.Methods ?? parsed.GetValue(_methods)!;
        var methods = (given.Count > 0 ? given : ["sds", "dds", "pds", "ids"]).Select(ComparedMethod.Parse).ToList();
        if (methods.GroupBy(m => m.Label).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw EditorException.Usage($"--methods: {twice.Key} is there twice");
        if (parsed.GetResult(_edit.Strength) is { Implicit: false } && methods.All(m => m.Via is null))
            throw EditorException.Usage("--strength is of rows by way of a picture (via-...), and none is among --methods; 'svgdistill strength' changes a result's");
        // Names that this version knows but has no method for are refused before the first run.
        foreach (var name in methods.Select(m => m.Name).OfType<MethodName>()) MethodCatalog.Create(name, EditSettings.Defaults).Method.Dispose();
        return methods;
    }

    private List<long> Seeds(ParseResult parsed) =>
        [.. Enumerable.Range(0, parsed.GetValue(_seeds) ?? 3).Select(i => parsed.GetValue(_edit.Seed) + i)];

    /// <summary>Names and values of what was given beside methods and seeds, for the runs' own commands.</summary>
    private List<string> GivenArguments(ParseResult parsed, EditRequest request)
    {
        List<string> arguments = ["--src", request.Source!, "--trg", request.Target];
        if (request.Settings.Steps is { } steps) arguments.AddRange(["--steps", steps.ToString(CultureInfo.InvariantCulture)]);
        Option[] spelt = [_edit.Source, _edit.Target, _edit.Steps, _edit.Seed, _edit.Method, _edit.Threads];
        arguments.AddRange(GivenOptions.Of(parsed, _edit.Editing.Except(spelt)));
        return arguments;
    }

    private static string CommandLine(ParseResult parsed) =>
        string.Join(' ', parsed.Tokens.Select(t => ShellWord.Quote(t.Value)).Prepend("svgdistill"));

    private static RunRecord Record(EditRequest request, CompareReport report, CompareFolder folder, Stopwatch watch) => new("compare", new JsonObject
    {
        ["src"] = request.Source, ["trg"] = request.Target,
        ["methods"] = new JsonArray([.. report.Methods.Select(m => (JsonNode)m)]),
        ["seeds"] = new JsonArray([.. report.Seeds.Select(s => (JsonNode)s)]),
    })
    {
        ["folder"] = folder.Path,
        ["interrupted"] = report.Interrupted,
        ["runs"] = new JsonArray([.. report.Runs.Select(r => (JsonNode)new JsonObject
        {
            ["method"] = r.Method, ["seed"] = r.Seed, ["sha256"] = r.Sha256, ["metrics"] = r.Measures.ToJson(),
            ["samples_forwarded"] = r.Cost.SamplesForwarded, ["samples_differentiated"] = r.Cost.SamplesDifferentiated,
        })]),
        ["failures"] = new JsonArray([.. report.Failures.Select(f => (JsonNode)new JsonObject
        {
            ["method"] = f.Method, ["seed"] = f.Seed, ["error"] = f.Error,
        })]),
        ["timing"] = new JsonObject
        {
            ["seconds"] = Math.Round(watch.Elapsed.TotalSeconds, 3),
            ["edit_seconds"] = new JsonArray([.. report.Runs.Select(r => (JsonNode)r.Cost.Seconds)]),
        },
    };
}
