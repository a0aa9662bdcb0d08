using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using SvgDistill.Cli.Options;
using SvgDistill.Cli.Terminal;
using SvgDistill.Distill.Editing.Rules;
using SvgDistill.Distill.Fitting;
using SvgDistill.Distill.Metrics;
using SvgDistill.Editor;
using SvgDistill.Editor.Machine;
using SvgDistill.Editor.Output;
using SvgDistill.Rasterizer;
using SvgDistill.Rasterizer.Compositing;
using SvgDistill.Rasterizer.Imaging;
using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Rasterizer.Svg;

namespace SvgDistill.Cli.Commands;

/// <summary><c>fit</c>: draws a PNG anew as an SVG, or moves an existing SVG toward it. Needs no tensor engine.</summary>
internal sealed class FitCommand : Command, IHasExamples
{
    // Fitting keeps a few arrays of the picture's size and works through all of it at every step.
    private const int LargestSide = 4096;
    private const int FilmFrames = 60;

    private readonly Argument<string> _target = new("picture") { Description = "The picture to fit: a PNG, JPEG, WebP, GIF or BMP; - is standard input." };
    private readonly Option<string?> _from = Values.Text("--from", "DRAWING.svg",
        "An SVG to move toward the picture, its tree kept; without it a new drawing is made.");
    private readonly Option<int?> _paths = Values.Integer("--paths", "N", "At most this many paths in a new drawing. Default: 64.", 1, 4096);
    private readonly Option<int?> _steps = Shared.Steps("Steps of the optimiser. Default: 300.");
    private readonly Option<double?> _pointRate = Values.Number("--point-rate", "PIXELS", "A point's first step, in pixels of the picture. Default: 0.35; with --from in proportion where the picture is larger than 128 pixels.", 0, 1000);
    private readonly Option<double?> _colorRate = Values.Number("--color-rate", "RATE", "A colour's first step, of 0..1. Default: 0.01.", 0, 1);
    private readonly Option<double?> _selfIntersection = Values.Number("--self-intersection", "WEIGHT", "Weight against curves that cross themselves; 0 is off. Default: 1e-6.", 0, 1000);
    private readonly Option<double?> _anchor = Values.Number("--anchor-position", "WEIGHT", "Pull of each point to where it began, for --from; 0 is off. Default: 0.", 0, 1e9);
    private readonly Option<double?> _anchorShape = Values.Number("--anchor-shape", "WEIGHT",
        "Pull of every shape toward its own form, for --from; 0 is off. Default: 1.", 0, 1000);
    private readonly Option<double?> _fairness = Shared.Fairness("Default: 0, with --from 0.1.");
    private readonly Option<double?> _filterWidth = Values.Number("--filter-width", "PIXELS",
        "How wide the difference from the picture is blurred at the beginning, so that edges far away are felt; it shrinks to 1. Default: 1, with --from 9, in proportion where the picture is larger than 128 pixels.", 1, 512);
    private readonly Option<double?> _robust = Values.Number("--robust", "DIFFERENCE",
        "From this difference of colour (0 to 1) on, a pixel counts by its difference instead of the square, so that flat colours stay clean where a shape cannot show all; 0 squares all. Default: 0, with --from 0.1.", 0, 1);
    private readonly Option<bool> _keep = new("--keep")
    {
        Description = "For --from, keeps what an edit keeps: circles, straight lines and right angles, parts that touch or lie within one another, what lies inside the canvas, and symmetries. The drawing comes less near where the picture has none of it.",
    };
    private readonly Option<SymmetryMode?> _symmetry = Shared.Symmetry(" Goes with --keep.");
    private readonly Option<bool> _noClean = new("--no-clean")
    {
        Description = "Leaves a moved drawing as the last step left it: crossings and slivers stay, near-equal colours differ, numbers are longer.",
    };
    private readonly Option<string?> _film = Values.Text("--film", "FILE.png", "Also write an animated PNG of the fit.");
    private readonly Option<string?> _output = Shared.Output("The SVG to write, compressed where it ends in .svgz; - is standard output. Default: beside the picture, under a name that is free.");
    private readonly Option<string?> _resources = Shared.Resources();
    private readonly Option<string?> _fonts = Shared.Fonts();
    private readonly Option<int?> _threads = Shared.Threads();
    private readonly Option<bool> _quiet = Shared.Quiet();
    private readonly Option<bool> _json = Shared.Json();
    private readonly Streams _streams;

