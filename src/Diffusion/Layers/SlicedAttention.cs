using SvgDistill.Diffusion.Differentiation;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Diffusion.Layers;

/// <summary>
/// softmax(Q K^T) V, with the score matrix formed in slices when it is large. For the way back its probabilities are kept where they
/// are few, else formed again, slice by slice, so that memory stays within the same bound (the recomputation of Rabe and Staats 2021,
/// arXiv:2112.05682).
/// </summary>
internal static class SlicedAttention
{
    /// <summary>
    /// Default size of a slice, scores and probabilities together: what stays in the cache. At 4,096 positions and 8 heads
    /// slices of 8 MB take half the time of one pass over everything (measured, fp32 and bf16).
    /// </summary>
    public const long DefaultBytes = 8L << 20;

    /// <summary>For the way back, up to this many slices' worth is kept rather than formed again.</summary>
    private const int KeptSlices = 8;

    /// <summary>Q [G,N,d] (scaled), K [G,M,d], V [G,M,d] -> [G,N,d], G = batch times heads.</summary>
    public static Tensor Attend(Tensor q, Tensor k, Tensor v, long maxBytes, Tape? tape = null)
    {
        var bytes = Bytes(q, k);
        var taped = tape is not null && (tape.Has(q) || tape.Has(k) || tape.Has(v));
        if (bytes <= (taped ? KeptSlices * maxBytes : maxBytes)) return Whole(q, k, v, taped ? tape : null);
        var result = Sliced(q, k, v, maxBytes);
        if (taped)
        {
            var (keptQ, keptK, keptV) = (tape!.Keep(q), tape.Keep(k), tape.Keep(v));
            tape.Record([q, k, v], [result], g => SlicedGradient(g[0]!, keptQ, keptK, keptV, maxBytes));
        }
        return result;
    }

    /// <summary>The softmax over the keys, [G,N,M].</summary>
    public static Tensor Probabilities(Tensor q, Tensor k) => q.bmm(k.transpose(1, 2)).softmax(-1);

    private static long Bytes(Tensor q, Tensor k) => 2 * q.shape[0] * q.shape[1] * k.shape[1] * q.ElementSize;

    private static Tensor Whole(Tensor q, Tensor k, Tensor v, Tape? tape)
    {
        using var scope = NewDisposeScope();
        var p = Probabilities(q, k);
        var result = p.bmm(v);
        if (tape is not null)
        {
            var (keptQ, keptK, keptV, keptP, context) = (tape.Keep(q), tape.Keep(k), tape.Keep(v), tape.Keep(p), tape.Has(k) || tape.Has(v));
            tape.Record([q, k, v], [result], g => Gradient(g[0]!, keptQ, keptK, keptV, keptP, context));
        }
        return result.MoveToOuterDisposeScope();
    }

    /// <summary>
    /// With P = softmax(Q K^T) and O' the incoming gradient: dV = P^T O', dP = O' V^T,
    /// dS = P * (dP - rowsum(P * dP)), dQ = dS K, dK = dS^T Q.
    /// </summary>
    private static Tensor?[] Gradient(Tensor g, Tensor q, Tensor k, Tensor v, Tensor p, bool context)
    {
        var scores = Aten.SoftmaxGradient(g.bmm(v.transpose(1, 2)), p);
        return [scores.bmm(k), context ? scores.transpose(1, 2).bmm(q) : null, context ? p.transpose(1, 2).bmm(g) : null];
    }

    /// <summary>
    /// The slices: as many whole groups as fit, or parts of the queries of one group. Computed from shapes alone, so
    /// results do not depend on the machine.
    /// </summary>
    private static IEnumerable<(long Group, long Groups, long Query, long Queries)> Slices(Tensor q, Tensor k, long maxBytes)
    {
        var (groups, queries) = (q.shape[0], q.shape[1]);
        var groupBytes = Bytes(q, k) / groups;
        var groupStep = Math.Max(1, maxBytes / groupBytes);
        var queryStep = groupBytes <= maxBytes ? queries : Math.Max(1, queries * maxBytes / groupBytes);
        for (var group = 0L; group < groups; group += groupStep)
            for (var query = 0L; query < queries; query += queryStep)
                yield return (group, Math.Min(groupStep, groups - group), query, Math.Min(queryStep, queries - query));
    }

    private static Tensor Sliced(Tensor q, Tensor k, Tensor v, long maxBytes)
    {
        var result = empty_like(q);
        foreach (var (group, groups, query, queries) in Slices(q, k, maxBytes))
        {
            using var scope = NewDisposeScope();
            var part = Whole(q.narrow(0, group, groups).narrow(1, query, queries), k.narrow(0, group, groups), v.narrow(0, group, groups), null);
            result.narrow(0, group, groups).narrow(1, query, queries).copy_(part);
        }
        return result;
    }

    private static Tensor?[] SlicedGradient(Tensor g, Tensor q, Tensor k, Tensor v, long maxBytes)
    {
        var (dq, dk, dv) = (empty_like(q), zeros_like(k), zeros_like(v));
        foreach (var (group, groups, query, queries) in Slices(q, k, maxBytes))
        {
            using var scope = NewDisposeScope();
            var qs = q.narrow(0, group, groups).narrow(1, query, queries);
            var (ks, vs) = (k.narrow(0, group, groups), v.narrow(0, group, groups));
            var parts = Gradient(g.narrow(0, group, groups).narrow(1, query, queries), qs, ks, vs, Probabilities(qs, ks), context: true);
            dq.narrow(0, group, groups).narrow(1, query, queries).copy_(parts[0]!);
            dk.narrow(0, group, groups).add_(parts[1]!);
            dv.narrow(0, group, groups).add_(parts[2]!);
        }
        return [dq, dk, dv];
    }
}
