using SvgDistill.Diffusion.Schedules;
using SvgDistill.Distill.Methods;
using SvgDistill.Distill.Randomness;
using SvgDistill.Distill.Tests.Support;
using Xunit;
using static TorchSharp.torch;

namespace SvgDistill.Distill.Tests.Methods;

/// <summary>Whole runs on Gaussian data, where the exact denoiser is linear and every end point has a formula.</summary>
[Trait("Category", "Methods")]
public class ClosedFormRunTests
{
    private const double W = 7.5;
    private static readonly NoiseSchedule _schedule = GaussianDenoiser.Schedule;
    private static readonly double[] _start = GaussianDenoiser.Mean("where the run starts");

    private static int Timestep(int step, ulong seed = 5) => TimestepRange.Default.Draw(new StepRandom(seed, step));

    /// <summary>
    /// With s = 0 the noise cancels: e - eps = sqrt(abar)/sqrt(1-abar) (z - mu^w), and z - mu^w shrinks by a known factor a step.
    /// </summary>
    [Theory]
    [InlineData(SdsWeighting.Sds)]
    [InlineData(SdsWeighting.Uniform)]
    [InlineData(SdsWeighting.Fantasia)]
    public void Sds_contracts_to_the_guided_mean(SdsWeighting weighting)
    {
        const double rate = .05;
        const int steps = 30;
        var factor = 1.0;
        for (var i = 0; i < steps; i++)
        {
            var abar = _schedule.AlphaBar(Timestep(i));
            var weight = weighting switch { SdsWeighting.Sds => 1 - abar, SdsWeighting.Uniform => 1, _ => Math.Sqrt(abar) * (1 - abar) };
            factor *= 1 - rate * weight * Math.Sqrt(abar / (1 - abar));
        }
        var mu = GaussianDenoiser.GuidedMean("a monkey", W);
        var expected = mu.Zip(_start, (m, z) => m + factor * (z - m)).ToArray();

        var end = GaussianDenoiser.Run(new Sds(new SdsOptions { Weighting = weighting, Guidance = W }), s: 0, rate, steps, _start);

        Tensors.AssertClose(end, expected, 1e-6);
    }

    /// <summary>With s above 0 the end is random, but its mean over noises follows the same recurrence with slope k sqrt(abar).</summary>
    [Fact]
    public void Sds_on_spread_data_contracts_in_the_mean()
    {
        const double rate = .02, s = .5;
        const int steps = 10, runs = 400;
        var mu = GaussianDenoiser.GuidedMean("a monkey", 1);
        var gaussian = new GaussianDenoiser(_schedule, s);
        var deviation = new double[_start.Length];
        for (var seed = 0; seed < runs; seed++)
        {
            var factor = 1.0;
            for (var i = 0; i < steps; i++)
            {
                var t = Timestep(i, (ulong)seed);
                var abar = _schedule.AlphaBar(t);
                factor *= 1 - rate * (1 - abar) * gaussian.Slope(t) * Math.Sqrt(abar);
            }
            var end = GaussianDenoiser.Run(new Sds(new SdsOptions { Guidance = 1 }), s, rate, steps, _start, (ulong)seed);
            for (var j = 0; j < end.Length; j++) deviation[j] += (end[j] - (mu[j] + factor * (_start[j] - mu[j]))) / runs;
        }
        // A step adds at most .02 * .3 eps of noise: the mean over 400 runs of 10 steps has a standard deviation below 1e-3.
        Assert.All(deviation, d => Assert.InRange(d, -6e-3, 6e-3));
        Assert.Contains(deviation, d => d != 0);
    }

    /// <summary>Noise cancels for any s: z -> z_src + mu^w_trg - mu^w_src.</summary>
    [Theory]
    [InlineData(false, 0)]
    [InlineData(false, .7)]
    [InlineData(true, .7)]
    public void Dds_and_ids_end_at_the_source_moved_by_the_difference_of_means(bool onRefinedNoise, double s)
    {
        const double rate = .4;
        const int steps = 150;
        var gaussian = new GaussianDenoiser(_schedule, s);
        var factor = 1.0;
        for (var i = 0; i < steps; i++)
        {
            var t = Timestep(i);
            factor *= 1 - rate * gaussian.Slope(t) * Math.Sqrt(_schedule.AlphaBar(t));
        }
        var goal = Difference();
        var expected = _start.Zip(goal, (z, d) => z + (1 - factor) * d).ToArray();
        Assert.InRange(Math.Abs(factor), 0, 1e-3);

        IDistillationMethod method = new Dds(new DdsOptions { Guidance = W });
        if (onRefinedNoise) method = new Fpr(method, new FprOptions());
        var end = GaussianDenoiser.Run(method, s, rate, steps, _start);

        Tensors.AssertClose(end, expected, 1e-5);
    }

