using SvgDistill.Diffusion.Schedules;
using SvgDistill.Distill.Methods;
using SvgDistill.Distill.Pictures;
using SvgDistill.Distill.Randomness;
using SvgDistill.Distill.Tests.Support;
using Xunit;
using static TorchSharp.torch;

namespace SvgDistill.Distill.Tests.Methods;

/// <summary>CSD, NFSD, DRFS, falling timesteps and TurboEdit on Gaussian data, where the exact denoiser is linear: e = k (z_t - sqrt(abar) mu_y).</summary>
[Trait("Category", "Methods")]
public class ClosedFormVariantTests
{
    private const double W = 7.5, Rate = .05, Spread = .5;
    private const int Steps = 30;
    private static readonly NoiseSchedule _schedule = GaussianDenoiser.Schedule;
    private static readonly GaussianDenoiser _gaussian = new(_schedule, Spread);
    private static readonly double[] _start = GaussianDenoiser.Mean("where the run starts");
    private static readonly double[] _target = GaussianDenoiser.Mean("a monkey"), _none = GaussianDenoiser.Mean("");

    private static double Root(int t) => Math.Sqrt(_schedule.AlphaBar(t));

    [Fact]
    public void Csd_moves_along_the_difference_of_the_means_whatever_the_noise()
    {
        var length = 0.0;
        for (var i = 0; i < Steps; i++)
        {
            var t = TimestepRange.Default.Draw(new StepRandom(5, i));
            length += Rate * (1 - _schedule.AlphaBar(t)) * W * _gaussian.Slope(t) * Root(t);
        }
        var expected = _start.Select((z, i) => z + length * (_target[i] - _none[i])).ToArray();
        Tensors.AssertClose(GaussianDenoiser.Run(new Csd(new CsdOptions()), Spread, Rate, Steps, _start), expected, 1e-6);
    }

    [Fact]
    public void Nfsd_moves_along_the_condition_and_away_from_what_is_unwanted()
    {
        var options = new NfsdOptions { Timesteps = new(200, 948) };
        var unwanted = GaussianDenoiser.Mean(options.Unwanted);
        var length = 0.0;
        for (var i = 0; i < Steps; i++)
        {
            var t = options.Timesteps.Draw(new StepRandom(5, i));
            length += Rate * (1 - _schedule.AlphaBar(t)) * _gaussian.Slope(t) * Root(t);
        }
        var expected = _start.Select((z, i) => z + length * (_none[i] - unwanted[i] + W * (_target[i] - _none[i]))).ToArray();
        Tensors.AssertClose(GaussianDenoiser.Run(new Nfsd(options), Spread, Rate, Steps, _start), expected, 1e-6);
    }

    [Fact]
    public void Nfsd_keeps_the_whole_prediction_where_there_is_little_noise()
    {
        using var scope = NewDisposeScope();
        const int t = 120;
        using var prompts = GaussianDenoiser.Prompts("an owl", "a monkey");
        var denoiser = new Denoiser(_gaussian, _schedule);
        var z = GaussianDenoiser.Latents(_start);
        var step = GaussianDenoiser.Step(denoiser, prompts, z, z, 3, Steps, 5);
        var g = new Nfsd(new NfsdOptions { Timesteps = new(t, t) }).Gradient(step);

        var draws = new StepRandom(5, 3);
        draws.Pick(t, t + 1);
        var eps = draws.Normal(z).data<double>().ToArray();
        var (a, b, k) = (Root(t), Math.Sqrt(1 - _schedule.AlphaBar(t)), _gaussian.Slope(t));
        var expected = _start.Select((x, i) => (1 - _schedule.AlphaBar(t)) * (k * (a * x + b * eps[i] - a * _none[i]) + W * k * a * (_none[i] - _target[i]))).ToArray();
        Tensors.AssertClose([.. g.data<double>()], expected, 1e-6);
    }

    // d = z - z_src follows d <- d - r (k a (d - delta) + (k b - 1) eta d), delta the distance of the guided means: the noise cancels.
    [Theory]
    [InlineData(0)]
    [InlineData(.5)]
    [InlineData(1)]
    public void Drfs_follows_its_recurrence_and_is_dds_without_the_shift(double eta)
    {
        var delta = GaussianDenoiser.GuidedMean("a monkey", W).Zip(GaussianDenoiser.GuidedMean("an owl", W), (m, o) => m - o).ToArray();
        var d = new double[_start.Length];
        for (var i = 0; i < Steps; i++)
        {
            var progress = (double)i / (Steps - 1);
            var t = TimestepRange.Default.Descend(progress);
            var (ka, kb) = (_gaussian.Slope(t) * Root(t), _gaussian.Slope(t) * Math.Sqrt(1 - _schedule.AlphaBar(t)));
            for (var j = 0; j < d.Length; j++) d[j] -= Rate * (ka * (d[j] - delta[j]) + (kb - 1) * eta * progress * d[j]);
        }
        var expected = _start.Zip(d, (z, x) => z + x).ToArray();
        Tensors.AssertClose(GaussianDenoiser.Run(new Drfs(new DrfsOptions { Eta = eta }), Spread, Rate, Steps, _start), expected, 1e-6);
    }

