using SvgDistill.Diffusion.Differentiation;
using SvgDistill.Distill.Pictures;
using SvgDistill.Distill.Randomness;
using SvgDistill.Distill.Tests.Support;
using Xunit;
using static TorchSharp.torch;

namespace SvgDistill.Distill.Tests.Pictures;

[Collection(nameof(TinyModel))]
[Trait("Category", "Methods")]
public class DreamSamplerInpaintTests
{
    [Fact]
    public void Conjugate_gradients_solve_a_positive_definite_system()
    {
        using var scope = NewDisposeScope();
        using var denoiser = TinyModel.Denoiser();
        var sampler = new DreamSamplerInpaint(denoiser, zeros(1), x => x, z => z, z => Differentiated.ByEngine(z, x => x), new DreamSamplerInpaintOptions());
        var mask = (rand(1, 1, 8, 8) > .5).to(ScalarType.Float32);
        var solution = randn(1, 3, 8, 8);
        Tensor Apply(Tensor v) => mask * v + .25 * v;
        Tensors.AssertClose(sampler.ConjugateGradient(Apply, Apply(solution), zeros_like(solution)), solution, 1e-5, "x");
    }

    /// <summary>
    /// Random weights paint nothing to look at; but a second run gives the same bits, another seed others.
    /// </summary>
    [Fact]
    public void Runs_repeat_and_depend_on_texts_in_the_hole()
    {
        using var scope = NewDisposeScope();
        using var denoiser = TinyModel.Denoiser();
        using var prompts = TinyModel.Prompts();
        var model = TinyModel.Model;
        var image = (.5 + .2 * new StepRandom(1, 0).Normal(zeros(1, 3, 64, 64))).clamp(0, 1);
        var mask = ones(1, 1, 64, 64);
        mask.narrow(2, 16, 32).narrow(3, 16, 32).zero_();

        Tensor Paint(Tensor context, ulong seed) => new DreamSamplerInpaint(denoiser, prompts.Null, model.EncodeImage, model.Decode, model.DecodeForGradient,
            new DreamSamplerInpaintOptions { Steps = 10, Seed = seed }).Run(image, [new InpaintRegion(context, mask)]);

        var painted = Paint(prompts.Target, 0);
        Assert.Equal(image.shape, painted.shape);
        Assert.True(painted.isfinite().all().item<bool>());
        Assert.Equal(painted.data<float>().ToArray(), Paint(prompts.Target, 0).data<float>().ToArray());
        Assert.True((painted - Paint(prompts.Target, 1)).norm().item<float>() > 0);
        Assert.True((painted - Paint(prompts.Source, 0)).norm().item<float>() > 0);

        // What the hole held is not looked at.
        image.narrow(2, 20, 10).narrow(3, 20, 10).zero_();
        Assert.Equal(painted.data<float>().ToArray(), Paint(prompts.Target, 0).data<float>().ToArray());
    }
}
