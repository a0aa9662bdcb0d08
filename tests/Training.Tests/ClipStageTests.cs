using SvgDistill.Diffusion.Clip;
using SvgDistill.Diffusion.Weights;
using SvgDistill.Tests;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace SvgDistill.Training.Tests;

/// <summary>The contrastive model, trained on eight drawings.</summary>
public sealed class ClipStageTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public ClipStageTests() => TinyRun.WriteIcons(_folder);

    public void Dispose() => _folder.Dispose();

    private static string Fields(int steps) => $$""" "clip": { "channels": 32, "layers": 2, "heads": 2, "patch": 4, "dim": 16, "steps": {{steps}}, "batch": 8, "rate": 0.003 }, """;

    /// <summary>The folder is read by what reads CLIP, and tells by the pictures what they are called.</summary>
    [Fact]
    public void EightNamesAreLearntAndTheFolderIsAClip()
    {
        var outcome = TinyRun.Run(TinyRun.Config(_folder, "tiny", 1, 1, Fields(120)), stage: "clip");
        Assert.False(outcome.Written);
        Assert.Null(outcome.Psnr);
        Assert.Equal(new ClipOutcome(_folder["tiny-clip"], 8, 8, 1, 1), outcome.Clip);
        using var scope = NewDisposeScope();
        using var clip = ClipModel.Open(_folder["tiny-clip"]);
        Assert.Equal((16, 4, 16), (clip.Config.Vision.ImageSize, clip.Config.Vision.PatchSize, clip.Config.EmbeddingSize));
        string[] names = ["red ball", "red box", "blue bar"];
        var red = full([1, 1, 16, 16], .2f);
        red = cat([red * 0 + .93f, red, red], 1); // #e33 all over: nearer to a box than to a ball, and not blue
        Assert.Equal(1, clip.EmbedImages(red).matmul(clip.EmbedTexts(names).t()).argmax().item<long>());
        Assert.InRange(clip.LogitScale, 1, 100);
        Assert.InRange(new FileInfo(_folder["tiny-clip/model.safetensors"]).Length, 1, 2 * clip.ParameterCount + 20_000);
        Assert.Contains("among 8 names the right name is the first for 1.000", File.ReadAllText(_folder["tiny-clip/README.md"]), StringComparison.Ordinal);
        Assert.Contains("<h2>clip, step 120</h2>", File.ReadAllText(_folder["tiny.work/index.html"]), StringComparison.Ordinal);
        Assert.True(File.Exists(_folder["tiny.work/clip.png"]));
        Assert.False(Directory.Exists(_folder["tiny"]));
    }

    [Fact]
    public void ARunThatWasStoppedEndsInTheSameBytes()
    {
        TinyRun.Run(TinyRun.Config(_folder, "whole", 1, 1, Fields(8)), stage: "clip");
        var config = TinyRun.Config(_folder, "cut", 1, 1, Fields(8));
        Assert.Throws<OperationCanceledException>(() => TinyRun.Run(config, cancelAt: ("clip", 3), stage: "clip"));
        Assert.False(Directory.Exists(_folder["cut-clip"]));
        TinyRun.Run(config, stage: "clip");
        foreach (var name in new[] { "model.safetensors", "config.json", "vocab.json", "merges.txt", "preprocessor_config.json" })
            Assert.Equal(File.ReadAllBytes(_folder["whole-clip/" + name]), File.ReadAllBytes(_folder["cut-clip/" + name]));
        Assert.Equal(File.ReadAllText(_folder["whole.work/log.csv"]), File.ReadAllText(_folder["cut.work/log.csv"]));
    }

    /// <summary>Of a whole run it is the last stage.</summary>
    [Fact]
    public void AWholeRunMakesBothFoldersAndItsOwnAreReplaced()
    {
        var config = TinyRun.Config(_folder, "tiny", 1, 1, Fields(2));
        Assert.True(TinyRun.Run(config).Written);
        Assert.True(File.Exists(_folder["tiny/model_index.json"]));
        var first = File.ReadAllBytes(_folder["tiny-clip/model.safetensors"]);
        Assert.NotNull(TinyRun.Run(TinyRun.Config(_folder, "tiny", 1, 1, Fields(3))).Clip);
        Assert.NotEqual(first, File.ReadAllBytes(_folder["tiny-clip/model.safetensors"]));
    }

    [Fact]
    public void AnotherProgramsClipIsNotReplaced()
    {
        Directory.CreateDirectory(_folder["tiny-clip"]);
        SafetensorsWriter.Write(_folder["tiny-clip/model.safetensors"], new Dictionary<string, Tensor> { ["logit_scale"] = ones(1) }, new Dictionary<string, string> { ["format"] = "pt" });
        Assert.Contains("no model of this program", Assert.Throws<TrainingException>(() => TinyRun.Run(TinyRun.Config(_folder, "tiny", 1, 1, Fields(2)))).Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["tiny.work"]));
    }

    [Theory]
    [InlineData("\"heads\": 5", "clip.heads: a number that divides clip.channels (192)")]
    [InlineData("\"patch\": 5", "clip.patch: a number that divides image_size (16)")]
    [InlineData("\"channels\": 256, \"layers\": 12", "MB in fp16")]
    [InlineData("\"accumulate\": 2", "clip.accumulate: no such field")]
    public void WrongFieldsAreNamed(string field, string message) =>
        Assert.Contains(message, Assert.Throws<TrainingException>(() => TinyRun.Config(_folder, "odd", 1, 1, $$""" "clip": { {{field}}, "steps": 1 }, """)).Message, StringComparison.Ordinal);

    [Fact]
    public void WithoutItsFieldsTheStageIsAnError() =>
        Assert.Contains("clip: the field is missing", Assert.Throws<TrainingException>(() => TinyRun.Run(TinyRun.Config(_folder, "tiny", 1, 1), stage: "clip")).Message, StringComparison.Ordinal);

    [Fact]
    public void IconsWithoutNamesCannotBeToldApart()
    {
        foreach (var (file, i) in Directory.GetFiles(_folder["icons"]).Order().Select((f, i) => (f, i))) File.Move(file, _folder[$"icons/1F53{i}.svg"]);
        Assert.Contains("the icons go by 0 name(s)", Assert.Throws<TrainingException>(() => TinyRun.Run(TinyRun.Config(_folder, "tiny", 1, 1, Fields(2)), stage: "clip")).Message, StringComparison.Ordinal);
    }
}
