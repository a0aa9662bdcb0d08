using System.Text.Json.Nodes;
using SvgDistill.Distill.Editing.Control;
using SvgDistill.Distill.Metrics;
using SvgDistill.Editor.Reporting;
using static TorchSharp.torch;

namespace SvgDistill.Editor.Editing;

/// <summary>
/// <c>--put-back</c>: what gains nothing for the prompt is as in the source again. Each part of the edit (<see cref="ChangeBundles"/>) is tried, those first without which
/// the drawing gains the most, and stays back where the gain is no less than the whole edit's; an edit that gains nothing as a whole is left as it is. The gain is that of the record's losses.
/// </summary>
/// <param name="Changes">Parts that the edit changed.</param>
/// <param name="Back">Of these, the ones that were put back.</param>
internal sealed record PutBack(int Changes, int Back)
{
    // A part is tried twice, and a trial takes as long as four steps.
    private const int Most = 40;

    /// <summary>What the record says.</summary>
    public JsonObject Record => new() { ["changes"] = Changes, ["put_back"] = Back };

    /// <summary>Puts back what a session's drawing does not need, and holds it there.</summary>
    /// <param name="session">The session, after its last step.</param>
    /// <param name="reporter">Where progress goes.</param>
    /// <param name="stop">Ends it early: what is back by then stays it.</param>
    public static PutBack Apply(EditSession session, IReporter reporter, CancellationToken stop)
    {
        double[] edited = [.. session.Target.Theta];
        var parts = new ChangeBundles(session.Scene, session.Before, edited, session.Ending.Rules, Most);
        var loss = new DenoisingLoss(session.Judge, EditMeasures.LossTimesteps, EditMeasures.LossNoises);
        double Margin(double[] theta)
        {
            using var scope = NewDisposeScope();
            session.Target.Place(theta);
            return loss.Of(session.Target.Encode(session.Target.Current), session.Prompts).Margin;
        }
        reporter.Say($"trying {parts.Bundles.Count} changes for whether the prompt needs them");
        // The whole edit and the source, then each part alone and beside those that are back.
        var (theta, back) = reporter.Steps(0, 2 + 2 * parts.Bundles.Count, tell =>
        {
            var tries = 0;
            return Of(parts, edited, t =>
            {
                var margin = Margin(t);
                tell(++tries, "");
                return margin;
            }, stop);
        });
        session.Target.Place(theta);
        session.Hold(back.SelectMany(p => parts.Bundles[p]).ToHashSet());
        reporter.Say($"{back.Count} of {parts.Bundles.Count} changes were put back");
        return new(parts.Bundles.Count, back.Count);
    }

    /// <summary>The same by any figure of which less is better.</summary>
    /// <param name="parts">What the edit changed.</param>
    /// <param name="edited">Its numbers.</param>
    /// <param name="margin">The figure of a drawing's numbers.</param>
    /// <param name="stop">Ends it early.</param>
    /// <returns>The numbers, and which parts are as in the source.</returns>
    public static (double[] Theta, IReadOnlyList<int> Back) Of(ChangeBundles parts, double[] edited, Func<double[], double> margin, CancellationToken stop)
    {
        var whole = margin(edited);
        // Of an edit that gains nothing as a whole nothing would be left.
        if (whole >= margin(parts.Source)) return (edited, []);
        var alone = new List<(int Part, double Margin)>();
        for (var part = 0; part < parts.Bundles.Count && !stop.IsCancellationRequested; part++)
            if (parts.Without(edited, part, []) is { } tried) alone.Add((part, margin(tried)));
        var (now, back) = (edited, new List<int>());
        foreach (var (part, _) in alone.OrderBy(a => a.Margin))
        {
            if (stop.IsCancellationRequested) break;
            if (parts.Without(now, part, back) is not { } tried || margin(tried) > whole) continue;
            now = tried;
            back.Add(part);
        }
        return (now, back);
    }
}
