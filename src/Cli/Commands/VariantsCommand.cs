using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using SvgDistill.Cli.Options;
using SvgDistill.Cli.Terminal;
using SvgDistill.Distill.Reports;
using SvgDistill.Editor;
using SvgDistill.Editor.Comparing;
using SvgDistill.Editor.Editing;
using SvgDistill.Editor.Engine;
using SvgDistill.Editor.Machine;
using SvgDistill.Editor.Measuring;
using SvgDistill.Editor.Output;
using SvgDistill.Editor.Variants;

namespace SvgDistill.Cli.Commands;

/// <summary><c>variants</c>: several edits of one drawing to choose from, on a page and a contact sheet.</summary>
internal sealed class VariantsCommand : Command, IHasExamples
{
    private const int MostVariants = 1000;

    private readonly EditOptions _edit = new("input.svg", "The SVG file to edit, plain or compressed.");
    private readonly Option<string[]> _targets = new("--trg")
    {
        Description = "What the variants should show, as in \"a fox\"; may be given several times, and each has its share of the variants. {src} in it is the source prompt.",
        HelpName = "PROMPT", Required = true, AllowMultipleArgumentsPerToken = false,
        Validators = { result => { if (result.Tokens.Any(t => string.IsNullOrWhiteSpace(t.Value))) result.AddError("--trg takes a text that is not empty"); } },
    };
    private readonly Option<int?> _count = Values.Integer("-n", "N", "How many variants to keep: the best, no two alike. Default: 4.", 1, MostVariants);
    private readonly Option<int?> _seeds = Values.Integer("--seeds", "N", "How many edits of each prompt, seeds counted up from --seed. Default: as many as its share of the variants.", 1, MostVariants);
    private readonly Option<string[]> _strengths = Values.List("--strengths", "LIST",
        "How far along each edit variants are taken, between 0 (the source) and 1 (the whole edit), separated by commas. Default: 0.6,1.");
    private readonly MeasuringOptions _measuring = new();
    private readonly Option<string?> _output = Values.Text("-o", "DIR", "The folder to write (index.html, sheet.svg, sheet.png, variants/, results.csv, runs/). Default: INPUT.variants beside the input.");
    private readonly Option<bool> _quiet = Shared.Quiet();
    private readonly Option<bool> _json = Shared.Json();
    private readonly Streams _streams;

    public VariantsCommand(Streams streams) : base("variants",
        "Makes several edits of one drawing and ranks them, for choosing. Each takes half an edit's steps, with larger ones; given again, it goes on where it stopped.")
    {
        _streams = streams;
        _edit.Steps.Description = "Steps of each edit. Default: half of the model's, each half as long again. With --via, steps of the picture's edit.";
        _edit.Strength.Description = "With --via, how far the picture's edit goes: flowedit's or sdedit's part of all timesteps (default 0.8, 0.7), dreamsampler's weight of the text (default 0.2).";
        _count.Aliases.Add("--count");
        _output.Aliases.Add("--output");
        Add(_edit.Input);
        foreach (var option in new Option[] { _targets, _count, _seeds, _strengths }.Concat(_edit.Editing.Where(o => o != _edit.Target))
                     .Concat(_measuring.All).Concat([_output, _quiet, _json])) Add(option);
        Validators.Add(result =>
        {
            if (result.GetResult(_edit.Strength) is { Implicit: false } && result.GetResult(_edit.Via) is null or { Implicit: true })
                result.AddError("--strength: variants are taken at --strengths");
            _edit.RefuseBesideVia(result);
        });
        SetAction(Run);
    }

    public IReadOnlyList<(string Line, string Does)> Examples =>
    [
        ("svgdistill variants owl.svg --trg \"a monkey\"", "writes owl.variants/index.html with the four best; the same command goes on after Ctrl-C"),
        ("svgdistill variants cat.svg --trg \"a fox\" --trg \"a wolf\" -n 6 -o foxes", "three variants of each"),
        ("svgdistill variants owl.svg --trg \"a monkey\" --seeds 3 --strengths 0.3,0.6,1 -n 9", "a sheet of seeds by strengths"),
    ];

