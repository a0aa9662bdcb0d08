using System.Globalization;
using System.Text.RegularExpressions;
using SvgDistill.Diffusion.Adapters;
using SvgDistill.Diffusion.Models;
using SvgDistill.Diffusion.Weights;
using SvgDistill.Tests;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Diffusion.Tests;

/// <summary>Adapters as files: told apart, described, refused; and what they add to a model that owns them.</summary>
public sealed class AdapterFileTests : IDisposable
{
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

    private Tensor Predict(NoisePredictor? predictor = null) => (predictor ?? _model.Denoiser).PredictNoise(_reference["x"], _reference["t"], _reference["ctx"]);

    private string Write(params (string Name, Tensor Tensor)[] tensors)
    {
        var path = Path.Combine(_folder, "file.safetensors");
        SafetensorsWriter.Write(path, tensors.ToDictionary(t => t.Name, t => t.Tensor));
        return path;
    }

    /// <summary>A LoRA in kohya's names on the text encoder is W + scale * alpha / r * B A.</summary>
    [Fact]
    public void ALoraOnTheTextEncoderIsItsProductAddedToTheWeight()
    {
        using var noGrad = no_grad();
        const string Layer = "text_model.encoder.layers.1.self_attn.q_proj";
        var weight = _model.TextEncoder.Parameters[Layer + ".weight"];
        using var generator = new Generator(5);
        var (down, up) = (randn(3, weight.shape[1], generator: generator), randn(weight.shape[0], 3, generator: generator));
        var key = "lora_te_" + Layer.Replace('.', '_');
        var path = Write((key + ".lora_down.weight", down), (key + ".lora_up.weight", up), (key + ".alpha", tensor(1.5f)));
        var before = _model.EncodePrompts("a monkey");

        using var merged = Reference.Model("tiny-sd15");
        merged.TextEncoder.Parameters[Layer + ".weight"].add_(up.matmul(down) * (.8 * 1.5 / 3));
        var expected = merged.EncodePrompts("a monkey");
        Assert.True(Reference.RelativeError(expected, before) > .01, "the adapter must matter");
        _model.AddLora(path, .8);
        Reference.Close(expected, _model.EncodePrompts("a monkey"), 1e-5, "text");
        Assert.Equal(new ModelAdapter(AdapterKind.Lora, path, ModelHash.OfFile(path), .8), Assert.Single(_model.Adapters));
    }

    [Fact]
    public void AddedLorasSumAndAScaleOf0LeavesNoTrace()
    {
        using var noGrad = no_grad();
        var plain = Predict();
        _model.AddLora(TestPaths.Fixture("tiny-lora"), 0); // diffusers' folder
        Assert.Equal(0, Reference.RelativeError(Predict(), plain));
        _model.AddLora(LoraFile, .25);
        _model.AddLora(LoraFile, .75);
        Reference.Close(_reference["lora.out"], Predict(), 1e-3, "two parts");
        Assert.Equal([0, .25, .75], _model.Adapters.Select(a => a.Scale!.Value));
    }

    /// <summary>Gated layers are computed in halves without an adapter and whole with one: the numbers are the same.</summary>
    [Fact]
    public void ALoraOnAGatedLayerIsItsProductAddedToTheWeight()
    {
        using var noGrad = no_grad();
        const string Layer = "mid_block.attentions.0.transformer_blocks.0.ff.net.0.proj";
        var weight = _model.Unet.Parameters[Layer + ".weight"];
        using var generator = new Generator(6);
        var (down, up) = (randn(2, weight.shape[1], generator: generator), randn(weight.shape[0], 2, generator: generator));
        using var merged = Reference.Model("tiny-sd15");
        merged.Unet.Parameters[Layer + ".weight"].add_(up.matmul(down));
        var expected = Predict(merged.Denoiser);
        Assert.True(Reference.RelativeError(expected, Predict()) > .01, "the adapter must matter");
        _model.AddLora(Write(($"unet.{Layer}.lora_A.weight", down), ($"unet.{Layer}.lora_B.weight", up)));
        Reference.Close(expected, Predict(), 1e-5, "gated");
    }

    /// <summary>One file, without a configuration: diffusers' names, the original ones, and the original ones inside a whole checkpoint.</summary>
    [Theory]
    [InlineData("diffusers")]
    [InlineData("original")]
    [InlineData("prefixed")]
    public void AControlNetInOneFileIsTheSameNetwork(string naming)
    {
        using var noGrad = no_grad();
        var tensors = new List<(string, Tensor)>();
        using (var file = new SafetensorsFile(TestPaths.Fixture("tiny-controlnet", "diffusion_pytorch_model.safetensors")))
            foreach (var name in file.Tensors.Keys)
                tensors.Add((naming switch { "diffusers" => name, "original" => Original(name), _ => "control_model." + Original(name) }, file.Load(name)));
        if (naming == "prefixed") tensors.Add(("model.diffusion_model.out.0.weight", ones(32)));
        using var net = ControlNet.Open(Write([.. tensors]), _model);
        using var condition = new ControlCondition(net, _reference["control.image"]);
        Reference.Close(_reference["control.out"], Predict(_model.Denoiser.Controlled(condition)), 1e-3, naming);
        Assert.Equal(ModelHash.OfFile(Path.Combine(_folder, "file.safetensors")), net.Hash);
    }

