using SvgDistill.Diffusion.Sampling;
using SvgDistill.Diffusion.Schedules;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Diffusion.Tests;

public class ScheduleTests
{
    private static readonly NoiseSchedule _schedule = new(new ScheduleConfig());

    private static Tensor Normal(int seed, params long[] shape)
    {
        using var generator = new Generator((ulong)seed);
        return randn(shape, generator: generator);
    }

    [Fact]
    public void AlphaBarIsTheProductOfTheAlphas()
    {
        Assert.Equal(1 - 0.00085, _schedule.AlphaBar(0), 12);
        Assert.Equal(1 - 0.012, _schedule.Alpha(999), 12);
        for (var t = 1; t < 1000; t++) Assert.Equal(_schedule.AlphaBar(t - 1) * _schedule.Alpha(t), _schedule.AlphaBar(t), 12);
        Assert.Equal(_schedule.AlphaBar(0), _schedule.AlphaBar(-1));
        Assert.Equal(1, new NoiseSchedule(new ScheduleConfig { SetAlphaToOne = true }).AlphaBar(-1));
    }

    [Fact]
    public void NoisingAndItsInversesUndoEachOther()
    {
        using var scope = NewDisposeScope();
        var (z, noise) = (Normal(1, 3, 4, 8, 8), Normal(2, 3, 4, 8, 8));
        var t = tensor(new[] { 10L, 500L, 980L });
        var noisy = _schedule.AddNoise(z, noise, t);
        Reference.Close(z, _schedule.PredictOriginal(noisy, noise, t), 1e-5, "x0");
        var velocity = _schedule.VelocityFromNoise(noise, noisy, t);
        Reference.Close(noise, _schedule.NoiseFromVelocity(velocity, noisy, t), 1e-5, "e of v");
        // v = sqrt(abar) eps - sqrt(1-abar) z, which the two conversions do not mention.
        var alphaBar = _schedule.AlphaBar(t);
        Reference.Close(alphaBar.sqrt() * noise - (1 - alphaBar).sqrt() * z, velocity, 1e-4, "v");
        for (var row = 0; row < 3; row++)
        {
            var one = t[row].item<long>();
            var rowNoisy = _schedule.AddNoise(z.narrow(0, row, 1), noise.narrow(0, row, 1), one);
            Reference.Close(noisy.narrow(0, row, 1), rowNoisy, 1e-6, "one t as a tensor's row");
            Reference.Close(z.narrow(0, row, 1), _schedule.PredictOriginal(rowNoisy, noise.narrow(0, row, 1), one), 1e-5, "x0 at one t");
            Reference.Close(noise.narrow(0, row, 1), _schedule.NoiseBetween(z.narrow(0, row, 1), rowNoisy, one), 1e-5, "eps at one t");
        }
    }

    [Fact]
    public void TimestepsFollowTheirSpacing()
    {
        Assert.Equal([751, 501, 251, 1], _schedule.Timesteps(4, TimestepSpacing.Leading, 1));
        Assert.Equal([999, 749, 499, 249], _schedule.Timesteps(4, TimestepSpacing.Trailing, 0));
        Assert.Equal([999, 666, 333, 0], _schedule.Timesteps(4, TimestepSpacing.Linspace, 0));
        foreach (var spacing in Enum.GetValues<TimestepSpacing>())
            Assert.Equal(1000, _schedule.Timesteps(1000, spacing, 0).Distinct().Count());
        Assert.Throws<ArgumentOutOfRangeException>(() => _schedule.Timesteps(1001));
    }

