using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using SvgDistill.Cli.Options;
using SvgDistill.Cli.Terminal;
using SvgDistill.Distill.Editing.Control;
using SvgDistill.Distill.Metrics;
using SvgDistill.Distill.Styles;
using SvgDistill.Editor;
using SvgDistill.Editor.Output;
using SvgDistill.Rasterizer.Svg;
using SvgDistill.Training.Data;

namespace SvgDistill.Cli.Commands;

/// <summary><c>style</c>: the colours, line widths and corners of a set of icons, and how far drawings lie from them.</summary>
internal sealed class StyleCommand : Command, IHasExamples
{
    // Of the set's own drawings, measured against its others: more say nothing new and take the square of their number in time.
    private const int MostOwn = 100;
    private const int ColorsPrinted = 8, ColorsRecorded = 64;
    // Of a set of gradients there is no end of colours.
    private const int ColorsOfPalette = 64;
    private const string Own = "the set's own drawings";

    private readonly Argument<string[]> _drawings = Shared.Files("drawing", "SVG files to set against the set.", atLeastOne: false);
    private readonly Option<string[]> _set = Values.List("--set", "FILE|DIR", "The set: SVG files, folders of them, icon sets in iconify's JSON. Several may be given.");
    private readonly Option<string?> _match = Shared.Match();
    private readonly Option<string?> _output = Values.Text("-o", "FILE.gpl", $"Also writes the set's colours as a palette, for --palette and for other programs: up to {ColorsOfPalette}, those that fill most first.");
    private readonly Option<bool> _quiet = Shared.Quiet();
    private readonly Option<bool> _json = Shared.Json();
    private readonly Streams _streams;

    public StyleCommand(Streams streams) : base("style",
        "Says what a set of icons has in common: colours, line widths, roundness of corners; and how far drawings lie from it.")
    {
        _streams = streams;
        _set.Required = true;
        _output.Aliases.Add("--output");
        Add(_drawings);
        foreach (var option in new Option[] { _set, _match, _output, _quiet, _json }) Add(option);
        SetAction(Run);
    }

    public IReadOnlyList<(string Line, string Does)> Examples =>
    [
        ("svgdistill style --set icons/", "the set's colours, line widths and corners"),
        ("svgdistill style owl.svg owl.a-monkey.svg --set icons/", "how far both drawings lie from them, beside the set's own"),
        ("svgdistill style --set icons/ -o brand.gpl", "the set's colours as a palette: 'edit --palette brand.gpl' takes no others"),
        ("svgdistill style new/*.svg --set openmoji.json --match 'a*' --json", "for a program; --match chooses from the set"),
    ];

    private int Run(ParseResult parsed)
    {
        var watch = Stopwatch.StartNew();
        var screen = new Screen(_streams, parsed.GetValue(_quiet));
        using var interrupt = new Interrupt(screen);
        var files = parsed.GetValue(_drawings)!;
        InputFile.RequireOneStandard(files);
        var palette = parsed.GetValue(_output) is { } output ? ResultFiles.At(output).Checked([".gpl"], [.. files, .. parsed.GetValue(_set)!], 0, parsed.GetValue(_json)) : null;
        var documents = files.Select(InputFile.Load).ToArray();
        var drawings = documents.Select(d => StyleProfile.Of(new(SvgSceneReader.Read(d, new SceneOptions()).Scene, d.FileBytes.Length))).ToArray();
        var icons = IconReader.Read(parsed.GetValue(_set)!, CaptionTable.Empty, screen.Note, parsed.GetValue(_match), namesMatter: false);
        if (icons.Count == 0) throw EditorException.Usage($"--set {string.Join(",", parsed.GetValue(_set)!)}: no drawing to take a style from");
        var set = new StyleSet(screen.Steps(0, icons.Count, progress => icons.Select((icon, i) =>
        {
            interrupt.Token.ThrowIfCancellationRequested();
            var profile = StyleProfile.Of(MeasuredDrawing.Read(icon.Svg, icon.Source));
            progress(i + 1, "drawings of the set");
            return profile;
        }).ToArray()));
        var own = set.Own(MostOwn, interrupt.Token);
        var distances = drawings.Select(set.To).ToArray();
        var record = new RunRecord("style", new JsonObject { ["set"] = new JsonArray([.. parsed.GetValue(_set)!.Select(s => (JsonNode)s)]), ["match"] = parsed.GetValue(_match) })
        {
            ["set"] = Json(set, own),
            ["drawings"] = new JsonArray([.. files.Select((file, i) => (JsonNode)new JsonObject
            {
                ["file"] = RunRecord.File(file, documents[i].FileBytes.Span), ["distance"] = Json(distances[i]),
            })]),
            ["timing"] = new JsonObject { ["seconds"] = Math.Round(watch.Elapsed.TotalSeconds, 3) },
        };
        if (palette is not null) WritePalette(set, parsed.GetValue(_set)![0], palette, record, screen);
        if (parsed.GetValue(_json)) screen.Output.Write(record);
        else Print(screen.Output, set, own, files, distances);
        return ExitCode.Done;
    }