    private static string Original(string name)
    {
        string Number(string pattern, Func<int, string> form) => Regex.Replace(name, pattern, m => form(int.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture)));
        if (name.StartsWith("controlnet_cond_embedding.", StringComparison.Ordinal))
        {
            name = name["controlnet_cond_embedding.".Length..].Replace("conv_in.", "blocks.-1.", StringComparison.Ordinal).Replace("conv_out.", "blocks.6.", StringComparison.Ordinal);
            return Number(@"blocks\.(-?\d)", i => $"input_hint_block.{2 * (i + 1)}");
        }
        if (name.StartsWith("controlnet_mid_block.", StringComparison.Ordinal)) return name.Replace("controlnet_mid_block.", "middle_block_out.0.", StringComparison.Ordinal);
        return name.StartsWith("controlnet_down_blocks.", StringComparison.Ordinal)
            ? Number(@"controlnet_down_blocks\.(\d+)\.", i => $"zero_convs.{i}.0.") : OriginalCheckpoint.Unet(name);
    }

    [Fact]
    public void AControlNetInOneFileOfAnotherFamilyIsRefused()
    {
        using var other = Reference.Model("tiny-sd21");
        var error = Assert.Throws<ModelException>(() => ControlNet.Open(TestPaths.Fixture("tiny-controlnet", "diffusion_pytorch_model.safetensors"), other));
        Assert.Contains("another model family (text width 32, the model has 16", error.Message, StringComparison.Ordinal);
        Assert.Contains("--lora", Assert.Throws<ModelException>(() => ControlNet.Open(LoraFile, _model)).Message, StringComparison.Ordinal);
        Assert.Contains("no such file", Assert.Throws<ModelException>(() => ControlNet.Open(Path.Combine(_folder, "no"), _model)).Message, StringComparison.Ordinal);
        Assert.Contains("incomplete", Assert.Throws<ModelException>(() => ControlNet.Open(Write(("controlnet_down_blocks.0.weight", ones(1, 1))), _model)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AdaptersAreRecognisedByTheirTensors()
    {
        var lora = AdapterInfo.Read(LoraFile)!;
        Assert.Equal((AdapterKind.Lora, 32, null, "F16"), (lora.Kind, lora.TextWidth, lora.Family, lora.StoredAs));
        Assert.Contains(("rank", "4"), lora.Facts);
        Assert.Contains(("layers", "128 of the UNet, 0 of the text encoder"), lora.Facts);
        Assert.Equal(ModelHash.OfFile(LoraFile), lora.Sha256());
        Assert.Equal(lora.Sha256(), AdapterInfo.Read(TestPaths.Fixture("tiny-lora"))!.Sha256());

        foreach (var path in new[] { TestPaths.Fixture("tiny-controlnet"), TestPaths.Fixture("tiny-controlnet", "diffusion_pytorch_model.safetensors") })
        {
            var control = AdapterInfo.Read(path)!;
            Assert.Equal((AdapterKind.ControlNet, 32), (control.Kind, control.TextWidth));
            Assert.Contains(("picture", "reduced 8 times through 16-32-96-256 channels"), control.Facts);
        }
        var embedding = AdapterInfo.Read(Write(("<mine>", zeros(3, 768))))!;
        Assert.Equal((AdapterKind.TextualInversion, "Stable Diffusion 1.x"), (embedding.Kind, embedding.Family));
        Assert.Equal([("word", "<mine>"), ("vectors", "3")], embedding.Facts);

        Assert.Null(AdapterInfo.Read(TestPaths.Fixture("tiny-sd15")));
        Assert.Null(AdapterInfo.Read(TestPaths.Fixture("tiny-sd15", "unet")));
        Assert.Null(AdapterInfo.Read(TestPaths.Fixture("tiny-sd15", "unet", "diffusion_pytorch_model.safetensors")));
    }

    [Theory]
    [InlineData("down_blocks_1_attentions_0_transformer_blocks_0_attn2_to_k", 768, "Stable Diffusion 1.x")]
    [InlineData("input_blocks_4_1_transformer_blocks_0_attn2_to_k", 1024, "Stable Diffusion 2.x")]
    public void ALoraTellsItsFamilyByTheWidthOfTheText(string layer, int width, string family)
    {
        var path = Write(($"lora_unet_{layer}.lora_down.weight", ones(8, width)), ($"lora_unet_{layer}.lora_up.weight", ones(640, 8)));
        Assert.Equal(family, AdapterInfo.Read(path)!.Family);
        var error = Assert.Throws<ModelException>(() => _model.AddLora(path));
        Assert.Contains($"another model family (text of width {width}, as in {family}; this model: text of width 32)", error.Message, StringComparison.Ordinal);
        Assert.Empty(_model.Adapters);
    }

    [Theory]
    [InlineData("lora_te2_text_model_encoder_layers_0_mlp_fc1.lora_down.weight", 8, "SDXL")]
    [InlineData("lora_unet_input_blocks_4_1_transformer_blocks_0_attn2_to_k.lora_down.weight", 2048, "SDXL")]
    [InlineData("unet.down_blocks.1.attentions.0.transformer_blocks.0.attn2.to_v.lora_A.weight", 2048, null)]
    [InlineData("lora_unet_double_blocks_0_img_attn_qkv.lora_down.weight", 8, "flow-matching")]
    [InlineData("transformer.transformer_blocks.0.attn.to_q.lora_A.weight", 8, "flow-matching")]
    [InlineData("down_blocks.1.attentions.0.transformer_blocks.0.attn1.to_q.hada_w1_a", 8, "LoHa")]
    public void LorasOfOtherModelsAreRefusedInASentence(string name, int width, string? word)
    {
        var path = Write((name, ones(4, width)), (name.Replace("lora_down", "lora_up", StringComparison.Ordinal)
            .Replace("lora_A", "lora_B", StringComparison.Ordinal).Replace("w1_a", "w1_b", StringComparison.Ordinal), ones(64, 4)));
        var error = Assert.Throws<ModelException>(() => _model.AddLora(path));
        Assert.Contains(word ?? "another model family", error.Message, StringComparison.Ordinal);
        if (word is not null) Assert.Equal(error.Message, Assert.Throws<ModelException>(() => AdapterInfo.Read(path)).Message);
    }

    [Fact]
    public void FilesGivenAsTheWrongKindSayWhatTheyAre()
    {
        string Message(Action action) => Assert.Throws<ModelException>(action).Message;
        Assert.Contains("a ControlNet, not a LoRA adapter. Give it with --control", Message(() => _model.AddLora(
            TestPaths.Fixture("tiny-controlnet", "diffusion_pytorch_model.safetensors"))), StringComparison.Ordinal);
        Assert.Contains("a whole model, not a LoRA adapter", Message(() => _model.AddLora(
            Write(("model.diffusion_model.out.2.weight", ones(2)), ("model.diffusion_model.out.2.bias", ones(2))))), StringComparison.Ordinal);
        Assert.Contains("LoRA files have no such tensor", Message(() => _model.AddLora(Write(("a", ones(2)), ("b", ones(2))))), StringComparison.Ordinal);
        Assert.Contains("no such file", Message(() => _model.AddLora(Path.Combine(_folder, "none.safetensors"))), StringComparison.Ordinal);
        var embedding = Write(("<mine>", zeros(2, 32)));
        Assert.Contains("Give it with --embedding", Message(() => _model.AddLora(embedding)), StringComparison.Ordinal);
        _model.AddTextualInversion(embedding);
        Assert.Contains("another embedding has it", Message(() => _model.AddTextualInversion(embedding)), StringComparison.Ordinal);
        Assert.Contains("empty", Message(() => _model.AddTextualInversion(embedding, " ")), StringComparison.Ordinal);
    }

    /// <summary>Weights that load but are not those that the folder's prediction was made with.</summary>
    [Fact]
    public void ADamagedModelFailsItsKnownPrediction()
    {
        using (var good = DiffusionModel.Open(TestPaths.IconPrior)) good.RequireKnownPrediction();
        using (var half = DiffusionModel.Open(TestPaths.IconPrior, new ModelOptions { Precision = ScalarType.BFloat16 })) half.RequireKnownPrediction();
        _model.RequireKnownPrediction(); // it carries none
        var copy = Path.Combine(_folder, "prior");
        foreach (var file in Directory.EnumerateFiles(TestPaths.IconPrior, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(copy, Path.GetRelativePath(TestPaths.IconPrior, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
        using (var weights = new FileStream(Path.Combine(copy, "unet", "diffusion_pytorch_model.safetensors"), FileMode.Open))
        {
            weights.Position = weights.Length / 2;
            weights.Write(new byte[1 << 16]);
        }
        foreach (var precision in new[] { ScalarType.Float32, ScalarType.BFloat16 })
        {
            using var bad = DiffusionModel.Open(copy, new ModelOptions { Precision = precision });
            var message = Assert.Throws<ModelException>(bad.RequireKnownPrediction).Message;
            Assert.Contains("selfcheck.safetensors: noise_prediction: the UNet does not predict", message, StringComparison.Ordinal);
        }
    }
}
