using SvgDistill.Distill;
using SvgDistill.Distill.Editing;
using SvgDistill.Editor.Editing;
using SvgDistill.Editor.Machine;
using SvgDistill.Editor.Output;
using SvgDistill.Editor.Reporting;

namespace SvgDistill.Editor.Comparing;

/// <summary>Edits in folders of their own, each of which goes on where it was stopped.</summary>
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
        var before = Unfinished.Load(run);
        using var state = before is null ? null : State(session, run);
        if (state is null) before = null;
        File.Delete(run.Files.Record);
        PeakMemory.Reset();
        var result = Steps(session, state, name, onStep);
        var cost = (before ?? new Unfinished(0, 0, 0)).Plus(result);
        var peak = Memory.PeakResident();
        if (!result.Interrupted) return new(result, cost, peak);

        using var reached = session.Run.Save(result.Steps);
        if (reached is null) return null;
        after.Do("state", () =>
        {
            reached.Save(run.Files.State, EditRecord.RunKey(session));
            cost.Save(run);
        });
        return null;
    }

    // Where options or files have changed since it was stopped, the edit begins anew.
    private static EditState? State(EditSession session, RunFolder run)
    {
        try
        {
            return EditState.Load(run.Files.State, EditRecord.RunKey(session));
        }
        catch (DistillException)
        {
            return null;
        }
    }

    private EditResult Steps(EditSession session, EditState? state, string name, Action<int> onStep)
    {
        session.Run.Prepare(reporter, stop);
        return reporter.Steps(state?.Step ?? 0, session.Steps, progress =>
        {
            if (session.Steps > 0 && _estimated.Add(session.Run.Name) && session.Run.Estimate() is { } estimate)
                reporter.Say($"{name}: expected {Durations.Words(estimate.Seconds)} a run, "
                    + (Runs > 1 ? $"{Durations.Words(Runs * estimate.Seconds)} for all {Runs}, " : "") + $"{Memory.Words(estimate.PeakMemory)} of memory");
            return session.Run.Run(state, (step, _) =>
            {
                onStep(step);
                progress(step, name);
            }, stop);
        });
    }
}