    private static void WritePalette(StyleSet set, string name, ResultFiles files, RunRecord record, Screen screen)
    {
        var colors = set.Palette(ColorsOfPalette);
        if (colors.Count == 0) throw new EditorException(EditorErrorKind.Input, $"{name}: its drawings show no colour to make a palette of.");
        var bytes = Encoding.UTF8.GetBytes(PaletteFile.Gimp(Path.GetFileName(Path.TrimEndingDirectorySeparator(name)),
            colors.Select(c => (c.Bytes, string.Create(CultureInfo.InvariantCulture, $"{c.Bytes.ToHex()}, {100 * c.Share:f1} %")))));
        files.Write(bytes, screen);
        record["output"] = RunRecord.File(files.Result, bytes);
        files.WriteRecord(record.ToString());
        screen.Say($"{Outputs.Words(files.Result)}: {colors.Count} colours");
    }

    private static JsonObject Json(StyleSet set, IReadOnlyList<StyleDistance> own) => new()
    {
        ["drawings"] = set.Count,
        ["colors"] = new JsonArray([.. set.Colors.Take(ColorsRecorded).Select(c => (JsonNode)new JsonObject { ["color"] = c.Bytes.ToHex(), ["share"] = Math.Round(c.Share, 4) })]),
        ["line_widths_percent"] = Quartiles(set.Widths, v => 100 * Math.Pow(2, v)),
        ["corner_radii_percent"] = Quartiles(set.Corners, v => v),
        ["own_distance"] = own.Count == 0 ? null : new JsonObject { ["median"] = Json(At(own, .5)), ["nine_in_ten"] = Json(At(own, .9)) },
    };

    private static JsonArray? Quartiles(Histogram? histogram, Func<double, double> value) =>
        histogram is null ? null : new JsonArray([.. new[] { .25, .5, .75 }.Select(q => (JsonNode)Math.Round(value(histogram.Quantile(q)), 3))]);

    private static JsonObject Json(StyleDistance distance) => new()
    {
        ["colors_ciede2000"] = Rounded(distance.Colors), ["line_widths_octaves"] = Rounded(distance.Widths), ["corner_radii_percent"] = Rounded(distance.Corners),
    };

    private static JsonNode? Rounded(double? value) => value is { } number ? Math.Round(number, 4) : null;

    private static void Print(TextWriter output, StyleSet set, IReadOnlyList<StyleDistance> own, string[] files, StyleDistance[] distances)
    {
        output.WriteLine($"{set.Count} drawings");
        output.WriteLine("colours        " + string.Join(", ", set.Colors.Take(ColorsPrinted).Select(c => string.Create(CultureInfo.InvariantCulture, $"{c.Bytes.ToHex()} {100 * c.Share:f0} %"))));
        Line("line widths", set.Widths, v => 100 * Math.Pow(2, v));
        Line("corner radii", set.Corners, v => v);
        if (own.Count == 0 && files.Length == 0) return;
        var width = Math.Max(Own.Length + 13, files.Select(f => f.Length).DefaultIfEmpty().Max()) + 2;
        output.WriteLine();
        output.WriteLine("distance".PadRight(width) + "    colours  line widths      corners");
        output.WriteLine("".PadRight(width) + "  CIEDE2000      octaves            %");
        if (own.Count > 0)
        {
            Row($"{Own}, median", At(own, .5));
            Row($"{Own}, 9 in 10", At(own, .9));
        }
        foreach (var (file, distance) in files.Zip(distances)) Row(file, distance);

        void Line(string name, Histogram? histogram, Func<double, double> value)
        {
            if (histogram is null) return;
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{name,-13}  {value(histogram.Quantile(.5)):f2} % of the canvas's diagonal, half of them {value(histogram.Quantile(.25)):f2} to {value(histogram.Quantile(.75)):f2}"));
        }

        void Row(string name, StyleDistance distance) => output.WriteLine(name.PadRight(width)
            + Cell(distance.Colors, "f1", 11) + Cell(distance.Widths, "f2", 13) + Cell(distance.Corners, "f2", 13));

        static string Cell(double? value, string format, int width) => (value?.ToString(format, CultureInfo.InvariantCulture) ?? "-").PadLeft(width);
    }

    // Of each kind by itself.
    private static StyleDistance At(IReadOnlyList<StyleDistance> own, double part)
    {
        return new(Of(d => d.Colors), Of(d => d.Widths), Of(d => d.Corners));

        double? Of(Func<StyleDistance, double?> kind)
        {
            var there = own.Select(kind).OfType<double>().ToArray();
            return there.Length == 0 ? null : Quantiles.Of(there, part);
        }
    }
}
