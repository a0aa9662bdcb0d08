using TorchSharp;
using Xunit;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace SvgDistill.Torch.Tests;

public class AutogradTests
{
    public static TheoryData<string> Functions =>
    [
        "arithmetic", "powers", "exponentials", "trigonometry", "activations", "norms", "reductions", "shapes",
        "indexing", "scatter", "matmul", "conv2d", "conv_transpose2d", "group_norm", "layer_norm", "softmax",
        "interpolate", "pooling", "grid_sample", "pad", "losses", "cumsum", "where", "attention", "einsum",
    ];

    // Scalar functions of a [2,3,4,4] tensor with entries in 0.5..1.5, smooth there.
    private static Tensor Evaluate(string name, Tensor x)
    {
        Tensor Fixed(params long[] shape) =>
            (arange(shape.Aggregate(1L, (a, b) => a * b), dtype: float64) * 0.37).sin().reshape(shape);
        var weight = Fixed(2, 3, 4, 4);
        return name switch
        {
            "arithmetic" => ((x * weight - 2 / x + 3 - x / 7) * weight).sum(),
            "powers" => (x.pow(3) + x.sqrt() + x.rsqrt() + x.square() + x.reciprocal()).sum(),
            "exponentials" => (x.exp() + x.log() + x.log1p() + x.sigmoid() + x.tanh() + x.erf()).sum(),
            "trigonometry" => (x.sin() * x.cos() + x.atan2(weight) + x.tan() / 9).sum(),
            "activations" => (F.silu(x) + F.gelu(x) + x.gelu(TorchSharp.Modules.GELU.Approximate.tanh) + x.softplus()).sum(),
            "norms" => x.norm() + linalg.vector_norm(x, 3) + x.norm(1, false, 2).sum() + F.normalize(x).mul(weight).sum(),
            "reductions" => x.mean([1, 3]).pow(2).sum() + x.var([2L, 3]).sum() + x.std(false) + x.logsumexp(1).sum() + x.prod(3).sum(),
            "shapes" => (x.permute(0, 2, 3, 1).reshape(2, 16, 3).flip(1).transpose(1, 2).contiguous().view(2, 3, 4, 4) * weight).sum()
                + cat([x, x.roll([1], [2])], 1).narrow(1, 2, 3).pow(2).sum() + stack([x, x * x]).select(0, 1).sum()
                + (x.expand(2, 3, 4, 4).repeat(1, 1, 2, 1).unsqueeze(0).squeeze(0) * 2).sum(),
            "indexing" => x[TensorIndex.Colon, 1, TensorIndex.Slice(1, 3)].pow(2).sum() + x[.., .., ^1].sum()
                + x.index_select(3, tensor(new long[] { 3, 0, 0 })).pow(3).sum() + x[tensor(new long[] { 1, 0, 1 })].pow(2).sum(),
            "scatter" => zeros_like(x).scatter_add(3, zeros_like(x, int64), x).pow(2).sum()
                + zeros(3, 4, dtype: float64).index_add(0, tensor(new long[] { 2, 2, 0 }), x[0, 0][..3], 1).pow(2).sum()
                + x.gather(2, ones(2, 3, 2, 4, int64)).exp().sum(),
            "matmul" => x.matmul(weight).sum() + x.flatten(0, 1).bmm(weight.flatten(0, 1)).pow(2).sum() + x.flatten(1).mm(weight.flatten(1).t()).sum(),
            "conv2d" => F.conv2d(x, Fixed(5, 3, 3, 3), Fixed(5), [2], [1]).pow(2).sum(),
            "conv_transpose2d" => F.conv_transpose2d(x, Fixed(3, 2, 3, 3), Fixed(2), [2], [1], [1]).pow(2).sum(),
            "group_norm" => (F.group_norm(x, 3, Fixed(3), Fixed(3)) * weight).sum(),
            "layer_norm" => (F.layer_norm(x, [4, 4], Fixed(4, 4), Fixed(4, 4)) * weight).sum(),
            "softmax" => (x.softmax(1) * weight).sum() + (x.log_softmax(-1) * weight).sum(),
            "interpolate" => (F.interpolate(x, [7, 5], mode: InterpolationMode.Bilinear).pow(2).sum()
                + F.interpolate(x, [3, 6], mode: InterpolationMode.Bicubic).pow(2).sum()
                + F.interpolate(x, scale_factor: [2]).pow(2).sum()),
            "pooling" => F.avg_pool2d(x, 2).pow(2).sum() + F.adaptive_avg_pool2d(x, 1).pow(2).sum() + F.max_pool2d(x, 2).pow(2).sum(),
            "grid_sample" => F.grid_sample(x, Fixed(2, 3, 3, 2) * 0.8, align_corners: false).pow(2).sum(),
            "pad" => F.pad(x, [1, 2, 0, 1]).pow(2).sum() + F.pad(x, [1, 1, 1, 1], PaddingModes.Reflect).pow(2).sum()
                + F.pad(x, [1, 1, 1, 1], PaddingModes.Replicate).pow(2).sum(),
            "losses" => F.mse_loss(x, weight) + F.smooth_l1_loss(x, weight, beta: 0.1) + F.cross_entropy(x.flatten(1), tensor(new long[] { 5, 2 })),
            "cumsum" => (x.cumsum(2) * weight).sum() + x.cumprod(1).sum(),
            "where" => (where(weight > 0, x * x, x.exp()) + x.clamp(0.0, 5.0) + x.maximum(weight)).sum() + x.masked_fill(weight < 0, 2).pow(2).sum(),
            "attention" => F.scaled_dot_product_attention(x, weight, x * weight).sum(),
            "einsum" => einsum("bchw,bcvw->bchv", x, weight).pow(2).sum(),
            _ => throw new ArgumentOutOfRangeException(nameof(name)),
        };
    }

