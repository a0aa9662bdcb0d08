using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace SvgDistill.Diffusion.Tests;

/// <summary>
/// A number that a call into libtorch is given lives until the call returns, whatever is collected meanwhile. With TorchSharp as its package has it
/// (build/KeptArguments.targets) some thirty of these products fail or, worse, take another number.
/// </summary>
public sealed class NumbersOfCallsTests
{
    [Fact]
    public void Collections_of_other_threads_take_no_number_from_a_call()
    {
        const int Products = 300_000;
        using var scope = NewDisposeScope();
        var x = ones(4);
        using var done = new CancellationTokenSource();
        var collections = 0;
        var collecting = new Thread(() =>
        {
            for (; !done.IsCancellationRequested; collections++)
            {
                GC.Collect(0);
                Thread.Yield();
            }
        });
        collecting.Start();
        try
        {
            for (var i = 0; i < Products; i++)
            {
                using var y = x * 3.0;
                Assert.Equal(3f, y.data<float>()[0]);
            }
        }
        finally
        {
            done.Cancel();
            collecting.Join();
        }
        Assert.True(collections > 100);
    }
}
