using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace SvgDistill.Diffusion.Tests;

public class TwoHandsTests
{
    [Fact]
    public void BothHalvesRunOnThreadsOfTheirOwnAndAreJoinedInOrder()
    {
        using var scope = NewDisposeScope();
        var threads = new int[2];
        var joined = TwoHands.Join(() => Half(0), () => Half(1));
        Assert.NotEqual(threads[0], threads[1]);
        Assert.Equal([0f, 0f, 1f, 1f], joined.data<float>().ToArray());

        Tensor Half(int value)
        {
            threads[value] = Environment.CurrentManagedThreadId;
            return full(2, value, dtype: ScalarType.Float32);
        }
    }

    [Theory]
    [InlineData(true, false, "first")]
    [InlineData(false, true, "second")]
    [InlineData(true, true, "first")]
    public void AFailureComesOutAndLeavesNothingBehind(bool first, bool second, string expected)
    {
        var error = Assert.Throws<InvalidOperationException>(() => TwoHands.Run(() => Fail(first, "first"), () => Fail(second, "second")));
        Assert.Equal(expected, error.Message);
        var ran = 0;
        TwoHands.Run(() => Interlocked.Increment(ref ran), () => Interlocked.Increment(ref ran));
        Assert.Equal(2, ran);

        static void Fail(bool fails, string name)
        {
            if (fails) throw new InvalidOperationException(name);
        }
    }
}
