using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Diffusion.Layers;

/// <summary>
/// softmax(Q K^T) V, with the score matrix formed in slices when it is large. Without gradients the slices are
/// independent; with gradients the probabilities are not kept but formed again, slice by slice, on the way back, so
/// that memory stays within the same bound (the recomputation of Rabe and Staats 2021, arXiv:2112.05682).
/// </summary>
internal sealed class SlicedAttention : autograd.SingleTensorFunction<SlicedAttention>
{
    /// <summary>
    /// Default size of a slice, scores and probabilities together: what stays in the cache. At 4,096 positions and 8 heads
    /// slices of 8 MB take half the time of one pass over everything (measured, fp32 and bf16).
    /// </summary>
    public const long DefaultBytes = 8L << 20;

    /// <summary>With gradients, up to this many slices' worth is kept rather than formed again.</summary>
    private const int KeptSlices = 8;

    private const string LimitKey = "maxBytes";

    public override string Name => nameof(SlicedAttention);

    /// <summary>Q [G,N,d] (scaled), K [G,M,d], V [G,M,d] -> [G,N,d], G = batch times heads.</summary>
    public static Tensor Attend(Tensor q, Tensor k, Tensor v, long maxBytes)
    {
        var bytes = Bytes(q, k);
        if (bytes <= maxBytes) return Whole(q, k, v);
        if (!is_grad_enabled() || !(q.requires_grad || k.requires_grad || v.requires_grad)) return Forward(q, k, v, maxBytes);
        return bytes / KeptSlices <= maxBytes ? Whole(q, k, v) : apply(q, k, v, maxBytes);
    }

    private static long Bytes(Tensor q, Tensor k) => 2 * q.shape[0] * q.shape[1] * k.shape[1] * q.ElementSize;

    private static Tensor Whole(Tensor q, Tensor k, Tensor v) => Probabilities(q, k).bmm(v);

    /// <summary>The softmax over the keys, [G,N,M].</summary>
    public static Tensor Probabilities(Tensor q, Tensor k) => q.bmm(k.transpose(1, 2)).softmax(-1);

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

    private static Tensor Forward(Tensor q, Tensor k, Tensor v, long maxBytes)
    {
        var result = empty_like(q);
        foreach (var (group, groups, query, queries) in Slices(q, k, maxBytes))
        {
            using var scope = NewDisposeScope();
            var part = Whole(q.narrow(0, group, groups).narrow(1, query, queries), k.narrow(0, group, groups), v.narrow(0, group, groups));
            result.narrow(0, group, groups).narrow(1, query, queries).copy_(part);
        }
        return result;
    }

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (q, k, v) = ((Tensor)vars[0], (Tensor)vars[1], (Tensor)vars[2]);
        var maxBytes = (long)vars[3];
        ctx.save_for_backward([q, k, v]);
        ctx.save_data(LimitKey, maxBytes);
        return Forward(q, k, v, maxBytes);
    }

    /// <summary>
    /// With P = softmax(Q K^T) and O' the incoming gradient: dV = P^T O', dP = O' V^T,
    /// dS = P * (dP - rowsum(P * dP)), dQ = dS K, dK = dS^T Q.
    /// </summary>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        using var noGrad = no_grad();
        using var whole = NewDisposeScope();
        var saved = ctx.get_saved_variables();
        var (q, k, v) = (saved[0], saved[1], saved[2]);
        var (dq, dk, dv) = (empty_like(q), zeros_like(k), zeros_like(v));
        foreach (var (group, groups, query, queries) in Slices(q, k, (long)ctx.get_data(LimitKey)))
        {
            using var scope = NewDisposeScope();
            var qs = q.narrow(0, group, groups).narrow(1, query, queries);
            var (ks, vs) = (k.narrow(0, group, groups), v.narrow(0, group, groups));
            var outer = grad_output.narrow(0, group, groups).narrow(1, query, queries);
            var p = Probabilities(qs, ks);
            dv.narrow(0, group, groups).add_(p.transpose(1, 2).bmm(outer));
            var dp = outer.bmm(vs.transpose(1, 2));
            var ds = dp.sub_((p * dp).sum(-1, keepdim: true)).mul_(p);
            dq.narrow(0, group, groups).narrow(1, query, queries).copy_(ds.bmm(ks));
            dk.narrow(0, group, groups).add_(ds.transpose(1, 2).bmm(qs));
        }
        return [dq.MoveToOuterDisposeScope(), dk.MoveToOuterDisposeScope(), dv.MoveToOuterDisposeScope(), null!];
    }
}
