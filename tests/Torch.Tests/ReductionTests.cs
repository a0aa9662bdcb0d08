using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace SvgDistill.Torch.Tests;

public class ReductionTests
{
    // [[3,1,2],[6,5,4]]
    private static Tensor X => tensor(new double[,] { { 3, 1, 2 }, { 6, 5, 4 } });

    [Fact]
    public void SumsMeansAndProducts()
    {
        using var scope = NewDisposeScope();
        Check.Equal(21, X.sum());
        Check.Equal([9, 6, 6], X.sum(0L));
        Check.Equal([2, 1], [6, 15], X.sum(1, keepdim: true));
        Check.Equal([6, 15], X.sum([1L]));
        Check.Equal(21, X.sum(0, 1));
        Assert.Equal(float32, X.sum(type: float32).dtype);
        Check.Equal(3.5, X.mean());
        Check.Equal([2, 5], X.mean([1]));
        Check.Equal([1, 3], [4.5, 3, 3], X.mean([0], keepdim: true));
        Check.Equal(720, X.prod());
        Check.Equal([6, 120], X.prod(1));
    }

    [Fact]
    public void SpreadsAndNorms()
    {
        using var scope = NewDisposeScope();
        Check.Equal(3.5, X.var());
        Check.Equal(17.5 / 6, X.var(unbiased: false));
        Check.Equal([1, 1], X.var(1));
        Check.Equal([2, 1], [2.0 / 3, 2.0 / 3], X.var([1L], unbiased: false, keepdim: true));
        Check.Equal(Math.Sqrt(3.5), X.std());
        Check.Equal([1, 1], X.std(1));
        Check.Equal(Math.Sqrt(3.5), std_mean(X).std);
        Check.Equal(3.5, var_mean(X).mean);
        Check.Equal(Math.Sqrt(91), X.norm());
        Check.Equal(21, X.norm(1f));
        Check.Equal([Math.Sqrt(14), Math.Sqrt(77)], X.norm(1));
        Check.Equal([2, 1], [3, 6], X.norm(1, true, float.PositiveInfinity));
        Check.Equal(Math.Sqrt(91), linalg.norm(X));
        Check.Equal([Math.Cbrt(36), Math.Cbrt(405)], linalg.vector_norm(X, 3, [1]), 1e-9);
        Check.Equal(Math.Sqrt(91), linalg.matrix_norm(X));
    }

    [Fact]
    public void Extremes()
    {
        using var scope = NewDisposeScope();
        Check.Equal(6, X.max());
        Check.Equal(1, X.min());
        var (values, indexes) = X.max(1);
        Check.Equal([3, 6], values);
        Check.Equal([0, 0], indexes);
        Check.Equal([1, 2], X.min(1).indexes);
        Check.Equal([6, 5, 4], X.amax(0));
        Check.Equal([2, 1], [1, 4], X.amin([1], keepdim: true));
        Check.Equal(3, X.argmax());
        Check.Equal([1, 1, 1], X.argmax(0));
        Check.Equal([1, 2], X.argmin(1));
        Check.Equal(1, X.aminmax().min);
        Check.Equal(3, X.median());
        var (top, where) = X.topk(2);
        Check.Equal([2, 2], [3, 2, 6, 5], top);
        Check.Equal([2, 2], [0, 2, 0, 1], where);
        Check.Equal([2, 2], [1, 2, 4, 5], X.topk(2, largest: false).values);
        Check.Equal([2, 5], X.kthvalue(2, 1).values);
    }

    [Fact]
    public void Logic()
    {
        using var scope = NewDisposeScope();
        var b = X > 2;
        Check.Equal([2, 3], [1, 0, 0, 1, 1, 1], b);
        Check.Equal(0, b.all());
        Check.Equal([0, 1], b.all(1));
        Check.Equal(1, b.any());
        Check.Equal([1, 1, 1], b.any(0));
        Check.Equal([1, 3], b.count_nonzero([1]));
    }

    [Fact]
    public void RunningTotals()
    {
        using var scope = NewDisposeScope();
        Check.Equal([2, 3], [3, 4, 6, 6, 11, 15], X.cumsum(1));
        Check.Equal([2, 3], [3, 1, 2, 9, 6, 6], X.cumsum(0));
        Check.Equal([2, 3], [3, 3, 6, 6, 30, 120], X.cumprod(1));
        Check.Equal([2, 3], [3, 3, 3, 6, 6, 6], X.cummax(1).values);
        Check.Equal([2, 2], [-2, 1, -1, -1], X.diff());
        Check.Equal([Math.Log(Math.Exp(3) + Math.Exp(1) + Math.Exp(2)), Math.Log(Math.Exp(6) + Math.Exp(5) + Math.Exp(4))], X.logsumexp(1));
    }

    [Fact]
    public void Orders()
    {
        using var scope = NewDisposeScope();
        var (sorted, order) = X.sort(1);
        Check.Equal([2, 3], [1, 2, 3, 4, 5, 6], sorted);
        Check.Equal([2, 3], [1, 2, 0, 2, 1, 0], order);
        Check.Equal([2, 3], [0, 2, 1, 0, 1, 2], X.argsort(1, descending: true));
        var (unique, inverse, counts) = tensor(new long[] { 5, 2, 5, 5 }).unique(return_inverse: true, return_counts: true);
        Check.Equal([2, 5], unique);
        Check.Equal([1, 0, 1, 1], inverse!);
        Check.Equal([1, 3], counts!);
        Assert.Null(X.unique().counts);
        Check.Equal([0, 0, 1, 0, 0, 3], tensor(new long[] { 5, 2, 5, 5 }).bincount(null));
        Check.Equal([1, 2], searchsorted(tensor(new[] { 1.0, 3, 5 }), tensor(new[] { 2.0, 4 })));
        Check.Equal([0, 3], tensor(new[] { 0.5, 9 }).bucketize(tensor(new[] { 1.0, 3, 5 })));
    }

    [Fact]
    public void SoftmaxSumsToOne()
    {
        using var scope = NewDisposeScope();
        double z = Math.Exp(1) + Math.Exp(2) + Math.Exp(3);
        Check.Equal([Math.Exp(3) / z, Math.Exp(1) / z, Math.Exp(2) / z], X.softmax(1)[0]);
        Check.Equal([3 - Math.Log(z), 1 - Math.Log(z), 2 - Math.Log(z)], X.log_softmax(-1)[0]);
        Assert.Equal(float32, X.softmax(1, float32).dtype);
    }
}
