using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using SvgDistill.Distill.Editing;
using SvgDistill.Editor.Engine;
using SvgDistill.Editor.Machine;
using SvgDistill.Editor.Measuring;
using SvgDistill.Editor.Output;
using SvgDistill.Editor.Reporting;
using SvgDistill.Rasterizer.Imaging;
using SvgDistill.Rasterizer.Svg;

namespace SvgDistill.Editor.Editing;

/// <summary>Where an edit's result goes, and what is written beside it.</summary>
internal sealed record EditPlaces
{
    /// <summary>A state is written every so many steps, where nothing else is asked.</summary>
    public const int DefaultSaveEvery = 25;

    /// <summary>The files; null where the result stays in memory.</summary>
    public ResultFiles? Files { get; init; }
    /// <summary>Whether pictures of before and after are written.</summary>
    public bool Pictures { get; init; }
    /// <summary>Renews a picture every so many steps; 0 for none.</summary>
    public int PreviewEvery { get; init; }
    /// <summary>Renews the state every so many steps; 0 for none.</summary>
    public int SaveEvery { get; init; } = DefaultSaveEvery;
    /// <summary>Whether a run that is stopped or killed can go on from a state.</summary>
    public bool KeepsState { get; init; } = true;
    /// <summary>Whether the run goes on from its state.</summary>
    public bool Resume { get; init; }
    /// <summary>How many cores it may use, for the record.</summary>
    public int? Threads { get; init; }
    /// <summary>Makes what sees the edit on its way, from the session and the steps done before; null for none.</summary>
    public Func<EditSession, int, IEditWatcher>? Watch { get; init; }
    /// <summary>Fields that the record gets beside the edit's own.</summary>
    public IReadOnlyDictionary<string, JsonNode?> More { get; init; } = new Dictionary<string, JsonNode?>();
}

/// <summary>Sees an edit on its way.</summary>
internal interface IEditWatcher
{
    /// <summary>A step was done.</summary>
    void Step(int step);

    /// <summary>The result is written.</summary>
    /// <param name="steps">Steps done.</param>
    /// <param name="record">The record; null where it could not be made.</param>
    /// <param name="after">Takes down what fails.</param>
    void Done(int steps, string? record, FollowUp after);
}

/// <summary>One edit from the drawing to the written result: what <c>edit</c>, <c>batch</c> and the library all do.</summary>
internal sealed class EditJob(EditRequest request, EditPlaces places, IReporter reporter, CancellationToken stop)
{
    private const int PictureSize = 512;
    private const int PreviewSize = 256;

    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly FollowUp _during = new(reporter);
    private IEditWatcher? _watcher;
    private PutBack? _putBack;
    private bool _previews = places.PreviewEvery > 0, _states = places is { KeepsState: true, SaveEvery: > 0 } && places.Files is { IsFile: true };

    /// <summary>Edits.</summary>
    /// <param name="shared">A model that is loaded already and stays the caller's; null loads the request's.</param>
    /// <param name="document">The drawing; null reads the request's file.</param>
    /// <exception cref="OperationCanceledException">It was stopped before its first step.</exception>
    public EditedDrawing Run(SharedModel? shared = null, SvgDocument? document = null)
    {
        places.Files?.Hold();
        try
        {
            return Edit(shared, document);
        }
        finally
        {
            places.Files?.Release();
        }
    }

    private EditedDrawing Edit(SharedModel? shared, SvgDocument? document)
    {
        using var session = EditSession.Open(request, reporter, shared, document);
        if (request.PutBack && !ModelLosses.Fits(session.Model))
            throw EditorException.Usage("--put-back tries every change by the model's own loss: this model is too large for that on a CPU. Leave it out, or give --device cuda");
        session.NotePrompts(reporter);
        ModelChoice.NoteCutText(reporter, session.Model, session.Prompts.NegativeText);
        using var state = places.Resume ? SavedState.Load(places.Files!.State, EditRecord.RunKey(session)) : null;
        stop.ThrowIfCancellationRequested();
        var loaded = _watch.Elapsed;

        using var rest = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var keeping = new Keeping(new StillWatch(session, request.Still), request.KeepBest ? new BestStep(session) : null);
        var result = Move(session, state, keeping, rest);
        if (result.Interrupted && rest.IsCancellationRequested && !stop.IsCancellationRequested)
        {
            reporter.Say($"nothing moves any more: done after {result.Steps} of {session.Steps} steps");
            result = result with { Interrupted = false };
        }
        if (result.Interrupted && result.Steps == (state?.Step ?? 0)) throw new OperationCanceledException(stop);
        return Finish(session, keeping, result, loaded);
    }

