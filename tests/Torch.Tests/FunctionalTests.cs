using TorchSharp;
using Xunit;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace SvgDistill.Torch.Tests;

/// <summary>nn.functional against loops in plain C#.</summary>
public class FunctionalTests
{
    private static Tensor Range(params long[] shape) =>
        (arange(shape.Aggregate(1L, (a, b) => a * b), dtype: float64) * 0.7).sin().reshape(shape);

    private static double At(Tensor t, params long[] i) =>
        i.Zip(t.shape).All(p => p.First >= 0 && p.First < p.Second) ? t.data<double>()[i] : 0;

    [Theory]
    [InlineData(1, 0, 1, 1)]
    [InlineData(2, 1, 1, 1)]
    [InlineData(1, 2, 2, 1)]
    [InlineData(1, 1, 1, 2)]
    public void Conv2dIsItsDefiningSum(int stride, int padding, int dilation, int groups)
    {
        using var scope = NewDisposeScope();
        var x = Range(2, 4, 7, 6);
        var w = Range(6, 4 / groups, 3, 2);
        var b = Range(6);
        var y = F.conv2d(x, w, b, [stride], [padding], [dilation], groups);
        long height = (7 + 2 * padding - dilation * 2 - 1) / stride + 1, width = (6 + 2 * padding - dilation - 1) / stride + 1;
        var expected = new List<double>();
        for (int n = 0; n < 2; n++)
            for (int o = 0; o < 6; o++)
                for (int i = 0; i < height; i++)
                    for (int j = 0; j < width; j++)
                    {
                        double sum = At(b, o);
                        for (int c = 0; c < 4 / groups; c++)
                            for (int u = 0; u < 3; u++)
                                for (int v = 0; v < 2; v++)
                                    sum += At(w, o, c, u, v) * At(x, n, o / (6 / groups) * (4 / groups) + c,
                                        i * stride + u * dilation - padding, j * stride + v * dilation - padding);
                        expected.Add(sum);
                    }
        Check.Equal([2, 6, height, width], [.. expected], y, 1e-10);
        // The transposed convolution is its adjoint: <conv(x), g> = <x, conv_transpose(g)>.
        var g = Range(y.shape);
        long[] left = [.. new[] { (7, height, 3), (6, width, 2) }.Select(s => s.Item1 - ((s.Item2 - 1) * stride - 2 * padding + dilation * (s.Item3 - 1) + 1))];
        var back = F.conv_transpose2d(g, w, null, [stride], [padding], left, [dilation], groups);
        Check.Equal((F.conv2d(x, w, null, [stride], [padding], [dilation], groups) * g).sum().item<double>(), (x * back).sum(), 1e-10);
    }

    [Fact]
    public void Conv1dAndPaddingNamesAgreeWithConv2d()
    {
        using var scope = NewDisposeScope();
        var x = Range(2, 3, 9);
        var w = Range(4, 3, 3);
        Assert.True(F.conv1d(x, w, null, 2, 1).allclose(F.conv2d(x.unsqueeze(2), w.unsqueeze(2), null, [1, 2], [0, 1]).squeeze(2)));
        Assert.True(F.conv2d_padding(x.unsqueeze(2), w.unsqueeze(2), padding: Padding.Same)
            .allclose(F.conv2d(x.unsqueeze(2), w.unsqueeze(2), padding: [0, 1])));
        var up = F.conv_transpose1d(x, Range(3, 2, 4), stride: 2, padding: 1);
        Assert.Equal([2L, 2, 18], up.shape);
    }

    [Fact]
    public void NormalisationsSubtractMeanAndDivideByDeviation()
    {
        using var scope = NewDisposeScope();
        var x = Range(2, 4, 3, 5) * 3 + 1;
        Tensor Normal(Tensor t, long[] dims) => (t - t.mean(dims, true)) / (t.var(dims, false, true) + 1e-3).sqrt();
        var w = Range(4);
        var b = Range(4) + 2;
        Assert.True(F.group_norm(x, 2, w, b, 1e-3).allclose(
            Normal(x.reshape(2, 2, 2, 3, 5), [2, 3, 4]).reshape(2, 4, 3, 5) * w.view(4, 1, 1) + b.view(4, 1, 1)));
        Assert.True(F.layer_norm(x, [3, 5], Range(3, 5), eps: 1e-3).allclose(Normal(x, [2, 3]) * Range(3, 5)));
        Assert.True(F.batch_norm(x, null, null, w, b, training: true, eps: 1e-3).allclose(
            Normal(x, [0, 2, 3]) * w.view(4, 1, 1) + b.view(4, 1, 1)));
        Assert.True(F.instance_norm(x, eps: 1e-3).allclose(Normal(x, [2, 3])));
        Assert.True(F.normalize(x).allclose(x / x.square().sum(1, keepdim: true).sqrt()));
        var zero = F.normalize(zeros(1, 3, float64));
        Check.Equal([1, 3], [0, 0, 0], zero); // eps keeps it finite
        Assert.True(F.cosine_similarity(x, x * 2).allclose(ones(2, 3, 5, float64)));
    }