    private int Run(ParseResult parsed)
    {
        var watch = Stopwatch.StartNew();
        var screen = new Screen(_streams, parsed.GetValue(_quiet));
        using var interrupt = new Interrupt(screen);
        if (parsed.GetValue(_edit.Threads) is { } threads) Processors.Limit(threads);
        var input = parsed.GetValue(_edit.Input)!;
        if (InputFile.IsStandard(input)) throw EditorException.Usage("-: variants reads its input once a run, and its page names it: give a file");
        var strengths = Strengths(parsed);
        VariantsFolder.RequireWritable(parsed.GetValue(_output), input);
        var document = InputFile.Load(input);

        using var tools = MeasuringTools.Open(_measuring.Read(parsed));
        var request = _edit.Read(parsed);
        var source = PromptWords.Source(request.Source, document.Title, request.Input);
        var prompts = Prompts(parsed, source);
        request = request with { Source = source, Target = prompts[0] };
        using var shared = SharedModel.Open(request);
        request = request with { Settings = VariantsPlan.Draft(request, shared.Model) };
        foreach (var prompt in prompts) ModelChoice.NotePrompts(screen, shared.Model, request.Source!, prompt);
        ModelChoice.NoteCutText(screen, shared.Model, PromptWords.Filled(request.Negative, request.Source!));

        var wanted = parsed.GetValue(_count) ?? 4;
        var seeds = Enumerable.Range(0, parsed.GetValue(_seeds) ?? (wanted + prompts.Count - 1) / prompts.Count).Select(i => parsed.GetValue(_edit.Seed) + i);
        var plan = new VariantsPlan(request, prompts, [.. seeds], strengths, wanted, GivenArguments(parsed, request), CommandLine(parsed));
        using var folder = VariantsFolder.For(parsed.GetValue(_output), request.Input, request.Source!, Hashes.Of(document.FileBytes.Span));
        Outputs.RequireSpace(folder.Page, plan.RunCount * ((strengths.Count + 2L) * document.FileBytes.Length + ResultFiles.RecordBytes));
        screen.Say($"\"{request.Source}\" -> {string.Join(", ", prompts.Select(p => $"\"{p}\""))}: {plan.RunCount} edits into {folder.Path}");
        var report = new VariantsRunner(plan, folder, shared, tools, screen, interrupt.Token).Run();
        screen.Say($"{folder.Page}: {report.Kept.Count()} variants of {report.Variants.Count} candidates, {Durations.Words(watch.Elapsed.TotalSeconds)}"
            + (report.Interrupted ? "; the same command goes on" : ""));
        if (!report.Interrupted && report.Failures.Count == 0 && report.Kept.Count() < wanted)
            screen.Note($"{report.Kept.Count()} of {wanted} variants: the other candidates look like these; more --seeds or other prompts give more");
        if (parsed.GetValue(_json)) screen.Output.Write(Record(report, folder, watch));
        return report.Interrupted ? ExitCode.Interrupted : report.Variants.Count == 0 ? ExitCode.Input : ExitCode.Done;
    }

    private List<string> Prompts(ParseResult parsed, string source)
    {
        var prompts = parsed.GetValue(_targets)!.Select(p => PromptWords.Filled(p, source)).ToList();
        if (prompts.GroupBy(p => p, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice) throw EditorException.Usage($"--trg: \"{twice.Key}\" is there twice");
        return prompts;
    }

    private List<double> Strengths(ParseResult parsed)
    {
        var given = parsed.GetValue(_strengths)!;
        var strengths = new List<double>();
        foreach (var word in given.Length > 0 ? given : ["0.6", "1"])
            strengths.Add(double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value is > 0 and <= 1 ? value
                : throw EditorException.Usage($"--strengths: a number above 0 and up to 1 is needed, not '{word}'"));
        return [.. strengths.Distinct().Order()];
    }

    /// <summary>Names and values of what was given beside prompts, seeds and what variants alone takes, for the edits' own commands.</summary>
    private List<string> GivenArguments(ParseResult parsed, EditRequest request)
    {
        List<string> arguments = ["--src", request.Source!];
        foreach (var (option, value) in new (Option, double?)[] { (_edit.Steps, request.Settings.Steps), (_edit.PointRate, request.Settings.PointRate), (_edit.ColorRate, request.Settings.ColorRate) })
            if (value is { } number) arguments.AddRange([option.Name, number.ToString(CultureInfo.InvariantCulture)]);
        Option[] spelt = [_edit.Source, _edit.Target, _edit.Steps, _edit.PointRate, _edit.ColorRate, _edit.Seed, _edit.Threads];
        arguments.AddRange(GivenOptions.Of(parsed, _edit.Editing.Except(spelt)));
        return arguments;
    }

    private static string CommandLine(ParseResult parsed) =>
        string.Join(' ', parsed.Tokens.Select(t => ShellWord.Quote(t.Value)).Prepend("svgdistill"));

    private static RunRecord Record(VariantsReport report, VariantsFolder folder, Stopwatch watch) => new("variants", new JsonObject
    {
        ["src"] = report.SourcePrompt,
        ["trg"] = new JsonArray([.. report.Prompts.Select(p => (JsonNode)p)]),
        ["seeds"] = new JsonArray([.. report.Seeds.Select(s => (JsonNode)s)]),
        ["strengths"] = new JsonArray([.. report.Strengths.Select(s => (JsonNode)s)]),
        ["count"] = report.Wanted,
    })
    {
        ["folder"] = folder.Path,
        ["interrupted"] = report.Interrupted,
        ["variants"] = new JsonArray([.. report.Variants.Select(v => (JsonNode)new JsonObject
        {
            ["rank"] = v.Rank, ["trg"] = v.Prompt, ["seed"] = v.Seed, ["strength"] = v.Strength, ["score"] = Math.Round(v.Score, 4),
            ["prompt_gain"] = v.PromptGain, ["identity"] = v.Identity, ["like"] = v.Like, ["file"] = v.File, ["sha256"] = v.Sha256,
        })]),
        ["failures"] = new JsonArray([.. report.Failures.Select(f => (JsonNode)new JsonObject { ["trg"] = f.Prompt, ["seed"] = f.Seed, ["error"] = f.Error })]),
        ["timing"] = new JsonObject { ["seconds"] = Math.Round(watch.Elapsed.TotalSeconds, 3) },
    };
}
