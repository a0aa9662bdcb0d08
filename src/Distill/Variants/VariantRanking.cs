namespace SvgDistill.Distill.Variants;

/// <summary>A variant as the ranking sees it.</summary>
/// <param name="Group">The prompt that it belongs to; every group gets its share of the places.</param>
/// <param name="PromptGain">How much nearer to the prompt it is than the source, in any unit.</param>
/// <param name="Identity">How much of the source is left, in any unit.</param>
/// <param name="Picture">Its picture as numbers 0..1, all of one length.</param>
public sealed record RankedCandidate(int Group, double PromptGain, double Identity, float[] Picture);

/// <summary>A candidate's place.</summary>
/// <param name="Score">What it was ranked by, 0..1.</param>
/// <param name="Rank">Its place among the kept, from 1; null where it was not kept.</param>
/// <param name="Like">The rank of the kept candidate of which it is a near-duplicate; null where there is none.</param>
public readonly record struct CandidatePlace(double Score, int? Rank, int? Like);

/// <summary>
/// Chooses among variants: the best by text and identity together, no two that look alike, the prompts in turn.
/// Within a prompt the two figures are set to 0..1 between the least and the greatest of its candidates, and the score is their weighted mean: what counts
/// is the trade between them, not their units.
/// </summary>
public static class VariantRanking
{
    /// <summary>The weight of the text in the score; the rest is identity's. A variant is asked for to be something else.</summary>
    public const double PromptWeight = .6;

    /// <summary>Pictures whose root mean square difference is below this are near-duplicates: about what moving an outline by half a pixel of 64 makes.</summary>
    public const double DuplicateDifference = .04;

    /// <summary>Places in the order of the candidates.</summary>
    /// <param name="candidates">What there is.</param>
    /// <param name="source">The source's picture: what hardly differs from it is no variant, but stands before nothing at all.</param>
    /// <param name="count">How many are kept at most.</param>
    public static CandidatePlace[] Choose(IReadOnlyList<RankedCandidate> candidates, float[] source, int count)
    {
        var scores = Scores(candidates);
        var queues = candidates.Select((c, i) => (Candidate: c, Index: i)).GroupBy(c => c.Candidate.Group).OrderBy(g => g.Key)
            .Select(g => new Queue<int>(g.OrderBy(c => Difference(c.Candidate.Picture, source) < DuplicateDifference)
                .ThenByDescending(c => scores[c.Index]).ThenBy(c => c.Index).Select(c => c.Index))).ToArray();
        var kept = new List<int>();
        var like = new int?[candidates.Count];
        while (kept.Count < count && queues.Any(q => q.Count > 0))
            foreach (var queue in queues)
            {
                if (kept.Count == count) break;
                while (queue.TryDequeue(out var next))
                {
                    like[next] = Like(next);
                    if (like[next] is not null) continue;
                    kept.Add(next);
                    break;
                }
            }
        // The turns decide who is kept, the scores who stands first.
        var order = kept.OrderByDescending(i => scores[i]).ThenBy(i => i).ToList();
        return [.. candidates.Select((_, i) => new CandidatePlace(scores[i], order.IndexOf(i) is var rank and >= 0 ? rank + 1 : null,
            like[i] is { } twin ? order.IndexOf(twin) + 1 : null))];

        int? Like(int candidate)
        {
            foreach (var other in kept)
                if (Difference(candidates[candidate].Picture, candidates[other].Picture) < DuplicateDifference) return other;
            return null;
        }
    }

    /// <summary>The root mean square difference of two pictures.</summary>
    public static double Difference(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        if (a.Length != b.Length) throw new ArgumentException("The pictures are not of one size.");
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++) sum += (double)(a[i] - b[i]) * (a[i] - b[i]);
        return Math.Sqrt(sum / a.Length);
    }

    private static double[] Scores(IReadOnlyList<RankedCandidate> candidates)
    {
        var scores = new double[candidates.Count];
        foreach (var group in candidates.Select((c, i) => (Candidate: c, Index: i)).GroupBy(c => c.Candidate.Group))
        {
            var members = group.ToArray();
            var (gain, identity) = (Between(members.Select(m => m.Candidate.PromptGain)), Between(members.Select(m => m.Candidate.Identity)));
            foreach (var (candidate, index) in members)
                scores[index] = PromptWeight * gain(candidate.PromptGain) + (1 - PromptWeight) * identity(candidate.Identity);
        }
        return scores;
    }

    // Where all are the same they are all the best.
    private static Func<double, double> Between(IEnumerable<double> values)
    {
        var all = values.ToArray();
        var (least, greatest) = (all.Min(), all.Max());
        return value => greatest > least ? (value - least) / (greatest - least) : 1;
    }
}