    [Theory]
    [InlineData(InterpolationMode.Nearest, false)]
    [InlineData(InterpolationMode.Bilinear, false)]
    [InlineData(InterpolationMode.Bilinear, true)]
    [InlineData(InterpolationMode.Bicubic, false)]
    public void InterpolationIsTheSumOfItsKernel(InterpolationMode mode, bool corners)
    {
        using var scope = NewDisposeScope();
        var x = Range(1, 2, 5, 4);
        var y = F.interpolate(x, [8, 7], mode: mode, align_corners: mode == InterpolationMode.Nearest ? null : corners);
        double Kernel(double t)
        {
            t = Math.Abs(t);
            if (mode == InterpolationMode.Bilinear) return Math.Max(0, 1 - t);
            const double a = -0.75; // Keys' cubic as PyTorch parametrises it
            return t <= 1 ? ((a + 2) * t - (a + 3)) * t * t + 1 : t < 2 ? ((t - 5) * t + 8) * t * a - 4 * a : 0;
        }
        double Source(int i, int from, int to) => corners ? i * (from - 1.0) / (to - 1) : (i + 0.5) * from / to - 0.5;
        var expected = new List<double>();
        for (int c = 0; c < 2; c++)
            for (int i = 0; i < 8; i++)
                for (int j = 0; j < 7; j++)
                {
                    if (mode == InterpolationMode.Nearest)
                    {
                        expected.Add(At(x, 0, c, i * 5 / 8, j * 4 / 7));
                        continue;
                    }
                    double v = Source(i, 5, 8), u = Source(j, 4, 7), sum = 0;
                    if (mode == InterpolationMode.Bilinear) (u, v) = (Math.Max(u, 0), Math.Max(v, 0));
                    for (int p = (int)Math.Floor(v) - 1; p <= Math.Floor(v) + 2; p++)
                        for (int q = (int)Math.Floor(u) - 1; q <= Math.Floor(u) + 2; q++)
                            sum += Kernel(v - p) * Kernel(u - q) * At(x, 0, c, Math.Clamp(p, 0, 4), Math.Clamp(q, 0, 3));
                    expected.Add(sum);
                }
        Check.Equal([1, 2, 8, 7], [.. expected], y, 1e-9);
    }

    [Fact]
    public void InterpolationTakesSizesOrFactors()
    {
        using var scope = NewDisposeScope();
        var x = Range(1, 1, 4, 6);
        Assert.True(F.interpolate(x, scale_factor: [2, 2]).Equals(F.interpolate(x, [8, 12])));
        Assert.Equal([1L, 1, 2, 3], F.interpolate(x, scale_factor: [0.5, 0.5], mode: InterpolationMode.Area).shape);
        Assert.True(F.interpolate(x, [2, 3], mode: InterpolationMode.Area).allclose(F.avg_pool2d(x, 2)));
        Assert.True(F.interpolate(x, [2, 3], mode: InterpolationMode.Bilinear, antialias: true).sum().item<double>() != 0);
        Assert.True(F.upsample_nearest(x, scale_factor: [2, 2]).Equals(F.interpolate(x, [8, 12])));
        Assert.Equal([1L, 4, 8], F.interpolate(x[.., 0], [8], mode: InterpolationMode.Linear).shape);
    }

