using SvgDistill.Diffusion.Differentiation;
using SvgDistill.Diffusion.Autoencoder;
using SvgDistill.Diffusion.Layers;
using SvgDistill.Diffusion.Models;
using SvgDistill.Diffusion.Schedules;
using SvgDistill.Diffusion.Text;
using SvgDistill.Diffusion.Unet;
using SvgDistill.Tests;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Diffusion.Tests;

public class DenoiserTests
{
    private static Tensor Normal(int seed, params long[] shape)
    {
        using var generator = new Generator((ulong)seed);
        return randn(shape, generator: generator);
    }

    [Theory]
    [InlineData(1 << 20)] // Whole groups.
    [InlineData(6000)] // Some groups at a time.
    [InlineData(500)] // A few queries of one group at a time.
    [InlineData(1)] // One query at a time.
    public void SlicedAttentionIsWholeAttentionWithItsGradients(long bytes)
    {
        using var scope = NewDisposeScope();
        Tensor Attend(Tensor q, Tensor k, Tensor v, long limit, out Tensor[] gradients)
        {
            Tensor[] inputs = [q.alias(), k.alias(), v.alias()];
            var results = new List<Tensor>();
            Tensor? output = null;
            foreach (var input in inputs)
            {
                using var tape = new Tape();
                foreach (var followed in inputs) tape.Follow(followed);
                output = SlicedAttention.Attend(inputs[0], inputs[1], inputs[2], limit, tape);
                results.Add(tape.Backward(input, (output, Normal(4, output.shape).to(ScalarType.Float64)))!);
            }
            gradients = [.. results];
            return output!;
        }
        var (q, k, v) = (Normal(1, 6, 10, 5).to(ScalarType.Float64), Normal(2, 6, 7, 5).to(ScalarType.Float64), Normal(3, 6, 7, 5).to(ScalarType.Float64));
        var whole = Attend(q, k, v, long.MaxValue, out var expected);
        var sliced = Attend(q, k, v, bytes, out var actual);
        Reference.Close(whole, sliced, 1e-12, "output");
        for (var i = 0; i < 3; i++) Reference.Close(expected[i], actual[i], 1e-12, $"gradient {i}");
        Reference.Close(whole, SlicedAttention.Attend(q, k, v, bytes), 1e-12, "output without gradients");
    }

    [Fact]
    public void TheBoundOnAttentionChangesNoNumbersOfTheModel()
    {
        using var scope = NewDisposeScope();
        using var model = Reference.Model("tiny-sd21");
        var (z, t, context) = (Normal(1, 2, 4, 16, 16), tensor(new[] { 100L, 700L }), model.EncodePrompts("an owl", "a monkey"));
        Tensor Gradient(out Tensor output)
        {
            using var prediction = model.Denoiser.PredictForGradient(z, t, context);
            output = prediction.Noise.clone();
            return prediction.Backward(ones_like(prediction.Noise));
        }
        var whole = Gradient(out var wholeOutput);
        model.Denoiser.AttentionBytes = 10_000;
        var sliced = Gradient(out var slicedOutput);
        Reference.Close(wholeOutput.detach(), slicedOutput.detach(), 1e-5, "output");
        Reference.Close(whole, sliced, 1e-5, "gradient");
    }

    /// <summary>Blocks computed again on the way back, with sliced attention inside them, give the same gradients.</summary>
    [Theory]
    [InlineData("tiny-sd15")]
    [InlineData("tiny-sd21")]
    public void RecomputingBlocksChangesNoNumbers(string name)
    {
        using var scope = NewDisposeScope();
        using var model = Reference.Model(name);
        var (z, t, context) = (Normal(1, 2, 4, 16, 16), tensor(new[] { 100L, 700L }), model.EncodePrompts("an owl", "a monkey"));
        var pixels = Normal(2, 1, 3, 64, 64).sigmoid();
        (Tensor Noise, Tensor OfNoise, Tensor OfPixels, Tensor OfLatents) Gradients()
        {
            NoisePrediction noise;
            using (model.Denoiser.Pin(context)) noise = model.Denoiser.PredictForGradient(z, t, context); // The pin is gone before the way back.
            using var held = noise;
            using var encoded = model.EncodeForGradient(pixels);
            using var decoded = model.DecodeForGradient(z);
            return (noise.Noise.clone(), noise.Backward(2 * noise.Noise), encoded.Backward(2 * encoded.Value), decoded.Backward(2 * decoded.Value));
        }
        var kept = Gradients();
        (model.Denoiser.GraphBytes, model.Autoencoder.GraphBytes, model.Denoiser.AttentionBytes) = (0, 0, 20_000);
        var recomputed = Gradients();
        Reference.Close(kept.Noise, recomputed.Noise, 1e-5, "noise");
        Reference.Close(kept.OfNoise, recomputed.OfNoise, 1e-5, "gradient of the noise");
        Reference.Close(kept.OfPixels, recomputed.OfPixels, 1e-5, "gradient of the encoding");
        Reference.Close(kept.OfLatents, recomputed.OfLatents, 1e-5, "gradient of the decoding");
    }

