using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Nodes;
using SvgDistill.Cli.Options;
using SvgDistill.Cli.Terminal;
using SvgDistill.Distill.Editing;
using SvgDistill.Distill.Methods;
using SvgDistill.Distill.Pictures;
using SvgDistill.Editor.Editing;
using SvgDistill.Editor.Imaging;
using SvgDistill.Editor.Machine;
using SvgDistill.Editor.Output;
using SvgDistill.Rasterizer.Imaging;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Cli.Commands;

/// <summary><c>image</c>: a picture edited toward a prompt, by any of the methods and of the papers' baselines.</summary>
internal sealed class ImageCommand : Command, IHasExamples
{
    private readonly PictureOptions _options = new();
    private readonly Option<string?> _output = Shared.Output("The picture to write: PNG, or by its ending JPEG or WebP; - is standard output. Default: PICTURE.TARGET.png beside the input, under a name that is free.");
    private readonly Option<bool> _resume = new("--resume") { Description = "Goes on with the same command's interrupted run (distillation methods)." };
    private readonly Option<bool> _quiet = Shared.Quiet();
    private readonly Option<bool> _json = Shared.Json();
    private readonly Streams _streams;

    public ImageCommand(Streams streams) : base("image",
        "Edits a picture toward a prompt. The result has the model's resolution: the longer side is the model's picture size.")
    {
        _streams = streams;
        Add(_options.Input);
        foreach (var option in _options.ForImage.Concat([_output, _resume, _quiet, _json])) Add(option);
        Validators.Add(result =>
        {
            var regions = result.GetResult(_options.Regions) is { Implicit: false };
            if (result.GetResult(_options.Target) is null && !regions) result.AddError("--trg says what the picture should show");
            if (regions && result.GetResult(_options.Target) is not null) result.AddError("--region says what each part should show: leave --trg out");
            if (regions && result.GetValue(_options.Method) is { Sampler: not SamplerKind.DreamSampler })
                result.AddError("--region is for --method dreamsampler, which blends a text into each part");
            if (result.GetValue(_resume) && result.GetValue(_options.Method) is not { Sampler: null })
                result.AddError("--resume is for distillation methods; a sampler starts anew");
            if (result.GetResult(_options.Strength) is { Implicit: false } && (result.GetValue(_options.Method) ?? PictureMethod.FlowEdit).Sampler
                    is not (SamplerKind.SdEdit or SamplerKind.DreamSampler or SamplerKind.FlowEdit))
                result.AddError("--strength is for sdedit, flowedit and dreamsampler");
        });
        SetAction(Run);
    }

    public IReadOnlyList<(string Line, string Does)> Examples =>
    [
        ("svgdistill image owl.png --src \"an owl\" --trg \"a monkey\"", "FlowEdit; writes owl.a-monkey.png and its record"),
        ("svgdistill image owl.png --src \"an owl\" --trg \"a monkey\" --method p2p", "Prompt-to-Prompt keeps the layout; --method ids distils"),
        ("svgdistill image owl.svg --region '#body=a red body' --method dreamsampler", "a text for the place of one element of a drawing"),
    ];

