using System.Text.Json.Nodes;
using System.Xml.Linq;
using SvgDistill.Distill.Restoration;
using SvgDistill.Rasterizer.Compositing;
using SvgDistill.Rasterizer.Imaging;
using SvgDistill.Tests;
using Xunit;

namespace SvgDistill.Cli.Tests;

/// <summary>Runs of <c>restore</c> and <c>vectorize</c> with the embedded prior, a few steps each.</summary>
public sealed class RestoreTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ASmallPictureBecomesADrawingNearerToTheTruthThanUpsampling()
    {
        var truth = Truth();
        var small = Degraded("small.png", new BicubicDownsampling(4));

        var run = CliRun.InProcess("restore", small, "--downsample", "4", "--paths", "16", "--steps", "4", "--reference", truth, "--png", "--json", "--quiet");

        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.Equal(["apple.svg", "small.png", "small.restored.after.png", "small.restored.svg", "small.restored.svg.json", "truth.png"], _folder.Files);
        Assert.Equal(run.Output, File.ReadAllText(_folder["small.restored.svg.json"]));
        var record = JsonNode.Parse(run.Output)!;
        Assert.Equal(["schema_version", "command", "options", "program", "engine", "model", "input", "output", "steps_done", "interrupted", "metrics", "timing"],
            record.AsObject().Select(p => p.Key));
        Assert.Equal(("bicubic x4", 4, 1e5), ((string?)record["options"]!["degradation"], (int?)record["options"]!["factor"], (double?)record["options"]!["gamma"]));
        var reference = record["metrics"]!["reference"]!;
        Assert.True((double)reference["result"]!["psnr_db"]! > (double)reference["upsampled"]!["psnr_db"]! + 1, reference.ToJsonString());
        Assert.True((double)reference["result"]!["ssim"]! > (double)reference["upsampled"]!["ssim"]!, reference.ToJsonString());

        var drawing = XDocument.Load(_folder["small.restored.svg"]).Root!;
        Assert.Equal("0 0 128 128", drawing.Attribute("viewBox")!.Value);
        Assert.All(drawing.Elements(), path => Assert.EndsWith("Z", path.Attribute("d")!.Value, StringComparison.Ordinal));
        Assert.Equal(0, CliRun.InProcess("render", _folder["small.restored.svg"], _folder["drawn.png"]).Code);
        var picture = PictureReader.Read(_folder["small.restored.after.png"]);
        Assert.Equal((128, 128), (picture.Width, picture.Height));
        Assert.Equal(0, picture.Pixels[3]); // the corner stays transparent, as in the picture
    }

    [Fact]
    public void FromRandomShapesThePictureIsApproachedAndTheSeedDecides()
    {
        Truth();
        var small = Degraded("small.png", new BicubicDownsampling(8));
        CliResult Run(string name, params string[] more) => CliRun.InProcess(
            ["restore", small, "--downsample", "8", "--start", "random", "--paths", "24", "--steps", "25", "--gamma", "1e7", "--json", "-o", _folder[name], .. more]);

        var run = Run("one.svg");

        Assert.Equal(0, run.Code);
        var near = JsonNode.Parse(run.Output)!["metrics"]!["degraded_psnr_db"]!;
        Assert.True((double)near["result"]! > (double)near["start"]! + 2, near.ToJsonString());
        Assert.Equal(0, Run("two.svg").Code);
        Assert.Equal(0, Run("other.svg", "--seed", "1").Code);
        Assert.Equal(File.ReadAllText(_folder["one.svg"]), File.ReadAllText(_folder["two.svg"]));
        Assert.NotEqual(File.ReadAllText(_folder["one.svg"]), File.ReadAllText(_folder["other.svg"]));
    }

    [Fact]
    public void ATextIsRecordedAndChangesTheResult()
    {
        Truth();
        var blurred = Degraded("blurred.png", new GaussianBlur(5));
        CliResult Run(string name, params string[] more) => CliRun.InProcess(
            ["restore", blurred, "--blur", "--start", "random", "--paths", "8", "--steps", "2", "--json", "-o", _folder[name], .. more]);

        var (without, with) = (Run("without.svg"), Run("with.svg", "--trg", "a pear", "--guidance", "3"));

        Assert.Equal((0, 0), (without.Code, with.Code));
        var options = JsonNode.Parse(with.Output)!["options"]!;
        Assert.Equal(("Gaussian blur, sigma 5", "a pear", 3), ((string?)options["degradation"], (string?)options["trg"], (double?)options["guidance"]));
        Assert.Null(JsonNode.Parse(without.Output)!["options"]!["trg"]);
        Assert.NotEqual(File.ReadAllText(_folder["with.svg"]), File.ReadAllText(_folder["without.svg"]));
    }

    [Fact]
    public void AdaptersGuideTheRunAndAreRecorded()
    {
        var truth = Truth();
        (string Svg, JsonNode Record) Run(params string[] more)
        {
            var run = CliRun.InProcess(["vectorize", truth, "--model", TestPaths.Fixture("tiny-sd15"), "--start", "random", "--paths", "4",
                "--steps", "2", "--gamma", "1", "--json", "-o", _folder["out.svg"], .. more]);
            Assert.Equal(0, run.Code);
            return (File.ReadAllText(_folder["out.svg"]), JsonNode.Parse(run.Output)!["options"]!);
        }

        var plain = Run();
        var lora = Run("--lora", TestPaths.Fixture("tiny-lora", "pytorch_lora_weights.safetensors"));
        var control = Run("--control", TestPaths.Fixture("tiny-controlnet"));

        Assert.Null(plain.Record["adapters"]);
        Assert.Equal(("lora", "controlnet"), ((string?)lora.Record["adapters"]![0]!["kind"], (string?)control.Record["adapters"]![0]!["kind"]));
        Assert.Equal(3, new[] { plain.Svg, lora.Svg, control.Svg }.Distinct().Count());
    }

    [Fact]
    public void AVectorizedPictureKeepsItsShapeAndStaysNearIt()
    {
        _folder.Write("wide.svg", """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 30"><rect width="60" height="30" fill="#e8f0ff"/><circle cx="20" cy="15" r="9" fill="#d03020"/></svg>""");
        Assert.Equal(0, CliRun.InProcess("render", _folder["wide.svg"], _folder["wide.png"], "--size", "60").Code);

        var run = CliRun.InProcess("vectorize", _folder["wide.png"], "--paths", "6", "--steps", "4", "--json");

        Assert.Equal(0, run.Code);
        Assert.Equal("0 0 60 30", XDocument.Load(_folder["wide.vectorized.svg"]).Root!.Attribute("viewBox")!.Value);
        Assert.InRange((double)JsonNode.Parse(run.Output)!["metrics"]!["degraded_psnr_db"]!["result"]!, 28, 120);
    }

    [Fact]
    public void AnInterruptedRunGoesOnToTheSameBytes()
    {
        Truth();
        var small = Degraded("small.png", new BicubicDownsampling(8));
        string[] command = ["restore", small, "--downsample", "8", "--start", "random", "--steps", "24"];
        using var whole = CliRun.Start(null, [.. command, "-o", _folder["whole.svg"]]);
        Assert.Equal(0, CliRun.Finish(whole).Code);

        using var stopped = CliRun.Start(null, command);
        while (stopped.StandardError.ReadLine() is { } line && !line.StartsWith("step 1/", StringComparison.Ordinal)) { }
        CliRun.Interrupt(stopped);
        Assert.Equal(130, CliRun.Finish(stopped).Code);
        Assert.InRange((int)JsonNode.Parse(File.ReadAllText(_folder["small.restored.svg.json"]))!["steps_done"]!, 1, 23);

        using var resumed = CliRun.Start(null, [.. command, "--resume"]);
        Assert.Equal(0, CliRun.Finish(resumed).Code);
        Assert.Equal(File.ReadAllText(_folder["whole.svg"]), File.ReadAllText(_folder["small.restored.svg"]));
        Assert.False(File.Exists(_folder["small.restored.svg.state"]));

        _folder.Write("small.restored.svg.state", "no state");
        var damaged = CliRun.InProcess([.. command, "--resume"]);
        Assert.Equal((3, true), (damaged.Code, damaged.Error.Contains("small.restored.svg.state: the state of a run, damaged", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(2, "--downsample 2|4|8|16 or --blur", "restore", "tiny.png")]
    [InlineData(2, "--downsample 2|4|8|16 or --blur", "restore", "tiny.png", "--downsample", "4", "--blur", "3")]
    [InlineData(2, "--downsample takes 2, 4, 8 or 16", "restore", "tiny.png", "--downsample", "3")]
    [InlineData(2, "--start takes", "vectorize", "tiny.png", "--start", "circles")]
    [InlineData(2, "no interrupted run", "vectorize", "wide.png", "--resume")]
    [InlineData(3, "takes sides of 16 to 2048", "vectorize", "tiny.png")]
    [InlineData(3, "takes sides of 8 to 1024", "restore", "tiny.png", "--downsample", "2")]
    [InlineData(3, "takes sides of 4 to 128", "restore", "wide.png", "--downsample", "16")]
    [InlineData(3, "takes sides of 31 to 2048", "restore", "wide.png", "--blur", "10")]
    [InlineData(3, "restored picture has 24 x 24", "restore", "tiny.png", "--downsample", "4", "--reference", "wide.png")]
    [InlineData(3, "no such file", "vectorize", "missing.png")]
    [InlineData(3, "PNG", "restore", "text.png", "--blur")]
    [InlineData(4, "Hugging Face", "restore", "tiny.png", "--downsample", "4", "--model", "nobody/nothing")]
    public void WhatCannotBeDoneIsOneSentenceAndNothingIsWritten(int code, string says, params string[] command)
    {
        File.WriteAllBytes(_folder["tiny.png"], PngWriter.Encode(new RgbaImage(6, 6)));
        File.WriteAllBytes(_folder["wide.png"], PngWriter.Encode(new RgbaImage(140, 20)));
        File.WriteAllText(_folder["text.png"], "not a picture");
        var before = _folder.Files;

        var run = CliRun.InProcess([.. command.Select(word => word.EndsWith(".png", StringComparison.Ordinal) ? _folder[word] : word)]);

        Assert.Equal(code, run.Code);
        Assert.Contains(says, run.Error, StringComparison.Ordinal);
        Assert.Equal(before, _folder.Files);
    }

    private string Truth()
    {
        Assert.Equal(0, CliRun.InProcess("render", _folder.Example("apple.svg"), _folder["truth.png"], "--size", "128").Code);
        return _folder["truth.png"];
    }

    private string Degraded(string name, IDegradation degradation)
    {
        var image = PictureReader.Read(_folder["truth.png"]);
        var truth = new Picture(image.Width, image.Height);
        image.ToPremultiplied().CopyTo(truth.Data);
        using var target = new DegradedTarget(truth, truth.Width, truth.Height, degradation);
        File.WriteAllBytes(_folder[name], PngWriter.Encode(RgbaImage.FromPicture(target.Degrade(truth))));
        return _folder[name];
    }
}
