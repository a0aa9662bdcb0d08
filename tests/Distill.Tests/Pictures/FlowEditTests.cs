using SvgDistill.Diffusion;
using SvgDistill.Diffusion.Schedules;
using SvgDistill.Distill.Methods;
using SvgDistill.Distill.Pictures;
using SvgDistill.Distill.Tests.Support;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace SvgDistill.Distill.Tests.Pictures;

[Collection(nameof(TinyModel))]
public sealed class FlowEditTests
{
    private const int Steps = 20;

    /// <summary>
    /// Of Gaussian data e = k (z_t - sqrt(abar) mu): what z still lacks of z_src + mu^w_trg - mu_src shrinks in each step by
    /// 1 + (sigma' - sigma) k sqrt(abar), whatever the noise; of point masses by sigma' / sigma.
    /// </summary>
    [Theory]
    [InlineData(0, 1, .8)]
    [InlineData(0, 7.5, .8)]
    [InlineData(.5, 7.5, .8)]
    [InlineData(.5, 3, 1)]
    public void The_picture_moves_by_the_difference_of_the_means(double deviation, double guidance, double strength)
    {
        using var scope = NewDisposeScope();
        var gaussian = new GaussianDenoiser(GaussianDenoiser.Schedule, deviation);
        var request = Request(gaussian, "an owl", "a monkey", guidance);
        double[] source = [.. request.SourceLatents.data<double>()];
        double Sigma(long t) => Math.Sqrt(1 / GaussianDenoiser.Schedule.AlphaBar(t) - 1);
        var timesteps = request.Timesteps[^(int)(strength * Steps)..];
        var left = 1.0;
        for (var i = 0; i < timesteps.Length; i++)
        {
            var t = timesteps[i];
            left *= 1 + (Sigma(i + 1 < timesteps.Length ? timesteps[i + 1] : -1) - Sigma(t)) * gaussian.Slope((int)t) * Math.Sqrt(GaussianDenoiser.Schedule.AlphaBar(t));
        }
        if (deviation == 0) Assert.Equal(Sigma(-1) / Sigma(timesteps[0]), left, 1e-12);

        var edited = new FlowEdit(strength).Edit(request).data<double>().ToArray();

        var (from, to) = (GaussianDenoiser.Mean("an owl"), GaussianDenoiser.GuidedMean("a monkey", guidance));
        for (var i = 0; i < source.Length; i++) Assert.Equal(source[i] + (1 - left) * (to[i] - from[i]), edited[i], 1e-9);
    }

    [Theory]
    [InlineData("an owl", .8)]
    [InlineData("a monkey", 0)]
    public void Nothing_moves_toward_the_own_prompt_nor_at_strength_0(string target, double strength)
    {
        using var scope = NewDisposeScope();
        var request = Request(new GaussianDenoiser(GaussianDenoiser.Schedule, .5), "an owl", target, guidance: 1);

        var edited = new FlowEdit(strength).Edit(request);

        Assert.True(edited.eq(request.SourceLatents).all().item<bool>());
        Assert.False(ReferenceEquals(edited, request.SourceLatents));
    }

    [Fact]
    public void Both_pictures_get_the_same_noise_and_each_step_another()
    {
        using var scope = NewDisposeScope();
        var seen = new List<(double[] Source, double[] Target)>();
        var schedule = GaussianDenoiser.Schedule;
        var request = Request(new GaussianDenoiser(schedule, .5), "an owl", "an owl", guidance: 1);
        // Toward the own prompt nothing moves: what the two are given differs by the noise alone.
        request = request with { Denoiser = new Denoiser(new Noises(new GaussianDenoiser(schedule, .5), request.SourceLatents, schedule, seen), schedule) };

        new FlowEdit(1).Edit(request);

        Assert.Equal(Steps, seen.Count);
        foreach (var (source, target) in seen) Assert.Equal(source, target);
        Assert.Equal(Steps, seen.Select(s => s.Source[0]).Distinct().Count());
        Assert.InRange(seen.SelectMany(s => s.Source).Select(n => n * n).Average(), .7, 1.3);
    }

