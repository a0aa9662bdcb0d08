using SvgDistill.Diffusion.Weights;
using SvgDistill.Distill.Methods;
using SvgDistill.Distill.Tests.Support;
using SvgDistill.Tests;
using System.Text.Json;
using Xunit;
using static TorchSharp.torch;

namespace SvgDistill.Distill.Tests.Methods;

/// <summary>CDS with the positions of the reference written down, and LUSD's difference.</summary>
[Collection(nameof(TinyModel))]
[Trait("Category", "Parity")]
[Trait("Category", "Methods")]
public class CdsFixtureTests
{
    public static TheoryData<int> Cases => [0, 1, 2, 3];

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_contrastive_term_and_its_gradient(int k)
    {
        using var scope = NewDisposeScope();
        using var file = TinyModel.Fixture("distill.fixtures.safetensors");
        using var prompts = TinyModel.Prompts();
        using var denoiser = TinyModel.Denoiser();
        var t = file.Load($"{k}.t").item<int>();
        var (orders, positions) = Drawn(k);
        var step = TinyModel.Step(denoiser, prompts, file.Load("z_src"), file.Load("z_trg"), [], [], orders);
        var cds = new Cds(new CdsOptions { Positions = positions });

        var (delta, cut) = cds.Terms(step, t, file.Load($"{k}.noise"));

        Tensors.AssertClose(delta, file.Load($"{k}.dds.grad"), 1e-3, "the delta denoising term");
        Assert.Equal(file.Load($"{k}.cds.cut_loss").item<float>(), cds.Loss, 1e-3 * cds.Loss);
        Tensors.AssertClose(cut, file.Load($"{k}.cds.cut_grad"), 1e-3, "the contrastive term");
        Assert.Equal((4, 1), (denoiser.SamplesForwarded, denoiser.SamplesDifferentiated));
    }

    /// <summary>At full size the features that CDS reads come out of blocks that are computed again on the way back.</summary>
    [Fact]
    public void A_bound_on_memory_changes_nothing()
    {
        using var scope = NewDisposeScope();
        using var file = TinyModel.Fixture("distill.fixtures.safetensors");
        using var prompts = TinyModel.Prompts();
        using var denoiser = TinyModel.Denoiser();
        var (orders, positions) = Drawn(0);
        (Tensor Delta, Tensor Cut) Terms() => new Cds(new CdsOptions { Positions = positions }).Terms(
            TinyModel.Step(denoiser, prompts, file.Load("z_src"), file.Load("z_trg"), [], [], orders), file.Load("0.t").item<int>(), file.Load("0.noise"));

        var kept = Terms();
        var network = TinyModel.Model.Denoiser;
        var before = network.GraphBytes;
        try
        {
            network.GraphBytes = 0;
            var bounded = Terms();
            Assert.True(kept.Cut.norm().item<float>() > 0);
            Tensors.AssertClose(bounded.Cut, kept.Cut, 1e-5, "the contrastive term");
            Tensors.AssertClose(bounded.Delta, kept.Delta, 1e-5, "the delta denoising term");
        }
        finally
        {
            network.GraphBytes = before;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Lusds_difference(int k)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var file = TinyModel.Fixture("distill.fixtures.safetensors");
        using var prompts = TinyModel.Prompts();
        using var denoiser = TinyModel.Denoiser();
        var step = TinyModel.Step(denoiser, prompts, file.Load("z_src"), file.Load("z_trg"), [], []);
        var d = Lusd.Difference(step, file.Load($"{k}.t").item<int>(), file.Load($"{k}.noise"));
        Tensors.AssertClose(d, file.Load($"{k}.lusd.delta"), 1e-3, "d");
        Assert.Equal((2, 0), (denoiser.SamplesForwarded, denoiser.SamplesDifferentiated));
    }

    /// <summary>The positions that the reference drew, layer by layer and size by size, and how many at most.</summary>
    private static (long[][] Orders, int Positions) Drawn(int k)
    {
        using var drawn = JsonDocument.Parse(File.ReadAllText(TestPaths.Fixture($"cds.{k}.json")));
        var orders = drawn.RootElement.GetProperty("permutations").EnumerateArray()
            .Select(p => p.EnumerateArray().Select(i => i.GetInt64()).ToArray());
        return ([.. orders], drawn.RootElement.GetProperty("n_patches").GetInt32());
    }
}
