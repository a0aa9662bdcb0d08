using SvgDistill.Distill.Methods;
using SvgDistill.Distill.Randomness;
using SvgDistill.Distill.Tests.Support;
using Xunit;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Distill.Tests.Methods;

/// <summary>What must hold whatever the network says.</summary>
[Collection(nameof(TinyModel))]
[Trait("Category", "Methods")]
public sealed class InvarianceTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly Prompts _prompts = TinyModel.Prompts();
    private readonly Denoiser _denoiser = TinyModel.Denoiser();
    private readonly Tensor _source = new StepRandom(11, 0).Normal(zeros(1, 4, 16, 16));
    private readonly Tensor _current = new StepRandom(12, 0).Normal(zeros(1, 4, 16, 16));

    [Fact]
    public void Dds_of_equal_pairs_is_zero()
    {
        using var equal = TinyModel.Prompts("an owl", "an owl");
        var g = new Dds(new DdsOptions()).Gradient(Step(_source, prompts: equal));
        using var noGrad = no_grad();
        var t = TimestepRange.Default.Draw(Draws);
        var e = _denoiser.PredictGuided(t, 7.5, equal.Null, (_source, equal.Source))[0];
        Assert.True(g.norm().item<float>() <= 1e-5 * e.norm().item<float>());
    }

    /// <summary>Guidance away from the text that a query is under leaves its prediction as it is, and asks the network once.</summary>
    [Fact]
    public void Guidance_away_from_the_source_prompt_leaves_the_source_alone()
    {
        using var prompts = TinyModel.Prompts(negative: "an owl");
        var step = Step(_current, prompts: prompts);
        var eps = Draws.Normal(_source);
        var (before, trained) = (_denoiser.SamplesForwarded, _denoiser.SamplesDifferentiated);
        var g = Dds.Delta(step, 300, eps, 4);
        Assert.Equal(3, _denoiser.SamplesForwarded - before);
        using var noGrad = no_grad();
        var (z_trg, z_src) = (step.Schedule.AddNoise(_current, eps, 300), step.Schedule.AddNoise(_source, eps, 300));
        var e = _denoiser.Predict(300, (z_trg, prompts.Target), (z_trg, prompts.Source), (z_src, prompts.Source));
        Tensors.AssertClose(e[1] + 4 * (e[0] - e[1]) - e[2], g, 1e-5, "g");

        new Fpr(Method("dds"), new FprOptions()).Refine(step, 300, eps);
        Assert.Equal(3, _denoiser.SamplesDifferentiated - trained);
        using var prediction = _denoiser.PredictGuidedForGradient([300], 7.5, prompts.Null, (z_src, prompts.Source));
        Tensors.AssertClose(e[2], prediction.Noise[0], 1e-5, "e of the source");
    }

    [Fact]
    public void Pds_of_equal_pairs_is_zero()
    {
        using var equal = TinyModel.Prompts("an owl", "an owl");
        var g = new Pds(new PdsOptions()).Gradient(Step(_source, prompts: equal));
        var other = new Pds(new PdsOptions()).Gradient(Step(_current, prompts: equal));
        Assert.True(g.norm().item<float>() <= 1e-4 * other.norm().item<float>());
    }

    public static TheoryData<string> NoiseMethods => ["sds", "dds", "pds"];

    [Theory]
    [MemberData(nameof(NoiseMethods))]
    public void Fpr_of_no_steps_is_the_plain_method(string name)
    {
        using var plain = Method(name);
        using var layered = new Fpr(Method(name), new FprOptions { Steps = 0 });
        Assert.Equal(plain.Gradient(Step(_current)).data<float>().ToArray(), layered.Gradient(Step(_current)).data<float>().ToArray());
    }

    [Theory]
    [MemberData(nameof(NoiseMethods))]
    public void Fpr_changes_the_gradient_but_not_the_draws(string name)
    {
        using var plain = Method(name);
        using var layered = new Fpr(Method(name), new FprOptions());
        var (a, b) = (Step(_current), Step(_current));
        Assert.True(Tensors.RelativeError(layered.Gradient(a), plain.Gradient(b)) > 1e-4);
        Assert.Equal(b.Draws.Uniform(), a.Draws.Uniform());
    }

    [Theory]
    [InlineData(FprDistance.Euclidean, FprTarget.Latents)]
    [InlineData(FprDistance.Euclidean, FprTarget.Noise)]
    [InlineData(FprDistance.L1, FprTarget.Latents)]
    [InlineData(FprDistance.Ssim, FprTarget.Latents)]
    [InlineData(FprDistance.Ssim, FprTarget.Noise)]
    public void Fpr_lowers_its_loss(FprDistance distance, FprTarget target)
    {
        // L1's gradient is longer than the norm's by about the root of the number of elements, SSIM's much shorter.
        var lambda = distance switch { FprDistance.L1 => .02, FprDistance.Ssim => 20, _ => .4 };
        using var fpr = new Fpr(Method("dds"), new FprOptions { Steps = 5, Lambda = lambda, Distance = distance, Target = target });
        fpr.Refine(Step(_current), 300, Draws.Normal(_source));
        var losses = fpr.Losses.Select(l => l[0]).ToArray();
        Assert.Equal(5, losses.Length);
        for (var i = 1; i < losses.Length; i++) Assert.True(losses[i] < losses[i - 1], string.Join(" ", losses));
    }

    [Fact]
    public void Fpr_treats_the_samples_of_a_batch_alone()
    {
        using var fpr = new Fpr(Method("dds"), new FprOptions());
        var noise = Draws.Normal(zeros(2, 4, 16, 16));
        var both = cat([_source, _current], 0);
        var refined = fpr.Refine(Step(both) with { SourceLatents = both }, 400, noise);
        var second = fpr.Refine(Step(_current) with { SourceLatents = _current }, 400, noise[1].unsqueeze(0));
        Tensors.AssertClose(refined[1].unsqueeze(0), second, 1e-5, "the second sample");
    }

    public void Dispose()
    {
        _prompts.Dispose();
        _scope.Dispose();
    }

    private static StepRandom Draws => new(3, 0);

    private static IDistillationMethod Method(string name) =>
        MethodCatalog.Create(MethodName.Parse(name), new EditSettings()).Method;

    private DistillationStep Step(Tensor latents, int index = 0, Prompts? prompts = null) => new()
    {
        Index = index,
        Count = 100,
        SourceLatents = _source,
        Latents = latents,
        Prompts = prompts ?? _prompts,
        Denoiser = _denoiser,
        Draws = new StepRandom(3, index),
    };
}