    /// <summary>Writes down the noise of the first two latents that are asked about at once.</summary>
    private sealed class Noises(INoisePredictor inner, Tensor original, NoiseSchedule schedule, List<(double[], double[])> seen) : INoisePredictor
    {
        public Tensor PredictNoise(Tensor latents, Tensor timesteps, Tensor context)
        {
            using var scope = NewDisposeScope();
            double[] Of(int row) => [.. schedule.NoiseBetween(original, latents[row..(row + 1)], timesteps[0].item<long>()).reshape(-1).data<double>()];
            seen.Add((Of(0), Of(1)));
            var e = Enumerable.Range(0, (int)latents.shape[0]).Select(i => inner.PredictNoise(latents[i..(i + 1)], timesteps[..1], context[i..(i + 1)])).ToArray();
            return cat(e).MoveToOuterDisposeScope();
        }
    }

    /// <summary>With all of the lead what is drawn counts for nothing but detail: of a drawing that stays the end is the sampler's picture.</summary>
    [Fact]
    public void Led_alone_the_way_ends_at_the_samplers_picture()
    {
        using var scope = NewDisposeScope();
        var (image, settings) = (Picture(5), new EditSettings { SamplerSteps = 5, Guidance = 2 });
        using var prompts = TinyModel.Prompts();
        using var denoiser = TinyModel.Denoiser();
        var model = Model(denoiser, prompts);
        using var sampler = PictureEditCatalog.Create(PictureMethod.FlowEdit, model, settings, seed: 7);
        using var flow = new LedFlow(model, image, settings, seed: 7, lead: 1);

        Assert.Equal(4, flow.Count);
        var wanted = Enumerable.Range(0, 4).Select(_ => flow.Next(image)).ToArray();

        Assert.True((wanted[^1] - sampler.Run(image).Picture).abs().max().item<float>() < 1e-4);
        Assert.Throws<InvalidOperationException>(() => flow.Next(image));
        Assert.True((wanted[0] - wanted[^1]).abs().max().item<float>() > 1e-3);
    }

    /// <summary>Without lead the state is what is drawn, whatever was wanted before; with some it is not.</summary>
    [Theory]
    [InlineData(0, true)]
    [InlineData(.5, false)]
    public void Without_lead_each_step_begins_at_the_drawing(double lead, bool same)
    {
        using var scope = NewDisposeScope();
        using var prompts = TinyModel.Prompts();
        using var denoiser = TinyModel.Denoiser();
        var model = Model(denoiser, prompts);
        Tensor Second(Tensor first)
        {
            using var flow = new LedFlow(model, Picture(5), new() { SamplerSteps = 5, Guidance = 2 }, seed: 7, lead);
            flow.Next(first);
            return flow.Next(Picture(9));
        }

        Assert.Equal(same, Second(Picture(5)).eq(Second(Picture(8))).all().item<bool>());
    }

    [Fact]
    public void Detail_comes_back_where_nothing_changed_and_only_there()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(6);
        Tensor Random() => rand([1, 3, 12, 12], float64, generator: generator);
        var (image, source) = (Random(), Random());
        var edited = source.clone();
        edited[0, 1, 6, 6] += .5;

        var restored = PictureDetail.Restore(image, edited, source);

        for (var y = 0; y < 12; y++)
            for (var x = 0; x < 12; x++)
            {
                // Within two pixels of the change the part that comes back is e^-25.
                var wanted = Math.Max(Math.Abs(x - 6), Math.Abs(y - 6)) <= 2 ? edited[0, .., y, x] : image[0, .., y, x];
                Assert.True((restored[0, .., y, x] - wanted).abs().max().item<double>() < 1e-9, $"({x}, {y})");
            }
    }

    private static PictureModel Model(Denoiser denoiser, Prompts prompts) => new(denoiser, prompts, TinyModel.Model.EncodeImage, TinyModel.Model.Decode);

    private static Tensor Picture(ulong seed)
    {
        using var generator = new Generator(seed);
        return rand([1, 3, TinyModel.Model.ImageSize, TinyModel.Model.ImageSize], generator: generator);
    }

    private static PictureEditRequest Request(GaussianDenoiser gaussian, string source, string target, double guidance) => new()
    {
        SourceLatents = GaussianDenoiser.Latents(GaussianDenoiser.Mean("a picture")),
        Prompts = GaussianDenoiser.Prompts(source, target),
        Denoiser = new Denoiser(gaussian, GaussianDenoiser.Schedule),
        Steps = Steps,
        Guidance = guidance,
        Seed = 3,
    };
}
