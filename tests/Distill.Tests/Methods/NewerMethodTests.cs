using SvgDistill.Distill.Methods;
using SvgDistill.Distill.Randomness;
using SvgDistill.Distill.Tests.Support;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace SvgDistill.Distill.Tests.Methods;

/// <summary>Methods without reference numbers: their equations written out anew from single predictions.</summary>
[Collection(nameof(TinyModel))]
[Trait("Category", "Methods")]
public sealed class NewerMethodTests : IDisposable
{
    private const int Index = 30, Count = 100;
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly Prompts _prompts = TinyModel.Prompts();
    private readonly Denoiser _denoiser = TinyModel.Denoiser();
    private readonly Tensor _source = new StepRandom(11, 0).Normal(zeros(1, 4, 16, 16));
    private readonly Tensor _current = new StepRandom(12, 0).Normal(zeros(1, 4, 16, 16));

    [Fact]
    public void Ssd_is_its_four_terms()
    {
        var t = (int)Math.Round(980 - 960.0 * Index / (Count - 1));
        var eps = new StepRandom(3, Index).Normal(_source);
        var (z, s) = (Noised(_current, eps, t), Noised(_source, eps, t));
        var (y, x, o) = (_prompts.Target, _prompts.Source, _prompts.Null);
        var expected = E(z, x, t) - E(s, o, t) + 3.75 * (E(z, y, t) - E(z, x, t)) + 5.5 * (E(z, y, t) - E(z, o, t))
            + .075 * Math.Exp(t / 1000.0) * (z - s);
        Check("ssd", expected, forwarded: 4);
    }

    [Fact]
    public void Dreamcatalyst_is_its_two_terms()
    {
        var t = (int)Math.Round(900 - 700.0 * Index / (Count - 1));
        var eps = new StepRandom(3, Index).Normal(_source);
        var (z, s) = (Noised(_current, eps, t), Noised(_source, eps, t));
        var guided = E(z, _prompts.Null, t) + 7.5 * (E(z, _prompts.Target, t) - E(z, _prompts.Null, t));
        var expected = (.2 + .8 * Math.Pow(t / 1000.0, 1 / 2.71828)) * (guided - E(s, _prompts.Null, t))
            + .075 * Math.Exp(t / 1000.0) * (_current - _source);
        Check("dreamcatalyst", expected, forwarded: 3);
    }

    [Fact]
    public void Bridge_is_sds_first_and_describes_what_is_there_later()
    {
        var draws = new StepRandom(3, Index);
        var t = TimestepRange.Default.Draw(draws);
        var eps = draws.Normal(_source);
        var z = Noised(_current, eps, t);
        var weight = 1 - _denoiser.Schedule.AlphaBar(t);
        var guided = E(z, _prompts.Null, t) + 40 * (E(z, _prompts.Target, t) - E(z, _prompts.Null, t));
        Check("bridge", weight * (guided - eps), forwarded: 2);

        // The same draws in the second half of a shorter run.
        var text = _prompts.TargetText;
        var wanted = _prompts.Of(text + ", detailed high resolution, high quality, sharp");
        var unwanted = _prompts.Of(text + ", oversaturated, smooth, pixelated, cartoon, foggy, hazy, blurry, bad structure, noisy, malformed");
        Check("bridge", weight * 40 * (E(z, wanted, t) - E(z, unwanted, t)), forwarded: 2, count: 2 * Index);
    }

    [Fact]
    public void Cds_adds_its_share_of_the_contrastive_term()
    {
        using var plain = Method("dds");
        using var cds = Method("cds");
        var step = Step();
        var g = cds.Gradient(step);
        var draws = new StepRandom(3, Index);
        var t = TimestepRange.Default.Draw(draws);
        var eps = draws.Normal(_source);
        var (_, cut) = new Cds(new CdsOptions()).Terms(Step() with { Draws = draws }, t, eps);
        Tensors.AssertClose(g - plain.Gradient(Step()), 3 * 16 * 16 / 2000.0 * cut, 1e-3, "the contrastive share");
    }

    [Fact]
    public void Dreamsampler_starts_with_fresh_noise_and_then_mixes_in_the_last_prediction()
    {
        using var method = Method("dreamsampler");
        var range = TimestepRange.Default;
        var (t0, t1) = (range.Descend(0), range.Descend(1.0 / (Count - 1)));
        var (n0, n1) = (new StepRandom(3, 0).Normal(_source), new StepRandom(3, 1).Normal(_source));
        var first = method.Gradient(Step(0));
        var z0 = Noised(_current, n0, t0);
        Tensors.AssertClose(first, Guided(z0, _prompts.Target, t0, 7.5) - n0, 1e-4, "the first step");

        var (abar, earlier) = (_denoiser.Schedule.AlphaBar(t1), _denoiser.Schedule.AlphaBar(t0));
        var sigma = Math.Sqrt((1 - abar) / (1 - earlier)) * Math.Sqrt(1 - earlier / abar);
        var mixed = (Math.Sqrt(1 - abar - sigma * sigma) * E(z0, _prompts.Null, t0) + sigma * n1) / Math.Sqrt(1 - abar);
        Tensors.AssertClose(method.Gradient(Step(1)), Guided(Noised(_current, mixed, t1), _prompts.Target, t1, 7.5) - mixed, 1e-4, "the second");
    }

