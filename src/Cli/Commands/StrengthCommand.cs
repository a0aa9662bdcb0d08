using System.CommandLine;
using System.CommandLine.Parsing;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using SvgDistill.Cli.Options;
using SvgDistill.Cli.Terminal;
using SvgDistill.Distill.Metrics;
using SvgDistill.Editor.Controlling;
using SvgDistill.Editor.Editing;
using SvgDistill.Editor.Output;
using SvgDistill.Rasterizer.Imaging;
using SvgDistill.Rasterizer.Svg;

namespace SvgDistill.Cli.Commands;

/// <summary><c>strength</c>: another strength of an edit that is done. Needs no model and no tensor engine.</summary>
internal sealed class StrengthCommand : Command, IHasExamples
{
    private const int Digits = 5;

    private readonly Argument<string> _result = new("out.svg") { Description = "The result of an edit, with what the edit left beside it (out.svg.strength.json)." };
    private readonly Argument<double> _strength = new("strength")
    {
        Description = "How far to go, from 0 (the edit's input, the same bytes) to 1 (its result).",
        CustomParser = result =>
        {
            if (double.TryParse(result.Tokens.Single().Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var x) && x is >= 0 and <= 1) return x;
            result.AddError($"strength takes a number from 0 to 1, not '{result.Tokens.Single().Value}'");
            return 0;
        },
    };
    private readonly Option<string?> _source = Values.Text("--source", "FILE", "The edit's input, where it is not where it was.");
    private readonly Option<string?> _output = Shared.Output("The SVG to write; - is standard output. Default: beside the result, as out.strength-0.6.svg, under a name that is free.");
    private readonly Option<string?> _fonts = Shared.Fonts();
    private readonly Option<bool> _quiet = Shared.Quiet();
    private readonly Option<bool> _json = Shared.Json();
    private readonly Streams _streams;

    public StrengthCommand(Streams streams) : base("strength", "Writes an edit's result at another strength, without running it again.")
    {
        _streams = streams;
        Add(_result);
        Add(_strength);
        foreach (var option in new Option[] { _source, _output, _fonts, _quiet, _json }) Add(option);
        SetAction(Run);
    }

    public IReadOnlyList<(string Line, string Does)> Examples =>
    [
        ("svgdistill strength owl.a-monkey.svg .6", "writes owl.a-monkey.strength-0.6.svg: six tenths of the way"),
        ("svgdistill strength owl.a-monkey.svg .3 -o owl.little.svg", "under a name of your own"),
    ];

    private int Run(ParseResult parsed)
    {
        var watch = Stopwatch.StartNew();
        var screen = new Screen(_streams, parsed.GetValue(_quiet));
        var (result, strength) = (parsed.GetValue(_result)!, parsed.GetValue(_strength));
        var kept = ResultFiles.At(result).Strengths;
        var (setup, edited) = StrengthFile.Read(kept, parsed.GetValue(_source), Shared.FontsOf(parsed.GetValue(_fonts)));
        var output = parsed.GetValue(_output);
        var files = ResultFiles.New(output, result, input => OutputNames.ForStrength(input, strength), keepsBeside: output is not null && FileStatus.AreSame(output, result))
            .Checked(ResultFiles.SvgExtensions, [setup.Input, kept], setup.Document.FileBytes.Length, parsed.GetValue(_json));
        setup = setup.Along(strength);
        var finished = EditFinish.Finish(setup, setup.At(strength, edited), screen);
        var svg = files.Packed(strength == 0 ? setup.Document.ToBytes() : finished.Layers ?? SvgWriter.Write(setup.Svg, finished.Theta, finished.Changes), setup.Document);
        files.Write(svg, screen);
        var change = DrawingComparison.Between(setup.Svg.Scene, setup.Svg.Scene.InitialValues(), finished.Theta);
        screen.Say(FormattableString.Invariant($"{Outputs.Words(files.Result)}: strength {strength}, points moved by {change.MeanDisplacement:0.00} % of the diagonal on average"));
        if (parsed.GetValue(_json))
            screen.Output.Write(new RunRecord("strength", new JsonObject { ["strength"] = strength })
            {
                ["input"] = RunRecord.File(setup.Input, setup.Document.FileBytes.Span),
                ["strengths"] = RunRecord.File(kept, File.ReadAllBytes(kept)),
                ["output"] = RunRecord.File(files.Result, svg),
                ["metrics"] = new JsonObject
                {
                    ["mean_displacement_percent"] = FollowUp.Rounded(change.MeanDisplacement, Digits),
                    ["mean_color_change_ciede2000"] = FollowUp.Rounded(change.MeanPaletteChange, Digits),
                },
                ["timing"] = new JsonObject { ["seconds"] = Math.Round(watch.Elapsed.TotalSeconds, 3) },
            });
        return ExitCode.Done;
    }
}