    private static double At(string name, double[] values)
    {
        using var scope = NewDisposeScope();
        return Evaluate(name, tensor(values, [2, 3, 4, 4])).item<double>();
    }

    [Theory, MemberData(nameof(Functions))]
    public void GradientsEqualCentralDifferences(string name)
    {
        using var scope = NewDisposeScope();
        var values = Enumerable.Range(0, 96).Select(i => 1 + 0.5 * Math.Sin(1.7 * i + 0.3)).ToArray();
        var x = tensor(values, [2, 3, 4, 4]).requires_grad_();
        Evaluate(name, x).backward();
        var gradient = x.grad!.data<double>().ToArray();
        const double h = 1e-6;
        for (int i = 0; i < values.Length; i += 7)
        {
            var moved = (double[])values.Clone();
            moved[i] += h;
            double up = At(name, moved);
            moved[i] -= 2 * h;
            double difference = (up - At(name, moved)) / (2 * h);
            Assert.True(Math.Abs(gradient[i] - difference) < 1e-6 * (1 + Math.Abs(difference) + gradient.Max(Math.Abs)),
                $"{name}[{i}]: {gradient[i]} against {difference}");
        }
    }

    [Fact]
    public void BackwardAccumulatesUntilTheGradientIsCleared()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new[] { 1.0, 2 }).requires_grad_();
        Assert.Null(x.grad);
        (x * x).sum().backward();
        (x * x).sum().backward();
        Assert.Equal([4.0, 8], x.grad!.data<double>().ToArray());
        x.grad = null;
        Assert.Null(x.grad);
        (x * x).sum().backward();
        Assert.Equal([2.0, 4], x.grad!.data<double>().ToArray());
        x.grad = ones(2, float64);
        Assert.Equal([1.0, 1], x.grad!.data<double>().ToArray());
    }

    [Fact]
    public void GradGivesWhatItIsAskedFor()
    {
        using var scope = NewDisposeScope();
        var x = tensor(3.0, requires_grad: true);
        var y = tensor(2.0, requires_grad: true);
        var z = x * x * y;
        var g = autograd.grad([z], [x, y], create_graph: true);
        Assert.Equal(12, g[0].item<double>());
        Assert.Equal(9, g[1].item<double>());
        var second = autograd.grad([g[0]], [x, y]);
        Assert.Equal(4, second[0].item<double>()); // d(2xy)/dx
        Assert.Equal(6, second[1].item<double>());
        Assert.Null(x.grad);

        var weighted = autograd.grad([x * tensor(new[] { 1.0, 10 })], [x], [tensor(new[] { 1.0, 0.5 })]);
        Assert.Equal(6, weighted[0].item<double>());
    }

    [Fact]
    public void UnusedInputsThrowUnlessAllowed()
    {
        using var scope = NewDisposeScope();
        var x = tensor(3.0, requires_grad: true);
        var unused = tensor(1.0, requires_grad: true);
        Assert.Contains("not have been used in the graph",
            Assert.ThrowsAny<Exception>(() => autograd.grad([x * 2], [unused])).Message);
        var g = autograd.grad([x * 2], [x, unused], allow_unused: true);
        Assert.Equal(2, g[0].item<double>());
        Assert.True(g[1] is null || g[1].IsInvalid);
    }

    [Fact]
    public void GraphsAreFreedUnlessRetained()
    {
        using var scope = NewDisposeScope();
        var x = tensor(3.0, requires_grad: true);
        var y = x.exp();
        y.backward(retain_graph: true);
        y.backward();
        Assert.Contains("second time", Assert.ThrowsAny<Exception>(() => y.backward()).Message);
    }

    [Fact]
    public void ModesDecideWhetherTheGraphIsRecorded()
    {
        using var scope = NewDisposeScope();
        var x = ones(2, requires_grad: true);
        Assert.True(is_grad_enabled());
        using (no_grad())
        {
            Assert.False((x * 2).requires_grad);
            using (enable_grad()) Assert.True((x * 2).requires_grad);
            Assert.False(is_grad_enabled());
        }
        Assert.True(is_grad_enabled());
        using (inference_mode())
        {
            Assert.True(is_inference_mode_enabled());
            Assert.False((x * 2).requires_grad);
        }
        Assert.False(is_inference_mode_enabled());
        Assert.False(x.detach().requires_grad);
        Assert.True(x.is_leaf);
        Assert.False((x * 2).is_leaf);
    }

    [Fact]
    public void RetainedGradientsOfInnerNodesAreKept()
    {
        using var scope = NewDisposeScope();
        var x = tensor(2.0, requires_grad: true);
        var y = x * 3;
        y.retain_grad();
        (y * y).backward();
        Assert.Equal(12, y.grad!.item<double>());
        Assert.Equal(36, x.grad!.item<double>());
    }

    [Fact]
    public void BackwardToChosenInputsLeavesTheOthers()
    {
        using var scope = NewDisposeScope();
        var x = tensor(2.0, requires_grad: true);
        var y = tensor(5.0, requires_grad: true);
        autograd.backward([x * y], inputs: [x]);
        Assert.Equal(5, x.grad!.item<double>());
        Assert.Null(y.grad);
    }

    [Fact]
    public void IntegersCannotRequireGradients()
    {
        using var scope = NewDisposeScope();
        Assert.Contains("floating point", Assert.ThrowsAny<Exception>(() => zeros(2, int64).requires_grad_()).Message);
    }
}
