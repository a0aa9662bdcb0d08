using SvgDistill.Distill.Methods;
using SvgDistill.Distill.Pictures;
using SvgDistill.Distill.Tests.Support;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace SvgDistill.Distill.Tests.Pictures;

public sealed class DdimInversionTests
{
    [Fact]
    public void Inversion_of_gaussian_data_carries_quantiles_to_quantiles()
    {
        const double Deviation = .5;
        using var scope = NewDisposeScope();
        using var prompts = GaussianDenoiser.Prompts("an owl", "a monkey");
        var schedule = GaussianDenoiser.Schedule;
        var denoiser = new Denoiser(new GaussianDenoiser(schedule, Deviation), schedule);
        var mean = GaussianDenoiser.Latents(GaussianDenoiser.Mean("an owl"));
        var z = mean + GaussianDenoiser.Latents([.. Enumerable.Range(-8, 16).Select(i => i / 8.0)]);
        long[] timesteps = [.. Enumerable.Range(0, 1000).Reverse().Select(t => (long)t)];

        var path = DdimInversion.Trajectory(denoiser, z, prompts.Source, timesteps);

        // The probability flow keeps (z - mean_t) / deviation_t (Song 2021, "Score-based generative modeling", eq. 13).
        var (a0, aT) = (schedule.AlphaBar(0), schedule.AlphaBar(999));
        double Spread(double a) => Math.Sqrt(a * Deviation * Deviation + 1 - a);
        var expected = Math.Sqrt(aT) * mean + Spread(aT) / Spread(a0) * (z - Math.Sqrt(a0) * mean);
        Assert.True((path[0] - expected).abs().max().item<double>() < .02);
        Assert.Equal(0, (path[^1] - z).abs().max().item<double>());
    }
}
