using SvgDistill.Diffusion.Adapters;
using SvgDistill.Diffusion.Layers;
using SvgDistill.Diffusion.Models;
using SvgDistill.Diffusion.Unet;
using SvgDistill.Diffusion.Weights;
using SvgDistill.Tests;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Diffusion.Tests;

public sealed class AdapterTests : IDisposable
{
    private const double Tolerance = 1e-3;

    private readonly string folder = Directory.CreateTempSubdirectory().FullName;
    private readonly DisposeScope scope = NewDisposeScope();
    private readonly DiffusionModel model = Reference.Model("tiny-sd15");
    private readonly Reference reference = new("adapters.fixtures.safetensors");

    private static string LoraFile => TestPaths.Fixture("tiny-lora", "pytorch_lora_weights.safetensors");

    public void Dispose()
    {
        reference.Dispose();
        model.Dispose();
        scope.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private Tensor Predict(NoisePredictor predictor) => predictor.PredictNoise(reference["x"], reference["t"], reference["ctx"]);

    [Fact, Trait("Category", "Methods")]
    public void LoraMatchesTheReferenceAndLeavesNoTrace()
    {
        using var noGrad = no_grad();
        var plain = Predict(model.Denoiser);
        using var lora = LoraAdapter.Open(LoraFile, model);
        Assert.True(Reference.RelativeError(plain, reference["lora.out"]) > 2 * Tolerance, "the adapter must matter for the test to mean anything");
        Reference.Close(reference["lora.out"], Predict(model.Denoiser.Adapted(lora)), Tolerance, "adapted");
        using (lora.Attach()) Reference.Close(reference["lora.out"], Predict(model.Denoiser), Tolerance, "attached");
        // Half of it twice is all of it, up to rounding; the same number of samples is counted everywhere.
        Reference.Close(reference["lora.out"], Predict(model.Denoiser.Adapted(lora, 0.5).Adapted(lora, 0.5)), Tolerance, "two halves");
        Assert.Equal(0, Reference.RelativeError(Predict(model.Denoiser), plain));
        Assert.Equal(5, model.Denoiser.Cost.Forwarded);
    }

    /// <summary>The same adapter under the names of kohya's scripts (diffusers' and the original block numbers) and of older diffusers files.</summary>
    [Theory, Trait("Category", "Methods")]
    [InlineData("kohya")]
    [InlineData("kohya-original")]
    [InlineData("older")]
    public void EveryNamingLoadsToTheSameNumbers(string naming)
    {
        using var noGrad = no_grad();
        var tensors = new Dictionary<string, Tensor>();
        using (var file = new SafetensorsFile(LoraFile))
            foreach (var name in file.Tensors.Keys)
            {
                var (isDown, layer) = (name.Contains("lora_A", StringComparison.Ordinal), name["unet.".Length..name.IndexOf(".lora_", StringComparison.Ordinal)]);
                if (naming == "older")
                {
                    var at = layer.LastIndexOf(".to_", StringComparison.Ordinal);
                    tensors[$"{layer[..at]}.processor{layer[at..].Replace(".0", "", StringComparison.Ordinal)}_lora.{(isDown ? "down" : "up")}.weight"] = file.Load(name);
                    continue;
                }
                var path = naming == "kohya" ? layer : OriginalNames.Blocks(model.Unet.Config)
                    .Where(b => layer.StartsWith(b.Current, StringComparison.Ordinal)).Select(b => b.Original + layer[b.Current.Length..]).Single();
                var key = "lora_unet_" + path.Replace('.', '_');
                // An alpha of half the rank is made up for by doubling one matrix.
                var tensor = file.Load(name, ScalarType.Float32);
                tensors[$"{key}.{(isDown ? "lora_down" : "lora_up")}.weight"] = isDown ? tensor : tensor * 2;
                if (isDown) tensors[$"{key}.alpha"] = torch.tensor(tensor.shape[0] / 2f);
            }
        var path2 = Path.Combine(folder, "lora.safetensors");
        SafetensorsWriter.Write(path2, tensors);
        using var lora = LoraAdapter.Open(path2, model);
        Reference.Close(reference["lora.out"], Predict(model.Denoiser.Adapted(lora)), Tolerance, naming);
    }

    [Fact]
    public void ANewAdapterChangesNothingUntilItIsTrained()
    {
        using var generator = new Generator(3);
        using var lora = LoraAdapter.Create(model.Unet, 4, generator);
        var plain = Predict(model.Denoiser);
        Assert.Equal(2 * 8 * 16, lora.Parameters.Count); // Down and up, 8 projections, 16 transformers.
        Assert.Equal(0, Reference.RelativeError(Predict(model.Denoiser.Adapted(lora)).detach(), plain));

        // One step of gradient descent lowers the ordinary loss, and only the adapter has changed.
        var before = model.Denoiser.Cost.Differentiated;
        Tensor Loss() => (Predict(model.Denoiser.Adapted(lora)) - reference["x"]).pow(2).mean();
        var loss = Loss();
        using (var prediction = model.Denoiser.Adapted(lora).PredictForGradient(reference["x"], reference["t"], reference["ctx"]))
        {
            var error = prediction.Noise - reference["x"];
            prediction.Backward(error * (2.0 / error.NumberOfElements));
            Assert.Equal(before + 1, model.Denoiser.Cost.Differentiated);
            using var noGrad = no_grad();
            foreach (var parameter in lora.Parameters) parameter.sub_(prediction.ParameterGradient(parameter)! * 0.05);
        }
        Assert.True(Loss().item<float>() < loss.item<float>());
        Assert.Equal(0, Reference.RelativeError(Predict(model.Denoiser), plain));

        var path = Path.Combine(folder, "trained.safetensors");
        lora.Save(path);
        using var again = LoraAdapter.Open(path, model);
        Reference.Close(Predict(model.Denoiser.Adapted(lora)).detach(), Predict(model.Denoiser.Adapted(again)).detach(), 1e-6, "saved and read");
    }

    /// <summary>
    /// An adapter on convolutions and projections is the network with the products of its matrices in the weights; and its gradients are
    /// those that follow from the gradients of such weights by the engine's own differentiation.
    /// </summary>
    [Fact, Trait("Category", "Methods")]
    public void ConvolutionsAreAdaptedAsIfTheProductsStoodInTheirWeights()
    {
        using var lora = Convolutional();
        var named = lora.Named.ToDictionary(p => p.Name, p => p.Value.detach());
        var layers = named.Keys.Where(n => n.EndsWith(".lora_A.weight", StringComparison.Ordinal)).Select(n => n["unet.".Length..^".lora_A.weight".Length]).ToArray();
        Assert.Contains(layers, l => l.EndsWith("downsamplers.0.conv", StringComparison.Ordinal));
        Assert.Contains(layers, l => l.EndsWith("conv_shortcut", StringComparison.Ordinal));
        var source = new TrainedParameters(0, ScalarType.Float32, CPU, name =>
        {
            var weight = model.Unet.Parameters[name];
            return Array.IndexOf(layers, name.Replace(".weight", "", StringComparison.Ordinal)) is >= 0 and var i && name.EndsWith(".weight", StringComparison.Ordinal)
                ? weight + named[$"unet.{layers[i]}.lora_B.weight"].flatten(1).matmul(named[$"unet.{layers[i]}.lora_A.weight"].flatten(1)).reshape(weight.shape) : weight;
        });
        using var merged = new UNet2DConditionModel(model.Unet.Config, source);
        var expected = merged.Forward(reference["x"], reference["t"], new Conditioning(reference["ctx"], pinned: false));
        using var prediction = model.Denoiser.Adapted(lora).PredictForGradient(reference["x"], reference["t"], reference["ctx"]);
        Assert.True(Reference.RelativeError(Predict(model.Denoiser), expected.detach()) > 2 * Tolerance, "the adapter must matter");
        Reference.Close(expected.detach(), prediction.Noise, Tolerance, "adapted");

        var path = Path.Combine(folder, "convolutions.safetensors");
        lora.Save(path);
        using (var again = LoraAdapter.Open(path, model)) Reference.Close(prediction.Noise, Predict(model.Denoiser.Adapted(again)).detach(), 1e-5, "saved and read");

        var seed = randn_like(prediction.Noise);
        prediction.Backward(seed);
        var gradients = autograd.grad([(expected * seed).sum()], [.. layers.Select(l => source.Taken[l + ".weight"])]);
        for (var i = 0; i < layers.Length; i++)
        {
            var (down, up, outer) = (lora.Parameters[2 * i], lora.Parameters[2 * i + 1], gradients[i].flatten(1));
            Reference.Close(up.detach().t().matmul(outer), prediction.ParameterGradient(down)!, Tolerance, layers[i] + ", A");
            Reference.Close(outer.matmul(down.detach().t()), prediction.ParameterGradient(up)!, Tolerance, layers[i] + ", B");
        }
    }

    private LoraAdapter Convolutional()
    {
        using var generator = new Generator(4);
        var lora = LoraAdapter.Create(model.Unet, 3, generator, convolutions: true);
        using var noGrad = no_grad();
        foreach (var parameter in lora.Parameters) parameter.copy_(randn(parameter.shape, generator: generator) * .1);
        return lora;
    }

    [Fact]
    public void AdaptersOfAnotherKindAreRefused()
    {
        using var other = Reference.Model("tiny-sd21");
        Assert.Contains("another model family", Assert.Throws<ModelException>(() => LoraAdapter.Open(LoraFile, other)).Message, StringComparison.Ordinal);
        string Write(params (string, Tensor)[] tensors)
        {
            var path = Path.Combine(folder, "bad.safetensors");
            SafetensorsWriter.Write(path, tensors.ToDictionary(t => t.Item1, t => t.Item2));
            return path;
        }
        const string Layer = "lora_unet_mid_block_attentions_0_transformer_blocks_0_attn1_to_q";
        Assert.Contains("missing", Assert.Throws<ModelException>(() => LoraAdapter.Open(Write((Layer + ".lora_down.weight", zeros(4, 64))), model)).Message, StringComparison.Ordinal);
        Assert.Contains("LoHa", Assert.Throws<ModelException>(() => LoraAdapter.Open(Write((Layer + ".hada_w1_a", zeros(4, 64))), model)).Message, StringComparison.Ordinal);
        Assert.Contains("no LoRA", Assert.Throws<ModelException>(() => LoraAdapter.Open(Write(), model)).Message, StringComparison.Ordinal);
        Assert.Contains("do not fit", Assert.Throws<ModelException>(() => LoraAdapter.Open(
            Write((Layer + ".lora_down.weight", zeros(4, 60)), (Layer + ".lora_up.weight", zeros(64, 4))), model)).Message, StringComparison.Ordinal);
    }

    [Fact, Trait("Category", "Methods")]
    public void ControlNetMatchesTheReference()
    {
        using var noGrad = no_grad();
        using var net = ControlNet.Open(TestPaths.Fixture("tiny-controlnet"), model);
        using var condition = new ControlCondition(net, reference["control.image"]);
        var plain = Predict(model.Denoiser);
        Assert.True(Reference.RelativeError(plain, reference["control.out"]) > 2 * Tolerance, "the ControlNet must matter");
        Reference.Close(reference["control.out"], Predict(model.Denoiser.Controlled(condition)), Tolerance, "controlled");
        using var none = new ControlCondition(net, reference["control.image"], scale: 0);
        Reference.Close(plain, Predict(model.Denoiser.Controlled(none)), 1e-6, "scale 0");
        var context = reference["ctx"];
        using (model.Denoiser.Pin(context))
            Reference.Close(reference["control.out"], model.Denoiser.Controlled(condition).PredictNoise(reference["x"], reference["t"], context), Tolerance, "pinned");
    }

    /// <summary>Blocks that are computed again on the way back have the adapters and the ControlNet of the way there.</summary>
    [Theory]
    [InlineData("attached")]
    [InlineData("adapted")]
    [InlineData("controlled")]
    [InlineData("convolutions")]
    public void GradientsWithinABoundOnMemoryAreTheSame(string how)
    {
        using var lora = LoraAdapter.Open(LoraFile, model);
        using var convolutional = Convolutional();
        using var net = ControlNet.Open(TestPaths.Fixture("tiny-controlnet"), model);
        using var condition = new ControlCondition(net, reference["control.image"]);
        using var attached = how == "attached" ? lora.Attach() : null;
        var predictor = how switch { "adapted" => model.Denoiser.Adapted(lora), "convolutions" => model.Denoiser.Adapted(convolutional), "controlled" => model.Denoiser.Controlled(condition), _ => model.Denoiser };
        Tensor Gradient()
        {
            using var prediction = predictor.PredictForGradient(reference["x"], reference["t"], reference["ctx"]);
            return prediction.Backward(2 * prediction.Noise);
        }
        var kept = Gradient();
        model.Denoiser.GraphBytes = 0;
        Reference.Close(kept, Gradient(), 1e-5, how);
    }

    [Fact]
    public void AControlNetOfAnotherFamilyIsRefused()
    {
        using var other = Reference.Model("tiny-sd21");
        Assert.Contains("another model family", Assert.Throws<ModelException>(() => ControlNet.Open(TestPaths.Fixture("tiny-controlnet"), other)).Message, StringComparison.Ordinal);
        Assert.Contains("no ControlNet", Assert.Throws<ModelException>(() => ControlNet.Open(TestPaths.Fixture("tiny-sd15", "unet"), model)).Message, StringComparison.Ordinal);
    }

    /// <summary>An embedding made of the table's own rows is the words that have those rows.</summary>
    [Theory]
    [InlineData("emb_params", "<mine>")]
    [InlineData("<mine>", null)]
    public void ATextualInversionStandsForItsVectors(string tensorName, string? word)
    {
        var table = model.TextEncoder.Parameters["text_model.embeddings.token_embedding.weight"];
        var ids = model.Tokenizer.Tokens("owl monkey").Select(id => (long)id).ToArray();
        var path = Path.Combine(folder, "embedding.safetensors");
        SafetensorsWriter.Write(path, new Dictionary<string, Tensor> { [tensorName] = table.index_select(0, tensor(ids)) });
        var before = model.EncodePrompts("an owl");
        Assert.Equal("<mine>", model.AddTextualInversion(path, word));
        Reference.Close(model.EncodePrompts("a photo of owl monkey, red"), model.EncodePrompts("a photo of <mine>, red"), 1e-6, "the word");
        Assert.Equal(0, Reference.RelativeError(model.EncodePrompts("an owl"), before));

        // A second one whose word begins alike, of one vector.
        SafetensorsWriter.Write(path, new Dictionary<string, Tensor> { ["<mine>2"] = table[ids[1]] });
        Assert.Equal("<mine>2", model.AddTextualInversion(path));
        Reference.Close(model.EncodePrompts("monkey owl monkey"), model.EncodePrompts("<mine>2 <mine>"), 1e-6, "two words");
    }

    [Fact]
    public void EmbeddingsOfAnotherFamilyAreRefused()
    {
        var path = Path.Combine(folder, "embedding.safetensors");
        SafetensorsWriter.Write(path, new Dictionary<string, Tensor> { ["emb_params"] = zeros(2, 33) });
        Assert.Contains("33 numbers", Assert.Throws<ModelException>(() => model.AddTextualInversion(path)).Message, StringComparison.Ordinal);
        SafetensorsWriter.Write(path, new Dictionary<string, Tensor> { ["clip_l"] = zeros(2, 32), ["clip_g"] = zeros(2, 33) });
        Assert.Contains("SDXL", Assert.Throws<ModelException>(() => model.AddTextualInversion(path)).Message, StringComparison.Ordinal);
        Assert.Contains("with --lora", Assert.Throws<ModelException>(() => model.AddTextualInversion(LoraFile)).Message, StringComparison.Ordinal);
    }
}
