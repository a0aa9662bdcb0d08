using System.Text.Json.Nodes;
using SvgDistill.Rasterizer.Imaging;
using SvgDistill.Tests;
using Xunit;

namespace SvgDistill.Cli.Tests;

/// <summary><c>generate</c>, <c>model info</c>, <c>doctor</c>.</summary>
public sealed class OtherCommandTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void GenerateDrawsAPictureThatDependsOnTheSeedAlone()
    {
        byte[] Draw(string name, string seed)
        {
            Assert.Equal(0, CliRun.InProcess("generate", "an owl", "-o", _folder[name], "--seed", seed, "--steps", "2").Code);
            return PictureReader.Read(_folder[name]).Pixels;
        }
        var picture = Draw("a.png", "1");
        Assert.Equal(4 * 128 * 128, picture.Length);
        Assert.Equal(picture, Draw("b.png", "1"));
        Assert.NotEqual(picture, Draw("c.png", "2"));
    }

    /// <summary>The model was taught automobiles, not cars: it is asked in its own words, and that is said.</summary>
    [Fact]
    public void EverydayWordsAreAskedForInTheModelsOwn()
    {
        (byte[] Picture, string Said) Draw(string name, string prompt)
        {
            var result = CliRun.InProcess("generate", prompt, "-o", _folder[name], "--steps", "2");
            Assert.Equal(0, result.Code);
            return (PictureReader.Read(_folder[name]).Pixels, result.Error);
        }
        var (automobile, plain) = Draw("a.png", "an automobile");
        var (car, said) = Draw("b.png", "a car");
        Assert.Equal(automobile, car);
        Assert.Contains("the model was not taught the words \"a car\": it is asked for \"an automobile\"", said);
        Assert.DoesNotContain("may not know", said);
        Assert.DoesNotContain("not taught", plain);
    }

    [Fact]
    public void ModelsAreComparedByIcons()
    {
        foreach (var set in new[] { "one", "two" })
        {
            Directory.CreateDirectory(_folder[set]);
            foreach (var (name, color) in new[] { ("ball", "#e22"), ("box", "#22e") })
                _folder.Write($"{set}/{name}.svg", $"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 8 8'><rect width='8' height='{(set == "one" ? 8 : 5)}' fill='{color}'/></svg>");
        }
        string[] command = ["model", "compare", TestPaths.TinyModel, "--icons", _folder["one"], "--icons", _folder["two"], "--names", "2", "--samples", "1", "--steps", "2"];
        var result = CliRun.InProcess([.. command, "--json", "--sheet", _folder["both.png"]]);
        Assert.Equal(0, result.Code);
        var rows = JsonNode.Parse(result.Output)!["models"]!.AsArray();
        Assert.Equal("the icons themselves", (string)rows[0]!["model"]!);
        Assert.True((double)rows[1]!["loss"]! > 0);
        Assert.Equal(2 * 100 + 4, PictureReader.Read(_folder["both.png"]).Height);
        Assert.Contains("in 5 nearest", CliRun.InProcess(command).Output);
        Assert.Equal(2, CliRun.InProcess([.. command, "--sheet", _folder["both.txt"]]).Code);
        Assert.Contains("no two subjects have two each", CliRun.InProcess("model", "compare", TestPaths.TinyModel, "--icons", _folder["one"]).Error);
    }

    [Fact]
    public void GenerateRefusesASizeThatIsNoMultipleOfALatent()
    {
        var result = CliRun.InProcess("generate", "an owl", "-o", _folder["a.png"], "--size", "100");
        Assert.Equal(2, result.Code);
        Assert.Contains("multiples of 8", result.Error);
        Assert.Empty(_folder.Files);
    }

    [Fact]
    public void ModelInfoKnowsTheEmbeddedPrior()
    {
        var record = JsonNode.Parse(CliRun.InProcess("model", "info", "--json").Output)!;
        Assert.Equal(128, (int)record["info"]!["image_size"]!);
        Assert.Equal(64, ((string)record["model"]!["sha256"]!).Length);
        Assert.Equal(File.ReadLines(Path.Combine(TestPaths.IconPrior, "subjects.txt")).Count(l => l.Length > 0), (int)record["info"]!["subjects"]!);
        Assert.Equal(["noto", "blob", "twemoji", "fluent", "fluent gradient", "emojione", "firefox", "flat color", "outlined"], record["info"]!["styles"]!.AsArray().Select(s => (string)s!));
        var text = CliRun.InProcess("model", "info").Output;
        Assert.Contains((string)record["model"]!["sha256"]!, text);
        Assert.Contains("CC BY 4.0", text);
    }

    [Fact]
    public void ModelCheckSaysWhatIsRightAndWrong()
    {
        var good = CliRun.InProcess("model", "check", "--json");
        Assert.Equal(0, good.Code);
        Assert.All(JsonNode.Parse(good.Output)!["findings"]!.AsArray(), f => Assert.True((bool)f!["passed"]!, f.ToString()));
        var bad = CliRun.InProcess("model", "check", _folder.Write("a.safetensors", "not tensors"));
        Assert.Equal(4, bad.Code);
        Assert.Contains("WRONG", bad.Output);
    }

    [Fact]
    public void ModelConvertWritesAModelThatLoads()
    {
        Assert.Equal(0, CliRun.InProcess("model", "convert", TestPaths.Fixture("tiny-sd15"), "-o", _folder["one.safetensors"]).Code);
        Assert.Equal(0, CliRun.InProcess("model", "convert", _folder["one.safetensors"], "-o", _folder["folder"], "--precision", "fp32").Code);
        Assert.Equal(0, CliRun.InProcess("model", "check", _folder["folder"]).Code);
        var again = CliRun.InProcess("model", "convert", _folder["one.safetensors"], "-o", _folder["folder"]);
        Assert.Equal(4, again.Code);
        Assert.Contains("exists", again.Error);
    }

    [Fact]
    public void ModelPullRefusesPlainConnections()
    {
        var result = CliRun.InProcess("model", "pull", "org/name", "--endpoint", "http://example.org");
        Assert.Equal(4, result.Code);
        Assert.Contains("plain connections are refused", result.Error);
    }

    [Fact]
    public void ModelInfoReadsAVelocityModel()
    {
        var record = JsonNode.Parse(CliRun.InProcess("model", "info", TestPaths.Fixture("tiny-sd21"), "--json").Output)!;
        Assert.Equal("velocity", (string?)record["info"]!["prediction"]);
    }

    [Fact]
    public void ModelInfoOnNoModelEndsWith4()
    {
        var result = CliRun.InProcess("model", "info", _folder.Write("a.safetensors", "not tensors"));
        Assert.Equal(4, result.Code);
        Assert.Contains("a.safetensors", result.Error);
    }

    [Fact]
    public void TheDoctorFindsAllPartsHealthy()
    {
        var result = CliRun.InProcess("doctor", "--json");
        var record = JsonNode.Parse(result.Output)!;
        Assert.True(result.Code == 0, result.Output);
        Assert.True((bool)record["healthy"]!);
        Assert.Equal(["program", "processor", "memory", "rasterizer", "engine", "gpu", "model"], record["parts"]!.AsObject().Select(p => p.Key));
        Assert.InRange((double)record["parts"]!["rasterizer"]!["details"]!["derivative_error"]!, 0, 1e-3);
        foreach (var (part, error) in record["parts"]!["model"]!["details"]!["relative_errors"]!.AsObject())
            Assert.True((double)error! is > 0 and < 1e-3, $"{part}: {error}");
    }

    [Fact]
    public void TheDoctorSaysWhatIsBroken()
    {
        var result = CliRun.InProcess("doctor", "--model", _folder.Path);
        Assert.Equal(4, result.Code);
        Assert.Contains("BROKEN   model", result.Output);
        Assert.EndsWith("broken: model\n", result.Output);
    }
}
