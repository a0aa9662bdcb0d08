using SvgDistill.Diffusion.Differentiation;
using SvgDistill.Diffusion.Layers;
using SvgDistill.Diffusion.Models;
using SvgDistill.Diffusion.Sampling;
using SvgDistill.Tests;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Diffusion.Tests;

/// <summary>The tiny models against numbers computed by PyTorch, diffusers and transformers; fp32, relative error at most 1e-4.</summary>
[Trait("Category", "Parity")]
public class ParityTests
{
    private const double Tolerance = 1e-4;

    public static TheoryData<string> Models => ["tiny-sd15", "tiny-sd21"];

    [Theory, MemberData(nameof(Models))]
    public void TextEncoder(string name)
    {
        using var scope = NewDisposeScope();
        using var model = Reference.Model(name);
        using var reference = new Reference($"{name}.fixtures.safetensors");
        using var noGrad = no_grad();
        var (hidden, pooled) = model.TextEncoder.Forward(reference["text.ids"]);
        Reference.Close(reference["text.last_hidden_state"], hidden, Tolerance, "hidden state");
        Reference.Close(reference["text.pooler_output"], pooled, Tolerance, "pooled");
        Reference.Close(reference["text.last_hidden_state"], model.EncodePrompts("", "an owl", "a monkey"), Tolerance, "prompts");
    }

    [Theory, MemberData(nameof(Models))]
    public void UnetAndItsGradient(string name)
    {
        using var scope = NewDisposeScope();
        using var model = Reference.Model(name);
        using var reference = new Reference($"{name}.fixtures.safetensors");
        using var noGrad = no_grad();
        var x = reference["unet.x"];
        var context = reference["text.last_hidden_state"].narrow(0, 1, 2);
        using var conditioning = new Conditioning(context, pinned: false);
        using var tape = new Tape();
        tape.Follow(x);
        var output = model.Unet.Forward(x, reference["unet.t"], conditioning, tape: tape);
        Reference.Close(reference["unet.out"], output, Tolerance, "output");
        var gradient = tape.Backward(x, (output, reference["unet.grad_out"]))!;
        Reference.Close(reference["unet.grad_x"], gradient, Tolerance, "gradient");
        Assert.All(model.Unet.Parameters.Values, p => Assert.False(p.requires_grad));
    }

    private sealed class Recorder : IAttentionHook
    {
        public Dictionary<string, Tensor> Outputs { get; } = [];

        public Tensor Output(AttentionSite site, Tensor output)
        {
            Outputs[site.Name] = output.detach().DetachFromDisposeScope();
            return output;
        }
    }

    [Theory, MemberData(nameof(Models))]
    public void SelfAttentionOutputs(string name)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var model = Reference.Model(name);
        using var reference = new Reference($"{name}.fixtures.safetensors");
        var recorder = new Recorder();
        var context = reference["text.last_hidden_state"].narrow(0, 1, 2);
        using (model.Denoiser.Attach(recorder)) model.Denoiser.PredictNoise(reference["unet.x"], reference["unet.t"], context);
        const string Prefix = "unet.attn1.";
        var names = reference.Names.Where(n => n.StartsWith(Prefix, StringComparison.Ordinal)).ToArray();
        Assert.NotEmpty(names);
        foreach (var tensorName in names)
            Reference.Close(reference[tensorName], recorder.Outputs[tensorName[Prefix.Length..]], Tolerance, tensorName);
        foreach (var output in recorder.Outputs.Values) output.Dispose();
    }

    [Theory, MemberData(nameof(Models))]
    public void AutoencoderAndItsGradient(string name)
    {
        using var scope = NewDisposeScope();
        using var model = Reference.Model(name);
        using var reference = new Reference($"{name}.fixtures.safetensors");
        var image = reference["vae.image"];
        var (mean, logVariance) = model.Autoencoder.Encode(image * 2 - 1);
        Reference.Close(reference["vae.mean"], mean, Tolerance, "mean");
        Reference.Close(reference["vae.logvar"], logVariance, Tolerance, "log-variance");
        using var encoded = model.Autoencoder.EncodeMean(image * 2 - 1);
        Reference.Close(reference["vae.mean"], encoded.Value, Tolerance, "mean, with its way back");
        var gradient = encoded.Backward(reference["vae.grad_mean"]) * 2;
        Reference.Close(reference["vae.grad_image"], gradient, Tolerance, "gradient");
        Reference.Close(mean * model.Autoencoder.Config.ScalingFactor, model.EncodeImage(image), 1e-6, "scaled mean");
        Reference.Close(reference["vae.decoded"], model.Autoencoder.Decode(reference["vae.z"]), Tolerance, "decoded");
    }

    [Theory, MemberData(nameof(Models))]
    public void ScheduleAndSampling(string name)
    {
        using var scope = NewDisposeScope();
        using var model = Reference.Model(name);
        using var reference = new Reference($"{name}.fixtures.safetensors");
        var alphaBars = tensor(Enumerable.Range(0, 1000).Select(t => (float)model.Schedule.AlphaBar(t)).ToArray());
        Reference.Close(reference["alphas_cumprod"], alphaBars, Tolerance, "alpha-bar");
        var timesteps = reference["ddim.timesteps"].data<long>().ToArray();
        Assert.Equal(timesteps, model.Schedule.Timesteps(timesteps.Length));
        var prompts = model.EncodePrompts("", "a monkey");
        using var context = new GuidedContext(model.Denoiser, prompts.narrow(0, 0, 1), prompts.narrow(0, 1, 1));
        var end = DdimSampler.Sample(model.Denoiser, model.Schedule, reference["ddim.start"], context, timesteps.Length, 7.5,
            cancellation: TestContext.Current.CancellationToken);
        Reference.Close(reference["ddim.end"], end, Tolerance, "20 DDIM steps");
    }

    [Fact]
    public void TheEmbeddedPriorPassesItsSelfCheck()
    {
        using var model = DiffusionModel.Open(TestPaths.IconPrior);
        var results = model.SelfCheck();
        Assert.Equal(4, results.Count);
        // The decoded picture is stored in fp16, which alone is good for 2^-11.
        Assert.All(results, r => Assert.True(r.RelativeError <= (r.Part == "decoder" ? 1e-3 : Tolerance), $"{r.Part}: {r.RelativeError:e2}"));
    }
}
