using SvgDistill.Distill.Editing;
using SvgDistill.Distill.Metrics;

namespace SvgDistill.Editor.Editing;

/// <summary>
/// <c>--keep-best</c>: the step at which the model prefers the target's text to the source's the most. The measure is the difference of
/// its denoising losses under the two texts, as in Li et al. 2023 ("Your Diffusion Model is Secretly a Zero-Shot Classifier", eq. 5): what
/// makes a picture easy to denoise under any text, such as leaving it empty, counts for nothing.
/// </summary>
internal sealed class BestStep(EditSession session)
{
    /// <summary>A measure takes as long as some steps: it is taken every so many.</summary>
    public const int Every = 20;

    private const int Timesteps = 10, Noises = 2;
    private const string ThetaName = "best.theta", MeasureName = "best.measure";

    private readonly DenoisingLoss _loss = new(session.Judge, Timesteps, Noises);
    private double[]? _theta;
    private double _measure = double.PositiveInfinity;

    /// <summary>The step whose drawing is kept; 0 before the first measure.</summary>
    public int Step { get; private set; }

    /// <summary>Goes on from a state.</summary>
    public void Start(EditState? resume)
    {
        if (resume is null || !resume.Kept.TryGetValue(ThetaName, out var theta) || !resume.Kept.TryGetValue(MeasureName, out var measure)) return;
        (_theta, _measure, Step) = (theta, measure[0], (int)measure[1]);
    }

    /// <summary>Told after each step.</summary>
    public void See(int step, int steps)
    {
        if (step % Every != 0 && step != steps) return;
        using var latents = session.Target.Encode(session.Target.Current);
        var measure = _loss.Of(latents, session.Prompts).Margin;
        if (measure < _measure) (_theta, _measure, Step) = ([.. session.Target.Theta], measure, step);
    }

    /// <summary>Adds the best to a state.</summary>
    public void Keep(EditState state)
    {
        if (_theta is null) return;
        state.Kept[ThetaName] = _theta;
        state.Kept[MeasureName] = [_measure, Step];
    }

    /// <summary>Makes the best drawing the session's.</summary>
    public void Place()
    {
        if (_theta is not null) session.Target.Place(session.Whole(_theta));
    }
}