    [Fact]
    public void Lusd_takes_steps_of_the_planned_size_toward_where_the_new_words_look()
    {
        using var method = (Lusd)Method("lusd");
        for (var i = 0; i < 3; i++)
        {
            var direction = method.Gradient(Step(i));
            var expected = .01 + .14 * (1 - 1 / (1 + Math.Exp(5 - 10.0 * i / (Count - 1))));
            Assert.Equal(expected, direction.std().item<float>(), 1e-5);
        }
        var map = method.SaveState()["map"];
        Assert.Equal([1, 1, 16, 16], map.shape);
        Assert.InRange(map.min().item<float>(), 0, 1);
        Assert.True(map.max().item<float>() <= 1 && map.std().item<float>() > .01);
        Assert.Equal(1, method.LatentRate);
        Assert.NotEmpty(_prompts.NewTokens());
        using var same = TinyModel.Prompts("an owl", "an owl");
        Assert.Empty(same.NewTokens());
    }

    [Fact]
    public void Piva_begins_as_dds_and_a_difference_of_prompts_and_its_adapters_learn()
    {
        using var method = (Piva)Method("piva");
        var g = method.Gradient(Step());
        var draws = new StepRandom(3, Index);
        var t = TimestepRange.Default.Draw(draws);
        var z = Noised(_current, draws.Normal(_source), t);
        using var dds = Method("dds");
        var expected = dds.Gradient(Step()) + .4 * (E(z, _prompts.Source, t) - E(z, _prompts.Target, t));
        Tensors.AssertClose(g, expected, 1e-4, "the first step");

        // By then the adapters differ from the base.
        for (var i = 0; i < 3; i++) method.Gradient(Step()).Dispose();
        var learnt = Tensors.RelativeError(method.Gradient(Step()), expected);
        Assert.InRange(learnt, 1e-4, 1);
    }

    [Theory]
    [InlineData("piva")]
    [InlineData("lusd")]
    [InlineData("dreamsampler")]
    public void A_saved_state_goes_on_with_the_same_bits(string name)
    {
        using var whole = Method(name);
        for (var i = 0; i < 2; i++) whole.Gradient(Step(i));
        using var resumed = Method(name);
        resumed.LoadState(whole.SaveState());
        for (var i = 2; i < 4; i++)
            Assert.Equal(whole.Gradient(Step(i)).data<float>().ToArray(), resumed.Gradient(Step(i)).data<float>().ToArray());
    }

    [Theory]
    [InlineData("cds")]
    [InlineData("ssd")]
    [InlineData("dreamcatalyst")]
    [InlineData("bridge")]
    [InlineData("dreamsampler")]
    [InlineData("lusd")]
    [InlineData("piva")]
    public void Refined_noise_goes_under_every_method(string name)
    {
        using var plain = Method(name);
        using var layered = Method("fpr+" + name);
        var (a, b) = (plain.Gradient(Step()), layered.Gradient(Step()));
        Assert.True(Tensors.RelativeError(b, a) > 1e-5);
        Assert.True(b.isfinite().all().item<bool>());
    }

    public void Dispose()
    {
        _prompts.Dispose();
        _denoiser.Dispose();
        _scope.Dispose();
    }

    private void Check(string name, Tensor expected, int forwarded, int count = Count)
    {
        using var method = Method(name);
        var before = _denoiser.SamplesForwarded;
        var g = method.Gradient(Step(count: count));
        Assert.Equal(forwarded, _denoiser.SamplesForwarded - before);
        Tensors.AssertClose(g, expected, 1e-4, name);
    }

    private static IDistillationMethod Method(string name) => MethodCatalog.Create(MethodName.Parse(name), new EditSettings()).Method;

    private Tensor Noised(Tensor z, Tensor eps, int t) => _denoiser.Schedule.AddNoise(z, eps, t);

    private Tensor E(Tensor z_t, Tensor context, int t)
    {
        using var noGrad = no_grad();
        return _denoiser.Predict(t, (z_t, context))[0];
    }

    private Tensor Guided(Tensor z_t, Tensor context, int t, double w) =>
        E(z_t, _prompts.Null, t) + w * (E(z_t, context, t) - E(z_t, _prompts.Null, t));

    private DistillationStep Step(int index = Index, int count = Count) => new()
    {
        Index = index,
        Count = count,
        SourceLatents = _source,
        Latents = _current,
        Prompts = _prompts,
        Denoiser = _denoiser,
        Draws = new StepRandom(3, index),
    };
}
