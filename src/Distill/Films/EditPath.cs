using SvgDistill.Rasterizer.Svg.Animating;

namespace SvgDistill.Distill.Films;

/// <summary>The way of a drawing through an edit: a bounded number of states, spread over the steps.</summary>
public sealed class EditPath
{
    /// <summary>States that are kept at most.</summary>
    public const int Most = 24;

    private readonly List<(int Step, double[] Theta)> _states;
    private readonly int _first, _steps;

    /// <summary>A way that begins at the source.</summary>
    /// <param name="source">The parameters as the file has them.</param>
    /// <param name="steps">The run's last step.</param>
    /// <param name="first">Steps done before this run saw them (one that was resumed): they are shown as one straight way.</param>
    public EditPath(ReadOnlySpan<double> source, int steps, int first = 0) =>
        (_states, _first, _steps) = ([(0, source.ToArray())], first, steps);

    /// <summary>Whether the state after a step is kept, so that it need not be made otherwise.</summary>
    public bool Wants(int step) => step == _first || Place(step) > Place(step - 1);

    /// <summary>Takes the state after a step.</summary>
    public void Add(int step, ReadOnlySpan<double> theta)
    {
        if (step > _states[^1].Step && Wants(step)) _states.Add((step, theta.ToArray()));
    }

    /// <summary>The states with the result as the last; what follows the last step (the tidying up) is part of the way to it.</summary>
    /// <param name="result">The parameters of the result.</param>
    /// <param name="step">Steps done when it was reached.</param>
    public IReadOnlyList<DrawingState> To(ReadOnlySpan<double> result, int step)
    {
        var last = Math.Max(1, step);
        return [.. _states.Where(s => s.Step < last).Select(s => new DrawingState((double)s.Step / last, s.Theta)), new DrawingState(1, result.ToArray())];
    }

    // Of the places between the first state and the last, the one that a step belongs to.
    private int Place(int step) => (int)((long)step * (Most - 1) / Math.Max(1, _steps));
}