    public FitCommand(Streams streams) : base("fit", "Draws a picture as an SVG, or moves an SVG toward a picture.")
    {
        _streams = streams;
        Add(_target);
        foreach (Option option in new Option[]
                 {
                     _output, _paths, _from, _anchor, _fairness, _anchorShape, _steps, _pointRate, _colorRate, _selfIntersection, _filterWidth, _robust, _keep, _symmetry, _noClean, _film, _fonts, _resources,
                     _threads, _quiet, _json,
                 })
            Add(option);
        Validators.Add(result =>
        {
            if (result.GetValue(_from) is null && result.GetValue(_anchor) is not null) result.AddError("--anchor-position goes with --from");
            if (result.GetValue(_from) is null && result.GetValue(_anchorShape) is not null) result.AddError("--anchor-shape goes with --from");
            if (result.GetValue(_from) is null && result.GetValue(_resources) is not null) result.AddError("--resources goes with --from");
            if (result.GetValue(_from) is null && result.GetValue(_fonts) is not null) result.AddError("--fonts goes with --from");
            if (result.GetValue(_from) is null && result.GetValue(_keep)) result.AddError("--keep goes with --from");
            if (!result.GetValue(_keep) && result.GetValue(_symmetry) is not null) result.AddError("--symmetry goes with --keep");
            if (result.GetValue(_from) is null && result.GetValue(_noClean)) result.AddError("--no-clean goes with --from");
            if (result.GetValue(_from) is not null && result.GetValue(_paths) is not null) result.AddError("--paths is for new drawings; --from keeps the paths there are");
        });
        SetAction(Run);
    }

    public IReadOnlyList<(string Line, string Does)> Examples =>
    [
        ("svgdistill fit logo.png --paths 64 -o logo.svg", "a new drawing of at most 64 paths"),
        ("svgdistill fit pose.png --from icon.svg -o moved.svg", "moves icon.svg's own shapes until it looks like pose.png"),
        ("svgdistill fit pose.png --from icon.svg --keep -o moved.svg", "the same; circles stay circles, mirror images mirror images"),
        ("svgdistill fit logo.png --film logo.film.png", "also an animated PNG of how it came about"),
    ];

    private int Run(ParseResult parsed)
    {
        var watch = Stopwatch.StartNew();
        var screen = new Screen(_streams, parsed.GetValue(_quiet));
        if (parsed.GetValue(_threads) is { } threads) Processors.Limit(threads);
        var path = parsed.GetValue(_target)!;
        var (target, bytes) = ReadPicture(path);
        var from = parsed.GetValue(_from);
        if (from is not null) InputFile.RequireOneStandard(path, from);
        var reading = new SceneOptions { Fonts = Shared.FontsOf(parsed.GetValue(_fonts)), Resources = parsed.GetValue(_resources) };
        var source = from is null ? null : SvgSceneReader.Read(InputFile.Load(from), reading);
        if (source is not null)
            foreach (var note in SceneRasterizer.NotesOf(source.Scene, target.Width, target.Height, source.Scene.ToCanvas(target.Width, target.Height)))
                screen.Note(note);
        var film = parsed.GetValue(_film);
        if (film is not null)
        {
            Outputs.RequireExtension(film, ".png", ".apng");
            Outputs.RequireWritable(film);
            Outputs.RequireApart([path, from], [film]);
        }
        var files = ResultFiles.New(parsed.GetValue(_output), path, OutputNames.ForFit);
        files.Checked(ResultFiles.SvgExtensions, [path, from], ResultFiles.RecordBytes + (source?.Document.FileBytes.Length ?? 0), parsed.GetValue(_json),
            film is null ? [("", files.Record)] : [("", files.Record), ("", film)]);

        var options = Resolve(parsed, source?.Scene, target);
        using var interrupt = new Interrupt(screen);
        var frames = new List<RgbaImage>();
        var result = StepProgress.Run(screen, 0, options.Steps, progress =>
        {
            var fit = new PictureFit(new(target), options)
            {
                Progress = (step, picture) =>
                {
                    progress.Report(step.Step, string.Create(CultureInfo.InvariantCulture, $"{step.Psnr:0.0} dB"));
                    if (film is not null && (step.Step - 1) % Math.Max(1, options.Steps / FilmFrames) == 0) frames.Add(RgbaImage.FromPicture(picture));
                },
            };
            return source is null ? fit.Draw(interrupt.Token) : fit.Move(source, interrupt.Token);
        });

        var svg = files.Packed(result.Svg, source?.Document);
        files.Write(svg, screen);
        var after = new FollowUp(screen);
        if (film is not null)
            after.Do("film", () => Outputs.Replace(film, PngWriter.EncodeAnimation([.. frames, RgbaImage.FromPicture(result.Picture)], 60, 1500)));
        var record = after.Get("record", () =>
        {
            var metrics = new JsonObject
            {
                ["psnr_db"] = Math.Round(result.Psnr, 4),
                ["paths"] = source is null ? result.Paths : null,
            };
            if (source is not null)
                CleannessFigures.Add(metrics, EditCleanness.Of(source.Scene, source.Scene.InitialValues(), [.. result.Theta],
                    EditCleanness.UsualFrame.Side, EditCleanness.UsualFrame.Margin), svg.Length);
            var record = Record(parsed, options, result, metrics, watch.Elapsed);
            record["target"] = RunRecord.File(path, bytes);
            record["input"] = source is null ? null : RunRecord.File(from!, source.Document.FileBytes.Span);
            if (source is not null && RunRecord.Fonts(source.Fonts) is { } fonts) record["fonts"] = fonts;
            record["output"] = RunRecord.File(files.Result, svg);
            if (source is not null && RunRecord.Resources(source) is { } resources) record["resources"] = resources;
            return record.ToString();
        });
        if (record is not null) after.Do("record's file", () => files.WriteRecord(record));
        screen.Say(string.Create(CultureInfo.InvariantCulture,
            $"{Outputs.Words(files.Result)}: {(source is null ? $"{result.Paths} paths, " : "")}PSNR {result.Psnr:0.0} dB after {result.Steps} steps, {watch.Elapsed.TotalSeconds:0.0} s"));
        if (parsed.GetValue(_json) && record is not null) screen.Output.Write(record);
        return interrupt.Token.IsCancellationRequested ? ExitCode.Interrupted : ExitCode.Done;
    }