    private int Run(ParseResult parsed)
    {
        var watch = Stopwatch.StartNew();
        var screen = new Screen(_streams, parsed.GetValue(_quiet));
        using var interrupt = new Interrupt(screen);
        if (parsed.GetValue(_options.Threads) is { } threads) Processors.Limit(threads);
        var request = _options.Read(parsed);
        var regions = parsed.GetValue(_options.Regions)!;
        var method = parsed.GetValue(_options.Method) ?? (regions.Length > 0 ? new PictureMethod(SamplerKind.DreamSampler) : PictureMethod.FlowEdit);
        var (output, name) = (parsed.GetValue(_output), request.Target.Length > 0 ? request.Target : regions[0].Prompt);
        NameSeries Names(string input) => OutputNames.ForEdit(input, name, ".png");
        var files = parsed.GetValue(_resume) ? ResultFiles.Interrupted(output, request.Input, Names) : ResultFiles.New(output, request.Input, Names);
        files.Checked(ResultFiles.PictureExtensions, [request.Input, request.Adapters.Control?.Image, .. regions.Select(r => r.File)], ResultFiles.RecordBytes,
            parsed.GetValue(_json), ("", files.Record));
        using var held = parsed.GetValue(_resume) ? RunLock.Take(files.Result) : null;

        var recorded = new JsonArray([.. regions.Select(r => r.Record())]);
        using var session = PictureSession.Open(request with { Via = method }, request.Negative, screen, [request.Target, .. regions.Select(r => r.Prompt)]);
        using var scope = NewDisposeScope();
        var settings = PictureSettings.Resolve(method, request.Settings, session.Model.Defaults);
        using var edit = PictureEditCatalog.Create(method, session.PictureModel, settings, (ulong)request.Seed, Masked(session, regions));
        var options = session.Options();
        options["method"] = method.ToString();
        options["method_options"] = EditRecord.Serialized(edit.Options);
        options["regions"] = recorded;
        var key = session.RunKey(options);
        using var state = parsed.GetValue(_resume) ? SavedState.Load(files.State, key) : null;

        screen.Say($"\"{session.Source}\" -> \"{name}\": {method}, {edit.Steps} steps");
        var result = StepProgress.Run(screen, state?.Step ?? 0, edit.Steps,
            progress => edit.Run(session.Image, done => progress.Report(done, ""), state, interrupt.Token));
        if (result.Outcome.Interrupted && result.Outcome.Steps == (state?.Step ?? 0)) throw new OperationCanceledException();

        var bytes = PictureWriter.Encode(session.Frame.Cut(result.Picture), files.Result);
        files.Write(bytes, screen);
        var (outcome, after) = (result.Outcome, new FollowUp(screen));
        var saved = outcome.Interrupted && Save(edit, files, key, after);
        var metrics = session.Metrics(result.Picture, after);
        var record = after.Get("record", () =>
        {
            var record = session.Record("image", options, metrics, bytes);
            record["steps_done"] = outcome.Steps;
            record["interrupted"] = outcome.Interrupted;
            record["timing"] = new JsonObject
            {
                ["edit_seconds"] = Math.Round(outcome.Elapsed.TotalSeconds, 3), ["seconds"] = Math.Round(watch.Elapsed.TotalSeconds, 3),
                ["peak_memory_bytes"] = Memory.PeakResident(),
                ["denoiser_samples_forwarded"] = outcome.SamplesForwarded,
                ["denoiser_samples_differentiated"] = outcome.SamplesDifferentiated,
            };
            return record.ToString();
        });
        if (record is not null) after.Do("record's file", () => files.WriteRecord(record));
        if (!outcome.Interrupted) after.Do("state", () => File.Delete(files.State));
        screen.Say(outcome.Interrupted
            ? $"stopped after {outcome.Steps} of {edit.Steps} steps: {Outputs.Words(files.Result)}" + (saved ? "; the same command with --resume goes on" : "")
            : $"{Outputs.Words(files.Result)}: {Durations.Words(watch.Elapsed.TotalSeconds)}, {Memory.Words(Memory.PeakResident())}");
        if (parsed.GetValue(_json) && record is not null) screen.Output.Write(record);
        return outcome.Interrupted ? ExitCode.Interrupted : ExitCode.Done;
    }

    private static bool Save(IPictureEdit edit, ResultFiles files, string key, FollowUp after)
    {
        if (!files.IsFile) return false;
        var kept = false;
        return after.Do("state", () =>
        {
            using var state = edit.Save();
            state?.Save(files.State, key);
            kept = state is not null;
        }) && kept;
    }

    /// <summary>The regions' texts, their masks in the latents' resolution.</summary>
    private static MaskedPrompt[] Masked(PictureSession session, Region[] regions)
    {
        var side = session.Model.ImageSize / session.Model.Downscale;
        return [.. regions.Select(r => new MaskedPrompt(session.Embedding(r.Prompt),
            nn.functional.interpolate(session.Mask(r.Mask), [side, side], mode: InterpolationMode.Area)))];
    }
}
