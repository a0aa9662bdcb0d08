using System.Diagnostics;
using SvgDistill.Distill;
using SvgDistill.Distill.Editing;
using SvgDistill.Editor.Editing;
using SvgDistill.Editor.Machine;
using SvgDistill.Editor.Output;
using SvgDistill.Editor.Reporting;

namespace SvgDistill.Editor.Comparing;

/// <summary>Edits in folders of their own, each of which goes on where it was stopped or killed.</summary>
internal sealed class ResumableRun(IReporter reporter, FollowUp after, CancellationToken stop)
{
    private readonly HashSet<string> _estimated = [];

    /// <summary>How many runs of one kind there are, to say what all of them take.</summary>
    public int Runs { get; init; } = 1;

    /// <summary>An edit that came to its end.</summary>
    /// <param name="Result">What the last part of it said.</param>
    /// <param name="Cost">What all parts cost.</param>
    /// <param name="PeakBytes">The process's peak memory.</param>
    internal sealed record Finished(EditResult Result, Unfinished Cost, long PeakBytes);

    /// <summary>Runs to the end, or, stopped, keeps the state (where the edit has one) and returns null.</summary>
    /// <param name="session">The edit.</param>
    /// <param name="run">Its folder.</param>
    /// <param name="name">As progress calls it.</param>
    /// <param name="onStep">Told the steps done.</param>
    public Finished? Run(EditSession session, RunFolder run, string name, Action<int> onStep)
    {
        using var state = State(session, run);
        var before = state is null ? Unfinished.None : Unfinished.Of(state)!;
        File.Delete(run.Files.Record);
        PeakMemory.Reset();
        var result = Steps(session, state, name, onStep, (steps, seconds, forwarded, differentiated) =>
            Save(session, run, steps, before.Plus(seconds, forwarded, differentiated)));
        var cost = before.Plus(result.Elapsed.TotalSeconds, result.SamplesForwarded, result.SamplesDifferentiated);
        if (!result.Interrupted) return new(result, cost, Memory.PeakResident());
        Save(session, run, result.Steps, cost);
        return null;
    }

    // Where options or files have changed since it was stopped, or the state is damaged, the edit begins anew.
    private static EditState? State(EditSession session, RunFolder run)
    {
        if (!File.Exists(run.Files.State)) return null;
        try
        {
            var state = SavedState.Load(run.Files.State, EditRecord.RunKey(session));
            if (Unfinished.Of(state) is not null) return state;
            state.Dispose();
            return null;
        }
        catch (Exception error) when (error is DistillException or EditorException)
        {
            return null;
        }
    }

    private void Save(EditSession session, RunFolder run, int steps, Unfinished cost) => after.Do("state", () =>
    {
        using var reached = session.Run.Save(steps);
        if (reached is null) return;
        cost.Keep(reached);
        reached.Save(run.Files.State, EditRecord.RunKey(session));
    });

    private EditResult Steps(EditSession session, EditState? state, string name, Action<int> onStep, Action<int, double, long, long> save)
    {
        session.Run.Prepare(reporter, stop);
        return reporter.Steps(state?.Step ?? 0, session.Steps, progress =>
        {
            if (session.Steps > 0 && _estimated.Add(session.Run.Name) && session.Run.Estimate() is { } estimate)
                reporter.Say($"{name}: expected {Durations.Words(estimate.Seconds)} a run, "
                    + (Runs > 1 ? $"{Durations.Words(Runs * estimate.Seconds)} for all {Runs}, " : "") + $"{Memory.Words(estimate.PeakMemory)} of memory");
            var (forwarded, differentiated) = (session.Denoiser.SamplesForwarded, session.Denoiser.SamplesDifferentiated);
            var clock = Stopwatch.StartNew();
            return session.Run.Run(state, (step, _) =>
            {
                onStep(step);
                progress(step, name);
                if (step % EditPlaces.DefaultSaveEvery == 0 && step < session.Steps)
                    save(step, clock.Elapsed.TotalSeconds, session.Denoiser.SamplesForwarded - forwarded, session.Denoiser.SamplesDifferentiated - differentiated);
            }, stop);
        });
    }
}
