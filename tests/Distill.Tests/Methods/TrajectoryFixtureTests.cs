using SvgDistill.Distill.Methods;
using SvgDistill.Distill.Tests.Support;
using Xunit;
using static TorchSharp.torch;

namespace SvgDistill.Distill.Tests.Methods;

/// <summary>Twelve plain steps in latent space, each method, against reference numbers.</summary>
[Collection(nameof(TinyModel))]
[Trait("Category", "Parity")]
[Trait("Category", "Methods")]
public class TrajectoryFixtureTests
{
    [Theory]
    [InlineData("sds")]
    [InlineData("dds")]
    [InlineData("ids")]
    public void Ends_where_the_reference_ends(string name)
    {
        using var scope = NewDisposeScope();
        using var file = TinyModel.Fixture("trajectory.fixtures.safetensors");
        using var prompts = TinyModel.Prompts();
        using IDistillationMethod method = name switch
        {
            "sds" => new Sds(new SdsOptions { Weighting = SdsWeighting.Uniform }),
            "dds" => new Dds(new DdsOptions()),
            _ => new Fpr(new Dds(new DdsOptions()), new FprOptions()),
        };
        var denoiser = TinyModel.Denoiser();
        var (source, noises) = (file.Load("z_src"), file.Load("noise"));
        var timesteps = file.Load("t").data<int>().ToArray();
        var z = source.clone();
        for (var i = 0; i < timesteps.Length; i++)
        {
            var step = TinyModel.Step(denoiser, prompts, source, z, [timesteps[i]], [noises[i].unsqueeze(0)]);
            z = z - method.LatentRate * 2000 / (z.shape[2] * z.shape[3]) * method.Gradient(step);
        }
        Tensors.AssertClose(z, file.Load($"{name}.end"), 1e-3, name);
    }
}
