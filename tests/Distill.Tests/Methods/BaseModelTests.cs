using SvgDistill.Distill.Methods;
using SvgDistill.Distill.Randomness;
using SvgDistill.Distill.Tests.Support;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace SvgDistill.Distill.Tests.Methods;

/// <summary>Source and null text by the model without its LoRAs, the target with them: two exact denoisers of other data.</summary>
public sealed class BaseModelTests : IDisposable
{
    private const int T = 500;
    private const double Guidance = 3;

    private static readonly GaussianDenoiser _adapted = new(GaussianDenoiser.Schedule, .5), _base = new(GaussianDenoiser.Schedule, .2);

    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly Prompts _prompts = new("an owl", "a monkey", "", Encode, encodeByBase: text => Encode(text) * .5);
    private readonly Denoiser _denoiser = new(_adapted, GaussianDenoiser.Schedule, _base);
    private readonly Tensor _z = GaussianDenoiser.Latents(GaussianDenoiser.Mean("edited")), _source = GaussianDenoiser.Latents(GaussianDenoiser.Mean("source"));

    public BaseModelTests() => _denoiser.AskBase(_prompts.Source, _prompts.Null);

    public void Dispose()
    {
        _denoiser.Dispose();
        _prompts.Dispose();
        _scope.Dispose();
    }

    /// <summary>e^w = e_base(null) + w (e(target) - e_base(null)), the source's all the base model's; predictions come in the order of the queries.</summary>
    [Fact]
    public void GuidanceLeadsFromTheBaseModelToTheAdaptedOne()
    {
        Tensor E(GaussianDenoiser denoiser, Tensor z, Tensor text) => denoiser.PredictNoise(z, tensor(new long[] { T }), text);
        var none = _prompts.Null;
        var target = E(_base, _z, none) + Guidance * (E(_adapted, _z, _prompts.Target) - E(_base, _z, none));
        var source = E(_base, _source, none) + Guidance * (E(_base, _source, _prompts.Source) - E(_base, _source, none));
        var guided = _denoiser.PredictGuided(T, Guidance, none, (_z, _prompts.Target), (_source, _prompts.Source));
        Close(target, guided[0]);
        Close(source, guided[1]);
        Assert.Equal(4, _denoiser.SamplesForwarded);
        var each = _denoiser.Predict(T, (_source, _prompts.Source), (_z, _prompts.Target), (_z, none));
        Close(E(_base, _source, _prompts.Source), each[0]);
        Close(E(_adapted, _z, _prompts.Target), each[1]);
        Close(E(_base, _z, none), each[2]);
    }

    /// <summary>Away from the source prompt: what the base model is asked under both texts is asked for once.</summary>
    [Fact]
    public void ANegativePromptThatIsTheSourcesIsAskedOnce()
    {
        using var prompts = new Prompts("an owl", "a monkey", "an owl", Encode, encodeByBase: text => Encode(text) * .5);
        using var denoiser = new Denoiser(_adapted, GaussianDenoiser.Schedule, _base);
        denoiser.AskBase(prompts.Source, prompts.Null);
        var guided = denoiser.PredictGuided(T, Guidance, prompts.Null, (_z, prompts.Target), (_source, prompts.Source));
        Assert.Equal(3, denoiser.SamplesForwarded);
        Close(_base.PredictNoise(_source, tensor(new long[] { T }), Encode("an owl") * .5), guided[1]);
    }

    /// <summary>Fixed-point regularisation sees the source alone: its noise is the base model's.</summary>
    [Fact]
    public void RefinedNoiseIsTheBaseModels()
    {
        using var alone = new Denoiser(_base, GaussianDenoiser.Schedule);
        Tensor Refined(Denoiser denoiser)
        {
            using var fpr = new Fpr(new Dds(new DdsOptions { Guidance = Guidance }), new FprOptions { Guidance = Guidance });
            return fpr.Refine(GaussianDenoiser.Step(denoiser, _prompts, _source, _z, 0, 10, 7), T, GaussianDenoiser.Latents(GaussianDenoiser.Mean("noise")));
        }
        Close(Refined(alone), Refined(_denoiser));
    }

    [Fact]
    public void AGradientGoesThroughOneOfThem()
    {
        using (var prediction = _denoiser.PredictForGradient(T, (_source, _prompts.Source))) Close(_base.PredictNoise(_source, tensor(new long[] { T }), _prompts.Source), prediction.Noise[0]);
        using (var prediction = _denoiser.PredictForGradient(T, (_z, _prompts.Target))) Close(_adapted.PredictNoise(_z, tensor(new long[] { T }), _prompts.Target), prediction.Noise[0]);
        Assert.Throws<ArgumentException>(() => _denoiser.PredictGuidedForGradient([T], Guidance, _prompts.Null, (_z, _prompts.Target)));
        using var without = new Denoiser(_adapted, GaussianDenoiser.Schedule);
        Assert.Throws<InvalidOperationException>(() => without.AskBase(_prompts.Source));
    }

    private static Tensor Encode(string text) => tensor(GaussianDenoiser.Mean(text)).reshape(1, 1, GaussianDenoiser.Size * GaussianDenoiser.Size);

    private static void Close(Tensor expected, Tensor actual) => Assert.InRange((expected - actual).abs().max().item<double>(), 0, 1e-12);
}
