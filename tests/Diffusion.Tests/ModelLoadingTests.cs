using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using SvgDistill.Diffusion.Models;
using SvgDistill.Diffusion.Schedules;
using SvgDistill.Diffusion.Weights;
using SvgDistill.Tests;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Diffusion.Tests;

public sealed class ModelLoadingTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string PathOf(params string[] parts) => Path.Combine([_folder, .. parts]);

    private string CopyOf(string source, string name = "model")
    {
        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            var target = PathOf(name, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
        return PathOf(name);
    }

    private static void Edit(string path, Action<JsonNode> change)
    {
        var json = JsonNode.Parse(File.ReadAllText(path))!;
        change(json);
        File.WriteAllText(path, json.ToJsonString());
    }

    private static ModelException Fails(string path, params string[] words)
    {
        var error = Assert.Throws<ModelException>(() => DiffusionModel.Open(path));
        Assert.All(words, word => Assert.Contains(word, error.Message, StringComparison.OrdinalIgnoreCase));
        return error;
    }

    /// <summary>Original names, fused OpenCLIP weights, EMA copies and training state: the same numbers come out.</summary>
    [Theory, Trait("Category", "Parity")]
    [InlineData("tiny-sd15", false, false, ScalarType.Float16)]
    [InlineData("tiny-sd15", false, true, ScalarType.Float32)]
    [InlineData("tiny-sd21", true, true, ScalarType.Float16)]
    public void SingleFilesLoadToTheSameNumbers(string name, bool openClip, bool extras, ScalarType type)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        OriginalCheckpoint.Write(name, PathOf("checkpoint.safetensors"), openClip, extras, type);
        using var single = DiffusionModel.Open(PathOf("checkpoint.safetensors"));
        using var reference = new Reference($"{name}.fixtures.safetensors");
        Assert.Equal(openClip ? PredictionType.Velocity : PredictionType.Epsilon, single.Schedule.Config.Prediction);
        var hidden = single.EncodePrompts("", "an owl", "a monkey");
        Reference.Close(reference["text.last_hidden_state"], hidden, 1e-4, "text");
        var (mean, _) = single.Autoencoder.Encode(reference["vae.image"] * 2 - 1);
        Reference.Close(reference["vae.mean"], mean, 1e-4, "mean");
        Reference.Close(reference["vae.decoded"], single.Autoencoder.Decode(reference["vae.z"]), 1e-4, "decoded");
        using var folderModel = Reference.Model(name);
        var context = hidden.narrow(0, 1, 2);
        Assert.Equal(0, Reference.RelativeError(
            single.Denoiser.PredictNoise(reference["unet.x"], reference["unet.t"], context),
            folderModel.Denoiser.PredictNoise(reference["unet.x"], reference["unet.t"], context)));
    }

    [Fact]
    public void ThePredictionCanBeOverruled()
    {
        using var model = DiffusionModel.Open(TestPaths.Fixture("tiny-sd15"), new ModelOptions { Prediction = PredictionType.Velocity });
        Assert.Equal(PredictionType.Velocity, model.Schedule.Config.Prediction);
    }

    [Fact]
    public void WhatIsMissingSaysHowToGetIt()
    {
        Fails(PathOf("nowhere"), "no such folder or file", "diffusers folder");
        Fails("some-org/some-model", "Hugging Face cache", "model pull some-org/some-model");
        Directory.CreateDirectory(PathOf("empty"));
        Fails(PathOf("empty"), "model_index.json");
        Fails(TestPaths.Fixture("tiny-sd15", "unet"), "one part only");
        Fails(TestPaths.Fixture("tiny-lora", "pytorch_lora_weights.safetensors"), "LoRA", "--lora");
        Fails(TestPaths.Fixture("tiny-controlnet", "diffusion_pytorch_model.safetensors"), "ControlNet");
        Fails(TestPaths.Fixture("tiny-sd15", "unet", "diffusion_pytorch_model.safetensors"), "no Stable Diffusion checkpoint");
    }

    [Fact]
    public void AShardWithoutANameIsRefusedInASentence()
    {
        var model = CopyOf(TestPaths.Fixture("tiny-sd15"));
        var weights = Path.Combine(model, "unet", "diffusion_pytorch_model.safetensors");
        File.Delete(weights);
        File.WriteAllText(weights + ".index.json", "{\"weight_map\": {\"conv_in.weight\": null}}");
        Fails(model, "conv_in.weight", "a file's name expected");
    }

    [Theory]
    [InlineData("StableDiffusionXLPipeline", "SDXL")]
    [InlineData("StableDiffusion3Pipeline", "flow-matching")]
    [InlineData("FluxPipeline", "flow-matching")]
    [InlineData("StableDiffusionInpaintPipeline", "inpainting")]
    [InlineData("KandinskyPipeline", "no Stable Diffusion")]
    public void OtherPipelinesAreRefusedInASentence(string pipeline, string word)
    {
        var model = CopyOf(TestPaths.Fixture("tiny-sd15"));
        Edit(Path.Combine(model, "model_index.json"), json => json["_class_name"] = pipeline);
        Fails(model, word);
    }

    [Theory]
    [InlineData("conditioner.embedders.0.transformer.text_model.final_layer_norm.weight", "SDXL")]
    [InlineData("model.diffusion_model.joint_blocks.0.x_block.attn.qkv.weight", "flow-matching")]
    [InlineData("double_blocks.0.img_attn.qkv.weight", "flow-matching")]
    [InlineData("something.else", "no Stable Diffusion checkpoint")]
    public void OtherCheckpointsAreRefusedInASentence(string name, string word)
    {
        SafetensorsWriter.Write(PathOf("other.safetensors"), new Dictionary<string, Tensor> { [name] = zeros(2, 2) });
        Fails(PathOf("other.safetensors"), word);
    }

    [Fact]
    public void MixedFamiliesAreRefused()
    {
        var model = CopyOf(TestPaths.Fixture("tiny-sd15"));
        Directory.Delete(Path.Combine(model, "text_encoder"), recursive: true);
        CopyOf(TestPaths.Fixture("tiny-sd21", "text_encoder"), "model/text_encoder");
        Fails(model, "mixes model families", "32", "16");
    }

    [Fact]
    public void WeightsAndConfigurationMustAgree()
    {
        var model = CopyOf(TestPaths.Fixture("tiny-sd15"));
        var config = Path.Combine(model, "unet", "config.json");
        Edit(config, json => json["use_linear_projection"] = true);
        using (DiffusionModel.Open(model)) { } // A 1x1 convolution is a linear layer: the shapes fit either way.
        Edit(config, json => json["layers_per_block"] = 3);
        Fails(model, "lacks this parameter", "resnets.2");
        Edit(config, json => json["layers_per_block"] = 1);
        Fails(model, "UNet");
        Edit(config, json => json["attention_head_dim"] = 7);
        Fails(model, "attention_head_dim", "7 heads");
        Edit(config, json => json["class_embed_type"] = "timestep");
        Fails(model, "class_embed_type", "not supported");
    }

    [Fact]
    public void TruncatedWeightsAreNamed()
    {
        var model = CopyOf(TestPaths.Fixture("tiny-sd15"));
        var weights = Path.Combine(model, "vae", "diffusion_pytorch_model.safetensors");
        using (var stream = new FileStream(weights, FileMode.Open)) stream.SetLength(stream.Length / 2);
        Assert.Equal(weights, Fails(model, "truncated").Path);
        File.Move(weights, Path.ChangeExtension(weights, ".bin"));
        Fails(model, "pickled");
    }

    [Fact]
    public void TheHuggingFaceCacheIsSearched()
    {
        const string Revision = "0123456789abcdef0123456789abcdef01234567";
        CopyOf(TestPaths.Fixture("tiny-sd15"), $"hub/models--org--tiny/snapshots/{Revision}");
        Directory.CreateDirectory(PathOf("hub", "models--org--tiny", "refs"));
        File.WriteAllText(PathOf("hub", "models--org--tiny", "refs", "main"), Revision);
        var before = Environment.GetEnvironmentVariable("HF_HOME");
        Environment.SetEnvironmentVariable("HF_HOME", _folder);
        try
        {
            Assert.EndsWith(Revision, ModelLocator.Find("org/tiny"), StringComparison.Ordinal);
            Assert.Throws<ModelException>(() => ModelLocator.Find("org/../tiny"));
        }
        finally
        {
            Environment.SetEnvironmentVariable("HF_HOME", before);
        }
    }

    [Fact]
    public void TheEmbeddedPriorDescribesItself()
    {
        using var model = DiffusionModel.Open(TestPaths.IconPrior);
        var info = model.Describe();
        Assert.Equal(128, info.ImageSize);
        Assert.Equal((8, 16), info.Latents);
        Assert.Equal(PredictionType.Epsilon, info.Prediction);
        Assert.InRange(info.Parameters, 15_000_000, 16_500_000);
        Assert.Contains(info.Card, line => line.Contains("CC BY 4.0", StringComparison.Ordinal));
        Assert.NotEmpty(model.Subjects());
        Assert.Equal("ids", model.Defaults.Method);
        Assert.Equal(model.Defaults.PointRate, model.Defaults.For("pds").PointRate);
        Assert.Equal((50, 949), model.Defaults.Timesteps);
        Assert.Equal(64, model.Hash.Length);
    }

    [Fact]
    public void TheHashTellsModelsApart()
    {
        var one = CopyOf(TestPaths.Fixture("tiny-sd15"), "one");
        var other = CopyOf(TestPaths.Fixture("tiny-sd15"), "other");
        string Hash(string path)
        {
            using var model = DiffusionModel.Open(path);
            return model.Hash;
        }
        Assert.Equal(Hash(one), Hash(other));
        Edit(Path.Combine(other, "scheduler", "scheduler_config.json"), json => json["steps_offset"] = 0);
        Assert.NotEqual(Hash(one), Hash(other));
    }

    [Fact]
    public void MutatedConfigurationsEndInAModelExceptionOrInAModel()
    {
        string[] files = ["unet/config.json", "vae/config.json", "text_encoder/config.json", "scheduler/scheduler_config.json", "model_index.json"];
        var model = CopyOf(TestPaths.Fixture("tiny-sd15"));
        string[] values = ["0", "-1", "3", "1e99", "\"x\"", "[]", "[1,2]", "{}", "null", "true", "1.5", "99999999999", "[0,0,0,0]"];
        var mutation = from file in Gen.Elements(files)
                       from key in Gen.Choose(0, 60)
                       from value in Gen.Elements(values)
                       select (file, key, value);
        Prop.ForAll(Arb.From(mutation), m =>
        {
            var path = Path.Combine(model, m.file);
            var original = File.ReadAllText(path);
            Edit(path, json =>
            {
                var names = json.AsObject().Select(p => p.Key).ToArray();
                json[names[m.key % names.Length]] = JsonNode.Parse(m.value);
            });
            try
            {
                using var files = ModelFiles.Read(model, null);
            }
            catch (ModelException)
            {
                return;
            }
            finally
            {
                File.WriteAllText(path, original);
            }
        }).Check(RandomCases.Of(100));
    }

    [Fact]
    public void ACheckFindsWhatIsWrong()
    {
        Assert.All(ModelCheck.Run(TestPaths.IconPrior), f => Assert.True(f.Passed, f.ToString()));
        Assert.Equal(4, ModelCheck.Run(TestPaths.IconPrior).Count(f => f.What.StartsWith("self-check", StringComparison.Ordinal)));
        Assert.False(Assert.Single(ModelCheck.Run(PathOf("nowhere"))).Passed);

        // One number that overflowed, and a wrong architecture that fits by shape.
        var model = CopyOf(TestPaths.IconPrior);
        var weights = Path.Combine(model, "vae", "diffusion_pytorch_model.safetensors");
        Dictionary<string, Tensor> tensors;
        using (var file = new SafetensorsFile(weights)) tensors = file.Tensors.Keys.ToDictionary(n => n, n => file.Load(n));
        tensors["decoder.conv_in.bias"] = full_like(tensors["decoder.conv_in.bias"], float.PositiveInfinity);
        SafetensorsWriter.Write(weights, tensors);
        Edit(Path.Combine(model, "unet", "config.json"), json => json["attention_head_dim"] = 8);
        var failed = ModelCheck.Run(model).Where(f => !f.Passed).Select(f => f.What).ToArray();
        Assert.Equal(["autoencoder, numbers", "self-check, UNet", "self-check, decoder"], failed);
    }

    /// <summary>Every way round: folder to folder, to a single file, and back, loads to the very same weights and settings.</summary>
    [Theory]
    [InlineData("tiny-sd15")]
    [InlineData("tiny-sd21")]
    public void ConvertedModelsAreTheSameModels(string name)
    {
        using var scope = NewDisposeScope();
        using var model = Reference.Model(name);
        ModelConverter.ToSingleFile(model, PathOf("single.safetensors"));
        using (var single = DiffusionModel.Open(PathOf("single.safetensors"))) ModelConverter.ToFolder(single, PathOf("folder"), ScalarType.Float32);
        foreach (var path in new[] { PathOf("single.safetensors"), PathOf("folder") })
        {
            using var converted = DiffusionModel.Open(path);
            Assert.Equivalent(model.Unet.Config, converted.Unet.Config, strict: true);
            Assert.Equivalent(model.Autoencoder.Config, converted.Autoencoder.Config, strict: true);
            Assert.Equivalent(model.TextEncoder.Config, converted.TextEncoder.Config, strict: true);
            Assert.Equivalent(model.Schedule.Config, converted.Schedule.Config, strict: true);
            Assert.Equal(model.Tokenizer.Encode("an owl"), converted.Tokenizer.Encode("an owl"));
            foreach (var (one, other) in new (Network, Network)[] { (model.Unet, converted.Unet), (model.Autoencoder, converted.Autoencoder), (model.TextEncoder, converted.TextEncoder) })
            {
                Assert.Equal(one.Parameters.Keys.Order(StringComparer.Ordinal), other.Parameters.Keys.Order(StringComparer.Ordinal));
                // The fixtures' weights are fp16 values, which survive both conversions exactly.
                Assert.All(one.Parameters, p => Assert.Equal(0, (p.Value - other.Parameters[p.Key]).abs().sum().item<float>()));
            }
        }
        // Names are the published ones: the file opens without its metadata, too.
        using (var file = new SafetensorsFile(PathOf("single.safetensors")))
            Assert.All(file.Tensors.Values.Where(t => t.Name.StartsWith("first_stage_model", StringComparison.Ordinal) && t.Name.Contains("attn_1", StringComparison.Ordinal)
                && t.Name.EndsWith("weight", StringComparison.Ordinal) && !t.Name.Contains("norm", StringComparison.Ordinal)), t => Assert.Equal(4, t.Shape.Count));
        using (var file = new SafetensorsFile(PathOf("single.safetensors")))
            SafetensorsWriter.Write(PathOf("bare.safetensors"), file.Tensors.Keys.ToDictionary(n => n, n => file.Load(n)));
        using (var bare = DiffusionModel.Open(PathOf("bare.safetensors")))
            Assert.Equivalent(model.Unet.Config.Heads, bare.Unet.Config.Heads);
        Assert.Contains("exists", Assert.Throws<ModelException>(() => ModelConverter.ToFolder(model, PathOf("folder"))).Message, StringComparison.Ordinal);
        Assert.Equal(3, Directory.EnumerateFileSystemEntries(_folder).Count());
    }

    /// <summary>Empty tensors by which other programs mark what shapes cannot tell.</summary>
    [Fact]
    public void MarksOfASingleFileSayWhatItPredicts()
    {
        using var scope = NewDisposeScope();
        void Write(string name, string? mark)
        {
            OriginalCheckpoint.Write("tiny-sd15", PathOf(name), openClip: false);
            if (mark is null) return;
            Dictionary<string, Tensor> tensors;
            using (var file = new SafetensorsFile(PathOf(name))) tensors = file.Tensors.Keys.ToDictionary(n => n, n => file.Load(n));
            tensors[mark] = empty(0);
            SafetensorsWriter.Write(PathOf(name), tensors);
        }
        Write("plain.safetensors", null);
        Write("velocity.safetensors", "v_pred");
        Write("zero.safetensors", "ztsnr");
        using (var plain = DiffusionModel.Open(PathOf("plain.safetensors"))) Assert.Equal(PredictionType.Epsilon, plain.Schedule.Config.Prediction);
        using (var velocity = DiffusionModel.Open(PathOf("velocity.safetensors"))) Assert.Equal(PredictionType.Velocity, velocity.Schedule.Config.Prediction);
        using (var given = DiffusionModel.Open(PathOf("velocity.safetensors"), new ModelOptions { Prediction = PredictionType.Epsilon })) Assert.Equal(PredictionType.Epsilon, given.Schedule.Config.Prediction);
        Assert.Contains("pure noise", Assert.Throws<ModelException>(() => DiffusionModel.Open(PathOf("zero.safetensors"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WordsThatWereAddedToAVocabularyMeanTheirNumbers()
    {
        var model = CopyOf(TestPaths.Fixture("tiny-sd15"));
        var added = Path.Combine(model, "tokenizer", "added_tokens.json");
        File.WriteAllText(added, """{ "<cat-toy>": 7 }""");
        using (var open = DiffusionModel.Open(model)) Assert.Equal(7, open.Tokenizer.Encode("a <cat-toy>")[2]);
        File.WriteAllText(added, """{ "<cat-toy>": 1000000 }""");
        Assert.Contains("\"<cat-toy>\" has the number 1000000", Assert.Throws<ModelException>(() => DiffusionModel.Open(model)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AVocabularyOfItsOwnDoesNotFitIntoASingleFile()
    {
        using var model = DiffusionModel.Open(TestPaths.IconPrior);
        Assert.Contains("vocabulary", Assert.Throws<ModelException>(() => ModelConverter.ToSingleFile(model, PathOf("x.safetensors"))).Message, StringComparison.Ordinal);
        ModelConverter.ToFolder(model, PathOf("prior"));
        Assert.Equal(File.ReadAllText(Path.Combine(TestPaths.IconPrior, "words.txt")), File.ReadAllText(Path.Combine(PathOf("prior"), "words.txt")));
        Assert.All(ModelCheck.Run(PathOf("prior")), f => Assert.True(f.Passed, f.ToString()));
    }

    /// <summary>libtorch 1.13 has no fp16 arithmetic on the CPU, newer ones have: either it works or it is said before loading.</summary>
    [Fact]
    public void HalfPrecisionWorksOrIsRefusedInASentence()
    {
        using var scope = NewDisposeScope();
        try
        {
            using var model = DiffusionModel.Open(TestPaths.IconPrior, new ModelOptions { Precision = ScalarType.Float16 });
            Assert.True(model.EncodePrompts("an owl").isfinite().all().item<bool>());
        }
        catch (ModelException error)
        {
            Assert.Contains("cannot compute in Float16", error.Message, StringComparison.Ordinal);
            Assert.Contains("bf16", error.Message, StringComparison.Ordinal);
        }
    }
}
