using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using SvgDistill.Cli.Editing;
using SvgDistill.Cli.Engine;
using SvgDistill.Cli.Machine;
using SvgDistill.Cli.Options;
using SvgDistill.Cli.Output;
using SvgDistill.Cli.Terminal;
using SvgDistill.Distill.Editing;
using SvgDistill.Rasterizer.Imaging;

namespace SvgDistill.Cli.Commands;

/// <summary><c>edit</c>: an SVG moved toward a prompt; the same file with other numbers.</summary>
internal sealed class EditCommand : Command, IHasExamples
{
    private const int PictureSize = 512;
    private const int PreviewSize = 256;

    private readonly EditOptions _edit = new();
    private readonly Option<string?> _output = Shared.Output("The SVG to write. Default: INPUT.TARGET.svg beside the input, under a name that is free.");
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
        ("svgdistill edit owl.svg --trg \"a monkey\" --via picture", "edits the picture first, then moves the curves to it: quicker"),
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
        var files = parsed.GetValue(_resume) ? EditFiles.Interrupted(output, request.Input, request.Target)
            : EditFiles.New(output, request.Input, request.Target);

        using var session = EditSession.Open(request, screen);
        ModelChoice.NotePrompts(screen, session.Model, session.SourcePrompt, request.Target);
        ModelChoice.NoteCutText(screen, session.Model, request.Negative);
        using var state = parsed.GetValue(_resume) ? EditState.Load(files.State, EditRecord.RunKey(session)) : null;
        interrupt.Token.ThrowIfCancellationRequested();
        var loaded = watch.Elapsed;

        var result = Edit(session, state, parsed.GetValue(_preview) ?? 0, files, screen, interrupt);
        if (result.Interrupted && result.Steps == (state?.Step ?? 0)) throw new OperationCanceledException();
        return Finish(parsed, session, files.StillFree(request.Input, request.Target), result, screen, (watch, loaded));
    }

    private static EditResult Edit(EditSession session, EditState? state, int previewEvery, EditFiles files, Screen screen, Interrupt interrupt)
    {
        screen.Say($"\"{session.SourcePrompt}\" -> \"{session.Request.Target}\": {session.Run.Name}, {session.Steps} steps, "
            + $"{session.Scene.Parameters.Count(p => p.IsLeaf)} numbers may move");
        var first = state?.Step ?? 0;
        session.Run.Prepare(screen, interrupt.Token);
        return StepProgress.Run(screen, first, session.Steps, progress =>
        {
            if (session.Steps > first && session.Run.Estimate() is { } estimate)
                screen.Say($"expected: {StepProgress.Duration(estimate.SecondsPerStep * (session.Steps - first))}, {Memory.Words(estimate.PeakMemory)} of memory");
            return session.Run.Run(state, (step, detail) =>
            {
                progress.Report(step, detail);
                if (previewEvery > 0 && step % previewEvery == 0)
                    Outputs.Replace(files.Preview, PngWriter.Encode(Pictures.Draw(session.Scene, session.Theta, PreviewSize, session.Background)));
            }, interrupt.Token);
        });
    }

    private int Finish(ParseResult parsed, EditSession session, EditFiles files, EditResult result, Screen screen, (Stopwatch Watch, TimeSpan Loaded) clock)
    {
        var svg = session.Write();
        var metrics = EditMeasures.Of(session);
        var record = EditRecord.Create(session, result, svg, metrics, new JsonObject
        {
            ["threads"] = parsed.GetValue(_edit.Threads) ?? Processors.Available,
            ["load_seconds"] = Seconds(clock.Loaded),
            ["edit_seconds"] = Seconds(result.Elapsed),
            ["seconds"] = Seconds(clock.Watch.Elapsed),
            ["cpu_seconds"] = Seconds(Environment.CpuUsage.TotalTime), // on a busy machine the better measure of the work
            ["peak_memory_bytes"] = Memory.PeakResident(),
            ["denoiser_samples_forwarded"] = result.SamplesForwarded,
            ["denoiser_samples_differentiated"] = result.SamplesDifferentiated,
        }).ToString();

        Outputs.Replace(files.Svg, svg);
        Outputs.Replace(files.Record, record);
        if (parsed.GetValue(_png))
        {
            Outputs.Replace(files.Before, Picture(session, session.Scene.InitialValues()));
            Outputs.Replace(files.After, Picture(session, session.Theta));
            if (session.Run is ViaPictureRun { Edited: { } edited }) Outputs.Replace(files.Via, PngWriter.Encode(edited));
        }
        if (result.Interrupted)
        {
            using var state = session.Run.Save(result.Steps);
            state?.Save(files.State, EditRecord.RunKey(session));
            screen.Say($"stopped after {result.Steps} of {session.Steps} steps: {files.Svg}"
                + (state is null ? "" : "; the same command with --resume goes on"));
        }
        else
        {
            File.Delete(files.State);
            screen.Say($"{files.Svg}: {StepProgress.Duration(clock.Watch.Elapsed.TotalSeconds)}, {Memory.Words(Memory.PeakResident())}; "
                + $"silhouette overlap {metrics["silhouette_overlap"]}" + Loss(metrics));
        }
        if (parsed.GetValue(_json)) screen.Output.Write(record);
        return result.Interrupted ? ExitCode.Interrupted : ExitCode.Done;
    }

    private static string Loss(JsonObject metrics) => metrics["denoising_loss"] is not { } loss ? ""
        : $", loss under the target prompt {loss["target_before"]} -> {loss["target_after"]}";

    private static byte[] Picture(EditSession session, double[] theta) =>
        PngWriter.Encode(Pictures.Draw(session.Scene, theta, PictureSize, session.Background));

    private static double Seconds(TimeSpan time) => Math.Round(time.TotalSeconds, 3);
}
