using SvgDistill.Distill.Methods;
using SvgDistill.Distill.Tests.Support;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace SvgDistill.Distill.Tests.Methods;

public class DreamSamplerFirstStepTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void The_first_step_can_be_timed_before_the_run(int count)
    {
        using var scope = NewDisposeScope();
        using var prompts = GaussianDenoiser.Prompts("an owl", "a monkey");
        var denoiser = new Denoiser(new GaussianDenoiser(GaussianDenoiser.Schedule, .5), GaussianDenoiser.Schedule);
        var z = GaussianDenoiser.Latents(GaussianDenoiser.Mean("an owl"));
        using var method = new DreamSampler(new DreamSamplerOptions());
        DistillationStep First() => GaussianDenoiser.Step(denoiser, prompts, z, z, index: 0, count, seed: 3);
        var g = method.Gradient(First());
        Assert.Equal(g.data<double>().ToArray(), method.Gradient(First()).data<double>().ToArray());
    }

    [Fact]
    public void Without_a_text_one_prediction_serves_and_guidance_means_nothing()
    {
        using var scope = NewDisposeScope();
        using var none = GaussianDenoiser.Prompts("an owl", "");
        var denoiser = new Denoiser(new GaussianDenoiser(GaussianDenoiser.Schedule, .5), GaussianDenoiser.Schedule);
        var z = GaussianDenoiser.Latents(GaussianDenoiser.Mean("an owl"));
        double[] Gradient(double guidance)
        {
            using var method = new DreamSampler(new DreamSamplerOptions { Guidance = guidance });
            return method.Gradient(GaussianDenoiser.Step(denoiser, none, z, z, index: 0, count: 3, seed: 3)).data<double>().ToArray();
        }

        Assert.Equal(Gradient(1), Gradient(30));
        Assert.Equal(2, denoiser.SamplesForwarded);
    }
}
