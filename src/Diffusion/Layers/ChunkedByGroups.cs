using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Diffusion.Layers;

/// <summary>
/// A function of a large map [B,C,...] that treats groups of channels independently, applied to a few groups at a time: its
/// intermediate results stay as small as a chunk, and in the cache. For the gradient the map alone is kept, the rest is
/// computed again, chunk by chunk. The numbers are those of one pass over everything.
/// </summary>
internal sealed class ChunkedByGroups : autograd.SingleTensorFunction<ChunkedByGroups>
{
    /// <summary>Maps with more numbers than this are worth it.</summary>
    public const long LargeMap = 1L << 22;

    /// <summary>Numbers in a chunk, unless one group has more; at least two groups, so that two threads share the work.</summary>
    private const long ChunkSize = 1L << 20;

    private const string CallKey = "call";

    public override string Name => nameof(ChunkedByGroups);

    /// <param name="x">[B,C,...].</param>
    /// <param name="groups">Number of groups; C is a multiple of it.</param>
    /// <param name="function">Of the channels from the first on, [B,channels,...], of the same shape and type.</param>
    /// <returns>Like x.</returns>
    public static Tensor Run(Tensor x, long groups, Func<Tensor, long, Tensor> function)
    {
        var call = new Call(groups, function);
        return is_grad_enabled() && x.requires_grad ? apply(x, call) : Forward(x, call);
    }

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (x, call) = ((Tensor)vars[0], (Call)vars[1]);
        ctx.save_for_backward([x]);
        ctx.save_data(CallKey, call);
        return Forward(x, call);
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        using var whole = NewDisposeScope();
        var (x, call) = (ctx.get_saved_variables()[0], (Call)ctx.get_data(CallKey));
        var gradient = empty_like(x);
        foreach (var (first, count) in call.Chunks(x))
        {
            using var scope = NewDisposeScope();
            Tensor part;
            using (enable_grad())
            {
                var leaf = x.narrow(1, first, count).detach().requires_grad_(true);
                part = autograd.grad([call.Function(leaf, first)], [leaf], [grad_output.narrow(1, first, count)])[0];
            }
            gradient.narrow(1, first, count).copy_(part);
        }
        return [gradient.MoveToOuterDisposeScope(), null!];
    }

    private static Tensor Forward(Tensor x, Call call)
    {
        var result = empty_like(x);
        foreach (var (first, count) in call.Chunks(x))
        {
            using var scope = NewDisposeScope();
            result.narrow(1, first, count).copy_(call.Function(x.narrow(1, first, count), first));
        }
        return result;
    }

    private sealed record Call(long Groups, Func<Tensor, long, Tensor> Function)
    {
        /// <summary>First channel and number of channels of each chunk, from shapes alone.</summary>
        public IEnumerable<(long First, long Count)> Chunks(Tensor x)
        {
            var channels = x.shape[1];
            var width = channels / Groups;
            var step = width * Math.Max(2, ChunkSize * Groups / x.NumberOfElements);
            for (var first = 0L; first < channels; first += step) yield return (first, Math.Min(step, channels - first));
        }
    }
}
