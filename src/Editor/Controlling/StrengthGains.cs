using SvgDistill.Distill.Editing.Control;
using SvgDistill.Distill.Metrics;
using SvgDistill.Editor.Editing;
using static TorchSharp.torch;

namespace SvgDistill.Editor.Controlling;

/// <summary>
/// Measures what the prompt gains on the way from a drawing to what an edit made of it (docs/metrics.md, <c>denoising_gain</c>): a few places with one noise
/// first, and, where the gain goes back between them, twice as many with as many noises as the record's losses have.
/// </summary>
internal static class StrengthGains
{
    private const int Places = 5, FinePlaces = 10;

    /// <summary>Whether a session's strengths can be measured: a small model, and nothing that ties them to another drawing's.</summary>
    public static bool Fit(EditSession session) =>
        session.Request.Losses && session.Model.Unet.ParameterCount <= EditMeasures.SmallUnet && session.Grown is null && session.Limits.Shared is null;

    /// <summary>The scale of a session's strengths.</summary>
    /// <param name="session">The session; its target's place is left as it was.</param>
    /// <param name="result">The numbers that the last step left.</param>
    public static StrengthScale Of(EditSession session, double[] result) => Of((places, noises) => On(session, result, places, noises));

    /// <summary>The same of gains at 0 to so many equal steps of the way, with so many noises.</summary>
    public static StrengthScale Of(Func<int, int, double[]> gains) =>
        StrengthScale.Rises(gains(Places, 1)) ? StrengthScale.Even : StrengthScale.Of(gains(FinePlaces, EditMeasures.LossNoises));

    /// <summary>What the prompt gains at 0 to so many equal steps of the way, in thousandths.</summary>
    public static double[] On(EditSession session, double[] result, int places, int noises)
    {
        var loss = new DenoisingLoss(session.Judge, EditMeasures.LossTimesteps, noises);
        var margins = new double[places + 1];
        for (var i = 0; i <= places; i++)
        {
            using var scope = NewDisposeScope();
            session.Target.Place(session.Ending.On((double)i / places, result));
            var z = i == 0 ? session.Target.SourceLatents : session.Target.Encode(session.Target.Current);
            margins[i] = loss.Of(z, session.Prompts).Margin;
        }
        session.Target.Place(result);
        return [.. margins.Select(m => DenoisingLosses.Gain(margins[0], m))];
    }
}
