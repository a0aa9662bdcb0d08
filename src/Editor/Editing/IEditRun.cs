using SvgDistill.Distill.Editing;
using SvgDistill.Editor.Reporting;

namespace SvgDistill.Editor.Editing;

/// <summary>How an edit's numbers come about. The drawing is the session's target at any time.</summary>
internal interface IEditRun : IDisposable
{
    /// <summary>As records and reports call it: <c>ids</c>, <c>via-flowedit</c>.</summary>
    string Name { get; }

    /// <summary>What it runs with, for records.</summary>
    IReadOnlyList<object> Options { get; }

    /// <summary>Steps that move the drawing.</summary>
    int Steps { get; }

    /// <summary>Whether a run that has come to rest is at its end, or has yet to do what moves the drawing again.</summary>
    /// <param name="step">Steps done.</param>
    bool MayRest(int step);

    /// <summary>What was seen of each step so far, a curve a name.</summary>
    IReadOnlyList<(string Name, IReadOnlyList<(double Step, double Value)> Values)> Curves { get; }

    /// <summary>What comes before the first step, with a progress of its own.</summary>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    void Prepare(IReporter reporter, CancellationToken stop);

    /// <summary>What the steps will take; null where that is not worth a probe.</summary>
    EditEstimate? Estimate();

    /// <summary>Runs to the last step, or until told to stop.</summary>
    /// <param name="resume">Where to go on; null to begin.</param>
    /// <param name="onStep">Told the steps done and a word on them.</param>
    /// <param name="stop">Stops between two steps.</param>
    EditResult Run(EditState? resume, Action<int, string> onStep, CancellationToken stop);

    /// <summary>The state after so many steps, for a run to go on from; null where it cannot. The caller disposes it.</summary>
    EditState? Save(int steps);
}
