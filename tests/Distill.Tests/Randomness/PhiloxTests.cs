using SvgDistill.Distill.Randomness;
using Xunit;
using static TorchSharp.torch;

namespace SvgDistill.Distill.Tests.Randomness;

public class PhiloxTests
{
    /// <summary>The known answers that Random123, the authors' library, is tested with (kat_vectors, philox4x32 10).</summary>
    [Theory]
    [InlineData(0, 0, 0, 0, 0, 0, 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8)]
    [InlineData(0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd)]
    [InlineData(0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xa4093822, 0x299f31d0, 0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1)]
    public void Blocks_are_the_papers(uint c0, uint c1, uint c2, uint c3, uint k0, uint k1, uint x0, uint x1, uint x2, uint x3) =>
        Assert.Equal((x0, x1, x2, x3), Philox.Block(c0, c1, c2, c3, ((ulong)k1 << 32) | k0));

    [Fact]
    public void Normals_have_the_moments_of_a_standard_normal()
    {
        using var scope = NewDisposeScope();
        var x = new StepRandom(3, 0).Normal(zeros(400_000, dtype: ScalarType.Float64));
        double Moment(int k) => x.pow(k).mean().item<double>();
        // Four standard errors of each moment's estimate.
        Assert.Equal(0, Moment(1), 4 * Math.Sqrt(1 / 4e5));
        Assert.Equal(1, Moment(2), 4 * Math.Sqrt(2 / 4e5));
        Assert.Equal(0, Moment(3), 4 * Math.Sqrt(15 / 4e5));
        Assert.Equal(3, Moment(4), 4 * Math.Sqrt(96 / 4e5));
    }

    [Fact]
    public void Integers_fill_their_range_evenly()
    {
        var counts = new int[7];
        for (var step = 0; step < 70_000; step++) counts[new StepRandom(1, step).Pick(10, 17) - 10]++;
        Assert.All(counts, n => Assert.InRange(n, 10_000 - 400, 10_000 + 400));
    }

    [Fact]
    public void Seed_step_and_stream_each_give_other_numbers_and_together_the_same()
    {
        Assert.Equal(Draw(1, 2, 0), Draw(1, 2, 0));
        Assert.Equal(4, new[] { Draw(1, 2, 0), Draw(9, 2, 0), Draw(1, 3, 0), Draw(1, 2, 1) }.Distinct().Count());

        static int Draw(ulong seed, int step, int stream) => new StepRandom(seed, step, stream).Pick(0, int.MaxValue);
    }

    [Fact]
    public void Consecutive_draws_of_a_step_differ()
    {
        using var scope = NewDisposeScope();
        var draws = new StepRandom(1, 1);
        var (a, b) = (draws.Normal(zeros(5)), draws.Normal(zeros(5)));
        Assert.True((a - b).abs().min().item<float>() > 0);
    }
}
