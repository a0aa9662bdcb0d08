using System.Text.RegularExpressions;
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

    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly DiffusionModel _model = Reference.Model("tiny-sd15");
    private readonly Reference _reference = new("adapters.fixtures.safetensors");

    private static string LoraFile => TestPaths.Fixture("tiny-lora", "pytorch_lora_weights.safetensors");

    public void Dispose()
    {
        _reference.Dispose();
        _model.Dispose();
        _scope.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private Tensor Predict(NoisePredictor predictor) => predictor.PredictNoise(_reference["x"], _reference["t"], _reference["ctx"]);

    [Fact, Trait("Category", "Methods")]
    public void LoraMatchesTheReferenceAndLeavesNoTrace()
    {
        using var noGrad = no_grad();
        var plain = Predict(_model.Denoiser);
        using var lora = LoraAdapter.Open(LoraFile, _model);
        Assert.True(Reference.RelativeError(plain, _reference["lora.out"]) > 2 * Tolerance, "the adapter must matter for the test to mean anything");
        Reference.Close(_reference["lora.out"], Predict(_model.Denoiser.Adapted(lora)), Tolerance, "adapted");
        using (lora.Attach()) Reference.Close(_reference["lora.out"], Predict(_model.Denoiser), Tolerance, "attached");
        // Half of it twice is all of it, up to rounding; the same number of samples is counted everywhere.
        Reference.Close(_reference["lora.out"], Predict(_model.Denoiser.Adapted(lora, 0.5).Adapted(lora, 0.5)), Tolerance, "two halves");
        Assert.Equal(0, Reference.RelativeError(Predict(_model.Denoiser), plain));
        Assert.Equal(5, _model.Denoiser.Cost.Forwarded);
    }

    /// <summary>The base model's predictor has none of the LoRAs that were added, forth and back, and whatever is computed again on the way back; they stay with all others.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void TheBaseModelHasNoLoras(bool recomputes)
    {
        using var noGrad = no_grad();
        if (recomputes) _model.Denoiser.GraphBytes = 0;
        Tensor[] Both(NoisePredictor predictor)
        {
            using var prediction = predictor.PredictForGradient(_reference["x"], _reference["t"], _reference["ctx"]);
            return [Predict(predictor), prediction.Noise.clone(), prediction.Backward(2 * prediction.Noise)];
        }
        var before = Both(_model.Denoiser);
        var text = _model.EncodePrompts("an owl");
        _model.AddLora(LoraFile);
        _model.AddLora(TextLora());
        var adapted = Both(_model.Denoiser);
        Assert.All(before.Zip(Both(_model.Denoiser.Base())), p => Assert.Equal(0, Reference.RelativeError(p.Second, p.First)));
        Assert.All(before.Zip(adapted), p => Assert.True(Reference.RelativeError(p.Second, p.First) > Tolerance));
        Assert.All(adapted.Zip(Both(_model.Denoiser)), p => Assert.Equal(0, Reference.RelativeError(p.Second, p.First)));
        Assert.Equal(0, Reference.RelativeError(_model.EncodePromptsByBase("an owl"), text));
        Assert.True(Reference.RelativeError(_model.EncodePrompts("an owl"), text) > Tolerance);
    }

    /// <summary>Two predictors in one guided call: the null prompt is the one's, the prompts the other's.</summary>
    [Fact]
    public void TheNullPromptMayBeTheBaseModels()
    {
        using var noGrad = no_grad();
        _model.AddLora(LoraFile);
        var (x, none, text) = (_reference["x"].narrow(0, 0, 1), _model.EncodePrompts(""), _model.EncodePrompts("an owl"));
        Tensor Alone(NoisePredictor predictor, Tensor context) => predictor.PredictNoise(x, GuidedPrediction.Repeated(300, x), context);
        using var context = new GuidedContext(_model.Denoiser, _model.Denoiser.Base(), none, text);
        var (predictedNull, predictedText) = _model.Denoiser.PredictBoth(x, 300, context);
        Reference.Close(Alone(_model.Denoiser.Base(), none), predictedNull, 1e-5, "null");
        Reference.Close(Alone(_model.Denoiser, text), predictedText, 1e-5, "text");
        Assert.True(Reference.RelativeError(Alone(_model.Denoiser, none), predictedNull) > Tolerance);
    }

    // One on the text encoder's projections.
    private string TextLora()
    {
        var path = Path.Combine(_folder, "text.safetensors");
        SafetensorsWriter.Write(path, _model.TextEncoder.Projections.SelectMany(l => new[]
        {
            ($"text_encoder.{l.Path}.lora_A.weight", ones(1, l.Inputs) * .1), ($"text_encoder.{l.Path}.lora_B.weight", ones(l.Outputs, 1) * .1),
        }).ToDictionary(p => p.Item1, p => p.Item2));
        return path;
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
                var path = naming == "kohya" ? layer : OriginalNames.Blocks(_model.Unet.Config)
                    .Where(b => layer.StartsWith(b.Current, StringComparison.Ordinal)).Select(b => b.Original + layer[b.Current.Length..]).Single();
                var key = "lora_unet_" + path.Replace('.', '_');
                // An alpha of half the rank is made up for by doubling one matrix.
                var tensor = file.Load(name, ScalarType.Float32);
                tensors[$"{key}.{(isDown ? "lora_down" : "lora_up")}.weight"] = isDown ? tensor : tensor * 2;
                if (isDown) tensors[$"{key}.alpha"] = torch.tensor(tensor.shape[0] / 2f);
            }
        var path2 = Path.Combine(_folder, "lora.safetensors");
        SafetensorsWriter.Write(path2, tensors);
        using var lora = LoraAdapter.Open(path2, _model);
        Reference.Close(_reference["lora.out"], Predict(_model.Denoiser.Adapted(lora)), Tolerance, naming);
    }

    [Fact]
    public void ANewAdapterChangesNothingUntilItIsTrained()
    {
        using var generator = new Generator(3);
        using var lora = LoraAdapter.Create(_model.Unet, 4, generator);
        var plain = Predict(_model.Denoiser);
        Assert.Equal(2 * 8 * 16, lora.Parameters.Count); // Down and up, 8 projections, 16 transformers.
        Assert.Equal(0, Reference.RelativeError(Predict(_model.Denoiser.Adapted(lora)).detach(), plain));

        // One step of gradient descent lowers the ordinary loss, and only the adapter has changed.
        var before = _model.Denoiser.Cost.Differentiated;
        Tensor Loss() => (Predict(_model.Denoiser.Adapted(lora)) - _reference["x"]).pow(2).mean();
        var loss = Loss();
        using (var prediction = _model.Denoiser.Adapted(lora).PredictForGradient(_reference["x"], _reference["t"], _reference["ctx"]))
        {
            var error = prediction.Noise - _reference["x"];
            prediction.Backward(error * (2.0 / error.NumberOfElements));
            Assert.Equal(before + 1, _model.Denoiser.Cost.Differentiated);
            using var noGrad = no_grad();
            foreach (var parameter in lora.Parameters) parameter.sub_(prediction.ParameterGradient(parameter)! * 0.05);
        }
        Assert.True(Loss().item<float>() < loss.item<float>());
        Assert.Equal(0, Reference.RelativeError(Predict(_model.Denoiser), plain));

        var path = Path.Combine(_folder, "trained.safetensors");
        lora.Save(path);
        using var again = LoraAdapter.Open(path, _model);
        Reference.Close(Predict(_model.Denoiser.Adapted(lora)).detach(), Predict(_model.Denoiser.Adapted(again)).detach(), 1e-6, "saved and read");
    }
    /// <summary>Diffusers keeps alpha in the file's metadata: of each part, of single layers, and by rsLoRA's rule.</summary>
    [Theory]
    [InlineData("""{ "unet.lora_alpha": 32, "unet.r": 4 }""", 8)]
    [InlineData("""{ "unet.lora_alpha": 32, "unet.r": 4, "unet.use_rslora": true }""", 16)]
    [InlineData("""{ "unet.lora_alpha": 1, "unet.alpha_pattern": { "to_q": 32, "to_k": 32, "attn1.to_v": 32, "attn2.to_v": 32, "to_out.0": 32 } }""", 8)]
    [InlineData("""{ "text_encoder.lora_alpha": 32 }""", 1)]
    public void AnAlphaInTheMetadataCounts(string metadata, double scale)
    {
        using var noGrad = no_grad();
        var path = Path.Combine(_folder, "lora.safetensors");
        using (var file = new SafetensorsFile(LoraFile))
            SafetensorsWriter.Write(path, file.Tensors.Keys.ToDictionary(n => n, n => file.Load(n)), new Dictionary<string, string> { ["lora_adapter_metadata"] = metadata });
        using var lora = LoraAdapter.Open(path, _model);
        using var plain = LoraAdapter.Open(LoraFile, _model);
        Reference.Close(Predict(_model.Denoiser.Adapted(plain, scale)), Predict(_model.Denoiser.Adapted(lora)), 1e-5, metadata);
    }

    /// <summary>peft's own folder: the matrices without their part's name, alpha in the configuration beside them, which is part of the hash.</summary>
    [Theory]
    [InlineData("""{ "peft_type": "LORA", "r": 4, "lora_alpha": 32 }""", 8)]
    [InlineData("""{ "peft_type": "LORA", "r": 4, "lora_alpha": 32, "use_rslora": true }""", 16)]
    [InlineData(null, 1)]
    public void PeftsFolderIsReadWithItsAlpha(string? config, double scale)
    {
        using var noGrad = no_grad();
        var folder = Path.Combine(_folder, "peft");
        Directory.CreateDirectory(folder);
        using (var file = new SafetensorsFile(LoraFile))
            SafetensorsWriter.Write(Path.Combine(folder, "adapter_model.safetensors"),
                file.Tensors.Keys.Where(n => n.StartsWith("unet.", StringComparison.Ordinal)).ToDictionary(n => "base_model.model." + n["unet.".Length..], n => file.Load(n)));
        var without = LoraAdapter.HashOf(folder);
        if (config is not null) File.WriteAllText(Path.Combine(folder, "adapter_config.json"), config);
        Assert.Equal(config is null, without == LoraAdapter.HashOf(folder));
        using var lora = LoraAdapter.Open(folder, _model);
        using var plain = LoraAdapter.Open(LoraFile, _model);
        Reference.Close(Predict(_model.Denoiser.Adapted(plain, scale)), Predict(_model.Denoiser.Adapted(lora)), 1e-5, config ?? "none");
    }

    [Theory]
    [InlineData("""{ "use_dora": true }""", "DoRA")]
    [InlineData("[1]", "no JSON object")]
    [InlineData("{", "no JSON object")]
    public void APeftConfigurationThatCannotBeUsedIsNamed(string config, string message)
    {
        File.Copy(LoraFile, Path.Combine(_folder, "adapter_model.safetensors"));
        File.WriteAllText(Path.Combine(_folder, "adapter_config.json"), config);
        var error = Assert.Throws<ModelException>(() => LoraAdapter.Open(_folder, _model)).Message;
        Assert.Contains("adapter_config.json", error, StringComparison.Ordinal);
        Assert.Contains(message, error, StringComparison.Ordinal);
    }

    /// <summary>A text encoder that peft saved alone is known by its layers' names.</summary>
    [Fact]
    public void PeftsTextEncoderIsKnownByItsLayers()
    {
        const string Projection = "text_model.encoder.layers.0.self_attn.q_proj";
        var (rank, width) = (2, _model.TextEncoder.Config.Tower.Channels);
        var path = Path.Combine(_folder, "adapter_model.safetensors");
        SafetensorsWriter.Write(path, new Dictionary<string, Tensor>
        {
            [$"base_model.model.{Projection}.lora_A.weight"] = ones(rank, width), [$"base_model.model.{Projection}.lora_B.weight"] = ones(width, rank),
        });
        using var lora = LoraAdapter.Open(path, _model);
        Assert.Equal(1, lora.Layers);
        Assert.Contains(AdapterInfo.Read(path)!.Facts, f => f.Value.Contains("0 of the UNet, 1 of the text encoder", StringComparison.Ordinal));
    }

    [Fact]
    public void DoraInTheMetadataAndARankOfNoneAreRefused()
    {
        var path = Path.Combine(_folder, "lora.safetensors");
        using var file = new SafetensorsFile(LoraFile);
        var tensors = file.Tensors.Keys.ToDictionary(n => n, n => file.Load(n));
        SafetensorsWriter.Write(path, tensors, new Dictionary<string, string> { ["lora_adapter_metadata"] = """{ "unet.use_dora": true }""" });
        Assert.Contains("DoRA", Assert.Throws<ModelException>(() => LoraAdapter.Open(path, _model)).Message, StringComparison.Ordinal);
        foreach (var name in tensors.Keys.ToArray()) tensors[name] = name.Contains("lora_A", StringComparison.Ordinal) ? tensors[name][..0] : tensors[name][.., ..0];
        var none = Path.Combine(_folder, "none.safetensors");
        SafetensorsWriter.Write(none, tensors);
        Assert.Contains("rank is 0", Assert.Throws<ModelException>(() => LoraAdapter.Open(none, _model)).Message, StringComparison.Ordinal);
    }

    /// <summary>Convolutions by the original UNet's own names (<c>input_blocks_1_0_in_layers_2</c>), as other programs than kohya's write them.</summary>
    [Fact]
    public void ConvolutionsAreFoundByTheirOriginalNames()
    {
        using var noGrad = no_grad();
        using var lora = Convolutional();
        var tensors = lora.Named.ToDictionary(p => Regex.Replace(p.Name, @"^unet\.(.+)\.lora_([AB])\.weight$", m =>
            $"lora_unet_{OriginalCheckpoint.Unet(m.Groups[1].Value + ".weight")[..^".weight".Length].Replace('.', '_')}.lora_{(m.Groups[2].Value == "A" ? "down" : "up")}.weight"), p => p.Value.detach());
        Assert.Contains(tensors.Keys, n => n.Contains("in_layers_2", StringComparison.Ordinal));
        Assert.Contains(tensors.Keys, n => n.Contains("skip_connection", StringComparison.Ordinal));
        var path = Path.Combine(_folder, "original.safetensors");
        SafetensorsWriter.Write(path, tensors);
        using var again = LoraAdapter.Open(path, _model);
        Assert.Equal(lora.Layers, again.Layers);
        Reference.Close(Predict(_model.Denoiser.Adapted(lora)).detach(), Predict(_model.Denoiser.Adapted(again)), 1e-5, "original names");
        Assert.DoesNotContain(AdapterInfo.Read(path)!.Facts, f => f.Value.Contains("not supported", StringComparison.Ordinal));
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
            var weight = _model.Unet.Parameters[name];
            return Array.IndexOf(layers, name.Replace(".weight", "", StringComparison.Ordinal)) is >= 0 and var i && name.EndsWith(".weight", StringComparison.Ordinal)
                ? weight + named[$"unet.{layers[i]}.lora_B.weight"].flatten(1).matmul(named[$"unet.{layers[i]}.lora_A.weight"].flatten(1)).reshape(weight.shape) : weight;
        });
        using var merged = new UNet2DConditionModel(_model.Unet.Config, source);
        var expected = merged.Forward(_reference["x"], _reference["t"], new Conditioning(_reference["ctx"], pinned: false));
        using var prediction = _model.Denoiser.Adapted(lora).PredictForGradient(_reference["x"], _reference["t"], _reference["ctx"]);
        Assert.True(Reference.RelativeError(Predict(_model.Denoiser), expected.detach()) > 2 * Tolerance, "the adapter must matter");
        Reference.Close(expected.detach(), prediction.Noise, Tolerance, "adapted");

        var path = Path.Combine(_folder, "convolutions.safetensors");
        lora.Save(path);
        using (var again = LoraAdapter.Open(path, _model)) Reference.Close(prediction.Noise, Predict(_model.Denoiser.Adapted(again)).detach(), 1e-5, "saved and read");

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
        var lora = LoraAdapter.Create(_model.Unet, 3, generator, convolutions: true);
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
            var path = Path.Combine(_folder, "bad.safetensors");
            SafetensorsWriter.Write(path, tensors.ToDictionary(t => t.Item1, t => t.Item2));
            return path;
        }
        const string Layer = "lora_unet_mid_block_attentions_0_transformer_blocks_0_attn1_to_q";
        Assert.Contains("missing", Assert.Throws<ModelException>(() => LoraAdapter.Open(Write((Layer + ".lora_down.weight", zeros(4, 64))), _model)).Message, StringComparison.Ordinal);
        Assert.Contains("LoHa", Assert.Throws<ModelException>(() => LoraAdapter.Open(Write((Layer + ".hada_w1_a", zeros(4, 64))), _model)).Message, StringComparison.Ordinal);
        Assert.Contains("no LoRA", Assert.Throws<ModelException>(() => LoraAdapter.Open(Write(), _model)).Message, StringComparison.Ordinal);
        Assert.Contains("do not fit", Assert.Throws<ModelException>(() => LoraAdapter.Open(
            Write((Layer + ".lora_down.weight", zeros(4, 60)), (Layer + ".lora_up.weight", zeros(64, 4))), _model)).Message, StringComparison.Ordinal);
    }

    [Fact, Trait("Category", "Methods")]
    public void ControlNetMatchesTheReference()
    {
        using var noGrad = no_grad();
        using var net = ControlNet.Open(TestPaths.Fixture("tiny-controlnet"), _model);
        using var condition = new ControlCondition(net, _reference["control.image"]);
        var plain = Predict(_model.Denoiser);
        Assert.True(Reference.RelativeError(plain, _reference["control.out"]) > 2 * Tolerance, "the ControlNet must matter");
        Reference.Close(_reference["control.out"], Predict(_model.Denoiser.Controlled(condition)), Tolerance, "controlled");
        using var none = new ControlCondition(net, _reference["control.image"], scale: 0);
        Reference.Close(plain, Predict(_model.Denoiser.Controlled(none)), 1e-6, "scale 0");
        var context = _reference["ctx"];
        using (_model.Denoiser.Pin(context))
            Reference.Close(_reference["control.out"], _model.Denoiser.Controlled(condition).PredictNoise(_reference["x"], _reference["t"], context), Tolerance, "pinned");
    }

    /// <summary>Blocks that are computed again on the way back have the adapters and the ControlNet of the way there.</summary>
    [Theory]
    [InlineData("attached")]
    [InlineData("adapted")]
    [InlineData("controlled")]
    [InlineData("convolutions")]
    public void GradientsWithinABoundOnMemoryAreTheSame(string how)
    {
        using var lora = LoraAdapter.Open(LoraFile, _model);
        using var convolutional = Convolutional();
        using var net = ControlNet.Open(TestPaths.Fixture("tiny-controlnet"), _model);
        using var condition = new ControlCondition(net, _reference["control.image"]);
        using var attached = how == "attached" ? lora.Attach() : null;
        var predictor = how switch { "adapted" => _model.Denoiser.Adapted(lora), "convolutions" => _model.Denoiser.Adapted(convolutional), "controlled" => _model.Denoiser.Controlled(condition), _ => _model.Denoiser };
        Tensor Gradient()
        {
            using var prediction = predictor.PredictForGradient(_reference["x"], _reference["t"], _reference["ctx"]);
            return prediction.Backward(2 * prediction.Noise);
        }
        var kept = Gradient();
        _model.Denoiser.GraphBytes = 0;
        Reference.Close(kept, Gradient(), 1e-5, how);
    }

    [Fact]
    public void AControlNetOfAnotherFamilyIsRefused()
    {
        using var other = Reference.Model("tiny-sd21");
        Assert.Contains("another model family", Assert.Throws<ModelException>(() => ControlNet.Open(TestPaths.Fixture("tiny-controlnet"), other)).Message, StringComparison.Ordinal);
        Assert.Contains("no ControlNet", Assert.Throws<ModelException>(() => ControlNet.Open(TestPaths.Fixture("tiny-sd15", "unet"), _model)).Message, StringComparison.Ordinal);
    }

    /// <summary>An embedding made of the table's own rows is the words that have those rows.</summary>
    [Theory]
    [InlineData("emb_params", "<mine>")]
    [InlineData("<mine>", null)]
    public void ATextualInversionStandsForItsVectors(string tensorName, string? word)
    {
        var table = _model.TextEncoder.Parameters["text_model.embeddings.token_embedding.weight"];
        var ids = _model.Tokenizer.Tokens("owl monkey").Select(id => (long)id).ToArray();
        var path = Path.Combine(_folder, "embedding.safetensors");
        SafetensorsWriter.Write(path, new Dictionary<string, Tensor> { [tensorName] = table.index_select(0, tensor(ids)) });
        var before = _model.EncodePrompts("an owl");
        Assert.Equal("<mine>", _model.AddTextualInversion(path, word));
        Reference.Close(_model.EncodePrompts("a photo of owl monkey, red"), _model.EncodePrompts("a photo of <mine>, red"), 1e-6, "the word");
        Assert.Equal(0, Reference.RelativeError(_model.EncodePrompts("an owl"), before));

        // A second one whose word begins alike, of one vector.
        SafetensorsWriter.Write(path, new Dictionary<string, Tensor> { ["<mine>2"] = table[ids[1]] });
        Assert.Equal("<mine>2", _model.AddTextualInversion(path));
        Reference.Close(_model.EncodePrompts("monkey owl monkey"), _model.EncodePrompts("<mine>2 <mine>"), 1e-6, "two words");
    }

    [Fact]
    public void EmbeddingsOfAnotherFamilyAreRefused()
    {
        var path = Path.Combine(_folder, "embedding.safetensors");
        SafetensorsWriter.Write(path, new Dictionary<string, Tensor> { ["emb_params"] = zeros(2, 33) });
        Assert.Contains("33 numbers", Assert.Throws<ModelException>(() => _model.AddTextualInversion(path)).Message, StringComparison.Ordinal);
        SafetensorsWriter.Write(path, new Dictionary<string, Tensor> { ["clip_l"] = zeros(2, 32), ["clip_g"] = zeros(2, 33) });
        Assert.Contains("SDXL", Assert.Throws<ModelException>(() => _model.AddTextualInversion(path)).Message, StringComparison.Ordinal);
        Assert.Contains("with --lora", Assert.Throws<ModelException>(() => _model.AddTextualInversion(LoraFile)).Message, StringComparison.Ordinal);
    }
}