    [Fact]
    public void Drfs_takes_its_paper_s_steps_unless_it_is_told_others()
    {
        var model = new Diffusion.Models.ModelDefaults { Steps = 200 };
        var drfs = MethodName.Parse("drfs");
        Assert.Equal(50, EditSettings.Resolve(drfs, new(), model).Steps);
        Assert.Equal(80, EditSettings.Resolve(drfs, new() { Steps = 80 }, model).Steps);
        Assert.Equal(200, EditSettings.Resolve(MethodName.Ids, new(), model).Steps);
    }

    [Fact]
    public void Timesteps_fall_through_the_whole_range_and_stay_where_the_weight_is()
    {
        var (options, range) = (new FallingOptions(), TimestepRange.Default);
        var t = Enumerable.Range(0, 1001).Select(i => options.At(range, i / 1000.0)).ToArray();
        Assert.Equal((range.Last, range.First), (t[0], t[^1]));
        Assert.All(t.Zip(t.Skip(1)), pair => Assert.True(pair.Second <= pair.First));
        // The plateau has a weight of 301 of all; the run is there for as much of its length.
        var all = Enumerable.Range(range.First, range.Last - range.First + 1).Sum(options.Weight);
        Assert.Equal(301 / all, t.Count(x => x is >= 500 and <= 800) / 1001.0, .005);
    }

    [Fact]
    public void Dds_with_falling_timesteps_ends_where_its_contraction_says()
    {
        var (falling, factor) = (new FallingOptions(), 1.0);
        for (var i = 0; i < Steps; i++)
        {
            var t = falling.At(TimestepRange.Default, (double)i / (Steps - 1));
            factor *= 1 - Rate * _gaussian.Slope(t) * Root(t);
        }
        var delta = GaussianDenoiser.GuidedMean("a monkey", W).Zip(GaussianDenoiser.GuidedMean("an owl", W), (m, o) => m - o);
        var expected = _start.Zip(delta, (z, x) => z + (1 - factor) * x).ToArray();
        var (method, options) = MethodCatalog.Create(MethodName.Parse("dds"), new EditSettings { Order = TimestepOrder.Falling });
        Assert.Contains(options, o => o is FallingOptions);
        Tensors.AssertClose(GaussianDenoiser.Run(method, Spread, Rate, Steps, _start), expected, 1e-6);
    }

    [Fact]
    public void Pds_with_falling_timesteps_keeps_to_its_odd_ones()
    {
        using var scope = NewDisposeScope();
        using var prompts = GaussianDenoiser.Prompts("an owl", "a monkey");
        var denoiser = new Denoiser(_gaussian, _schedule);
        var (source, z) = (GaussianDenoiser.Latents(_start), GaussianDenoiser.Latents(_target));
        foreach (var (index, t) in new[] { (0, 979), (Steps - 1, 101) })
        {
            var pds = new Pds(new PdsOptions());
            var falling = new FallingTimesteps(pds, new()).Gradient(GaussianDenoiser.Step(denoiser, prompts, source, z, index, Steps, 5));
            var direct = pds.GradientAt(GaussianDenoiser.Step(denoiser, prompts, source, z, index, Steps, 5), t);
            Tensors.AssertClose([.. falling.data<double>()], direct.data<double>().ToArray(), 1e-9);
        }
    }

    // With s = 0 the prediction of the picture is mu_y whatever z_t: the last step ends at mu_src + c (z_src - mu_src) + w (mu_trg - mu_src).
    [Theory]
    [InlineData("a monkey", 1.5)]
    [InlineData("a monkey", 7.5)]
    [InlineData("an owl", 1.5)]
    public void Turboedit_ends_at_the_source_moved_by_the_prompts_difference(string prompt, double w)
    {
        using var scope = NewDisposeScope();
        using var prompts = GaussianDenoiser.Prompts("an owl", prompt);
        var denoiser = new Denoiser(new GaussianDenoiser(_schedule, 0), _schedule);
        var calls = new List<(int, int)>();
        var edited = new TurboEdit(w).Edit(new PictureEditRequest
        {
            SourceLatents = GaussianDenoiser.Latents(_start), Prompts = prompts, Denoiser = denoiser, Steps = 4, Seed = 3, OnCall = (done, all) => calls.Add((done, all)),
        });
        var (source, wanted) = (GaussianDenoiser.Mean("an owl"), GaussianDenoiser.Mean(prompt));
        var norm = Math.Sqrt(_start.Zip(source, (z, m) => (z - m) * (z - m)).Sum());
        var c = Math.Min(1, 15.5 * Math.Sqrt(16 / 16384.0) / norm);
        var expected = _start.Select((z, i) => source[i] + c * (z - source[i]) + w * (wanted[i] - source[i])).ToArray();
        Tensors.AssertClose([.. edited.data<double>()], expected, 1e-5);
        Assert.Equal([(1, 4), (2, 4), (3, 4), (4, 4)], calls);
        Assert.Equal([799, 599, 399, 199], TurboEdit.Timesteps(_schedule, 4));
    }
}