    [Fact]
    public void PoolsTakeMeansAndMaxima()
    {
        using var scope = NewDisposeScope();
        var x = arange(16, dtype: float64).reshape(1, 1, 4, 4);
        Check.Equal([1, 1, 2, 2], [2.5, 4.5, 10.5, 12.5], F.avg_pool2d(x, 2));
        Check.Equal([1, 1, 2, 2], [5, 7, 13, 15], F.max_pool2d(x, 2));
        Check.Equal([1, 1, 2, 2], [10, 11, 14, 15], F.max_pool2d(x, 3, 1));
        Check.Equal([1, 1, 1, 1], [7.5], F.adaptive_avg_pool2d(x, 1));
        Check.Equal([1, 1, 1, 2], [6.5, 8.5], F.adaptive_avg_pool2d(x, (1, 2)));
        Check.Equal([1, 1, 2, 2], [5, 7, 13, 15], F.max_pool2d_with_indices(x, [2, 2]).indices);
        Check.Equal([1, 1, 1, 1], [0 + 1 + 4 + 5.0], F.avg_pool2d(x[.., .., ..2, ..2], 2, divisor_override: 1));
    }

    [Fact]
    public void PadsAndPatches()
    {
        using var scope = NewDisposeScope();
        var x = arange(3, dtype: float64).view(1, 1, 3);
        Check.Equal([9, 0, 1, 2, 9, 9], F.pad(x, (1, 2), value: 9).flatten());
        Check.Equal([2, 1, 0, 1, 2, 1], F.pad(x, (2, 1), PaddingModes.Reflect).flatten());
        Check.Equal([0, 0, 1, 2, 2], F.pad(x, (1, 1), PaddingModes.Replicate).flatten());
        Check.Equal([2, 0, 1, 2, 0], F.pad(x, (1, 1), PaddingModes.Circular).flatten());
        Assert.Equal([2L, 3, 7, 9], F.pad(zeros(2, 3, 4, 5), [1, 3, 2, 1]).shape);
        var image = Range(1, 2, 4, 4);
        var columns = F.unfold(image, 2, stride: 2);
        Assert.Equal([1L, 8, 4], columns.shape);
        Assert.True(F.fold(columns, 4, 2, stride: 2).allclose(image));
        Assert.Equal([1L, 1, 4, 6], F.pixel_shuffle(Range(1, 4, 2, 3), 2).shape);
        Assert.True(F.pixel_unshuffle(F.pixel_shuffle(Range(1, 4, 2, 3), 2), 2).Equals(Range(1, 4, 2, 3)));
    }

    [Fact]
    public void GridsSampleWhereTheyPoint()
    {
        using var scope = NewDisposeScope();
        var x = Range(1, 2, 4, 5);
        var identity = F.affine_grid(tensor(new[,,] { { { 1.0, 0, 0 }, { 0, 1, 0 } } }), [1, 2, 4, 5], align_corners: false);
        Assert.True(F.grid_sample(x, identity, align_corners: false).allclose(x));
        var flipped = F.affine_grid(tensor(new[,,] { { { -1.0, 0, 0 }, { 0, 1, 0 } } }), [1, 2, 4, 5], align_corners: false);
        Assert.True(F.grid_sample(x, flipped, align_corners: false).allclose(x.flip(3)));
        var outside = full([1L, 1, 1, 2], 3, float64);
        Check.Equal([0, 0], F.grid_sample(x, outside).flatten());
        Check.Equal([At(x, 0, 0, 3, 4), At(x, 0, 1, 3, 4)], F.grid_sample(x, outside, padding_mode: GridSamplePaddingMode.Border).flatten());
    }

    [Fact]
    public void LossesEqualTheirFormulas()
    {
        using var scope = NewDisposeScope();
        var a = tensor(new[] { 1.0, 2, 4 });
        var b = tensor(new[] { 1.5, 0, 4 });
        Check.Equal(4.25 / 3, F.mse_loss(a, b));
        Check.Equal(4.25, F.mse_loss(a, b, nn.Reduction.Sum));
        Check.Equal([0.25, 4, 0], F.mse_loss(a, b, nn.Reduction.None));
        Check.Equal(2.5 / 3, F.l1_loss(a, b));
        Check.Equal((0.125 + 1.5) / 3, F.smooth_l1_loss(a, b));
        Check.Equal((0.5 * 0.25 + 0.5 * (2 - 0.25)) / 3, F.huber_loss(a, b, 0.5));
        var logits = tensor(new double[,] { { 1, 2, 3 }, { 0, 0, 0 } });
        var labels = tensor(new long[] { 2, 0 });
        double first = -3 + Math.Log(Math.Exp(1) + Math.Exp(2) + Math.Exp(3)), second = Math.Log(3);
        Check.Equal((first + second) / 2, F.cross_entropy(logits, labels));
        Check.Equal([first, second], F.cross_entropy(logits, labels, reduction: nn.Reduction.None));
        Check.Equal(first, F.cross_entropy(logits, tensor(new long[] { 2, -100 })));
        Check.Equal((first + second) / 2, F.nll_loss(F.log_softmax(logits, 1), labels));
        Check.Equal(Math.Log(2), F.binary_cross_entropy(full(2, 0.5, float64), ones(2, float64)));
        Check.Equal(Math.Log(2), F.binary_cross_entropy_with_logits(zeros(2, float64), ones(2, float64)));
        Check.Equal([2, 3], [0, 0, 1, 1, 0, 0], F.one_hot(labels, 3));
    }

