using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using SvgDistill.Cli.Options;
using SvgDistill.Cli.Terminal;
using SvgDistill.Diffusion.Models;
using SvgDistill.Distill.Methods;
using SvgDistill.Distill.Metrics;
using SvgDistill.Distill.Reports;
using SvgDistill.Editor.Editing;
using SvgDistill.Editor.Engine;
using SvgDistill.Editor.Machine;
using SvgDistill.Editor.Measuring;
using SvgDistill.Editor.Output;
using SvgDistill.Rasterizer.Svg;

namespace SvgDistill.Cli.Commands;

/// <summary><c>metrics</c>: an edit against its original, in figures.</summary>
internal sealed class MetricsCommand : Command, IHasExamples
{
    private const string NoModel = "none";

    private readonly Argument<string> _before = new("a.svg") { Description = "The original." };
    private readonly Argument<string> _after = new("b.svg") { Description = "The edit." };
    private readonly Option<string?> _target = Values.Text("--trg", "PROMPT",
        "What the edit should show. Without it only the drawings are compared.");
    private readonly Option<string?> _source = Values.Text("--src", "PROMPT", "What the original shows. Default: its <title>, else its name.");
    private readonly MeasuringOptions _measuring = new();
    private readonly Option<string?> _model = Values.Text("--model", "MODEL",
        "The diffusion model whose denoising loss is measured, or 'none'. Default: the embedded icon prior.");
    private readonly Option<string?> _background = Values.Create("--background", "COLOR", "A CSS colour behind both drawings. Default: white.",
        "a CSS colour", text => text is Backgrounds.Auto or Backgrounds.None ? null : Backgrounds.Check(text));
    private readonly Option<bool> _csv = new("--csv") { Description = "Print a header and a line of comma-separated values on standard output." };
    private readonly Option<string?> _resources = Shared.Resources();
    private readonly Option<string?> _fonts = Shared.Fonts();
    private readonly Option<int?> _threads = Shared.Threads();
    private readonly Option<bool> _quiet = Shared.Quiet();
    private readonly Option<bool> _json = Shared.Json();
    private readonly Streams _streams;

    public MetricsCommand(Streams streams) : base("metrics", "Measures an edited SVG against its original and against a prompt.")
    {
        _streams = streams;
        Add(_before);
        Add(_after);
        foreach (var option in new Option[] { _target, _source }.Concat(_measuring.All)
                     .Concat([_model, _background, _fonts, _resources, _threads, _quiet, _json, _csv])) Add(option);
        Validators.Add(result =>
        {
            if (result.GetValue(_json) && result.GetValue(_csv)) result.AddError("--json and --csv both write to standard output: give one of them");
        });
        SetAction(Run);
    }

    public IReadOnlyList<(string Line, string Does)> Examples =>
    [
        ("svgdistill metrics owl.svg owl.a-monkey.svg --trg \"a monkey\"", "a table of every measure; what cannot be computed is said"),
        ("svgdistill metrics owl.svg out.svg --src \"an owl\" --trg \"a monkey\" --clip clip-vit-base-patch32 --lpips alex.safetensors --json",
            "with networks of your own; the record says their hashes"),
    ];

    private int Run(ParseResult parsed)
    {
        var watch = Stopwatch.StartNew();
        var screen = new Screen(_streams, parsed.GetValue(_quiet));
        if (parsed.GetValue(_threads) is { } threads) Processors.Limit(threads);
        InputFile.RequireOneStandard(parsed.GetValue(_before)!, parsed.GetValue(_after)!);
        var (before, after) = (InputFile.Load(parsed.GetValue(_before)!), InputFile.Load(parsed.GetValue(_after)!));
        var target = parsed.GetValue(_target);
        // Without a target the source's name is not used, and standard input has none.
        var given = parsed.GetValue(_source) ?? (target is null && InputFile.IsStandard(parsed.GetValue(_before)!) ? before.Title ?? "" : null);
        var source = PromptWords.Source(given, before.Title, parsed.GetValue(_before)!);
        var (background, resources) = (parsed.GetValue(_background) ?? "#ffffff", parsed.GetValue(_resources));

        using var tools = MeasuringTools.Open(_measuring.Read(parsed));
        using var model = target is null || parsed.GetValue(_model) == NoModel ? null : ModelChoice.Open(parsed.GetValue(_model), "auto", null, null);
        using var prompts = model is null ? null : OfModel(model, source, target!);
        var denoising = model is null ? new Tool<Func<MeasuredDrawing, DenoisingLosses>>("no model was asked for (--model none).")
            : ModelLosses.Of(model, new Denoiser(model.Denoiser, model.Schedule), prompts!, background);
        var reading = new SceneOptions { Fonts = Shared.FontsOf(parsed.GetValue(_fonts)), Resources = resources };
        var (original, edit) = (SvgSceneReader.Read(before, reading), SvgSceneReader.Read(after, reading));
        var figures = tools.Measurer(background, denoising).Of(Measured(original), Measured(edit), source, target);

        if (parsed.GetValue(_csv)) WriteCsv(screen, parsed, figures);
        else if (parsed.GetValue(_json))
            screen.Output.Write(new RunRecord("metrics", new JsonObject
            {
                ["src"] = source, ["trg"] = target, ["background"] = background, ["size"] = tools.Request.Side,
            })
            {
                ["tools"] = tools.Record,
                ["model"] = model is null ? null : ModelChoice.Record(model),
                ["original"] = RunRecord.File(parsed.GetValue(_before)!, before.FileBytes.Span),
                ["edit"] = RunRecord.File(parsed.GetValue(_after)!, after.FileBytes.Span),
                ["fonts"] = RunRecord.Fonts([.. original.Fonts.Union(edit.Fonts)]),
                ["metrics"] = figures.ToJson(),
                ["timing"] = new JsonObject { ["seconds"] = Math.Round(watch.Elapsed.TotalSeconds, 3) },
            });
        else screen.Output.Write(MeasureTable.Write(figures));
        return ExitCode.Done;
    }

    private static Prompts OfModel(DiffusionModel model, string source, string target)
    {
        var suffix = model.Defaults.PromptSuffix ?? "";
        return new Prompts(source + suffix, target + suffix, "", text => model.EncodePrompts(text));
    }

    private static MeasuredDrawing Measured(SvgScene svg) => new(svg.Scene, svg.Document.ToBytes().Length);

    private void WriteCsv(Screen screen, ParseResult parsed, MeasureSet figures)
    {
        screen.Output.Write(Csv.Line(["original", "edit", .. Measure.All.Select(m => m.Key)]));
        screen.Output.Write(Csv.Line([parsed.GetValue(_before), parsed.GetValue(_after), .. Measure.All.Select(m => (object?)figures[m])]));
        foreach (var (measure, why) in figures.Missing) screen.Note(string.Create(CultureInfo.InvariantCulture, $"{measure.Key}: {why}"));
    }
}
