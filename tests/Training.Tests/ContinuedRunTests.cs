using SvgDistill.Diffusion.Models;
using SvgDistill.Diffusion.Weights;
using SvgDistill.Tests;
using SvgDistill.Training.Configuring;
using Xunit;
using static TorchSharp.torch;

namespace SvgDistill.Training.Tests;

/// <summary>Runs that begin with a model that is there.</summary>
public sealed class ContinuedRunTests : IClassFixture<ContinuedRunTests.TrainedModel>, IDisposable
{
    private readonly TempFolder _folder = new();

    public ContinuedRunTests(TrainedModel model)
    {
        foreach (var file in model.Folder.Files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_folder[file])!);
            File.Copy(model.Folder[file], _folder[file]);
        }
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>The model that all begin with, trained once.</summary>
    public sealed class TrainedModel : IDisposable
    {
        public TrainedModel()
        {
            TinyRun.WriteIcons(Folder);
            TinyRun.Run(TinyRun.Config(Folder, "first", 6, 6));
        }

        internal TempFolder Folder { get; } = new();

        public void Dispose() => Folder.Dispose();
    }

    /// <summary>Its words, its autoencoder, and what it recommends stay; UNet and text encoder go on from where they were.</summary>
    [Fact]
    public void WeightsWordsAndAdviceAreThoseOfTheModel()
    {
        File.WriteAllText(_folder["first/svgdistill.json"], File.ReadAllText(_folder["first/svgdistill.json"]).Replace("7.5", "6.5", StringComparison.Ordinal));
        TinyRun.Run(Config("second", "\"unet\": { \"steps\": 1, \"rate\": 0.00000001, \"ema\": 0 }"));
        foreach (var file in new[] { "tokenizer/vocab.json", "tokenizer/merges.txt", "vae/diffusion_pytorch_model.safetensors", "vae/config.json", "unet/config.json", "text_encoder/config.json", "svgdistill.json" })
            Assert.Equal(File.ReadAllText(_folder["first/" + file]), File.ReadAllText(_folder["second/" + file]));
        foreach (var file in new[] { "unet/diffusion_pytorch_model.safetensors", "text_encoder/model.safetensors" })
        {
            using var first = new SafetensorsFile(_folder["first/" + file]);
            using var second = new SafetensorsFile(_folder["second/" + file]);
            foreach (var name in first.Tensors.Keys)
            {
                using var scope = NewDisposeScope();
                Assert.True((first.Load(name, ScalarType.Float32) - second.Load(name, ScalarType.Float32)).abs().max().item<float>() < 1e-4, name);
            }
        }
        Assert.Contains("Begun with the weights of first", File.ReadAllText(_folder["second/README.md"]), StringComparison.Ordinal);
        Assert.All(ModelCheck.Run(_folder["second"]), f => Assert.True(f.Passed, $"{f.What}: {f.Detail}"));
    }

    /// <summary>A model says which styles it was taught, and one that goes on from it those of both.</summary>
    [Fact]
    public void StylesAreNamed()
    {
        Assert.Empty(ModelDefaultsOf("first").Styles);
        TinyRun.Run(Config("second", "\"unet\": { \"steps\": 1 }", style: "flat"));
        Assert.Equal(["flat"], ModelDefaultsOf("second").Styles);
        Assert.Equal(7.5, ModelDefaultsOf("second").Guidance);
        TinyRun.Run(Config("third", "\"unet\": { \"steps\": 1 }", from: "second", style: "bold line"));
        Assert.Equal(["flat", "bold line"], ModelDefaultsOf("third").Styles);
    }

    private ModelDefaults ModelDefaultsOf(string model)
    {
        using var opened = DiffusionModel.Open(_folder[model]);
        return opened.Defaults;
    }

    /// <summary>Measured before the first step: the log shows what the model was worth.</summary>
    [Fact]
    public void TheLogBeginsWithTheModelAsItWas()
    {
        TinyRun.Run(Config("second", "\"vae\": { \"steps\": 2 }, \"unet\": { \"steps\": 2 }"));
        var log = File.ReadAllText(_folder["second.work/log.csv"]);
        Assert.Contains("vae,0,psnr,", log, StringComparison.Ordinal);
        Assert.Contains("unet,0,held_out,", log, StringComparison.Ordinal);
        Assert.NotEqual(File.ReadAllBytes(_folder["first/vae/diffusion_pytorch_model.safetensors"]), File.ReadAllBytes(_folder["second/vae/diffusion_pytorch_model.safetensors"]));
    }

    /// <summary>The decoder alone learns where latents are to stay: encoder, UNet and text encoder are the model's own, byte for byte.</summary>
    [Fact]
    public void LatentsStayWhereTheDecoderAloneLearns()
    {
        TinyRun.Run(Config("second", """ "vae": { "steps": 3, "keep_latents": true }, "unet": { "steps": 0 } """));
        foreach (var file in new[] { "unet/diffusion_pytorch_model.safetensors", "text_encoder/model.safetensors" })
            Assert.Equal(File.ReadAllBytes(_folder["first/" + file]), File.ReadAllBytes(_folder["second/" + file]));
        using var first = new SafetensorsFile(_folder["first/vae/diffusion_pytorch_model.safetensors"]);
        using var second = new SafetensorsFile(_folder["second/vae/diffusion_pytorch_model.safetensors"]);
        using var scope = NewDisposeScope();
        var changed = first.Tensors.Keys.Where(name => (first.Load(name, ScalarType.Float32) - second.Load(name, ScalarType.Float32)).abs().max().item<float>() > 0).ToArray();
        Assert.Contains("decoder.conv_out.weight", changed);
        Assert.Contains("post_quant_conv.weight", changed);
        Assert.All(changed, name => Assert.True(name.StartsWith("decoder.", StringComparison.Ordinal) || name.StartsWith("post_quant_conv.", StringComparison.Ordinal), name));
        Assert.All(ModelCheck.Run(_folder["second"]), f => Assert.True(f.Passed, $"{f.What}: {f.Detail}"));
    }

    /// <summary>Stopped and taken up, with other words for the icons' names.</summary>
    [Fact]
    public void ItEndsInTheSameBytesWhenItWasStopped()
    {
        _folder.Write("words.json", """[ { "label": "red ball", "tags": ["dot", "globe"] }, { "label": "blue-box", "tags": ["crate"] } ]""");
        const string Rest = "\"words\": \"words.json\", \"unet\": { \"steps\": 6, \"batch\": 8 }";
        TinyRun.Run(Config("whole", Rest));
        var config = Config("cut", Rest);
        Assert.Throws<OperationCanceledException>(() => TinyRun.Run(config, cancelAt: ("unet", 3)));
        TinyRun.Run(config);
        Assert.Equal(File.ReadAllBytes(_folder["whole/unet/diffusion_pytorch_model.safetensors"]), File.ReadAllBytes(_folder["cut/unet/diffusion_pytorch_model.safetensors"]));
        Assert.False(File.Exists(_folder["cut/words.txt"]));
        Assert.Contains("crate\t1\n", File.ReadAllText(_folder["cut/subjects.txt"]), StringComparison.Ordinal);
        TinyRun.Run(Config("plain", Rest.Replace("\"words\": \"words.json\", ", "", StringComparison.Ordinal)));
        Assert.NotEqual(File.ReadAllBytes(_folder["whole/unet/diffusion_pytorch_model.safetensors"]), File.ReadAllBytes(_folder["plain/unet/diffusion_pytorch_model.safetensors"]));
    }

    /// <summary>Everyday words come along; what is taught itself now stands for nothing else.</summary>
    [Fact]
    public void EverydayWordsComeAlong()
    {
        _folder.Write("first/words.txt", "globe\tblue ball\nmound\tred hill\n");
        _folder.Write("words.json", """[ { "label": "red ball", "tags": ["globe"] } ]""");
        TinyRun.Run(Config("second", "\"words\": \"words.json\", \"unet\": { \"steps\": 1 }"));
        Assert.Equal("mound\tred hill\n", File.ReadAllText(_folder["second/words.txt"]));
    }

    /// <summary>A stage that ended with one model is not taken for that of another.</summary>
    [Fact]
    public void AnotherModelBeginsAnew()
    {
        const string Rest = "\"unet\": { \"steps\": 1 }";
        TinyRun.Run(Config("second", Rest));
        var before = File.ReadAllBytes(_folder["second/unet/diffusion_pytorch_model.safetensors"]);
        Directory.Delete(_folder["first.work"], recursive: true);
        TinyRun.Run(TinyRun.Config(_folder, "first", 2, 2));
        TinyRun.Run(Config("second", Rest));
        Assert.NotEqual(before, File.ReadAllBytes(_folder["second/unet/diffusion_pytorch_model.safetensors"]));
    }

    [Theory]
    [InlineData("\"image_size\": 32, \"unet\": { \"steps\": 1 }", "image_size: the model in \"from\" decides it")]
    [InlineData("\"unet\": { \"steps\": 1, \"channels\": [32, 64] }", "unet.channels: no such field")]
    [InlineData("\"vae\": { \"steps\": 1 }", "unet: the field is missing")]
    [InlineData("\"vae\": { \"steps\": 1 }, \"unet\": { \"steps\": 0 }", "unet.steps: at least 1, or vae.keep_latents true")]
    [InlineData("\"output\": \"first\", \"unet\": { \"steps\": 1 }", "output: another folder than \"from\"")]
    [InlineData("\"output\": \"next\", \"work\": \"next/work\", \"unet\": { \"steps\": 1 }", "work: a folder outside")]
    [InlineData("\"output\": \"next\", \"work\": \"next\", \"unet\": { \"steps\": 1 }", "work: a folder outside")]
    public void WhatTheModelDecidesIsAnErrorInTheConfiguration(string rest, string message) =>
        Assert.Contains(message, Assert.Throws<TrainingException>(() => Config("second", rest)).Message, StringComparison.Ordinal);

    [Fact]
    public void AFolderThatIsNoModelIsNamed()
    {
        Directory.Move(_folder["first"], _folder["gone"]);
        Assert.Contains("first: from: no such folder", Assert.Throws<TrainingException>(() => Config("second", "\"unet\": { \"steps\": 1 }")).Message, StringComparison.Ordinal);
    }

    private TrainConfig Config(string name, string rest, string from = "first", string style = "") => TrainConfig.Read(_folder.Write(name + ".json",
        $$"""{ "name": "{{name}}", "from": "{{from}}", "views": 2, "held_out": 0, "mirror": false, "data": [ { "path": "icons", "licence": "MIT", "style": "{{style}}" } ], {{rest}} }"""));
}