    [Fact]
    public void APinnedContextGivesTheSameNumbers()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var model = Reference.Model("tiny-sd15");
        var (z, t, context) = (Normal(1, 2, 4, 16, 16), tensor(new[] { 100L, 700L }), model.EncodePrompts("an owl", "a monkey"));
        var plain = model.Denoiser.PredictNoise(z, t, context);
        using (model.Denoiser.Pin(context))
            for (var i = 0; i < 3; i++)
                Assert.Equal(0, Reference.RelativeError(model.Denoiser.PredictNoise(z, t, context), plain));
        Assert.Equal(0, Reference.RelativeError(model.Denoiser.PredictNoise(z, t, context), plain));
    }

    [Fact]
    public void OneContextServesAWholeBatch()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var model = Reference.Model("tiny-sd15");
        var (z, t, context) = (Normal(1, 2, 4, 16, 16), tensor(new[] { 100L, 700L }), model.EncodePrompts("an owl"));
        Reference.Close(model.Denoiser.PredictNoise(z, t, cat([context, context])), model.Denoiser.PredictNoise(z, t, context), 1e-6, "one row");
    }

    [Fact]
    public void GuidedPredictionIsTheFormulaOverSeparateCalls()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var model = Reference.Model("tiny-sd15");
        var denoiser = model.Denoiser;
        var (z, prompts) = (Normal(1, 2, 4, 16, 16), model.EncodePrompts("", "an owl", "a monkey"));
        var t = tensor(new[] { 300L });
        Tensor Alone(int row, int prompt) => denoiser.PredictNoise(z.narrow(0, row, 1), t, prompts.narrow(0, prompt, 1));
        using var context = new GuidedContext(denoiser, prompts.narrow(0, 0, 1), prompts.narrow(0, 1, 1), prompts.narrow(0, 2, 1));
        var before = denoiser.Cost.Snapshot();
        var guided = denoiser.PredictGuided(z, 300, context, 7.5);
        Assert.Equal((before.Calls + 1, before.Forwarded + 4, before.Differentiated), denoiser.Cost.Snapshot());
        var expected = cat([Guidance.Apply(Alone(0, 0), Alone(0, 1), 7.5), Guidance.Apply(Alone(1, 0), Alone(1, 2), 7.5)]);
        Reference.Close(expected, guided, 1e-5, "guided");
        before = denoiser.Cost.Snapshot();
        Reference.Close(cat([Alone(0, 1), Alone(1, 2)]), denoiser.PredictGuided(z, 300, context, 1), 1e-5, "w = 1");
        Assert.Equal(before.Forwarded + 2 + 2, denoiser.Cost.Forwarded); // Two alone, two guided: no null rows.
    }

    [Fact]
    public void DifferentiatedSamplesAreCounted()
    {
        using var scope = NewDisposeScope();
        using var model = Reference.Model("tiny-sd15");
        var (z, t, context) = (Normal(1, 3, 4, 8, 8), tensor(new[] { 1L, 2L, 3L }), model.EncodePrompts("an owl"));
        model.Denoiser.PredictNoise(z, t, context);
        Assert.Equal((1, 3, 0), model.Denoiser.Cost.Snapshot());
        model.Denoiser.PredictForGradient(z, t, context).Dispose();
        Assert.Equal((2, 6, 3), model.Denoiser.Cost.Snapshot());
    }

    /// <summary>v-prediction is converted at the border: the same network under both readings, tied by the definition.</summary>
    [Fact]
    public void VelocityBecomesNoise()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var model = Reference.Model("tiny-sd21");
        using var raw = DiffusionModel.Open(TestPaths.Fixture("tiny-sd21"), new ModelOptions { Prediction = PredictionType.Epsilon });
        var (z, t, context) = (Normal(1, 2, 4, 16, 16), tensor(new[] { 100L, 700L }), model.EncodePrompts("an owl"));
        var alphaBar = model.Schedule.AlphaBar(t);
        Reference.Close(alphaBar.sqrt() * raw.Denoiser.PredictNoise(z, t, context) + (1 - alphaBar).sqrt() * z,
            model.Denoiser.PredictNoise(z, t, context), 1e-6, "e of v");
    }

    private sealed class Replacer : IAttentionHook
    {
        public List<string> Seen { get; } = [];

        public bool Uniform { get; init; }

        public bool WantsProbabilities(AttentionSite site) => site.IsCross;

        public Tensor Probabilities(AttentionSite site, Tensor probabilities)
        {
            Seen.Add(site.Name);
            Assert.Equal(site.Heads, probabilities.shape[1]);
            Assert.True((probabilities.sum(-1) - 1).abs().max().item<float>() < 1e-5);
            return Uniform ? ones_like(probabilities) / probabilities.shape[^1] : probabilities;
        }
    }

    [Fact]
    public void AHookReadsAndReplacesAttention()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var model = Reference.Model("tiny-sd15");
        var (z, t, context) = (Normal(1, 1, 4, 16, 16), tensor(new[] { 300L }), model.EncodePrompts("an owl"));
        var plain = model.Denoiser.PredictNoise(z, t, context);
        var reader = new Replacer();
        using (model.Denoiser.Attach(reader))
            Reference.Close(plain, model.Denoiser.PredictNoise(z, t, context), 1e-6, "read only");
        Assert.Equal(16, reader.Seen.Distinct().Count()); // 2 a level on 3 levels down, 1 in the middle, 3 on 3 levels up.
        Assert.All(reader.Seen, name => Assert.EndsWith("attn2", name, StringComparison.Ordinal));
        using (model.Denoiser.Attach(new Replacer { Uniform = true }))
            Assert.True(Reference.RelativeError(model.Denoiser.PredictNoise(z, t, context), plain) > 1e-3);
        Assert.Equal(0, Reference.RelativeError(model.Denoiser.PredictNoise(z, t, context), plain));
    }

    [Fact]
    public void AnySizeOfLatentsWorks()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var model = Reference.Model("tiny-sd15");
        var context = model.EncodePrompts("an owl");
        foreach (var (h, w) in new[] { (8, 8), (24, 16), (9, 13), (1, 1) })
            Assert.Equal([1, 4, h, w], model.Denoiser.PredictNoise(Normal(1, 1, 4, h, w), tensor(new[] { 5L }), context).shape);
    }

    /// <summary>bf16 keeps 8 bits; through a whole network a few percent are left, and the border stays fp32.</summary>
    [Fact]
    public void ReducedPrecisionIsNear()
    {
        using var scope = NewDisposeScope();
        using var full = DiffusionModel.Open(TestPaths.IconPrior);
        using var reduced = DiffusionModel.Open(TestPaths.IconPrior, new ModelOptions { Precision = ScalarType.BFloat16 });
        // Norms compute in fp32 on the CPU, everything else in what was asked for.
        Assert.All(reduced.Unet.Parameters, p => Assert.Equal(p.Key.Contains("norm", StringComparison.Ordinal) ? ScalarType.Float32 : ScalarType.BFloat16, p.Value.dtype));
        var (t, context) = (tensor(new[] { 500L }), full.EncodePrompts("an owl"));
        Reference.Close(context, reduced.EncodePrompts("an owl"), 0.05, "text");
        var z = Normal(1, 1, 8, 16, 16);
        using var e = full.Denoiser.PredictForGradient(z, t, context);
        using var e2 = reduced.Denoiser.PredictForGradient(z, t, context);
        Assert.Equal(ScalarType.Float32, e2.Noise.dtype);
        Reference.Close(e.Noise, e2.Noise, 0.05, "noise");
        Reference.Close(e.Backward(2 * e.Noise), e2.Backward(2 * e2.Noise), 0.1, "gradient");
        var image = Normal(2, 1, 3, 128, 128).sigmoid();
        Reference.Close(full.EncodeImage(image), reduced.EncodeImage(image), 0.05, "latents");
    }

    [Fact]
    public void RandomWeightsRunAtAnySize()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var architecture = ModelArchitecture.StableDiffusion15 with
        {
            Unet = new UnetConfig
            {
                InChannels = 4, OutChannels = 4, Channels = [32, 64], DownAttention = [true, false], UpAttention = [true, false],
                LayersPerBlock = [1, 1], Heads = [4, 4], TransformerLayers = [2, 1], ContextChannels = 64,
            },
            Autoencoder = new AutoencoderConfig { LatentChannels = 4, Channels = [32, 32], LayersPerBlock = 1 },
            Text = new ClipTextConfig
            {
                VocabularySize = 49408, MaxTokens = 77,
                Tower = new ClipTowerConfig { Channels = 64, Layers = 1, Heads = 4, InnerChannels = 64 },
            },
        };
        using var model = DiffusionModel.Random(architecture);
        Assert.Equal(128, model.ImageSize);
        var output = model.Denoiser.PredictNoise(Normal(1, 2, 4, 8, 8), tensor(new[] { 5L, 6L }), model.EncodePrompts("an owl", "a monkey"));
        Assert.Equal([2, 4, 8, 8], output.shape);
        Assert.True(output.isfinite().all().item<bool>());
    }
}
