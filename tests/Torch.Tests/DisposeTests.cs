using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace SvgDistill.Torch.Tests;

public class DisposeTests
{
    [Fact]
    public void AScopeDisposesWhatWasMadeInItExceptWhatMovedOut()
    {
        Tensor kept, moved, inner;
        using (var outer = NewDisposeScope())
        {
            using (var scope = NewDisposeScope())
            {
                Assert.Same(scope, CurrentDisposeScope);
                inner = ones(2);
                moved = (inner * 2).MoveToOuterDisposeScope();
                kept = ones(3).DetachFromDisposeScope();
                Assert.Equal(1, scope.DisposablesCount);
                Assert.True(scope.Contains(inner));
            }
            Assert.Same(outer, CurrentDisposeScope);
            Assert.True(inner.IsInvalid);
            Assert.False(moved.IsInvalid);
        }
        Assert.True(moved.IsInvalid);
        Assert.False(kept.IsInvalid);
        kept.Dispose();
        Assert.True(kept.IsInvalid);
        Assert.Throws<InvalidOperationException>(() => kept.shape);
    }

    [Fact]
    public void TensorsAttachAndMoveBetweenScopes()
    {
        var loose = ones(1).DetachFromDisposeScope();
        using var a = NewDisposeScope();
        using (var b = NewDisposeScope())
        {
            b.Attach(loose);
            Assert.True(b.Contains(loose));
            loose.MoveToOtherDisposeScope(a);
            Assert.True(a.Contains(loose));
            var (x, y) = b.MoveToOuter(ones(1), ones(2));
            Assert.True(a.Contains(x) && a.Contains(y));
            var z = b.Detach(ones(1));
            Assert.False(b.Contains(z));
            z.Dispose();
        }
        Assert.False(loose.IsInvalid);
        var keep = ones(1);
        a.DisposeEverythingBut(keep);
        Assert.True(loose.IsInvalid);
        Assert.False(keep.IsInvalid);
        using var result = WrappedTensorDisposeScope(() => ones(2) + ones(2));
        Assert.True(a.Contains(result));
    }

    [Fact]
    public void StatisticsCountThisThreadsTensors()
    {
        var statistics = DisposeScopeManager.Statistics;
        statistics.Reset();
        var outside = ones(1);
        using (NewDisposeScope()) _ = ones(1) + ones(1);
        Assert.Equal(1, statistics.CreatedOutsideScopeCount);
        Assert.Equal(3, statistics.CreatedInScopeCount);
        Assert.Equal(3, statistics.DisposedInScopeCount);
        Assert.Equal(1, statistics.ThreadTotalLiveCount);
        outside.Dispose();
        Assert.Equal(1, statistics.DisposedOutsideScopeCount);
        Assert.Equal(0, statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void AliasesAreReferencesOfTheirOwn()
    {
        using var scope = NewDisposeScope();
        var a = ones(2);
        var b = a.alias();
        a.Dispose();
        Assert.Equal([1f, 1], b.data<float>().ToArray());
        b.Dispose();
        b.Dispose(); // a second time does nothing
    }

    [Fact]
    public void FinalizersReturnWhatNobodyDisposed()
    {
        static void Abandon()
        {
            for (int i = 0; i < 100; i++) _ = ones(10);
        }
        Abandon();
        long before = Tensor.TotalCount;
        Abandon();
        for (int i = 0; i < 20 && Tensor.TotalCount > before - 50; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        Assert.True(Tensor.TotalCount < before, $"{before} -> {Tensor.TotalCount}");
        Assert.True(Tensor.PeakCount >= before);
    }
}
