using System.Text.Json.Nodes;
using SvgDistill.Distill.Editing.Control;
using SvgDistill.Distill.Metrics;
using SvgDistill.Editor.Reporting;
using static TorchSharp.torch;

namespace SvgDistill.Editor.Editing;

/// <summary>
/// <c>--put-back</c>: what the prompt does not need is as in the source again. Each part of the edit (<see cref="ChangeBundles"/>) is tried alone: what the drawing's gain loses without it, and
/// how much of the picture it is. Those that lose least for what they change go back first, one after another, and each stays back that leaves nearly all of the best gain so far. The gain
/// is that of the record's losses. An edit of which nothing gains is left as it is.
/// </summary>
/// <param name="Changes">Parts that the edit changed.</param>
/// <param name="Back">Of these, the ones that were put back.</param>
internal sealed record PutBack(int Changes, int Back)
{
    // A trial takes as long as four steps, and a part is tried twice.
    private const int Most = 40;

    // Of the best gain. Were it all, a change that shows would stay for a thousandth of it.
    private const double Kept = .95;

    // What parts lose alone only orders them.
    private const int RoughNoises = 1;

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
        using var whole = session.Target.Current.clone().DetachFromDisposeScope();
        reporter.Say($"trying {parts.Bundles.Count} changes for whether the prompt needs them");
        // The source and the whole edit, by all noises and roughly; then each part alone and beside those that are back.
        var (theta, back) = reporter.Steps(0, 3 + 2 * parts.Bundles.Count, tell =>
        {
            var tries = 0;
            Func<double[], double> Margin(int noises)
            {
                var loss = new DenoisingLoss(session.Judge, EditMeasures.LossTimesteps, noises);
                return t =>
                {
                    using var scope = NewDisposeScope();
                    session.Target.Place(t);
                    var margin = loss.Of(session.Target.Encode(session.Target.Current), session.Prompts).Margin;
                    tell(++tries, "");
                    return margin;
                };
            }
            double Differs(double[] t)
            {
                using var scope = NewDisposeScope();
                session.Target.Place(t);
                return (session.Target.Current - whole).to(ScalarType.Float64).square().mean().item<double>();
            }
            return Of(parts, edited, Margin(EditMeasures.LossNoises), Margin(RoughNoises), Differs, stop);
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
    /// <param name="rough">The same, less exact and sooner: it orders the parts.</param>
    /// <param name="differs">How far a drawing's picture is from the edited one's.</param>
    /// <param name="stop">Ends it early.</param>
    /// <returns>The numbers, and which parts are as in the source.</returns>
    public static (double[] Theta, IReadOnlyList<int> Back) Of(
        ChangeBundles parts, double[] edited, Func<double[], double> margin, Func<double[], double> rough, Func<double[], double> differs, CancellationToken stop)
    {
        var (none, all) = (margin(parts.Source), rough(edited));
        var alone = new List<(int Part, double Price)>();
        for (var part = 0; part < parts.Bundles.Count && !stop.IsCancellationRequested; part++)
            if (parts.Without(edited, part, []) is { } tried) alone.Add((part, (rough(tried) - all) / Math.Max(differs(tried), double.Epsilon)));
        var (now, back, best) = (edited, new List<int>(), none - margin(edited));
        foreach (var (part, _) in alone.OrderBy(a => a.Price))
        {
            if (stop.IsCancellationRequested) break;
            if (parts.Without(now, part, back) is not { } tried) continue;
            var gain = none - margin(tried);
            // Below nothing, less is not enough: what is left has to gain more than what was.
            if (gain < (best > 0 ? Kept * best : best)) continue;
            (now, best) = (tried, Math.Max(best, gain));
            back.Add(part);
        }
        return best > 0 ? (now, back) : (edited, []);
    }
}