    /// <summary>
    /// Data N(mu, s^2) have the exact noise prediction e = sqrt(1-abar)(z_t - sqrt(abar) mu)/(abar s^2 + 1 - abar).
    /// DDIM with it is a product of known factors; with many steps it carries N(0,1) to N(mu, s^2).
    /// </summary>
    private sealed class GaussianDenoiser(double mean, double deviation, NoiseSchedule schedule) : INoisePredictor
    {
        public Tensor PredictNoise(Tensor latents, Tensor timesteps, Tensor context)
        {
            using var scope = NewDisposeScope();
            var alphaBar = schedule.AlphaBar(timesteps);
            return ((1 - alphaBar).sqrt() * (latents - alphaBar.sqrt() * mean) / (alphaBar * (deviation * deviation) + 1 - alphaBar))
                .MoveToOuterDisposeScope();
        }
    }

    [Fact]
    public void DdimCarriesNoiseToTheDataDistribution()
    {
        using var scope = NewDisposeScope();
        using var schedule = new NoiseSchedule(new ScheduleConfig { SetAlphaToOne = true, Spacing = TimestepSpacing.Trailing });
        var denoiser = new GaussianDenoiser(mean: 2, deviation: 0.5, schedule);
        using var context = new GuidedContext(denoiser, zeros(1, 1, 1), zeros(1, 1, 1));
        // The exact flow keeps (z_t - sqrt(abar) mu) / sqrt(abar s^2 + 1 - abar), so the end is known for each start.
        var start = linspace(-2, 2, 16).view(1, 1, 4, 4);
        var end = DdimSampler.Sample(denoiser, schedule, start, context, 1000, guidance: 3,
            cancellation: TestContext.Current.CancellationToken);
        var alphaBar = schedule.AlphaBar(999);
        var expected = (start - Math.Sqrt(alphaBar) * 2) / Math.Sqrt(alphaBar * 0.25 + 1 - alphaBar) * 0.5 + 2;
        Assert.True((end - expected).abs().max().item<float>() < 0.01, "1000 Euler-like steps are within 1 % of the flow");
    }

    [Fact]
    public void OneDdimStepIsItsFormula()
    {
        using var scope = NewDisposeScope();
        var (z, e, n) = (Normal(3, 1, 4, 8, 8), Normal(4, 1, 4, 8, 8), Normal(5, 1, 4, 8, 8));
        var (a, b) = (_schedule.AlphaBar(600), _schedule.AlphaBar(400));
        var sigma = 0.7 * Math.Sqrt((1 - b) / (1 - a)) * Math.Sqrt(1 - a / b);
        var expected = (z - Math.Sqrt(1 - a) * e) / Math.Sqrt(a) * Math.Sqrt(b) + Math.Sqrt(1 - b - sigma * sigma) * e + sigma * n;
        Reference.Close(expected, _schedule.DdimStep(z, e, 600, 400, 0.7, n), 1e-6, "DDIM step");
        // To the same timestep without noise it changes nothing.
        Reference.Close(z, _schedule.DdimStep(z, e, 600, 600), 1e-6, "no step");
    }

    [Fact]
    public void SamplingStopsWhenCancelled()
    {
        using var scope = NewDisposeScope();
        var denoiser = new GaussianDenoiser(0, 1, _schedule);
        using var context = new GuidedContext(denoiser, zeros(1, 1, 1), zeros(1, 1, 1));
        using var source = new CancellationTokenSource();
        var steps = 0;
        Assert.Throws<OperationCanceledException>(() => DdimSampler.Sample(denoiser, _schedule, Normal(1, 1, 4, 4, 4), context, 50, 1,
            (step, _) => { steps = step; if (step == 3) source.Cancel(); }, source.Token));
        Assert.Equal(3, steps);
    }

    [Fact]
    public void GuidanceIsLinearBetweenTheTwoPredictions()
    {
        using var scope = NewDisposeScope();
        var (none, text) = (Normal(6, 2, 4, 8, 8), Normal(7, 2, 4, 8, 8));
        Reference.Close(none, Guidance.Apply(none, text, 0), 1e-7, "w = 0");
        Reference.Close(text, Guidance.Apply(none, text, 1), 1e-6, "w = 1");
        Reference.Close(none * -6.5 + text * 7.5, Guidance.Apply(none, text, 7.5), 1e-6, "w = 7.5");
    }
}