    private EditResult Move(EditSession session, EditState? state, Keeping keeping, CancellationTokenSource rest)
    {
        reporter.Say($"\"{session.SourcePrompt}\" -> \"{session.Request.Target}\"{(session.Style.Name is { } style ? $", {style} style" : "")}: {session.Run.Name}, {session.Steps} steps, "
            + $"{session.Scene.Parameters.Count(p => p.IsLeaf)} numbers may move");
        var first = state?.Step ?? 0;
        session.Run.Prepare(reporter, stop);
        keeping.Start([.. session.Target.Theta], state);
        _watcher = places.Watch?.Invoke(session, first);
        return reporter.Steps(first, session.Steps, progress =>
        {
            if (session.Steps > first && session.Run.Estimate() is { } estimate)
                reporter.Say($"expected: {Durations.Words(estimate.SecondsPerStep * (session.Steps - first))}, {Memory.Words(estimate.PeakMemory)} of memory");
            return session.Run.Run(state, (step, detail) =>
            {
                progress(step, detail);
                _watcher?.Step(step);
                if (keeping.See(step, session) && session.MayRest(step)) rest.Cancel();
                Preview(session, step);
                if (_states && step % places.SaveEvery == 0 && step < session.Steps) _states = Save(session, keeping, step, _during) is not null;
            }, rest.Token);
        });
    }

    private void Preview(EditSession session, int step)
    {
        if (!_previews || step % places.PreviewEvery != 0) return;
        _previews = _during.Do("preview", () => places.Files!.WritePreview(PngWriter.Encode(
            Pictures.Draw(session.Scene, session.Theta, PreviewSize, session.Background))));
    }

    private EditedDrawing Finish(EditSession session, Keeping keeping, EditResult result, TimeSpan loaded)
    {
        // An interrupted run goes on from what its last step left.
        var step = _watch.Elapsed;
        if (!result.Interrupted)
        {
            keeping.Best?.Place();
            if (request.PutBack && session.Steps > 0) _putBack = PutBack.Apply(session, reporter, stop);
            // For the file of strengths, or for the strength asked for.
            if (places.Files is { IsFile: true } || request.Limits.Strength is > 0 and < 1) session.MeasureStrengths();
            session.Finish(reporter, places.Files is { IsFile: true } at ? Path.GetDirectoryName(Path.GetFullPath(at.Result)) ?? "." : ".");
        }
        var finish = _watch.Elapsed - step;
        var files = places.Files;
        var svg = files?.Packed(session.Write(), session.Document) ?? session.Write();
        files?.Write(svg, reporter);
        var after = new FollowUp(reporter);
        var saved = result.Interrupted && places.KeepsState && files is { IsFile: true } && Save(session, keeping, result.Steps, after) is true;
        var metrics = EditMeasures.Of(session, svg.Length, after);
        if (places.Pictures) WritePictures(session, files!, after);
        var record = after.Get("record", () =>
        {
            var made = EditRecord.Create(session, result, svg, metrics, Timing(result, loaded, finish));
            if (keeping.Best is { Step: > 0 and var best }) made["kept_step"] = best;
            if (_putBack is not null) made["put_back"] = _putBack.Record;
            foreach (var (name, value) in places.More) made[name] = value?.DeepClone();
            return made.ToString();
        });
        if (record is not null) after.Do("record's file", () => files?.WriteRecord(record));
        if (files is { IsFile: true }) after.Do("strengths", () => WriteStrengths(session, files));
        _watcher?.Done(result.Steps, record, after);
        Say(session, files, result, saved, metrics, after);
        return new EditedDrawing
        {
            Svg = svg, Record = record, Metrics = metrics, Steps = result.Steps, Interrupted = result.Interrupted, Notes = session.Notes,
        };
    }

