using System.Text.Json.Nodes;
using SvgDistill.Cli.Commands;
using SvgDistill.Diffusion;
using SvgDistill.Diffusion.Weights;
using SvgDistill.Tests;
using SvgDistill.Training.Configuring;
using Xunit;

namespace SvgDistill.Cli.Tests;

/// <summary><c>train</c> as a person runs it.</summary>
public sealed class TrainTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Killed ten times at moments that nobody chose, the same command goes on and ends in the same bytes; it says nothing but its own words.</summary>
    [Fact, Trait("Category", "Slow")]
    public void AKilledRunEndsInTheSameBytes()
    {
        var whole = Killed.ToTheEnd(null, "train", Config("whole"));
        Assert.Equal((0, ""), (whole.Code, whole.Code == 0 ? "" : whole.Error));
        Assert.DoesNotContain("NNPACK", whole.Error, StringComparison.Ordinal);
        Killed.Times(10, null, _folder["cut.work"], () =>
        {
            foreach (var folder in new[] { "cut.work", "cut", "cut-clip" }) Directory.Delete(_folder[folder], recursive: true);
        }, ["train", Config("cut")]);
        var end = Killed.ToTheEnd(null, "train", Config("cut"));
        Assert.Equal((0, ""), (end.Code, end.Code == 0 ? "" : end.Error));
        foreach (var file in new[] { "whole", "whole-clip" }.SelectMany(f => Directory.GetFiles(_folder[f], "*", SearchOption.AllDirectories)))
        {
            var other = _folder["cut" + Path.GetRelativePath(_folder.Path, file)["whole".Length..]];
            if (Path.GetFileName(file) == "README.md") Assert.Equal(File.ReadAllText(file).Replace("whole", "cut", StringComparison.Ordinal), File.ReadAllText(other));
            else Assert.Equal(File.ReadAllBytes(file), File.ReadAllBytes(other));
        }
        Assert.Equal(File.ReadAllText(_folder["whole.work/log.csv"]), File.ReadAllText(_folder["cut.work/log.csv"]));
        Assert.DoesNotContain(Directory.GetDirectories(_folder.Path), d => d.Contains("unfinished", StringComparison.Ordinal));
    }

    /// <summary>The teacher is ResNet-18, which looks at each icon once; the card and the record say what came of it.</summary>
    [Fact]
    public void TheContrastiveModelLearnsFromResNet18()
    {
        var result = CliRun.InProcess("train", Config("tiny"), "--stage", "clip", "--json");
        Assert.True(result.Code == 0, result.Error);
        using (var seen = new SafetensorsFile(_folder["tiny.work/clip.features.safetensors"])) Assert.Equal([6L, 512], seen.Tensors["features"].Shape);
        Assert.Contains("clip,38,teacher_recall_at_5,", File.ReadAllText(_folder["tiny.work/log.csv"]), StringComparison.Ordinal);
        Assert.Contains("ResNet-18's features of the icons, turned so that subjects part", File.ReadAllText(_folder["tiny-clip/README.md"]), StringComparison.Ordinal);
        var clip = JsonNode.Parse(result.Output)!["clip"]!;
        // One icon a subject: what is held out goes by names that nobody taught, so that learnt ones are measured with.
        Assert.Equal((false, 5, 5), ((bool)clip["held_out"]!, (int)clip["icons"]!, (int)clip["names"]!));
        Assert.DoesNotContain("held-out icons among", result.Error, StringComparison.Ordinal);
    }

    /// <summary>A program without ResNet-18, such as a published archive, says what is missing before anything is trained, and what does without.</summary>
    [Fact]
    public void AMissingTeacherIsSaidFirst()
    {
        using var program = ProgramCopy.In(_folder["program"]);
        Directory.Delete(Path.Combine(program.Folder, "resnet18"), recursive: true);
        var config = Config("tiny");
        var result = CliRun.Finish(CliRun.StartProgram(program.Path, null, "train", config, "--stage", "clip"));
        Assert.Equal(ExitCode.Usage, result.Code);
        Assert.Contains($"{config}: clip.teacher: ResNet-18 is not beside the program", result.Error, StringComparison.Ordinal);
        Assert.Contains("\"teacher\": 0", result.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["tiny.work"]));
        Assert.Equal(0, CliRun.Finish(CliRun.StartProgram(program.Path, null, "train", config, "--stage", "tokenizer")).Code);
    }

    [Fact]
    public void AWrongFieldIsAnErrorOfTheInput()
    {
        var result = CliRun.InProcess("train", _folder.Write("odd.json", "{ \"name\": \"odd\", \"epochs\": 3 }"));
        Assert.Equal(ExitCode.Input, result.Code);
        Assert.Contains("epochs: no such field", result.Error, StringComparison.Ordinal);
    }

    /// <summary>What saves no time on this processor is said, with the remedy.</summary>
    [Theory]
    [InlineData("bf16", "cpu", false, true)]
    [InlineData("bf16", "cpu", true, false)]
    [InlineData("bf16", "cuda", false, false)]
    [InlineData("fp32", "cpu", false, false)]
    public void AProcessorWithoutBf16IsSaid(string precision, string device, bool isFast, bool said)
    {
        var path = Config("tiny");
        File.WriteAllText(path, File.ReadAllText(path).Replace("\"views\"", $"\"precision\": \"{precision}\", \"views\"", StringComparison.Ordinal));
        var note = TrainCommand.RoundedOnly(TrainConfig.Read(path), new(device), new CpuFeatures(true, true, isFast, false));
        Assert.Equal(said, note is not null);
        if (said) Assert.Matches("tiny.json: precision: .*\"fp32\"", note);
    }

    private string Config(string name)
    {
        Directory.CreateDirectory(_folder["icons"]);
        foreach (var (shape, size) in new[] { ("ball", 4), ("dot", 1), ("moon", 5), ("plate", 6), ("sun", 7), ("wheel", 3) })
            _folder.Write($"icons/{shape}.svg", $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 16 16\"><circle cx=\"8\" cy=\"8\" r=\"{size}\" fill=\"#d33\"/></svg>");
        return _folder.Write(name + ".json", $$"""
            { "name": "{{name}}", "image_size": 16, "views": 2, "save_every": 5, "data": [ { "path": "icons" } ], "tokenizer": { "vocabulary": 540, "length": 8 },
              "vae": { "channels": [16, 16], "steps": 48, "batch": 8 },
              "unet": { "channels": [16, 32], "heads": 2, "steps": 48, "batch": 8 }, "text": { "channels": 16, "layers": 1 },
              "clip": { "channels": 16, "layers": 1, "heads": 2, "dim": 8, "steps": 38, "batch": 4 } }
            """);
    }
}
