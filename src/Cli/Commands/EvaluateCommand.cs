using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Nodes;
using SvgDistill.Cli.Options;
using SvgDistill.Cli.Terminal;
using SvgDistill.Distill.Methods;
using SvgDistill.Distill.Metrics;
using SvgDistill.Distill.Reports;
using SvgDistill.Editor;
using SvgDistill.Editor.Comparing;
using SvgDistill.Editor.Editing;
using SvgDistill.Editor.Evaluating;
using SvgDistill.Editor.Machine;
using SvgDistill.Editor.Measuring;
using SvgDistill.Editor.Output;
using SvgDistill.Rasterizer.Svg;

namespace SvgDistill.Cli.Commands;

/// <summary><c>evaluate</c>: methods on a list of drawings, measured against what was wanted of each.</summary>
internal sealed class EvaluateCommand : Command, IHasExamples
{
    private readonly EditOptions _edit = new("pairs.json",
        "A JSON array of pairs: { \"before\": \"cat.svg\", \"after\": \"dog.svg\", \"src\": \"a cat\", \"trg\": \"a dog\" }; after, src, id and group may be left out. "
        + "Files lie beside the list or below it.");
    private readonly Option<string[]> _methods = Values.List("--methods", "NAMES",
        "Rows beside no-op and perfect, separated by commas: default (what edit does without options), preset:NAME, or methods as compare takes them. Default: default.");
    private readonly Option<int?> _count = Values.Integer("--pairs", "N", "Takes the first N pairs. Default: all.", 1, int.MaxValue);
    private readonly Option<string[]> _ids = Values.List("--ids", "IDS", "Takes the pairs with these ids (without an id, a pair's place in the list), separated by commas.");
    private readonly Option<string?> _dino = Values.Text("--dino", "FILE", "A DINO network as an ONNX file, for figures by its features beside ResNet-18's.");
    private readonly MeasuringOptions _measuring = new();
    private readonly Option<string?> _output = Values.Text("-o", "DIR",
        "The folder to write (index.html, results.csv, summary.json, pairs/). Default: PAIRS.evaluate beside the list.");
    private readonly Option<bool> _quiet = Shared.Quiet();
    private readonly Option<bool> _json = Shared.Json();
    private readonly Streams _streams;

    public EvaluateCommand(Streams streams) : base("evaluate",
        "Runs methods on a list of drawings and measures each result against what was wanted. Given again, it goes on where it stopped.")
    {
        _streams = streams;
        _output.Aliases.Add("--output");
        Add(_edit.Input);
        // Prompts come from the list; selectors and a ControlNet's picture belong to one drawing.
        Option[] ofOneDrawing = [_edit.Preset, _edit.Target, _edit.Source, _edit.Method, _edit.Via, _edit.Only, _edit.Freeze, _edit.Lock, _edit.Mask, _edit.MaskSoftness, _edit.Adapters.ControlImage];
        foreach (var option in new Option[] { _methods, _count, _ids }.Concat(_edit.Editing.Except(ofOneDrawing))
                     .Concat(_measuring.All.Where(o => o != _measuring.Size)).Concat([_dino, _output, _quiet, _json])) Add(option);
        Validators.Add(result =>
        {
            if (result.GetResult(_count) is { Implicit: false } && result.GetResult(_ids) is { Implicit: false })
                result.AddError("--pairs and --ids both say which pairs to take: give one of them");
        });
        SetAction(Run);
    }

    public IReadOnlyList<(string Line, string Does)> Examples =>
    [
        ("svgdistill evaluate pairs.json --methods default,sds,ids:fpr-steps=1 -o evaluation", "writes evaluation/index.html, results.csv and summary.json; the same command goes on after Ctrl-C"),
        ("svgdistill evaluate pairs.json --methods sds,via-picture --pairs 4 --steps 30", "a quick look at the first four pairs, into pairs.evaluate"),
        ("svgdistill evaluate pairs.json --ids 286,719 --lpips alex.safetensors --clip clip-vit-base-patch32", "two pairs, with networks of your own beside ResNet-18"),
    ];

