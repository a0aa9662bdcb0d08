using SvgDistill.Distill.Methods;
using SvgDistill.Distill.Randomness;
using SvgDistill.Distill.Tests.Support;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace SvgDistill.Distill.Tests.Methods;

/// <summary>FPR for a block of steps in one batch gives what it gives step by step.</summary>
[Collection(nameof(TinyModel))]
[Trait("Category", "Methods")]
public sealed class FprPrepareTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly Prompts _prompts = TinyModel.Prompts();
    private readonly Denoiser _denoiser = TinyModel.Denoiser();
    private readonly Tensor _source, _current;

    public FprPrepareTests()
    {
        _source = new StepRandom(11, 0).Normal(zeros(1, 4, 16, 16));
        _current = new StepRandom(12, 0).Normal(_source);
    }

    public void Dispose()
    {
        _denoiser.Dispose();
        _prompts.Dispose();
        _scope.Dispose();
    }

    public static TheoryData<FprTarget, FprDistance> Options => new()
    {
        { FprTarget.Latents, FprDistance.Euclidean }, { FprTarget.Noise, FprDistance.Euclidean }, { FprTarget.Latents, FprDistance.Ssim },
    };

    [Theory]
    [MemberData(nameof(Options))]
    public void OfABlockIsThatOfItsSteps(FprTarget target, FprDistance distance)
    {
        const int Steps = 5;
        var options = new FprOptions { Target = target, Distance = distance };
        using Fpr alone = new(new Dds(new DdsOptions()), options), together = new(new Dds(new DdsOptions()), options);
        together.Prepare([.. Enumerable.Range(0, Steps).Select(Step)]);
        var forwarded = _denoiser.SamplesForwarded;
        var timesteps = new HashSet<int>();
        for (var i = 0; i < Steps; i++)
        {
            timesteps.Add(((IDistillationMethod)new Dds(new DdsOptions())).Announce(Step(i))!.Value.Timestep);
            var (expected, found) = (alone.Gradient(Step(i)), together.Gradient(Step(i)));
            Assert.True((expected - found).norm().item<float>() <= 1e-4 * expected.norm().item<float>(), $"step {i}");
        }
        Assert.True(timesteps.Count > 1);
        // Alone: three passes of two samples each and four for the difference of scores; together only the latter.
        Assert.Equal(Steps * (3 * 2 + 4 + 4), _denoiser.SamplesForwarded - forwarded);
    }

    [Fact]
    public void AnotherTimestepThanTheAnnouncedOneIsRefused()
    {
        using var ids = new Fpr(new Dds(new DdsOptions()), new FprOptions());
        ids.Prepare([Step(0)]);
        var (t, noise) = ((IDistillationMethod)new Dds(new DdsOptions())).Announce(Step(0))!.Value;
        var error = Assert.Throws<InvalidOperationException>(() => ids.Refine(Step(0), t + 1, noise));
        Assert.Contains($"announced with timestep {t}", error.Message, StringComparison.Ordinal);
    }

    private DistillationStep Step(int index) => new()
    {
        Index = index,
        Count = 5,
        SourceLatents = _source,
        Latents = _current,
        Prompts = _prompts,
        Denoiser = _denoiser,
        Draws = new StepRandom(3, index),
    };
}
