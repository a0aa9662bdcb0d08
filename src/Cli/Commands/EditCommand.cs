using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using SvgDistill.Cli.Options;
using SvgDistill.Cli.Terminal;
using SvgDistill.Distill.Editing;
using SvgDistill.Editor.Editing;
using SvgDistill.Editor.Engine;
using SvgDistill.Editor.Machine;
using SvgDistill.Editor.Output;
using SvgDistill.Rasterizer.Imaging;

namespace SvgDistill.Cli.Commands;

/// <summary><c>edit</c>: an SVG moved toward a prompt; the same file with other numbers.</summary>
internal sealed class EditCommand : Command, IHasExamples
{
    private const int PictureSize = 512;
    private const int PreviewSize = 256;

    private readonly EditOptions _edit = new();
    private readonly Option<string?> _output = Shared.Output("The SVG to write, compressed where it ends in .svgz; - is standard output. Default: INPUT.TARGET.svg beside the input, under a name that is free.");
    private readonly Option<int?> _preview = Values.Integer("--preview", "N", "Renews a picture of the state every N steps (OUT.preview.png).", 1, 1_000_000);
    private readonly Option<bool> _png = new("--png") { Description = "Also writes the drawing before and after as pictures." };
    private readonly Option<bool> _resume = new("--resume") { Description = "Goes on with the same command's interrupted run." };
    private readonly Option<bool> _quiet = Shared.Quiet();
    private readonly Option<bool> _json = Shared.Json();
    private readonly Streams _streams;

    public EditCommand(Streams streams) : base("edit", "Moves an SVG's points and colours toward a prompt. The result is the same file with other numbers.")
    {
        _streams = streams;
        Add(_edit.Input);
        foreach (var option in _edit.Editing.Concat([_output, _preview, _png, _resume, _quiet, _json])) Add(option);
        Validators.Add(result =>
        {
            if (result.GetResult(_edit.Via) is { Implicit: false } && result.GetResult(_edit.Method) is { Implicit: false })
                result.AddError("--via names the method that edits the picture: leave --method out");
            if (result.GetResult(_edit.Via) is null or { Implicit: true } && result.GetResult(_edit.Strength) is { Implicit: false })
                result.AddError("--strength goes with --via");
            if (result.GetValue(_edit.Restructure) && result.GetValue(_edit.NoClean)) result.AddError("--restructure is a part of the cleaning that --no-clean switches off");
            if (result.GetResult(_edit.Refine) is { Implicit: false } && result.GetResult(_edit.Via) is null or { Implicit: true }) result.AddError("--refine goes with --via");
            if (result.GetValue(_edit.Prune) && result.GetValue(_edit.NoClean)) result.AddError("--prune is a part of the cleaning that --no-clean switches off");
            if (result.GetResult(_edit.Via) is { Implicit: false } && result.GetValue(_resume))
                result.AddError("--resume: an edit by way of a picture keeps no state; start it anew");
        });
        SetAction(Run);
    }

    public IReadOnlyList<(string Line, string Does)> Examples =>
    [
        ("svgdistill edit owl.svg --trg \"a monkey\"", "writes owl.a-monkey.svg and its record owl.a-monkey.svg.json"),
        ("svgdistill edit owl.svg --src \"an owl\" --trg \"a penguin\" --seed 3 --png", "another seed gives another picture; pictures of before and after"),
        ("svgdistill edit logo.svg --trg \"a star\" --optimize points --lock '#frame'", "keeps every colour, and the element with id frame"),
        ("svgdistill edit owl.svg --trg \"a monkey\" --method fpr+pds --steps 100 -o out.svg", "another method, fewer steps, a name of your own"),
        ("svgdistill edit owl.svg --trg \"a monkey\" --via picture", "edits the picture first (the best of 3), then moves the curves to it"),
        ("svgdistill edit house.svg --trg \"a church\" --add-paths 4", "up to four new shapes join, in a group svgdistill-added"),
        ("svgdistill edit owl.svg --trg \"a monkey\" --preset thorough --seed 3", "a way with a name, with a seed of your own"),
        ("svgdistill edit owl.svg --trg \"a monkey\" --resume", "goes on where Ctrl-C stopped it"),
    ];

    private int Run(ParseResult parsed)
    {
        var watch = Stopwatch.StartNew();
        var screen = new Screen(_streams, parsed.GetValue(_quiet));
        using var interrupt = new Interrupt(screen);
        if (parsed.GetValue(_edit.Threads) is { } threads) Processors.Limit(threads);
        var request = _edit.Read(parsed);
        var output = parsed.GetValue(_output);
        NameSeries Names(string input) => OutputNames.ForEdit(input, request.Target);
        var files = parsed.GetValue(_resume) ? ResultFiles.Interrupted(output, request.Input, Names) : ResultFiles.New(output, request.Input, Names);
        Check(parsed, request, files);

        using var session = EditSession.Open(request, screen);
        ModelChoice.NotePrompts(screen, session.Model, session.SourcePrompt, request.Target);
        ModelChoice.NoteCutText(screen, session.Model, request.Negative);
        using var state = parsed.GetValue(_resume) ? EditState.Load(files.State, EditRecord.RunKey(session)) : null;
        interrupt.Token.ThrowIfCancellationRequested();
        var loaded = watch.Elapsed;

        var result = Edit(session, state, parsed.GetValue(_preview) ?? 0, files, screen, interrupt);
        if (result.Interrupted && result.Steps == (state?.Step ?? 0)) throw new OperationCanceledException();
        return Finish(parsed, session, files, result, screen, (watch, loaded));
    }

