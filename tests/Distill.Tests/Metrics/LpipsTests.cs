using SvgDistill.Diffusion.Weights;
using SvgDistill.Distill.Metrics;
using SvgDistill.Rasterizer;
using SvgDistill.Tests;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace SvgDistill.Distill.Tests.Metrics;

public class LpipsTests
{
    private static readonly string _weights = TestPaths.Fixture("lpips-alex-random.safetensors");

    private static double RelativeError(Tensor actual, Tensor expected) =>
        ((actual - expected).norm() / expected.norm()).item<float>();

    [Fact, Trait("Category", "Methods")]
    public void Distance_and_its_gradient_are_the_reference_s()
    {
        using var scope = NewDisposeScope();
        using var fixture = new SafetensorsFile(TestPaths.Fixture("lpips.fixtures.safetensors"));
        using var lpips = new Lpips(_weights);
        var a = fixture.Load("a").requires_grad_(true);
        var distance = lpips.Distance(a, fixture.Load("b"));
        Assert.InRange(RelativeError(distance.detach(), fixture.Load("distance")), 0, 1e-3);
        var gradient = autograd.grad([distance.sum()], [a])[0];
        Assert.InRange(RelativeError(gradient, fixture.Load("grad_a")), 0, 1e-3);
    }

    [Fact]
    public void Equal_pictures_have_no_distance_and_distance_is_symmetric()
    {
        using var scope = NewDisposeScope();
        using var lpips = new Lpips(_weights);
        var random = new Random(4);
        RgbPicture Noise() => new(48, 40, [.. Enumerable.Range(0, 3 * 48 * 40).Select(_ => random.NextSingle())]);
        var (a, b) = (Noise(), Noise());
        Assert.Equal(0, lpips.Measure(a, a));
        Assert.True(lpips.Measure(a, b) > 0);
        Assert.Equal(lpips.Measure(a, b), lpips.Measure(b, a), 6);
    }

    [Fact]
    public void A_picture_without_features_has_a_finite_gradient()
    {
        // Mid-grey shifted to the network's zero: with these inputs the ReLUs may all be closed.
        using var scope = NewDisposeScope();
        using var lpips = new Lpips(_weights);
        var a = (zeros(1, 3, 32, 32) - 1).requires_grad_(true);
        var gradient = autograd.grad([lpips.Distance(a, ones(1, 3, 32, 32)).sum()], [a])[0];
        Assert.True(gradient.isfinite().all().item<bool>());
    }

    [Fact]
    public void The_weights_hash_is_the_file_s()
    {
        using var lpips = new Lpips(_weights);
        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(_weights))), lpips.Sha256);
    }

    [Fact]
    public void Files_without_the_weights_and_pictures_too_small_are_refused()
    {
        Assert.Contains("there is no such file", Assert.Throws<SvgDistillException>(() => new Lpips("/nowhere/lpips.safetensors")).Message, StringComparison.Ordinal);
        var other = TestPaths.Fixture("lpips.fixtures.safetensors");
        Assert.Contains("scaling_layer.shift", Assert.Throws<SvgDistillException>(() => new Lpips(other)).Message, StringComparison.Ordinal);
        using var lpips = new Lpips(_weights);
        var small = new RgbPicture(30, 40, new float[3 * 30 * 40]);
        Assert.Contains("30 x 40", Assert.Throws<ArgumentException>(() => lpips.Measure(small, small)).Message, StringComparison.Ordinal);
    }
}
