using SvgDistill.Distill.Pictures;
using SvgDistill.Distill.Tests.Support;
using Xunit;
using static TorchSharp.torch;

namespace SvgDistill.Distill.Tests.Pictures;

/// <summary>Null-text inversion and the edit after it, against reference numbers.</summary>
[Collection(nameof(TinyModel))]
[Trait("Category", "Parity")]
[Trait("Category", "Methods")]
public class DreamSamplerFixtureTests
{
    [Theory]
    [InlineData(.2, "edited.cfg0.2")]
    [InlineData(1.0, "edited.cfg1.0")]
    public void Inversion_and_edit(double strength, string name)
    {
        using var scope = NewDisposeScope();
        using var file = TinyModel.Fixture("dreamsampler.fixtures.safetensors");
        using var prompts = TinyModel.Prompts();
        using var denoiser = TinyModel.Denoiser();
        var timesteps = file.Load("timesteps").data<int>().ToArray();
        var sampler = new DreamSamplerEdit(denoiser, prompts.Null, new DreamSamplerEditOptions { Steps = timesteps.Length, Strength = strength });
        Assert.Equal(timesteps, sampler.Timesteps);

        var inverted = sampler.Invert(file.Load("z_src"));
        Tensors.AssertClose(inverted, file.Load("inverted"), 1e-3, "inverted");
        var edited = sampler.Edit(inverted, [new MaskedPrompt(prompts.Target)]);
        Tensors.AssertClose(edited, file.Load(name), 1e-3, name);

        // A mask of everything is no mask, a mask of nothing the inversion's own way back.
        var all = sampler.Edit(inverted, [new MaskedPrompt(prompts.Target, ones(1, 1, 16, 16))]);
        Tensors.AssertClose(all, edited, 1e-5, "masked everywhere");
        var none = sampler.Edit(inverted, [new MaskedPrompt(prompts.Target, zeros(1, 1, 16, 16))]);
        var nothing = sampler.Edit(inverted, []);
        Tensors.AssertClose(none, nothing, 1e-5, "masked nowhere");
    }
}