    private void Check(ParseResult parsed, EditRequest request, ResultFiles files)
    {
        List<(string, string)> beside = [("", files.Record)];
        if (parsed.GetValue(_png)) beside.AddRange([(_png.Name, files.Before), (_png.Name, files.After)]);
        if (parsed.GetValue(_png) && request.Via is not null) beside.Add((_png.Name, files.Via));
        if (parsed.GetValue(_preview) is not null) beside.Add((_preview.Name, files.Preview));
        var size = File.Exists(request.Input) ? new FileInfo(request.Input).Length : 0;
        files.Checked(ResultFiles.SvgExtensions, [request.Input, request.Adapters.Control?.Image], size + ResultFiles.RecordBytes, parsed.GetValue(_json), [.. beside]);
    }

    private static EditResult Edit(EditSession session, EditState? state, int previewEvery, ResultFiles files, Screen screen, Interrupt interrupt)
    {
        screen.Say($"\"{session.SourcePrompt}\" -> \"{session.Request.Target}\": {session.Run.Name}, {session.Steps} steps, "
            + $"{session.Scene.Parameters.Count(p => p.IsLeaf)} numbers may move");
        var first = state?.Step ?? 0;
        session.Run.Prepare(screen, interrupt.Token);
        var (before, previews) = (new FollowUp(screen), previewEvery > 0);
        return StepProgress.Run(screen, first, session.Steps, progress =>
        {
            if (session.Steps > first && session.Run.Estimate() is { } estimate)
                screen.Say($"expected: {Durations.Words(estimate.SecondsPerStep * (session.Steps - first))}, {Memory.Words(estimate.PeakMemory)} of memory");
            return session.Run.Run(state, (step, detail) =>
            {
                progress.Report(step, detail);
                if (previews && step % previewEvery == 0)
                    previews &= before.Do("preview", () => files.WritePreview(PngWriter.Encode(
                        Pictures.Draw(session.Scene, session.Theta, PreviewSize, session.Background))));
            }, interrupt.Token);
        });
    }

    private int Finish(ParseResult parsed, EditSession session, ResultFiles files, EditResult result, Screen screen, (Stopwatch Watch, TimeSpan Loaded) clock)
    {
        // An interrupted run goes on from what its last step left.
        var step = clock.Watch.Elapsed;
        if (!result.Interrupted) session.Finish(screen);
        var finish = clock.Watch.Elapsed - step;
        var svg = files.Packed(session.Write(), session.Document);
        files.Write(svg, screen);
        var after = new FollowUp(screen);
        var saved = result.Interrupted && Save(session, files, result, after);
        var metrics = EditMeasures.Of(session, svg.Length, after);
        if (parsed.GetValue(_png)) WritePictures(session, files, after);
        var record = after.Get("record", () => EditRecord.Create(session, result, svg, metrics, new JsonObject
        {
            ["threads"] = parsed.GetValue(_edit.Threads) ?? Processors.Available,
            ["load_seconds"] = Seconds(clock.Loaded),
            ["edit_seconds"] = Seconds(result.Elapsed),
            ["finish_seconds"] = Seconds(finish),
            ["seconds"] = Seconds(clock.Watch.Elapsed),
            ["cpu_seconds"] = Seconds(Environment.CpuUsage.TotalTime), // on a busy machine the better measure of the work
            ["peak_memory_bytes"] = Memory.PeakResident(),
            ["denoiser_samples_forwarded"] = result.SamplesForwarded,
            ["denoiser_samples_differentiated"] = result.SamplesDifferentiated,
        }).ToString());
        if (record is not null) after.Do("record's file", () => files.WriteRecord(record));
        if (result.Interrupted)
            screen.Say($"stopped after {result.Steps} of {session.Steps} steps: {Outputs.Words(files.Result)}" + (saved ? "; the same command with --resume goes on" : ""));
        else
        {
            after.Do("state", () => File.Delete(files.State));
            screen.Say($"{Outputs.Words(files.Result)}: {Durations.Words(clock.Watch.Elapsed.TotalSeconds)}, {Memory.Words(Memory.PeakResident())}; "
                + $"silhouette overlap {metrics["silhouette_overlap"]?.ToString() ?? "unknown"}" + Loss(metrics));
        }
        if (parsed.GetValue(_json) && record is not null) screen.Output.Write(record);
        return result.Interrupted ? ExitCode.Interrupted : ExitCode.Done;
    }

    // Before anything that takes longer: whoever pressed Ctrl-C may press it again.
    private static bool Save(EditSession session, ResultFiles files, EditResult result, FollowUp after)
    {
        if (!files.IsFile) return false;
        var kept = false;
        return after.Do("state", () =>
        {
            using var state = session.Run.Save(result.Steps);
            state?.Save(files.State, EditRecord.RunKey(session));
            kept = state is not null;
        }) && kept;
    }

    private static void WritePictures(EditSession session, ResultFiles files, FollowUp after)
    {
        after.Do("picture of before", () => Outputs.Replace(files.Before, Picture(session, session.Before)));
        after.Do("picture of after", () => Outputs.Replace(files.After, Picture(session, session.Theta)));
        if (session.Run is ViaPictureRun { Edited: { } edited }) after.Do("edited picture", () => Outputs.Replace(files.Via, PngWriter.Encode(edited)));
    }

    private static string Loss(JsonObject metrics) => metrics["denoising_loss"] is not { } loss ? ""
        : $", loss under the target prompt {loss["target_before"]} -> {loss["target_after"]}";

    private static byte[] Picture(EditSession session, double[] theta) =>
        PngWriter.Encode(Pictures.Draw(session.Scene, theta, PictureSize, session.Background));

    private static double Seconds(TimeSpan time) => Math.Round(time.TotalSeconds, 3);
}
