using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using SvgDistill.Cli.Options;
using SvgDistill.Cli.Terminal;
using SvgDistill.Distill.Editing;
using SvgDistill.Distill.Restoration;
using SvgDistill.Editor.Editing;
using SvgDistill.Editor.Engine;
using SvgDistill.Editor.Machine;
using SvgDistill.Editor.Output;
using SvgDistill.Editor.Restoring;
using SvgDistill.Rasterizer.Compositing;
using SvgDistill.Rasterizer.Imaging;

namespace SvgDistill.Cli.Commands;

/// <summary>A command that turns a picture into an SVG with a model's help.</summary>
internal abstract class RestoringCommand : Command
{
    private readonly Argument<string> _input = new("picture.png");
    private readonly RestoreOptions _restore = new();
    private readonly Option<string?> _output = Shared.Output("The SVG to write, compressed where it ends in .svgz; - is standard output. Default: beside the picture, under a name that is free.");
    private readonly Option<bool> _png = new("--png") { Description = "Also writes the drawing as a picture (OUT.after.png)." };
    private readonly Option<bool> _resume = new("--resume") { Description = "Goes on with the same command's interrupted run." };
    private readonly Option<bool> _quiet = Shared.Quiet();
    private readonly Option<bool> _json = Shared.Json();
    private readonly Streams _streams;
    private readonly string _result;

    /// <summary>Makes the command.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="description">What it does.</param>
    /// <param name="picture">What the argument is.</param>
    /// <param name="result">The word in the result's default name.</param>
    /// <param name="own">The command's own options, which stand first in the help.</param>
    /// <param name="streams">Where it writes.</param>
    protected RestoringCommand(string name, string description, string picture, string result, IEnumerable<Option> own, Streams streams)
        : base(name, description)
    {
        (_streams, _result) = (streams, result);
        _input.Description = picture;
        Add(_input);
        foreach (var option in own.Concat(_restore.All).Concat([_output, _png, _resume, _quiet, _json])) Add(option);
        SetAction(Run);
    }

    /// <summary>A, and what else the command's own options say.</summary>
    protected abstract RestoreRequest Complete(ParseResult parsed, Func<IDegradation, RestoreRequest> request);

    private int Run(ParseResult parsed)
    {
        var watch = Stopwatch.StartNew();
        var screen = new Screen(_streams, parsed.GetValue(_quiet));
        using var interrupt = new Interrupt(screen);
        if (parsed.GetValue(_restore.Threads) is { } threads) Processors.Limit(threads);
        var path = parsed.GetValue(_input)!;
        var request = Complete(parsed, degradation => _restore.Read(parsed, Name, path, degradation));
        var input = DegradedPicture.Read(request);
        var (width, height) = (request.Factor * input.Pixels.Width, request.Factor * input.Pixels.Height);
        var truth = request.Reference is { } reference ? DegradedPicture.ReadReference(reference, width, height) : null;
        var output = parsed.GetValue(_output);
        NameSeries Names(string picture) => OutputNames.ForEdit(picture, _result);
        var files = parsed.GetValue(_resume) ? ResultFiles.Interrupted(output, path, Names) : ResultFiles.New(output, path, Names);
        files.Checked(ResultFiles.SvgExtensions, [path, request.Reference, request.Adapters.Control?.Image], ResultFiles.RecordBytes, parsed.GetValue(_json),
            parsed.GetValue(_png) ? [("", files.Record), (_png.Name, files.After)] : [("", files.Record)]);
        using var held = parsed.GetValue(_resume) ? RunLock.Take(files.Result) : null;

        using var model = new SharedModel(ModelChoice.Open(
            request.Model, request.Precision, request.Device, request.Prediction, request.Adapters));
        if (request.Target is { } words) ModelChoice.NotePrompts(screen, model.Model, words);
        using var y = new DegradedTarget(input.Pixels, width, height, request.Degradation);
        var start = StartDrawing.Create(request, input, y, screen, interrupt.Token);
        using var session = new RestoreSession(request, input, y, start, model);
        using var state = parsed.GetValue(_resume) ? SavedState.Load(files.State, RestoreRecord.RunKey(session)) : null;
        interrupt.Token.ThrowIfCancellationRequested();

        var loaded = watch.Elapsed;
        var result = Move(session, state, screen, interrupt.Token);
        if (result.Interrupted && result.Steps == (state?.Step ?? 0)) throw new OperationCanceledException();
        return Finish(parsed, session, truth, files, result, screen, (watch, loaded));
    }

