using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace SvgDistill.Torch.Tests;

public class RandomTests
{
    [Fact]
    public void ASeedRepeatsItsNumbersAndAnotherDoesNot()
    {
        using var scope = NewDisposeScope();
        using var a = new Generator(5);
        using var b = new Generator(5);
        using var c = new Generator(6);
        var x = randn([100], generator: a);
        Assert.True(x.Equals(randn([100], generator: b)));
        Assert.False(x.Equals(randn([100], generator: c)));
        Assert.False(x.Equals(randn([100], generator: a)));
        a.manual_seed(5);
        Assert.True(x.Equals(randn([100], generator: a)));
        Assert.Equal(5, a.initial_seed());
    }

    [Fact]
    public void AGeneratorIsIndependentOfTheDefaultOne()
    {
        using var scope = NewDisposeScope();
        using var own = new Generator(7);
        manual_seed(1);
        var first = rand(5);
        rand([5], generator: own);
        manual_seed(1);
        Assert.True(first.Equals(rand(5)));
        using var again = new Generator(7);
        manual_seed(2);
        Assert.True(rand([5], generator: again).Equals(rand([5], generator: own.manual_seed(7))));
    }

    [Fact]
    public void AStateContinuesWhereItWasTaken()
    {
        using var scope = NewDisposeScope();
        using var g = new Generator(3);
        randn([3], generator: g);
        var state = g.get_state();
        var x = randn([5], generator: g);
        g.set_state(state);
        Assert.True(x.Equals(randn([5], generator: g)));
        var global = get_rng_state();
        var y = rand(4);
        set_rng_state(global);
        Assert.True(y.Equals(rand(4)));
    }

    [Fact]
    public void EveryDrawTakesAGenerator()
    {
        using var scope = NewDisposeScope();
        Func<Generator, Tensor>[] draws =
        [
            g => rand([8], generator: g), g => randint(0, 1000, [8], generator: g), g => randperm(20, generator: g),
            g => empty(8).normal_(1, 2, g), g => empty(8).uniform_(-1, 1, g), g => full(8, 0.5f).bernoulli(g),
            g => ones(8).multinomial(4, generator: g), g => normal(zeros(8), ones(8), g), g => empty(8).exponential_(1, g),
            g => empty(8).bernoulli_(0.5, g), g => tensor(randint_long(1L << 40, g)), g => tensor(rand_float(g)),
        ];
        foreach (var draw in draws)
        {
            using var a = new Generator(11);
            using var b = new Generator(11);
            manual_seed(1);
            var first = draw(a);
            manual_seed(2);
            Assert.True(first.Equals(draw(b)));
        }
    }

    [Fact]
    public void DrawsHaveTheAskedDistribution()
    {
        using var scope = NewDisposeScope();
        using var g = new Generator(1);
        var n = randn([20000], float64, generator: g);
        Assert.Equal(0, n.mean().item<double>(), 1);
        Assert.Equal(1, n.std().item<double>(), 1);
        var u = empty(20000).uniform_(2, 5, g);
        Assert.InRange(u.min().item<float>(), 2, 2.1);
        Assert.InRange(u.max().item<float>(), 4.9, 5);
        var i = randint(3, 6, [1000], generator: g);
        Assert.Equal([3L, 4, 5], i.unique().output.data<long>().ToArray());
        Assert.Equal(Enumerable.Range(0, 50).Select(k => (long)k), randperm(50, generator: g).data<long>().Order());
        Assert.Equal(float64, randn_like(n).dtype);
        Assert.True(rand(3, requires_grad: true).requires_grad);
    }
}
