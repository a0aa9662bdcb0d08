using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Nodes;
using SvgDistill.Cli.Options;
using SvgDistill.Cli.Terminal;
using SvgDistill.Editor.Editing;
using SvgDistill.Editor.Machine;
using SvgDistill.Editor.Output;
using SvgDistill.Rasterizer.Imaging;
using SvgDistill.Rasterizer.Svg;

namespace SvgDistill.Cli.Commands;

/// <summary><c>render</c>: an SVG as a picture, drawn by this project's rasterizer. Needs no tensor engine.</summary>
internal sealed class RenderCommand : Command, IHasExamples
{
    private readonly Argument<string> _input = Shared.InputSvg();
    private readonly Argument<string?> _file = new("out.png")
    {
        Description = "The picture to write: PNG, or by its ending JPEG (over white) or WebP; - is standard output. Default: beside the input, under a name that is free.",
        Arity = ArgumentArity.ZeroOrOne,
    };
    private readonly Option<string?> _output = Shared.Output("The picture to write, as the second argument does.");
    private readonly Option<int?> _size = Shared.Size("The longer side. Default: the drawing's own size.");
    private readonly Option<string?> _background = Values.Create("--background", "COLOR", "A CSS colour behind the drawing. Default: none (transparent).",
        "a CSS colour or 'none'", text => text == Backgrounds.Auto ? null : Backgrounds.Check(text));
    private readonly Option<string?> _resources = Shared.Resources();
    private readonly Option<string?> _fonts = Shared.Fonts();
    private readonly Option<int?> _threads = Shared.Threads();
    private readonly Option<bool> _quiet = Shared.Quiet();
    private readonly Option<bool> _json = Shared.Json();
    private readonly Streams _streams;

    public RenderCommand(Streams streams) : base("render", "Draws an SVG as a PNG, JPEG or WebP picture.")
    {
        _streams = streams;
        Add(_input);
        Add(_file);
        foreach (Option option in new Option[] { _output, _size, _background, _fonts, _resources, _threads, _quiet, _json }) Add(option);
        Validators.Add(result =>
        {
            if (result.GetValue(_file) is not null && result.GetValue(_output) is not null)
                result.AddError("name the picture once: as the second argument or with -o");
        });
        SetAction(Run);
    }

    public IReadOnlyList<(string Line, string Does)> Examples =>
    [
        ("svgdistill render owl.svg owl.png --size 512", "the longer side 512 pixels, transparent where nothing is drawn"),
        ("svgdistill render owl.svg --background white", "writes owl.png beside owl.svg, or owl-2.png where that exists"),
    ];

    private int Run(ParseResult parsed)
    {
        var watch = Stopwatch.StartNew();
        var screen = new Screen(_streams, parsed.GetValue(_quiet));
        if (parsed.GetValue(_threads) is { } threads) Processors.Limit(threads);
        var input = parsed.GetValue(_input)!;
        var files = ResultFiles.New(parsed.GetValue(_file) ?? parsed.GetValue(_output), input, OutputNames.ForRender)
            .Checked(ResultFiles.PictureExtensions, [input], 0, parsed.GetValue(_json));
        var document = InputFile.Load(input);
        var svg = SvgSceneReader.Read(document, new SceneOptions
        {
            Optimize = OptimizeKinds.None, Fonts = Shared.FontsOf(parsed.GetValue(_fonts)), Resources = parsed.GetValue(_resources),
        });
        var scene = svg.Scene;
        var background = parsed.GetValue(_background) ?? Backgrounds.None;
        var image = Pictures.Draw(scene, scene.InitialValues(), parsed.GetValue(_size), background, out var notes);
        foreach (var note in notes) screen.Note(note);
        var bytes = PictureWriter.Encode(image, files.Result);
        files.Write(bytes, screen);
        screen.Say($"{Outputs.Words(files.Result)}: {image.Width} x {image.Height}");

        if (parsed.GetValue(_json))
        {
            var record = new RunRecord("render", new JsonObject { ["size"] = Math.Max(image.Width, image.Height), ["background"] = background })
            {
                ["input"] = RunRecord.File(input, document.FileBytes.Span),
                ["output"] = RunRecord.File(files.Result, bytes),
                ["picture"] = new JsonObject { ["width"] = image.Width, ["height"] = image.Height },
                ["notes"] = new JsonArray([.. notes.Select(n => (JsonNode)n)]),
                ["timing"] = new JsonObject { ["seconds"] = Math.Round(watch.Elapsed.TotalSeconds, 3) },
            };
            if (RunRecord.Resources(svg) is { } resources) record["resources"] = resources;
            if (RunRecord.Fonts(svg.Fonts) is { } fonts) record["fonts"] = fonts;
            screen.Output.Write(record);
        }
        return ExitCode.Done;
    }
}
