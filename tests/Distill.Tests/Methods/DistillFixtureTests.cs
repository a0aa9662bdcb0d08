using SvgDistill.Diffusion.Weights;
using SvgDistill.Distill.Methods;
using SvgDistill.Distill.Tests.Support;
using Xunit;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Distill.Tests.Methods;

/// <summary>One step of each method on a real (small) network, against reference numbers.</summary>
[Collection(nameof(TinyModel))]
[Trait("Category", "Parity")]
[Trait("Category", "Methods")]
public sealed class DistillFixtureTests : IDisposable
{
    private const double Tolerance = 1e-3;

    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly SafetensorsFile _file = TinyModel.Fixture("distill.fixtures.safetensors");
    private readonly Prompts _prompts = TinyModel.Prompts();
    private readonly Denoiser _denoiser = TinyModel.Denoiser();

    public static TheoryData<int> Cases => [0, 1, 2, 3];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Sds(int k)
    {
        var g = new Sds(new SdsOptions()).Gradient(Step(k, [T(k)], [Noise(k)]));
        Expect(k, "sds.grad", g);
        Assert.Equal((2, 0), (_denoiser.SamplesForwarded, _denoiser.SamplesDifferentiated));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Guided_prediction(int k)
    {
        var z_t = _denoiser.Schedule.AddNoise(_file.Load("z_trg"), Noise(k), T(k));
        using var noGrad = no_grad();
        Expect(k, "sds.eps_trg", _denoiser.PredictGuided(T(k), 7.5, _prompts.Null, (z_t, _prompts.Target))[0]);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Dds(int k)
    {
        var g = new Dds(new DdsOptions()).Gradient(Step(k, [T(k)], [Noise(k)]));
        Expect(k, "dds.grad", g);
        Assert.Equal((4, 0), (_denoiser.SamplesForwarded, _denoiser.SamplesDifferentiated));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Pds(int k)
    {
        foreach (var (w, name) in new[] { (7.5, "pds.w7.5.grad"), (100.0, "pds.w100.0.grad") })
        {
            var step = Step(k, [], [Noise(k), _file.Load($"{k}.pds.noise_prev")]);
            Expect(k, name, new Pds(new PdsOptions { Guidance = w }).GradientAt(step, T(k)));
        }
        Assert.Equal((8, 0), (_denoiser.SamplesForwarded, _denoiser.SamplesDifferentiated));
    }

    public static TheoryData<int, int, double> IdsCases => new(
        from k in Enumerable.Range(0, 4) from o in new[] { (1, 1.0), (3, 1.0), (3, .4) } select (k, o.Item1, o.Item2));

    [Theory]
    [MemberData(nameof(IdsCases))]
    public void Ids(int k, int n, double lambda)
    {
        using var ids = new Fpr(new Dds(new DdsOptions()), new FprOptions { Steps = n, Lambda = lambda });
        var name = FormattableString.Invariant($"ids.N{n}.lam{lambda:0.0}");

        var step = Step(k, [T(k)], [Noise(k)]);
        var eps = ids.Refine(step, T(k), Noise(k));
        Expect(k, name + ".noise", eps);
        Expect(k, name + ".z_t_src", _denoiser.Schedule.AddNoise(step.SourceLatents, eps, T(k)));
        Expect(k, name + ".norms", tensor(ids.Losses.Select(l => (float)l[0]).ToArray()));
        Expect(k, name + ".grad", ids.Gradient(step));
        // Refined twice; then four samples for the difference of scores.
        Assert.Equal((4 * n + 4, 4 * n), (_denoiser.SamplesForwarded, _denoiser.SamplesDifferentiated));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Fpr_over_sds(int k)
    {
        using var method = new Fpr(new Sds(new SdsOptions()), new FprOptions());
        Expect(k, "fpr_sds.grad", method.Gradient(Step(k, [T(k)], [Noise(k)])));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Fpr_over_pds(int k)
    {
        foreach (var (w, name) in new[] { (7.5, "fpr_pds.w7.5.grad"), (100.0, "fpr_pds.w100.0.grad") })
        {
            var pds = new Pds(new PdsOptions { Guidance = w });
            using var layer = new Fpr(pds, new FprOptions());
            var step = Step(k, [], [Noise(k), _file.Load($"{k}.pds.noise_prev")]) with { Refiner = layer };
            Expect(k, name, pds.GradientAt(step, T(k)));
        }
    }

    public void Dispose()
    {
        _prompts.Dispose();
        _file.Dispose();
        _scope.Dispose();
    }

    private DistillationStep Step(int k, int[] integers, Tensor[] normals) =>
        TinyModel.Step(_denoiser, _prompts, _file.Load("z_src"), _file.Load("z_trg"), integers, normals);

    private int T(int k) => _file.Load($"{k}.t").item<int>();

    private Tensor Noise(int k) => _file.Load($"{k}.noise");

    private void Expect(int k, string name, Tensor actual) =>
        Tensors.AssertClose(actual, _file.Load($"{k}.{name}"), Tolerance, $"{k}.{name}");
}
