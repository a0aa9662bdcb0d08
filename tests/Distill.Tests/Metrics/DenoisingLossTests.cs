using SvgDistill.Diffusion;
using SvgDistill.Distill.Methods;
using SvgDistill.Distill.Metrics;
using SvgDistill.Distill.Tests.Support;
using Xunit;
using static TorchSharp.torch;

namespace SvgDistill.Distill.Tests.Metrics;

[Collection(nameof(TinyModel))]
public class DenoisingLossTests
{
    /// <summary>On data without spread e - eps = sqrt(abar/(1-abar)) (z - mu), whatever the noise.</summary>
    [Fact]
    public void The_loss_has_a_closed_form_on_gaussian_data()
    {
        using var scope = NewDisposeScope();
        using var prompts = GaussianDenoiser.Prompts("an owl", "a monkey");
        var schedule = GaussianDenoiser.Schedule;
        using var denoiser = new Denoiser(new GaussianDenoiser(schedule, 0), schedule);
        var z = GaussianDenoiser.Mean("a picture");
        var squares = z.Zip(GaussianDenoiser.Mean("an owl"), (a, b) => (a - b) * (a - b)).Average();
        var expected = new[] { 100, 300, 500, 700, 900 }.Average(t => schedule.AlphaBar(t) / (1 - schedule.AlphaBar(t)) * squares);

        var loss = new DenoisingLoss(denoiser, timesteps: 5, noises: 2);
        Assert.Equal(expected, loss.Of(GaussianDenoiser.Latents(z), prompts.Source), 1e-9 * expected);
        Assert.Equal(0, loss.Of(GaussianDenoiser.Latents(GaussianDenoiser.Mean("a monkey")), prompts.Target), 1e-12);
    }

    [Fact]
    public void Losses_together_are_those_of_each_alone()
    {
        using var scope = NewDisposeScope();
        using var prompts = GaussianDenoiser.Prompts("an owl", "a monkey");
        using var denoiser = new Denoiser(new GaussianDenoiser(GaussianDenoiser.Schedule, 0), GaussianDenoiser.Schedule);
        var (picture, owl) = (GaussianDenoiser.Latents(GaussianDenoiser.Mean("a picture")), GaussianDenoiser.Latents(GaussianDenoiser.Mean("an owl")));
        var loss = new DenoisingLoss(denoiser, timesteps: 3, noises: 2);
        var together = loss.Of((picture, prompts.Source), (owl, prompts.Source), (owl, prompts.Target));
        Assert.Equal([loss.Of(picture, prompts.Source), loss.Of(owl, prompts.Source), loss.Of(owl, prompts.Target)], together, (a, b) => Math.Abs(a - b) < 1e-9);
        Assert.NotEqual(together[0], together[2]);
    }

    /// <summary>A small network computes many timesteps in one call, the last call with fewer: each row keeps its own timestep, noise and text.</summary>
    [Fact]
    public void Timesteps_together_are_those_of_each_alone()
    {
        using var scope = NewDisposeScope();
        using var denoiser = TinyModel.Denoiser();
        using var prompts = TinyModel.Prompts("an owl", "a monkey");
        Assert.Equal(32, denoiser.RowsAtOnce);
        var z = randn([1, 4, 16, 16], generator: new Generator(5));
        using var single = new Denoiser(new OneByOne(TinyModel.Model.Denoiser), TinyModel.Model.Schedule);
        Assert.Equal(1, single.RowsAtOnce);
        var (together, alone) = (new DenoisingLoss(denoiser, timesteps: 20, noises: 2).Of(z, prompts), new DenoisingLoss(single, timesteps: 20, noises: 2).Of(z, prompts));
        Assert.Equal(alone.Target, together.Target, 1e-6 * alone.Target);
        Assert.Equal(alone.Source, together.Source, 1e-6 * alone.Source);
        Assert.NotEqual(together.Source, together.Target);
    }

    private sealed class OneByOne(INoisePredictor network) : INoisePredictor
    {
        public DenoiserCost? Cost => network.Cost;
        public Tensor PredictNoise(Tensor latents, Tensor timesteps, Tensor context) => network.PredictNoise(latents, timesteps, context);
        public NoisePrediction PredictForGradient(Tensor latents, Tensor timesteps, Tensor context) => network.PredictForGradient(latents, timesteps, context);
        public IDisposable Pin(Tensor context) => network.Pin(context);
    }

    [Fact]
    public void Silhouettes_overlap_as_their_areas_do()
    {
        using var scope = NewDisposeScope();
        var (a, b) = (zeros(10, 10), zeros(10, 10));
        a.narrow(1, 0, 6).fill_(1);
        b.narrow(1, 3, 6).fill_(1);
        b.narrow(1, 9, 1).fill_(.5);
        Assert.Equal(3 / 9.5, Silhouettes.Overlap(a, b), 1e-12);
        Assert.Equal(1, Silhouettes.Overlap(a, a));
        Assert.Equal(1, Silhouettes.Overlap(zeros(2, 2), zeros(2, 2)));
        Assert.Equal(0, Silhouettes.Overlap(a, zeros(10, 10)));
    }
}
