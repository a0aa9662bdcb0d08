using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using SvgDistill.Cli.Options;
using SvgDistill.Cli.Terminal;
using SvgDistill.Diffusion.Models;
using SvgDistill.Distill.Metrics;
using SvgDistill.Editor;
using SvgDistill.Editor.Engine;
using SvgDistill.Editor.Machine;
using SvgDistill.Editor.Measuring;
using SvgDistill.Editor.Output;
using SvgDistill.Training;
using SvgDistill.Training.Data;
using SvgDistill.Training.Measuring;
using TorchSharp;

namespace SvgDistill.Cli.Commands;

/// <summary><c>model compare</c>: which of several models draws better what it is asked.</summary>
internal sealed class ModelCompareCommand : Command, IHasExamples
{
    private readonly Argument<string[]> _models = Shared.Files("model", "Models' folders or files; embedded is the one that comes with the program.", atLeastOne: true);
    private readonly Option<string[]> _icons = Values.List("--icons", "FILE|DIR", "What they are measured with: SVG files, folders, icon sets in iconify's JSON. Several may be given; the same things should be in more than one.");
    private readonly Option<string?> _match = Values.Text("--match", "PATTERN", "Only icons of such a name; * and ? stand for any characters, or one.");
    private readonly Option<string[]> _except = Values.List("--except", "PATTERN", "Leave out icons of such a name or category. Several may be given.");
    private readonly Option<int?> _names = Values.Integer("--names", "N", "How many of the icons' names each model draws. Default: 100.", 1, 100_000);
    private readonly Option<int?> _samples = Values.Integer("--samples", "N", "Pictures of each name. Default: 3.", 1, 100);
    private readonly Option<int?> _steps = Shared.Steps("Steps of each picture. Default: 30.");
    private readonly Option<double?> _guidance = Shared.Guidance("How strongly pictures follow names. Default: 5.");
    private readonly Option<long> _seed = Shared.Seed();
    private readonly Option<string?> _sheet = Values.Text("--sheet", "PNG", "A picture of the first names: an icon, then what each model draws.");
    private readonly Option<int?> _threads = Shared.Threads();
    private readonly Option<bool> _quiet = Shared.Quiet();
    private readonly Option<bool> _json = Shared.Json();
    private readonly Streams _streams;

    public ModelCompareCommand(Streams streams) : base("compare",
        "Measures models by icons: how well they predict the noise in them, and whether what they draw of their names is recognised.")
    {
        _streams = streams;
        _icons.Required = true;
        Add(_models);
        foreach (var option in new Option[] { _icons, _match, _except, _names, _samples, _steps, _guidance, _seed, _sheet, _threads, _quiet, _json }) Add(option);
        SetAction(Run);
    }

    public IReadOnlyList<(string Line, string Does)> Examples =>
    [
        ("svgdistill model compare embedded my-prior --icons sets/noto.json --icons sets/twemoji.json --sheet both.png", "is the new one better?"),
    ];

    private int Run(ParseResult parsed)
    {
        var watch = Stopwatch.StartNew();
        var screen = new Screen(_streams, parsed.GetValue(_quiet));
        using var interrupt = new Interrupt(screen);
        var sheet = parsed.GetValue(_sheet);
        if (sheet is not null)
        {
            Outputs.RequireExtension(sheet, ".png");
            Outputs.RequireWritable(sheet);
        }
        if (parsed.GetValue(_threads) is { } threads) Processors.Limit(threads);
        var tool = OnnxFeatures.ResNet18();
        using var network = tool.Value ?? throw EditorException.Usage(tool.Reason);
        TensorEngine.Start();
        var plan = new MeasurePlan { Names = parsed.GetValue(_names) ?? 100, Samples = parsed.GetValue(_samples) ?? 3, Steps = Math.Max(1, parsed.GetValue(_steps) ?? 30), Guidance = parsed.GetValue(_guidance) ?? 5, Seed = parsed.GetValue(_seed) };
        var icons = IconReader.Read(parsed.GetValue(_icons)!, CaptionTable.Empty, screen.Note, parsed.GetValue(_match), parsed.GetValue(_except));
        var measurer = new ModelMeasurer(icons, network.ForTraining(), plan);
        screen.Say($"{icons.Count} icons; {measurer.Asked.Count} names of {measurer.Subjects}, {plan.Samples} pictures each");
        var (rows, shown) = (new JsonArray(), new List<ModelFigures>());
        IReadOnlyList<torch.Tensor> real = [];
        try
        {
            foreach (var name in parsed.GetValue(_models)!)
            {
                using var model = ModelChoice.Open(name == "embedded" ? null : name, "fp32", null, null);
                if (rows.Count == 0)
                {
                    var (first, inFive) = measurer.IconsRecognized(model, interrupt.Token);
                    rows.Add(new JsonObject { ["model"] = "the icons themselves", ["recognized"] = Math.Round(first, 4), ["recognized_in_5"] = Math.Round(inFive, 4) });
                    real = measurer.ShownIcons(model);
                }
                var last = TimeSpan.Zero;
                var figures = measurer.Measure(model, (what, done, all) =>
                {
                    if (watch.Elapsed - last < TimeSpan.FromSeconds(5)) return;
                    last = watch.Elapsed;
                    screen.Say($"{name}: {what} {done}/{all}");
                }, interrupt.Token);
                shown.Add(figures);
                rows.Add(new JsonObject
                {
                    ["model"] = name, ["sha256"] = model.Hash, ["loss"] = Math.Round(figures.Loss, 5), ["recognized"] = Math.Round(figures.Recognized, 4),
                    ["recognized_in_5"] = Math.Round(figures.RecognizedInFive, 4), ["distance"] = Math.Round(figures.Distance, 5),
                });
            }
            if (sheet is not null) Outputs.Replace(sheet, ModelSheet.Png(real, shown));
        }
        catch (OperationCanceledException) when (interrupt.Token.IsCancellationRequested)
        {
            screen.Say($"stopped: {shown.Count} of {parsed.GetValue(_models)!.Length} models are measured" + (sheet is null ? "" : $"; {sheet} is not written"));
            if (shown.Count == 0) return ExitCode.Interrupted;
        }
        finally
        {
            foreach (var figures in shown) figures.Dispose();
            foreach (var picture in real) picture.Dispose();
        }
        if (parsed.GetValue(_json))
            screen.Output.Write(new RunRecord("model compare", new JsonObject
            {
                ["icons"] = icons.Count, ["names"] = measurer.Asked.Count, ["samples"] = plan.Samples, ["steps"] = plan.Steps, ["guidance"] = plan.Guidance, ["seed"] = plan.Seed,
            }) { ["models"] = rows, ["timing"] = new JsonObject { ["seconds"] = Math.Round(watch.Elapsed.TotalSeconds, 3) } });
        else
            Print(rows);
        return shown.Count == parsed.GetValue(_models)!.Length ? ExitCode.Done : ExitCode.Interrupted;
    }

    private void Print(JsonArray rows)
    {
        static string Number(JsonNode? value) => value is null ? "" : ((double)value).ToString("0.0000", CultureInfo.InvariantCulture);
        var width = Math.Max(20, rows.Max(r => ((string)r!["model"]!).Length));
        void Line(string name, params string[] cells) => _streams.Output.WriteLine((name.PadRight(width) + string.Concat(cells.Select(c => c.PadLeft(14)))).TrimEnd());
        Line("", "loss", "recognised", "in 5 nearest", "distance");
        foreach (var row in rows) Line((string)row!["model"]!, Number(row["loss"]), Number(row["recognized"]), Number(row["recognized_in_5"]), Number(row["distance"]));
    }
}
