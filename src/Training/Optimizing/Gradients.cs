using SvgDistill.Diffusion;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Training.Optimizing;

/// <summary>Gradients of a loss over a batch, by the engine's automatic differentiation.</summary>
internal static class Gradients
{
    // With one row libtorch leaves oneDNN for convolutions of its own (ConvParams::use_mkldnn), which are slower; a few keep both threads busy.
    private const int LeastHalf = 4;

    /// <summary>
    /// The loss and its gradients, one a parameter, fresh. The two halves of a batch are computed at the same time, each on one thread, where
    /// the networks are small; the sum's order is fixed.
    /// </summary>
    /// <param name="parameters">What is trained.</param>
    /// <param name="rows">Rows of the batch.</param>
    /// <param name="split">Whether to compute in halves, where they are large enough.</param>
    /// <param name="loss">The part of the loss of some rows: first and count. Parts must add up to the whole.</param>
    /// <param name="atOnce">Rows that a thread takes at once, so that what they need stays in its cache.</param>
    public static (double Loss, Tensor[] Gradients) Of(IReadOnlyList<Tensor> parameters, int rows, bool split, Func<int, int, Tensor> loss, int atOnce = int.MaxValue)
    {
        if (!split || rows < 2 * LeastHalf)
        {
            var whole = Part(parameters, 0, rows, loss);
            return (whole.Loss, [.. whole.Gradients.Select(g => g.MoveInto())]);
        }
        var (half, parts) = (rows / 2, new (double Loss, Tensor[] Gradients)[2]);
        TwoHands.Run(() => parts[0] = Half(parameters, 0, half, loss, atOnce), () => parts[1] = Half(parameters, half, rows - half, loss, atOnce));
        var sums = new Tensor[parameters.Count];
        for (var i = 0; i < sums.Length; i++) sums[i] = Sum([parts[0].Gradients[i], parts[1].Gradients[i]]);
        return (parts[0].Loss + parts[1].Loss, sums);
    }

    private static (double Loss, Tensor[] Gradients) Half(IReadOnlyList<Tensor> parameters, int first, int count, Func<int, int, Tensor> loss, int atOnce)
    {
        var pieces = Math.Clamp(count / LeastHalf, 1, (int)Math.Ceiling((double)count / atOnce));
        int At(int piece) => first + (int)((long)count * piece / pieces);
        var (sum, sums) = Part(parameters, first, At(1) - first, loss);
        for (var piece = 1; piece < pieces; piece++)
        {
            var (more, gradients) = Part(parameters, At(piece), At(piece + 1) - At(piece), loss);
            sum += more;
            for (var i = 0; i < sums.Length; i++)
            {
                sums[i].add_(gradients[i]);
                gradients[i].Dispose();
            }
        }
        return (sum, sums);
    }

    /// <summary>
    /// The same of a loss that sees all rows at once: halves of the rows are computed at the same time as far as their embeddings, the loss is
    /// taken of all of these, and its gradients by them go back through the halves (Gao 2021, section 3.2).
    /// </summary>
    /// <param name="towers">What is trained before the embeddings.</param>
    /// <param name="last">What is trained behind them.</param>
    /// <param name="rows">Rows of the batch.</param>
    /// <param name="split">Whether to compute in halves, where they are large enough.</param>
    /// <param name="embed">The embeddings [count,...] of some rows: first and count.</param>
    /// <param name="loss">The loss of all embeddings.</param>
    /// <returns>Gradients of the first parameters, then of the last.</returns>
    public static (double Loss, Tensor[] Gradients) OfAll(IReadOnlyList<Tensor> towers, IReadOnlyList<Tensor> last, int rows, bool split, Func<int, int, Tensor> embed, Func<Tensor, Tensor> loss)
    {
        var half = split && rows >= 2 * LeastHalf ? rows / 2 : rows;
        var embedded = new Tensor[half < rows ? 2 : 1];
        var sums = new Tensor[embedded.Length][];
        void Each(Action<int> work)
        {
            if (half < rows) TwoHands.Run(() => work(0), () => work(1));
            else work(0);
        }
        Each(hand =>
        {
            using var grad = enable_grad();
            using var scope = NewDisposeScope();
            embedded[hand] = embed(hand * half, hand == 0 ? half : rows - half).DetachFromDisposeScope();
        });
        double value;
        Tensor[] behind;
        Tensor[] ofEmbeddings;
        using (var scope = NewDisposeScope())
        {
            using var grad = enable_grad();
            var all = cat([.. embedded.Select(e => e.detach())], 0).requires_grad_(true);
            var whole = loss(all);
            value = whole.to(ScalarType.Float64).item<double>();
            var gradients = autograd.grad([whole], [all, .. last]);
            ofEmbeddings = [.. embedded.Select((e, hand) => gradients[0].narrow(0, hand * half, e.shape[0]).DetachFromDisposeScope())];
            behind = [.. gradients.Skip(1).Select(g => g.DetachFromDisposeScope())];
        }
        Each(hand =>
        {
            using var scope = NewDisposeScope();
            sums[hand] = [.. autograd.grad([embedded[hand]], [.. towers], [ofEmbeddings[hand]]).Select(g => g.DetachFromDisposeScope())];
            embedded[hand].Dispose();
            ofEmbeddings[hand].Dispose();
        });
        return (value, [.. towers.Select((_, i) => Sum([.. sums.Select(s => s[i])])), .. behind.Select(g => g.MoveInto())]);
    }

    private static Tensor Sum(Tensor[] parts)
    {
        if (parts is [var only]) return only.MoveInto();
        using var first = parts[0];
        using var second = parts[1];
        return first + second;
    }

    // Beyond any scope: the second half's thread has none.
    private static (double Loss, Tensor[] Gradients) Part(IReadOnlyList<Tensor> parameters, int first, int count, Func<int, int, Tensor> loss)
    {
        using var grad = enable_grad();
        using var scope = NewDisposeScope();
        var value = loss(first, count);
        var gradients = autograd.grad([value], [.. parameters]);
        return (value.item<float>(), [.. gradients.Select(g => g.DetachFromDisposeScope())]);
    }

    private static Tensor MoveInto(this Tensor tensor)
    {
        using (tensor) return tensor.alias(); // A name in the caller's scope.
    }
}