    private JsonObject Timing(EditResult result, TimeSpan loaded, TimeSpan finish) => new()
    {
        ["finished"] = DateTime.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        ["threads"] = places.Threads ?? Processors.Available,
        ["load_seconds"] = Seconds(loaded),
        ["edit_seconds"] = Seconds(result.Elapsed),
        ["finish_seconds"] = Seconds(finish),
        ["seconds"] = Seconds(_watch.Elapsed),
        ["cpu_seconds"] = Seconds(Environment.CpuUsage.TotalTime), // on a busy machine the better measure of the work
        ["peak_memory_bytes"] = Memory.PeakResident(),
        ["denoiser_samples_forwarded"] = result.SamplesForwarded,
        ["denoiser_samples_differentiated"] = result.SamplesDifferentiated,
    };

    private void Say(EditSession session, ResultFiles? files, EditResult result, bool saved, JsonObject metrics, FollowUp after)
    {
        if (files is null) return;
        if (result.Interrupted)
            reporter.Say($"stopped after {result.Steps} of {session.Steps} steps: {Outputs.Words(files.Result)}" + (saved ? "; the same command with --resume goes on" : ""));
        else
        {
            after.Do("state", () => File.Delete(files.State));
            reporter.Say($"{Outputs.Words(files.Result)}: {Durations.Words(_watch.Elapsed.TotalSeconds)}, {Memory.Words(Memory.PeakResident())}; "
                + $"silhouette overlap {metrics["silhouette_overlap"]?.ToString() ?? "unknown"}" + Loss(metrics));
        }
    }

    // Null where it failed, false where such a run has no state.
    private bool? Save(EditSession session, Keeping keeping, int steps, FollowUp after)
    {
        var kept = false;
        return after.Do("state", () =>
        {
            using var state = session.Run.Save(steps);
            if (state is null) return;
            keeping.Keep(state);
            places.Files!.WriteState(path => state.Save(path, EditRecord.RunKey(session)));
            kept = true;
        }) ? kept : null;
    }

    private static void WritePictures(EditSession session, ResultFiles files, FollowUp after)
    {
        after.Do("picture of before", () => Outputs.Replace(files.Before, Picture(session, session.Before)));
        after.Do("picture of after", () => Outputs.Replace(files.After, Picture(session, session.Theta)));
        if (session.Run is ViaRun { Edited: { } edited }) after.Do("edited picture", () => Outputs.Replace(files.Via, PngWriter.Encode(edited)));
    }

    // What an earlier run left there is of another result.
    private static void WriteStrengths(EditSession session, ResultFiles files)
    {
        if (session.Strengths is { } strengths) Outputs.Replace(files.Strengths, strengths);
        else File.Delete(files.Strengths);
    }

    private static string Loss(JsonObject metrics) => metrics["denoising_loss"] is not { } loss ? ""
        : $", loss under the target prompt {loss["target_before"]} -> {loss["target_after"]}";

    private static byte[] Picture(EditSession session, double[] theta) =>
        PngWriter.Encode(Pictures.Draw(session.Scene, theta, PictureSize, session.Background));

    private static double Seconds(TimeSpan time) => Math.Round(time.TotalSeconds, 3);

    /// <summary>What is kept from step to step beside the run's own state.</summary>
    private sealed record Keeping(StillWatch Still, BestStep? Best)
    {
        public void Start(double[] theta, EditState? resume)
        {
            Still.Start(theta, resume);
            Best?.Start(resume);
        }

        public bool See(int step, EditSession session)
        {
            Best?.See(step, session.Steps);
            return Still.See(step, [.. session.Target.Theta]);
        }

        public void Keep(EditState state)
        {
            Still.Keep(state);
            Best?.Keep(state);
        }
    }
}
