using SvgDistill.Distill.Restoration;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace SvgDistill.Distill.Tests.Restoration;

public sealed class DegradationTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(8)]
    public void Bicubic_downsampling_keeps_a_ramp_at_the_centres_of_its_blocks(int factor)
    {
        using var scope = NewDisposeScope();
        var ramp = arange(64, dtype: ScalarType.Float64).reshape(1, 1, 1, 64).expand(1, 3, 64, 64);

        var small = new BicubicDownsampling(factor).Apply(ramp);

        Assert.Equal([1, 3, 64 / factor, 64 / factor], small.shape);
        // Away from the mirrored borders block i covers pixels i f .. i f + f - 1, whose middle is i f + (f - 1) / 2.
        for (var i = 2; i < 64 / factor - 2; i++)
            Assert.Equal(i * factor + (factor - 1) / 2.0, small[0, 1, 3, i].item<double>(), 1e-5);
    }

    [Fact]
    public void A_size_that_the_factor_does_not_divide_is_refused()
    {
        using var image = zeros(1, 3, 30, 32);
        Assert.Throws<ArgumentException>(() => new BicubicDownsampling(4).Apply(image));
    }

    [Fact]
    public void Gaussian_blur_of_a_point_is_the_bell_and_of_a_constant_the_constant()
    {
        const double Sigma = 2;
        using var scope = NewDisposeScope();
        var point = zeros(1, 3, 41, 41, dtype: ScalarType.Float64);
        point[0, 0, 20, 20] = 1;

        var bell = new GaussianBlur(Sigma).Apply(point);
        var flat = new GaussianBlur(Sigma).Apply(full(1, 3, 41, 41, .25, dtype: ScalarType.Float64));

        Assert.Equal(1, bell.sum().item<double>(), 1e-6);
        var ratio = bell[0, 0, 23, 22].item<double>() / bell[0, 0, 20, 20].item<double>();
        Assert.Equal(Math.Exp(-(9 + 4) / (2 * Sigma * Sigma)), ratio, 1e-6);
        Assert.True(flat.sub(.25).abs().max().item<double>() < 1e-6);
    }

    [Fact]
    public void The_gradient_is_the_adjoint()
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        foreach (IDegradation degradation in new IDegradation[] { new BicubicDownsampling(4), new GaussianBlur(1.5) })
        {
            var x = randn(1, 3, 32, 32, dtype: ScalarType.Float64, requires_grad: true);
            var y = degradation.Apply(x);
            var w = randn(y.shape, dtype: ScalarType.Float64);
            (y * w).sum().backward();
            // A is linear: <A x, w> = <x, A^T w>, and A^T w is what came back.
            Assert.Equal((y * w).sum().item<double>(), (x * x.grad!).sum().item<double>(), 1e-6);
        }
    }
}