    /// <summary>
    /// With s = 0, x0 is mu^w and mu of the posterior is linear: g = ((sqrt(abar') - B sqrt(abar)) (z - z_src) - A (mu_trg - mu_src)) / sigma.
    /// </summary>
    [Fact]
    public void Pds_moves_the_source_by_the_posteriors_share_of_the_difference_of_means()
    {
        const double rate = .02;
        const int steps = 60;
        var goal = Difference();
        var moved = new double[_start.Length];
        for (var i = 0; i < steps; i++)
        {
            var t = 2 * new StepRandom(5, i).Pick(50, 490) + 1;
            var (abar, abarPrevious) = (_schedule.AlphaBar(t), _schedule.AlphaBar(t - 2));
            var (alpha, beta) = (_schedule.Alpha(t), _schedule.Beta(t));
            var a = Math.Sqrt(abarPrevious) * beta / (1 - abar);
            var b = Math.Sqrt(alpha) * (1 - abarPrevious) / (1 - abar);
            var sigma = Math.Sqrt((1 - abarPrevious) / (1 - abar) * beta);
            for (var j = 0; j < moved.Length; j++)
                moved[j] -= rate * ((Math.Sqrt(abarPrevious) - b * Math.Sqrt(abar)) * moved[j] - a * goal[j]) / sigma;
        }

        var end = GaussianDenoiser.Run(new Pds(new PdsOptions { Guidance = W }), s: 0, rate, steps, _start);

        Tensors.AssertClose(end, _start.Zip(moved, (z, m) => z + m).ToArray(), 1e-5);
    }

    /// <summary>
    /// x0(z_t) - z_src is linear in z_t with slope gamma/sqrt(abar), gamma = 1 - k sqrt(1-abar), so a step of FPR on the norm
    /// shortens it by exactly lambda gamma^2/abar, in its own direction.
    /// </summary>
    [Theory]
    [InlineData(FprTarget.Latents)]
    [InlineData(FprTarget.Noise)]
    public void Fpr_shortens_the_error_by_the_same_length_every_step(FprTarget target)
    {
        const double s = .7;
        const int t = 600;
        using var scope = NewDisposeScope();
        using var prompts = GaussianDenoiser.Prompts("an owl", "a monkey");
        var gaussian = new GaussianDenoiser(_schedule, s);
        var denoiser = new Denoiser(gaussian, _schedule);
        var source = GaussianDenoiser.Latents(_start);
        var step = GaussianDenoiser.Step(denoiser, prompts, source, source, 0, 1, 5);
        using var fpr = new Fpr(new Dds(new DdsOptions()), new FprOptions { Steps = 4, Lambda = .05, Target = target });

        fpr.Refine(step, t, step.Draws.Normal(source));

        var abar = _schedule.AlphaBar(t);
        var gamma = 1 - gaussian.Slope(t) * Math.Sqrt(1 - abar);
        var shortening = .05 * gamma * gamma / abar * (target == FprTarget.Noise ? 1 - abar : 1);
        var losses = fpr.Losses.Select(l => l[0]).ToArray();
        Assert.Equal(4, losses.Length);
        Assert.True(shortening > 1e-3);
        for (var i = 1; i < losses.Length; i++) Assert.Equal(losses[i - 1] - shortening, losses[i], 1e-6);
        Assert.Equal(8, denoiser.SamplesForwarded);
        Assert.Equal(8, denoiser.SamplesDifferentiated);
    }

    private static double[] Difference() =>
        [.. GaussianDenoiser.GuidedMean("a monkey", W).Zip(GaussianDenoiser.GuidedMean("an owl", W), (a, b) => a - b)];
}