    private FitOptions Resolve(ParseResult parsed, Scene? moved, Picture target)
    {
        var defaults = moved is not null ? FitOptions.Moved(target.Width, target.Height) : new FitOptions();
        return new()
        {
            Paths = parsed.GetValue(_paths) ?? defaults.Paths,
            Steps = parsed.GetValue(_steps) ?? defaults.Steps,
            PointRate = parsed.GetValue(_pointRate) ?? defaults.PointRate,
            ColorRate = parsed.GetValue(_colorRate) ?? defaults.ColorRate,
            SelfIntersection = parsed.GetValue(_selfIntersection) ?? defaults.SelfIntersection,
            AnchorPosition = parsed.GetValue(_anchor) ?? 0,
            Fairness = parsed.GetValue(_fairness) ?? defaults.Fairness,
            AnchorShape = parsed.GetValue(_anchorShape) ?? defaults.AnchorShape,
            BlurWidth = parsed.GetValue(_filterWidth) ?? defaults.BlurWidth,
            Robust = parsed.GetValue(_robust) ?? defaults.Robust,
            Finish = parsed.GetValue(_noClean) ? null : defaults.Finish,
            Rules = moved is not null && parsed.GetValue(_keep) ? [new DrawingRelations(moved, new DrawingRelationOptions { Symmetry = SymmetryOf(parsed) })] : [],
        };
    }

    private SymmetryMode SymmetryOf(ParseResult parsed) => parsed.GetValue(_symmetry) ?? SymmetryMode.Auto;

    private RunRecord Record(ParseResult parsed, FitOptions options, FitResult result, JsonObject metrics, TimeSpan elapsed) =>
        new("fit", new JsonObject
        {
            ["from"] = parsed.GetValue(_from) is { } from ? Path.GetFileName(from) : null,
            ["paths"] = parsed.GetValue(_from) is null ? options.Paths : null,
            ["steps"] = options.Steps,
            ["point_rate"] = options.PointRate,
            ["color_rate"] = options.ColorRate,
            ["self_intersection"] = options.SelfIntersection,
            ["anchor_position"] = options.AnchorPosition,
            ["fairness"] = options.Fairness,
            ["anchor_shape"] = options.AnchorShape,
            ["filter_width"] = options.BlurWidth,
            ["robust"] = options.Robust,
            ["keep"] = parsed.GetValue(_keep),
            ["symmetry"] = !parsed.GetValue(_keep) ? null : SymmetryOf(parsed).ToString().ToLowerInvariant(),
            ["clean"] = options.Finish is not null,
        })
        {
            ["steps_done"] = result.Steps,
            ["metrics"] = metrics,
            ["timing"] = new JsonObject { ["seconds"] = Math.Round(elapsed.TotalSeconds, 3) },
        };

    private static (Picture Target, byte[] Bytes) ReadPicture(string path)
    {
        var bytes = InputFile.Picture(path);
        var image = PictureReader.Decode(bytes, InputFile.Words(path));
        if (Math.Max(image.Width, image.Height) > LargestSide)
            throw new EditorException(EditorErrorKind.Input, $"{path}: {image.Width} x {image.Height} pixels; fit takes at most {LargestSide} a side. Scale it down first.");
        var picture = new Picture(image.Width, image.Height);
        image.ToPremultiplied().CopyTo(picture.Data);
        return (picture, bytes);
    }
}
