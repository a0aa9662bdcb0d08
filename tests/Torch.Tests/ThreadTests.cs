using TorchSharp;
using Xunit;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace SvgDistill.Torch.Tests;

/// <summary>What the program relies on to give the same bytes on any number of threads.</summary>
public class ThreadTests
{
    private static readonly Dictionary<string, Func<Generator, Tensor[]>> Computations = new()
    {
        ["sum"] = g => [randn([300, 500], generator: g).sum()],
        ["mean"] = g => [randn([3, 128, 256], generator: g).mean()],
        ["var, std and norm"] = g => [randn([300, 500], generator: g).var(), randn([300, 500], generator: g).std(), randn([300, 500], generator: g).norm()],
        ["sums over dimensions"] = g => [randn([300, 500], generator: g).sum(0L), randn([300, 500], generator: g).sum(1)],
        ["3x3 convolution and gradient to its input"] = g => Convolve(g, 16, 32, 3),
        ["1x1 convolution and gradient to its input"] = g => Convolve(g, 192, 64, 1),
        ["matrix product"] = g => [randn([77, 768], generator: g).mm(randn([768, 300], generator: g))],
        ["attention"] = g => [F.scaled_dot_product_attention(randn([8, 256, 40], generator: g), randn([8, 256, 40], generator: g), randn([8, 256, 40], generator: g))],
        ["group_norm"] = g => [F.group_norm(randn([2, 64, 32, 32], generator: g), 32)],
        ["gradient of an indexed read"] = g =>
        {
            var x = randn([100, 64], generator: g).requires_grad_();
            var y = x[TensorIndex.Tensor(arange(5000) % 100)];
            return [autograd.grad([y], [x], [randn([5000, 64], generator: g)])[0]];
        },
        ["indexed addition"] = g => [zeros(100, 64).index_put_(randn([5000, 64], generator: g), [arange(5000) % 100], accumulate: true)],
        ["index_add"] = g => [zeros(100, 64).index_add(0, arange(5000) % 100, randn([5000, 64], generator: g), 1)],
    };

    public static TheoryData<string> Names => [.. Computations.Keys];

    private static Tensor[] Convolve(Generator g, long from, long to, long kernel)
    {
        var x = randn([2, from, 16, 16], generator: g).requires_grad_();
        var y = F.conv2d(x, randn([to, from, kernel, kernel], generator: g), randn([to], generator: g), [1], [kernel / 2]);
        return [y.detach(), autograd.grad([y], [x], [randn(y.shape, generator: g)])[0]];
    }

    [Theory, MemberData(nameof(Names))]
    public void ResultsDoNotDependOnTheNumberOfThreads(string name)
    {
        using var scope = NewDisposeScope();
        int before = get_num_threads();
        try
        {
            var results = new List<byte[][]>();
            foreach (int threads in (int[])[1, 2])
            {
                set_num_threads(threads);
                using var g = new Generator(4);
                results.Add([.. Computations[name](g).Select(t => t.contiguous().bytes.ToArray())]);
            }
            Assert.Equal(results[0], results[1]);
        }
        finally
        {
            set_num_threads(before);
        }
    }

    [Fact]
    public void OneByOneConvolutionsEqualTheirDefinition()
    {
        using var scope = NewDisposeScope();
        var x = randn([2, 5, 3, 4], requires_grad: true);
        var w = randn([7, 5, 1, 1], requires_grad: true);
        var b = randn([7], requires_grad: true);
        var y = F.conv2d(x, w, b);
        var expected = einsum("bchw,oc->bohw", x, w.flatten(1)) + b.view(-1, 1, 1);
        Assert.True(y.allclose(expected, 1e-5, 1e-6));
        var weights = randn(y.shape);
        var gradients = autograd.grad([(y * weights).sum()], [x, w, b]);
        var truth = autograd.grad([(expected * weights).sum()], [x, w, b]);
        Assert.All(gradients.Zip(truth), p => Assert.True(p.First.allclose(p.Second, 1e-4, 1e-5)));
        Assert.True(F.conv2d(x, w).allclose(expected - b.view(-1, 1, 1), 1e-4, 1e-5));
    }
}
