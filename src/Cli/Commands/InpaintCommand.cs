using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Nodes;
using SvgDistill.Cli.Options;
using SvgDistill.Cli.Terminal;
using SvgDistill.Distill.Pictures;
using SvgDistill.Editor;
using SvgDistill.Editor.Editing;
using SvgDistill.Editor.Imaging;
using SvgDistill.Editor.Machine;
using SvgDistill.Editor.Output;
using SvgDistill.Rasterizer.Imaging;
using static TorchSharp.torch;

namespace SvgDistill.Cli.Commands;

/// <summary><c>inpaint</c>: parts of a picture painted anew, each by a text of its own (DreamSampler).</summary>
internal sealed class InpaintCommand : Command, IHasExamples
{
    // The paper's.
    private const string NullText = "out of focus, depth of field";

    private readonly PictureOptions _options = new();
    private readonly Option<string?> _mask = Values.Text("--mask", "MASK", "The one part to paint, with --trg as its text; MASK is as in --region.");
    private readonly Option<string?> _negative = Values.Text("--negative", "PROMPT",
        $"The text of the unconditional prediction. Default: \"{NullText}\", as in the paper.", allowEmpty: true);
    private readonly Option<int?> _steps = Shared.Steps("Steps down, and as many up before. Default: 200.");
    private readonly Option<string?> _output = Shared.Output("The picture to write: PNG, or by its ending JPEG or WebP; - is standard output. Default: PICTURE.TARGET.png beside the input, under a name that is free.");
    private readonly Option<bool> _quiet = Shared.Quiet();
    private readonly Option<bool> _json = Shared.Json();
    private readonly Streams _streams;

    public InpaintCommand(Streams streams) : base("inpaint",
        "Paints parts of a picture anew by DreamSampler; what no mask covers stays. The result has the model's resolution.")
    {
        _streams = streams;
        Add(_options.Input);
        foreach (var option in new Option[] { _mask, _negative, _steps }.Concat(_options.ForInpaint).Concat([_output, _quiet, _json])) Add(option);
        Validators.Add(result =>
        {
            var (mask, target) = (result.GetResult(_mask) is not null, result.GetResult(_options.Target) is not null);
            if (mask != target) result.AddError("--mask and --trg go together");
            if (!mask && result.GetResult(_options.Regions) is not { Implicit: false }) result.AddError("--mask with --trg, or --region, says what to paint");
        });
        SetAction(Run);
    }

    public IReadOnlyList<(string Line, string Does)> Examples =>
    [
        ("svgdistill inpaint photo.png --mask hat.png --trg \"a red hat\"", "hat.png is white where the hat goes; writes photo.a-red-hat.png"),
        ("svgdistill inpaint owl.svg --region '#left=an eye' --region '#right=a star'", "the places of two elements of a drawing, a text each"),
    ];

    private int Run(ParseResult parsed)
    {
        var watch = Stopwatch.StartNew();
        var screen = new Screen(_streams, parsed.GetValue(_quiet));
        using var interrupt = new Interrupt(screen);
        if (parsed.GetValue(_options.Threads) is { } threads) Processors.Limit(threads);
        var request = _options.Read(parsed);
        Region[] regions = [.. parsed.GetValue(_mask) is { } mask ? [new Region(mask, request.Target)] : Array.Empty<Region>(),
            .. parsed.GetValue(_options.Regions)!];
        var name = regions[0].Prompt;
        var files = ResultFiles.New(parsed.GetValue(_output), request.Input, input => OutputNames.ForEdit(input, name, ".png"));
        files.Checked(ResultFiles.PictureExtensions, [request.Input, request.Adapters.Control?.Image, .. regions.Select(r => r.File)], ResultFiles.RecordBytes,
            parsed.GetValue(_json), ("", files.Record));
        // The masks' texts say what is painted; a source prompt is not used.
        if (InputFile.IsStandard(request.Input)) request = request with { Source = "" };

        var negative = parsed.GetValue(_negative) ?? NullText;
        var recorded = new JsonArray([.. regions.Select(r => r.Record())]);
        using var session = PictureSession.Open(request, negative, screen, [.. regions.Select(r => r.Prompt)]);
        using var scope = NewDisposeScope();
        var own = new DreamSamplerInpaintOptions { Seed = (ulong)request.Seed };
        own = own with { Steps = parsed.GetValue(_steps) ?? own.Steps };
        if (own.Steps is < 2 or > PictureSettings.MostSteps)
            throw EditorException.Usage($"--steps {own.Steps}: inpainting takes 2 to {PictureSettings.MostSteps} steps");
        var masks = regions.Select(r => session.Mask(r.Mask)).ToArray();
        var painted = session.PictureModel;
        var sampler = new DreamSamplerInpaint(session.Denoiser, session.Prompts.Null, painted.Encode, painted.Decode, session.Model.DecodeForGradient, own);
        screen.Say($"{regions.Length} {(regions.Length == 1 ? "part" : "parts")} of {request.Input}: {own.Steps} steps up, {own.Steps} down");
        var picture = StepProgress.Run(screen, 0, 2 * own.Steps - 1, progress => sampler.Run(session.Image,
            [.. regions.Select((r, i) => new InpaintRegion(session.Embedding(r.Prompt), 1 - masks[i]))],
            done => progress.Report(done, ""), interrupt.Token));
        interrupt.Token.ThrowIfCancellationRequested();
        // What is kept is the picture's own, not the autoencoder's copy of it.
        var kept = masks.Select(m => 1 - m).Aggregate((a, b) => a * b);
        picture = kept * session.Image + (1 - kept) * picture;

        var options = session.Options();
        options.Remove("src");
        options["method_options"] = EditRecord.Serialized([own]);
        options["regions"] = recorded;
        var bytes = PictureWriter.Encode(session.Frame.Cut(picture), files.Result);
        files.Write(bytes, screen);
        var after = new FollowUp(screen);
        var metrics = session.Metrics(picture, after);
        var record = after.Get("record", () =>
        {
            var record = session.Record("inpaint", options, metrics, bytes);
            record["timing"] = new JsonObject
            {
                ["seconds"] = Math.Round(watch.Elapsed.TotalSeconds, 3), ["peak_memory_bytes"] = Memory.PeakResident(),
                ["denoiser_samples_forwarded"] = session.Denoiser.SamplesForwarded,
                ["denoiser_samples_differentiated"] = session.Denoiser.SamplesDifferentiated,
            };
            return record.ToString();
        });
        if (record is not null) after.Do("record's file", () => files.WriteRecord(record));
        screen.Say($"{Outputs.Words(files.Result)}: {Durations.Words(watch.Elapsed.TotalSeconds)}, {Memory.Words(Memory.PeakResident())}");
        if (parsed.GetValue(_json) && record is not null) screen.Output.Write(record);
        return ExitCode.Done;
    }
}
