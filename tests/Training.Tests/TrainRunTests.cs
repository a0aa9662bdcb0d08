using SvgDistill.Diffusion.Models;
using SvgDistill.Diffusion.Tokenization;
using SvgDistill.Tests;
using SvgDistill.Training.Configuring;
using SvgDistill.Training.Stages;
using TorchSharp;
using Xunit;

namespace SvgDistill.Training.Tests;

/// <summary>Whole runs.</summary>
public sealed class TrainRunTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public TrainRunTests() => TinyRun.WriteIcons(_folder);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void TheFolderIsAModelThatPassesItsChecks()
    {
        var outcome = TinyRun.Run(TinyRun.Config(_folder, "tiny", 12, 12));
        Assert.True(outcome.Written);
        Assert.Equal(8, outcome.Icons);
        var findings = ModelCheck.Run(_folder["tiny"]);
        Assert.All(findings, f => Assert.True(f.Passed, $"{f.What}: {f.Detail}"));
        Assert.Equal(4, findings.Count(f => f.What.StartsWith("self-check", StringComparison.Ordinal)));
        using var model = DiffusionModel.Open(_folder["tiny"]);
        Assert.Equal(["blue ball", "blue bar", "blue box", "blue hill", "red ball", "red bar", "red box", "red hill"], model.Subjects().Select(s => s.Name));
        Assert.Equal(16, model.ImageSize);
        Assert.Contains("| icons |  | MIT |", File.ReadAllText(_folder["tiny/README.md"]), StringComparison.Ordinal);
        Assert.Contains("<polyline", File.ReadAllText(_folder["tiny.work/index.html"]), StringComparison.Ordinal);
    }

    /// <summary>Stopped at a step of each stage, of which the states are saved at others.</summary>
    [Fact]
    public void ARunThatWasStoppedEndsInTheSameBytes()
    {
        TinyRun.Run(TinyRun.Config(_folder, "whole", 7, 8));
        var config = TinyRun.Config(_folder, "cut", 7, 8);
        Assert.Throws<OperationCanceledException>(() => TinyRun.Run(config, cancelAt: ("vae", 3)));
        Assert.Throws<OperationCanceledException>(() => TinyRun.Run(config, cancelAt: ("unet", 5)));
        TinyRun.Run(config);
        foreach (var part in new[] { "unet/diffusion_pytorch_model.safetensors", "vae/diffusion_pytorch_model.safetensors", "text_encoder/model.safetensors", "tokenizer/vocab.json", "selfcheck.safetensors" })
            Assert.Equal(File.ReadAllBytes(_folder["whole/" + part]), File.ReadAllBytes(_folder["cut/" + part]));
        Assert.Equal(File.ReadAllText(_folder["whole.work/log.csv"]), File.ReadAllText(_folder["cut.work/log.csv"]));
    }

    /// <summary>Before and after its first step: its weights and moments are in the state.</summary>
    [Theory]
    [InlineData(3)]
    [InlineData(6)]
    public void ARunWithAnAdversaryThatWasStoppedEndsInTheSameBytes(int stop)
    {
        const string Adversary = "\"adversary_from\": 4, ";
        TinyRun.Run(TinyRun.Config(_folder, "whole", 8, 1, vae: Adversary), stage: "vae");
        var config = TinyRun.Config(_folder, "cut", 8, 1, vae: Adversary);
        Assert.Throws<OperationCanceledException>(() => TinyRun.Run(config, cancelAt: ("vae", stop), stage: "vae"));
        TinyRun.Run(config, stage: "vae");
        TinyRun.Run(TinyRun.Config(_folder, "without", 8, 1), stage: "vae");
        byte[] Result(string name) => File.ReadAllBytes(_folder[$"{name}.work/vae.safetensors"]);
        Assert.Equal(Result("whole"), Result("cut"));
        Assert.NotEqual(Result("whole")[^64..], Result("without")[^64..]);
        Assert.Equal(File.ReadAllText(_folder["whole.work/log.csv"]), File.ReadAllText(_folder["cut.work/log.csv"]));
        Assert.Contains("vae,8,adversary,", File.ReadAllText(_folder["whole.work/log.csv"]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"adversary_from\": 8, ", "adversary_from")]
    [InlineData("\"adversary\": 1, ", "vae.adversary_from: the step from which vae.adversary counts expected")]
    public void AnAdversaryThatNeverBeginsIsAnError(string fields, string message) =>
        Assert.Contains(message, Assert.Throws<TrainingException>(() => TinyRun.Config(_folder, "odd", 8, 1, vae: fields)).Message, StringComparison.Ordinal);

    [Fact, Trait("Category", "Slow")]
    public void EightIconsAreLearntByHeart()
    {
        var losses = new List<double>();
        TinyRun.Run(TinyRun.Config(_folder, "heart", 200, 1200), losses);
        Assert.True(losses[^1] < .01, $"{losses[^1]:f4}");
    }

    [Theory]
    [InlineData("\"nam\": \"x\",", "nam: no such field")]
    [InlineData("\"frame_margin\": 0.9,", "frame_margin: a number from 0 to 0.4 expected")]
    [InlineData("\"coloured\": \"often\",", "coloured: a number expected")]
    public void WrongFieldsAreNamed(string more, string message) =>
        Assert.Contains(message, Assert.Throws<TrainingException>(() => TinyRun.Config(_folder, "odd", 1, 1, more)).Message, StringComparison.Ordinal);

    [Fact]
    public void WhatStaysOutOfAllDataStaysOutOfEach() =>
        Assert.Equal([["a*", "b"], ["a*"]], TrainConfig.Read(_folder.Write("both.json",
            """{ "name": "both", "except": ["a*"], "data": [ { "path": "icons", "except": ["b"] }, { "path": "more" } ], "vae": { "channels": [16, 16], "steps": 1 }, "unet": { "channels": [16, 16], "steps": 1 } }""")).Data.Select(d => d.Except));

    /// <summary>Before anything is trained: the model's own file could not be read.</summary>
    [Theory]
    [InlineData("auto")]
    [InlineData(" flat")]
    public void AStyleThatNobodyCouldAskForIsAnError(string style) =>
        Assert.Contains("style: a short name", Assert.Throws<TrainingException>(() => TrainConfig.Read(_folder.Write("odd.json",
            $$"""{ "name": "odd", "data": [ { "path": "icons", "style": "{{style}}" } ], "vae": { "channels": [16, 16], "steps": 1 }, "unet": { "channels": [16, 16], "steps": 1 } }"""))).Message, StringComparison.Ordinal);

    /// <summary>Before anything is trained: the UNet halves the latents three times, which 16 / 2 pixels allow and 24 / 2 do not.</summary>
    [Fact]
    public void WidthsThatThePictureDoesNotAllowAreAnError()
    {
        TrainConfig Read(int size) => TrainConfig.Read(_folder.Write("odd.json", $$"""
            { "name": "odd", "image_size": {{size}}, "data": [ { "path": "icons" } ], "vae": { "channels": [16, 16], "steps": 1 }, "unet": { "channels": [16, 16, 16, 16], "steps": 1 } }
            """));
        Assert.Equal(8, Read(16).Unet.SampleSize);
        Assert.Contains("unet.channels: widths of resolutions that halve latents of 12 x 12", Assert.Throws<TrainingException>(() => Read(24)).Message, StringComparison.Ordinal);
    }

    /// <summary>A folder of the user's, or another program's model, is never replaced; and that is found out before the training.</summary>
    [Theory]
    [InlineData("notes.txt")]
    [InlineData("model_index.json")]
    public void WhatThisProgramDidNotMakeIsNotReplaced(string file)
    {
        Directory.CreateDirectory(_folder["tiny"]);
        _folder.Write("tiny/" + file, "{}");
        Assert.Contains("no model of this program", Assert.Throws<TrainingException>(() => TinyRun.Run(TinyRun.Config(_folder, "tiny", 1, 1))).Message, StringComparison.Ordinal);
        Assert.Equal("{}", File.ReadAllText(_folder["tiny/" + file]));
        Assert.False(Directory.Exists(_folder["tiny.work"]));
    }

    [Fact]
    public void OneIconCannotBeHeldOutAndLearnt()
    {
        foreach (var file in Directory.GetFiles(_folder["icons"]).Skip(1)) File.Delete(file);
        var config = TinyRun.Config(_folder, "one", 1, 1) with { HeldOut = .03 };
        Assert.Contains("none is left to learn from", Assert.Throws<TrainingException>(() => TinyRun.Run(config)).Message, StringComparison.Ordinal);
    }

    /// <summary>A full disk, say: states, log and sheets are wanted on the way, not for the end.</summary>
    [Fact]
    public void WhatCannotBeWrittenOnTheWayIsToldAndEndsNothing()
    {
        var config = TinyRun.Config(_folder, "tiny", 12, 1, "\"save_every\": 5, ");
        string[] blocked = ["log.csv", "vae.png", $"vae.state.safetensors.{Environment.ProcessId}.tmp"];
        foreach (var name in blocked) Directory.CreateDirectory(_folder["tiny.work/" + name]);
        var notes = new List<string>();
        Assert.True(TinyRun.Run(config, notes: notes).Written);
        Assert.Equal(2, notes.Count(n => n.Contains("vae.state.safetensors: the state cannot be written", StringComparison.Ordinal) && n.EndsWith("after the last state.", StringComparison.Ordinal)));
        Assert.Contains(notes, n => n.Contains("log.csv: cannot be written", StringComparison.Ordinal));
        Assert.Contains(notes, n => n.Contains("vae.png: cannot be written", StringComparison.Ordinal));
        TinyRun.Run(TinyRun.Config(_folder, "free", 12, 1));
        Assert.Equal(File.ReadAllBytes(_folder["free/vae/diffusion_pytorch_model.safetensors"]), File.ReadAllBytes(_folder["tiny/vae/diffusion_pytorch_model.safetensors"]));
    }

    /// <summary>What cannot go without: said with the file's name, and nothing of the folder's is written.</summary>
    [Fact]
    public void PicturesThatCannotBeWrittenEndTheRun()
    {
        _folder.Write("tiny.work", "a file");
        Assert.Contains("tiny.work: the folder cannot be made", Assert.Throws<TrainingException>(() => TinyRun.Run(TinyRun.Config(_folder, "tiny", 1, 1))).Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["tiny"]));
    }

    /// <summary>It learns, multiplied in bf16, and begins a stage of its own.</summary>
    [Fact]
    public void ProductsMayBeBrainFloats()
    {
        var losses = new List<double>();
        var config = TinyRun.Config(_folder, "tiny", 30, 60, "\"precision\": \"bf16\", ");
        Assert.Equal(torch.ScalarType.BFloat16, config.Products);
        TinyRun.Run(config, losses);
        Assert.True(losses[^1] < .8 * losses[0], $"{losses[0]} to {losses[^1]}");
        TinyRun.Run(TinyRun.Config(_folder, "single", 30, 60));
        Assert.NotEqual(File.ReadAllBytes(_folder["single/unet/diffusion_pytorch_model.safetensors"]), File.ReadAllBytes(_folder["tiny/unet/diffusion_pytorch_model.safetensors"]));
        Assert.Throws<OperationCanceledException>(() => TinyRun.Run(TinyRun.Config(_folder, "cut", 4, 1), cancelAt: ("vae", 2)));
        Assert.Contains("--restart", Assert.Throws<TrainingException>(() => TinyRun.Run(TinyRun.Config(_folder, "cut", 4, 1, "\"precision\": \"bf16\", "))).Message, StringComparison.Ordinal);
        Assert.Contains("precision", Assert.Throws<TrainingException>(() => TinyRun.Config(_folder, "wrong", 1, 1, "\"precision\": \"int8\", ")).Message, StringComparison.Ordinal);
    }

    /// <summary>Other options are refused where a stage is unfinished, and begin anew when that is asked for.</summary>
    [Fact]
    public void AnUnfinishedRunOfOtherOptionsIsForgottenWhenAskedFor()
    {
        Assert.Throws<OperationCanceledException>(() => TinyRun.Run(TinyRun.Config(_folder, "tiny", 4, 1), cancelAt: ("vae", 2)));
        var other = TinyRun.Config(_folder, "tiny", 3, 1);
        Assert.Contains("--restart", Assert.Throws<TrainingException>(() => TinyRun.Run(other)).Message, StringComparison.Ordinal);
        TrainRun.DropUnfinished(other);
        Assert.True(TinyRun.Run(other).Written);
    }

    [Fact]
    public void AFolderWithoutIconsIsAnError()
    {
        Directory.Delete(_folder["icons"], recursive: true);
        Directory.CreateDirectory(_folder["icons"]);
        Assert.Contains("no icon that can be used", Assert.Throws<TrainingException>(() => TinyRun.Run(TinyRun.Config(_folder, "none", 1, 1))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AVocabularyHasTheWordsThatItWasMadeOf()
    {
        var (tokens, merges) = BytePairTrainer.Learn(["red apple", "an apple", "apples", "red"], 600);
        BytePairTrainer.Write(_folder["tokenizer"], tokens, merges, 10);
        var tokenizer = ClipTokenizer.Open(_folder["tokenizer"], 10);
        Assert.Equal(tokens.Count, tokenizer.VocabularySize);
        Assert.Equal(tokens.Count, tokens.Distinct().Count());
        Assert.Equal("apple</w>", tokens[Assert.Single(tokenizer.Tokens("Apple"))]);
        Assert.Equal("red</w>", tokens[Assert.Single(tokenizer.Tokens("red"))]);
        Assert.All(tokenizer.Tokens("zebra — ü"), id => Assert.InRange(id, 0, tokens.Count - 3));
    }
}