    private static EditResult Move(RestoreSession session, EditState? state, Screen screen, CancellationToken cancel)
    {
        var (first, steps) = (state?.Step ?? 0, session.Request.Steps);
        var text = session.Request.Target is { } target ? $"\"{target}\"" : "no text";
        var damage = session.Request.Degradation is NoDegradation ? "" : session.Request.Degradation.Description + ", ";
        screen.Say($"{damage}{text}: {session.Shapes} shapes, {steps} steps");
        return StepProgress.Run(screen, first, steps, progress => session.Loop(
            step => progress.Report(step.Step, string.Create(CultureInfo.InvariantCulture, $"{session.DataPsnr:0.0} dB"))).Run(state, cancel));
    }

    private int Finish(ParseResult parsed, RestoreSession session, Picture? truth, ResultFiles files, EditResult result, Screen screen,
        (Stopwatch Watch, TimeSpan Loaded) clock)
    {
        var svg = files.Packed(session.Write());
        files.Write(svg, screen);
        var after = new FollowUp(screen);
        var saved = result.Interrupted && files.IsFile && after.Do("state", () =>
        {
            using var state = session.Loop().Save(result.Steps);
            state.Save(files.State, RestoreRecord.RunKey(session));
        });
        var metrics = RestoreMeasures.Of(session, truth, after);
        if (parsed.GetValue(_png)) after.Do("picture of after", () => Outputs.Replace(files.After, PngWriter.Encode(RgbaImage.FromPicture(session.Draw()))));
        var record = after.Get("record", () => RestoreRecord.Create(session, result, svg, metrics, new JsonObject
        {
            ["threads"] = parsed.GetValue(_restore.Threads) ?? Processors.Available,
            ["start_seconds"] = Seconds(clock.Loaded),
            ["steps_seconds"] = Seconds(result.Elapsed),
            ["seconds"] = Seconds(clock.Watch.Elapsed),
            ["peak_memory_bytes"] = Memory.PeakResident(),
            ["denoiser_samples_forwarded"] = result.SamplesForwarded,
        }).ToString());
        if (record is not null) after.Do("record's file", () => files.WriteRecord(record));
        if (result.Interrupted)
            screen.Say($"stopped after {result.Steps} of {session.Request.Steps} steps: {Outputs.Words(files.Result)}"
                + (saved ? "; the same command with --resume goes on" : ""));
        else
        {
            after.Do("state", () => File.Delete(files.State));
            screen.Say($"{Outputs.Words(files.Result)}: {Durations.Words(clock.Watch.Elapsed.TotalSeconds)}{Against(session, metrics)}");
        }
        if (parsed.GetValue(_json) && record is not null) screen.Output.Write(record);
        return result.Interrupted ? ExitCode.Interrupted : ExitCode.Done;
    }

    private static string Against(RestoreSession session, JsonObject metrics) =>
        (metrics["degraded_psnr_db"] is { } damaged ? $"; against {Path.GetFileName(InputFile.Words(session.Request.Input))} {damaged["result"]} dB" : "")
        + (metrics["reference"] is { } reference
            ? $", against the reference {reference["result"]?["psnr_db"]} dB (upsampled: {reference["upsampled"]?["psnr_db"]} dB)" : "");

    private static double Seconds(TimeSpan time) => Math.Round(time.TotalSeconds, 3);
}