    private int Run(ParseResult parsed)
    {
        var watch = Stopwatch.StartNew();
        var screen = new Screen(_streams, parsed.GetValue(_quiet));
        using var interrupt = new Interrupt(screen);
        if (parsed.GetValue(_edit.Threads) is { } threads) Processors.Limit(threads);
        var path = parsed.GetValue(_edit.Input)!;
        if (InputFile.IsStandard(path)) throw EditorException.Usage("-: a list names files relative to itself: give a file");
        var rows = Rows(parsed);
        var list = PairList.Load(path);
        foreach (var field in list.Unread) screen.Note($"{path}: evaluate does not read \"{field}\"");
        var pairs = Taken(parsed, list.Pairs);

        using var measuring = MeasuringTools.Open(_measuring.Read(parsed) with { Side = PairFigures.Side });
        var request = _edit.Read(parsed) with { Target = "" };
        using var tools = new EvaluateTools(measuring, parsed.GetValue(_dino), list.Pairs, request.Scene, screen);
        using var shared = SharedModel.Open(request);
        tools.Background = pair => BackgroundChoice.Of(request.Background, shared.Model.Defaults.Background,
            SvgSceneReader.Read(SvgDocument.Parse(pair.BeforeFile, pair.Before), new SceneOptions { Fonts = request.Scene.Fonts, Resources = request.Scene.Resources }).Scene).Color;
        var plan = new EvaluatePlan(path, pairs, rows, request, string.Join(' ', parsed.Tokens.Select(t => ShellWord.Quote(t.Value)).Prepend("svgdistill")));
        foreach (var row in rows)
            if (plan.Request(pairs[0], row) is { Via: { } via } edit) PictureSettings.Resolve(via, edit.Settings, shared.Model.Defaults);

        using var folder = EvaluateFolder.For(parsed.GetValue(_output), path);
        Outputs.RequireSpace(folder.Page, plan.Runs.Sum(r => 2L * r.Pair.BeforeFile.Length + ResultFiles.RecordBytes));
        screen.Say($"{pairs.Count} pairs, {plan.RunCount} runs into {folder.Path}");
        if (tools.ResNet.Value is null) screen.Note($"without figures by ResNet-18: {tools.ResNet.Reason}");
        var report = new EvaluateRunner(plan, folder, shared, tools, screen, interrupt.Token).Run();
        var done = report.Pairs.Sum(p => p.Results.Count);
        screen.Say($"{folder.Page}: {done} of {plan.RunCount} runs, {Durations.Words(watch.Elapsed.TotalSeconds)}" + (report.Interrupted ? "; the same command goes on" : ""));
        if (parsed.GetValue(_json)) screen.Output.Write(Record(report, rows, folder, measuring, watch));
        return report.Interrupted ? ExitCode.Interrupted : done == 0 ? ExitCode.Input : ExitCode.Done;
    }

    private List<EvaluatedRow> Rows(ParseResult parsed)
    {
        var given = parsed.GetValue(_methods)!;
        List<EvaluatedRow> rows = [EvaluatedRow.NoOp, EvaluatedRow.Perfect, .. given.Length > 0 ? given.Select(EvaluatedRow.Parse) : [EvaluatedRow.Default]];
        if (rows.GroupBy(r => r.Name).FirstOrDefault(g => g.Count() > 1) is { } twice) throw EditorException.Usage($"--methods: {twice.Key} is there twice");
        // Names that this version knows but has no method for are refused before the first run.
        foreach (var row in rows)
            if (row.Apply(new EditRequest { Input = "", Target = "" }).Method is { } name) MethodCatalog.Create(name, EditSettings.Defaults).Method.Dispose();
        return rows;
    }

    private IReadOnlyList<EvaluatedPair> Taken(ParseResult parsed, IReadOnlyList<EvaluatedPair> pairs)
    {
        if (parsed.GetValue(_count) is { } count) return [.. pairs.Take(count)];
        var ids = parsed.GetValue(_ids)!;
        if (ids.FirstOrDefault(id => pairs.All(p => p.Id != id)) is { } unknown)
            throw EditorException.Usage($"--ids: the list has no pair '{unknown}': its ids are {string.Join(", ", pairs.Take(10).Select(p => p.Id))}{(pairs.Count > 10 ? ", ..." : "")}");
        return ids.Length == 0 ? pairs : [.. pairs.Where(p => ids.Contains(p.Id))];
    }

    private static RunRecord Record(EvaluateReport report, List<EvaluatedRow> rows, EvaluateFolder folder, MeasuringTools measuring, Stopwatch watch) => new("evaluate", new JsonObject
    {
        ["list"] = report.List,
        ["rows"] = new JsonArray([.. rows.Select(r => (JsonNode)r.Name)]),
    })
    {
        ["folder"] = folder.Path,
        ["interrupted"] = report.Interrupted,
        ["tools"] = measuring.Record.DeepClone(),
        ["summary"] = JsonNode.Parse(EvaluateSummary.Write(report)),
        ["timing"] = new JsonObject { ["seconds"] = Math.Round(watch.Elapsed.TotalSeconds, 3) },
    };
}