    [Fact]
    public void AttentionIsSoftmaxOfScaledProducts()
    {
        using var scope = NewDisposeScope();
        var (q, k, v) = (Range(2, 3, 4), Range(2, 5, 4) + 0.1, Range(2, 5, 6));
        var weights = (q.bmm(k.transpose(1, 2)) / 2.0).softmax(-1);
        Assert.True(F.scaled_dot_product_attention(q, k, v).allclose(weights.bmm(v)));
        var hidden = ones(3, 5, @bool);
        hidden[.., 4] = tensor(false);
        Assert.True(F.scaled_dot_product_attention(q, k, v, hidden).allclose(
            F.scaled_dot_product_attention(q, k[.., ..4], v[.., ..4])));
        var first = F.scaled_dot_product_attention(q, k, v, is_casual: true)[.., 0];
        Assert.True(first.allclose(v[.., 0]));
    }

    [Fact]
    public void ProductsOfMatrices()
    {
        using var scope = NewDisposeScope();
        var a = tensor(new double[,] { { 1, 2 }, { 3, 4 } });
        var b = tensor(new double[,] { { 5, 6 }, { 7, 8 } });
        Check.Equal([2, 2], [19, 22, 43, 50], a.matmul(b));
        Check.Equal([2, 2], [19, 22, 43, 50], a.mm(b));
        Check.Equal([2, 2, 2], [19, 22, 43, 50, 19, 22, 43, 50], stack([a, a]).bmm(stack([b, b])));
        Check.Equal([2, 2], [1 + 38, 1 + 44, 1 + 86, 1 + 100], ones(2, 2, float64).addmm(a, b, alpha: 2));
        Check.Equal([1, 2, 2], [18.5, 21.5, 42.5, 49.5], ones(1, 2, 2, float64).baddbmm(a[TensorIndex.None], b[TensorIndex.None], -0.5f));
        Check.Equal([17, 39], a.mv(tensor(new[] { 5.0, 6 })));
        Check.Equal(39, tensor(new[] { 3.0, 4 }).dot(tensor(new[] { 5.0, 6 })));
        Check.Equal([2, 2], [15, 18, 20, 24], tensor(new[] { 3.0, 4 }).outer(tensor(new[] { 5.0, 6 })));
        Check.Equal([2, 2], [19, 22, 43, 50], einsum("ij,jk->ik", a, b));
        Check.Equal(5, einsum("ii->", a));
        Check.Equal([2, 2], [19, 22, 43, 50], tensordot(a, b, 1));
        Check.Equal(-2, linalg.det(a));
        Check.Equal([2, 2], [-2, 1, 1.5, -0.5], linalg.inv(a), 1e-9);
        Check.Equal([1, 2], linalg.solve(a, tensor(new[] { 5.0, 11 })), 1e-9);
        Check.Equal(5, a.trace());
        Check.Equal([2, 2], [0, 1, 1, 0], cdist(tensor(new double[,] { { 0, 0 }, { 1, 1 } }), tensor(new double[,] { { 0, 0 }, { 0, 1 } })) * tensor(new[,] { { 1, 1.0 }, { Math.Sqrt(0.5), 0 } }));
        Check.Equal([2, 2], [1, 2, 3, 4], F.linear(a, eye(2, dtype: float64)));
    }

    [Fact]
    public void DropoutScalesWhatItKeeps()
    {
        using var scope = NewDisposeScope();
        var x = ones(10000);
        Assert.True(F.dropout(x, 0.25, training: false).Equals(x));
        var y = F.dropout(x, 0.25);
        Assert.Equal([0f, 4f / 3], y.unique().output.data<float>().ToArray());
        Assert.InRange(y.mean().item<float>(), 0.95, 1.05);
    }
}
