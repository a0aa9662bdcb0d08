using SvgDistill.Distill.Editing;
using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Editor.Editing;

/// <summary>
/// Sees that a run has come to rest: over a stretch of steps no number has moved by more than a bound. What it compares with goes
/// into a saved state, so that a run that is resumed ends at the step where the whole run would have ended.
/// </summary>
internal sealed class StillWatch(EditSession session, double bound)
{
    private const int Stretch = 20;
    private const string Name = "still";

    private double[]? _before;

    /// <summary>Begins, or goes on from a state.</summary>
    public void Start(ReadOnlySpan<double> theta, EditState? resume) =>
        _before = resume is not null && resume.Kept.TryGetValue(Name, out var kept) ? kept : theta.ToArray();

    /// <summary>Told after each step; true where nothing moves any more.</summary>
    public bool See(int step, ReadOnlySpan<double> theta)
    {
        if (bound == 0 || step % Stretch != 0) return false;
        // Shapes that have joined are a move.
        var still = theta.Length == _before!.Length && Moved(theta) <= bound;
        _before = theta.ToArray();
        return still;
    }

    /// <summary>Adds what it compares with to a state.</summary>
    public void Keep(EditState state)
    {
        if (_before is not null) state.Kept[Name] = _before;
    }

    private double Moved(ReadOnlySpan<double> theta)
    {
        var scene = session.Scene;
        var (most, diagonal) = (0.0, Math.Sqrt(scene.Width * scene.Width + scene.Height * scene.Height));
        for (var i = 0; i < theta.Length; i++)
            most = Math.Max(most, Math.Abs(theta[i] - _before![i]) / (IsLength(scene.Parameters[i].Kind) ? diagonal : 1));
        return most;
    }

    private static bool IsLength(ParameterKind kind) =>
        kind is ParameterKind.PointX or ParameterKind.PointY or ParameterKind.Size or ParameterKind.StrokeWidth or ParameterKind.Dash;
}
