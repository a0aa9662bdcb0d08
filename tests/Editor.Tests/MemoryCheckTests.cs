using SvgDistill.Diffusion.Models;
using SvgDistill.Editor.Engine;
using SvgDistill.Tests;
using Xunit;
using static TorchSharp.torch;

namespace SvgDistill.Editor.Tests;

public sealed class MemoryCheckTests
{
    private static readonly ModelOutline _prior = ModelOutline.Read(TestPaths.IconPrior);

    // The shape of Stable Diffusion 1.5 with its 1.07 billion parameters.
    private static readonly ModelOutline _large = _prior with
    {
        Unet = _prior.Unet with { Channels = [320, 640, 1280, 1280] },
        Autoencoder = _prior.Autoencoder with { Channels = [128, 256, 512, 512] },
        Parameters = 1_066_000_000,
        ImageSize = 512,
    };

    [Fact]
    public void TheOutlineKnowsTheParametersWithoutLoadingThem() => Assert.InRange(_prior.Parameters, 15_000_000, 16_500_000);

    [Fact]
    public void TheEmbeddedPriorTakesLessThanHalfAGigabyte() =>
        Assert.InRange(MemoryCheck.Estimate(_prior, ScalarType.Float32), 350_000_000, 600_000_000);

    [Fact]
    public void AFullSizeModelTakesUnderEightGigabytesAndUnderFiveInBf16()
    {
        var (fp32, bf16) = (MemoryCheck.Estimate(_large, ScalarType.Float32), MemoryCheck.Estimate(_large, ScalarType.BFloat16));
        Assert.InRange(fp32, 5_500_000_000, 8_000_000_000);
        Assert.InRange(bf16, 3_000_000_000, 5_000_000_000);
        Assert.True(fp32 - bf16 >= 2 * _large.Parameters);
    }

    [Fact]
    public void WhatDoesNotFitIsRefusedWithAdviceBeforeAnythingIsLoaded()
    {
        var impossible = _large with { Parameters = 1L << 50 };
        var error = Assert.Throws<EditorException>(() => MemoryCheck.Require(impossible, ScalarType.Float32, CPU));
        Assert.Equal(EditorErrorKind.Engine, error.Kind);
        Assert.Contains("smaller model", error.Message);
    }
}
