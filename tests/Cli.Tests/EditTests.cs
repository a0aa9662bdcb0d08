using System.Text.Json;
using System.Text.Json.Nodes;
using SvgDistill.Rasterizer.Imaging;
using SvgDistill.Tests;
using Xunit;

namespace SvgDistill.Cli.Tests;

/// <summary>Runs of <c>edit</c> with the embedded prior, a few steps each.</summary>
public sealed class EditTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ZeroStepsGiveTheSameFile()
    {
        var input = _folder.Example("owl.svg");
        Assert.Equal(0, CliRun.InProcess("edit", input, "--trg", "a monkey", "--steps", "0", "-o", _folder["out.svg"]).Code);
        Assert.Equal(File.ReadAllBytes(input), File.ReadAllBytes(_folder["out.svg"]));
        Assert.Equal(["out.svg", "out.svg.json", "owl.svg"], _folder.Files);
    }

    [Fact]
    public void OneSeedGivesOneResultOnOneCoreOrTwo()
    {
        var input = _folder.Example("apple.svg");
        CliResult Run(string name, string threads, params string[] more) => CliRun.Process(null,
            ["edit", input, "--trg", "a pear", "--no-losses", "--steps", "3", "--threads", threads, "-o", _folder[name], "--quiet", .. more]);
        Assert.Equal(new CliResult(0, "", ""), Run("one.svg", "1"));
        Assert.Equal(0, Run("two.svg", "2").Code);
        Assert.Equal(0, Run("other.svg", "2", "--seed", "1").Code);
        Assert.Equal(File.ReadAllText(_folder["one.svg"]), File.ReadAllText(_folder["two.svg"]));
        Assert.NotEqual(File.ReadAllText(_folder["one.svg"]), File.ReadAllText(_folder["other.svg"]));
        Assert.Equal(WithoutTiming("one.svg.json"), WithoutTiming("two.svg.json"));
    }

    /// <summary>models/icon-clip comes to see more of the target, the same on one core or two; the record says by which network.</summary>
    [Fact]
    public void ClipGuidanceMovesTheDrawingTowardWhatTheClipTakesForTheTarget()
    {
        var input = _folder.Example("apple.svg");
        void Run(string name, params string[] more) => Assert.Equal(new CliResult(0, "", ""), CliRun.Process(null,
            ["edit", input, "--trg", "a pear", "--no-losses", "--steps", "12", "-o", _folder[name], "--quiet", .. more]));
        Run("without.svg");
        Run("one.svg", "--clip-guidance", "3", "--threads", "1");
        Run("two.svg", "--clip-guidance", "3", "--threads", "2");
        Assert.Equal(File.ReadAllText(_folder["one.svg"]), File.ReadAllText(_folder["two.svg"]));
        double Direction(string name)
        {
            var measured = CliRun.InProcess("metrics", input, _folder[name], "--trg", "a pear", "--model", "none", "--json");
            Assert.True(measured.Code == 0, measured.Error);
            return (double)JsonNode.Parse(measured.Output)!["metrics"]!["values"]!["clip_directional"]!;
        }
        Assert.InRange(Direction("one.svg"), Direction("without.svg") + .05, 1);
        var recorded = JsonNode.Parse(File.ReadAllText(_folder["one.svg.json"]))!["options"]!["clip_guidance"]!;
        Assert.Equal((3, 64), ((double)recorded["options"]!["weight"]!, ((string)recorded["model"]!).Length));
        Assert.Null(JsonNode.Parse(File.ReadAllText(_folder["without.svg.json"]))!["options"]!["clip_guidance"]);
    }

    [Fact]
    public void TheRecordHasEveryOptionAsResolvedAndTheHashesOfEverything()
    {
        var input = _folder.Example("owl.svg");
        var result = CliRun.InProcess("edit", input, "--trg", "a monkey", "--steps", "1", "--negative", "a cat", "--json", "-o", _folder["out.svg"]);
        Assert.Equal(0, result.Code);
        Assert.Equal(File.ReadAllText(_folder["out.svg.json"]), result.Output);
        var record = JsonNode.Parse(result.Output)!;
        Assert.Equal(["schema_version", "command", "options", "program", "engine", "model", "input", "output", "steps_done", "interrupted",
            "notes", "style_check", "source_check", "strength_gains", "cleaning", "thin_features", "added", "metrics", "timing"], record.AsObject().Select(p => p.Key));
        var options = record["options"]!;
        Assert.Equal("an owl", (string?)options["src"]); // the file's title
        Assert.Equal("a monkey", (string?)options["trg"]);
        Assert.Equal("a cat", (string?)options["negative"]);
        Assert.Equal(1, (int?)options["steps"]);
        // What the command line leaves open is the model's.
        var recommended = JsonNode.Parse(File.ReadAllText(Path.Combine(TestPaths.IconPrior, "svgdistill.json")))!;
        Assert.Equal((string?)recommended["method"], (string?)options["method"]);
        Assert.Equal((double?)recommended["point_rate"], (double?)options["point_rate"]);
        Assert.Equal((double?)recommended["methods"]!["ids"]!["guidance"], (double?)options["method_options"]![0]!["guidance"]); // The method's entry before the general one.
        Assert.NotEqual((double?)recommended["guidance"], (double?)options["method_options"]![0]!["guidance"]);
        Assert.Equal(RenderTests.Sha256(input), (string?)record["input"]!["sha256"]);
        Assert.Equal(RenderTests.Sha256(_folder["out.svg"]), (string?)record["output"]!["sha256"]);
        Assert.Equal(64, ((string?)record["model"]!["sha256"])!.Length);
        Assert.InRange((double)record["metrics"]!["silhouette_overlap"]!, .8, 1);
        Assert.InRange((double)record["metrics"]!["denoising_loss"]!["target_after"]!, .001, 1);
    }

    [Fact]
    public void LossesAreLeftOutOnRequest()
    {
        var input = _folder.Example("apple.svg");
        string[] command = ["edit", input, "--src", "a bicycle", "--trg", "a pear", "--method", "sds", "--steps", "1", "--json", "-o", _folder["out.svg"]];
        var with = CliRun.InProcess(command);
        var svg = File.ReadAllText(_folder["out.svg"]);
        var without = CliRun.InProcess([.. command, "--no-losses"]);
        Assert.Equal((0, 0), (with.Code, without.Code));
        Assert.Equal(svg, File.ReadAllText(_folder["out.svg"]));
        var record = JsonNode.Parse(without.Output)!;
        Assert.False((bool)record["options"]!["losses"]!);
        Assert.Null(record["source_check"]);
        Assert.False(record["metrics"]!.AsObject().ContainsKey("denoising_loss"));
        Assert.True(JsonNode.Parse(with.Output)!["metrics"]!.AsObject().ContainsKey("denoising_loss"));
    }

    [Fact]
    public void DefaultNamesNeverOverwriteAndNamedFilesAreReplaced()
    {
        var input = _folder.Example("apple.svg");
        string[] command = ["edit", input, "--trg", "a pear", "--steps", "0", "--no-losses"];
        Assert.Equal(0, CliRun.InProcess(command).Code);
        File.WriteAllText(_folder["apple.a-pear.svg"], "mine");
        Assert.Equal(0, CliRun.InProcess(command).Code);
        Assert.Equal("mine", File.ReadAllText(_folder["apple.a-pear.svg"]));
        Assert.Equal(["apple.a-pear-2.svg", "apple.a-pear-2.svg.json", "apple.a-pear.svg", "apple.a-pear.svg.json", "apple.svg"], _folder.Files);
        Assert.Equal(0, CliRun.InProcess([.. command, "-o", _folder["apple.a-pear.svg"]]).Code);
        Assert.Equal(File.ReadAllText(input), File.ReadAllText(_folder["apple.a-pear.svg"]));
    }

    [Fact]
    public void OnlyNumbersChange()
    {
        var input = _folder.Example("apple.svg");
        Assert.Equal(0, CliRun.InProcess("edit", input, "--trg", "a pear", "--no-losses", "--steps", "2", "-o", _folder["out.svg"]).Code);
        var (before, after) = (File.ReadAllLines(input), File.ReadAllLines(_folder["out.svg"]));
        Assert.Equal(before.Length, after.Length);
        Assert.Equal(before.Where(l => !l.Contains("<path")), after.Where(l => !l.Contains("<path"))); // title, comment, root
        Assert.NotEqual(before, after);
    }

    [Fact]
    public void WhatTheLastStepLeftCrossedIsMendedUnlessThatIsSwitchedOff()
    {
        var input = _folder.Example("cat-face.svg");
        JsonNode Edit(string name, params string[] more)
        {
            Assert.Equal(0, CliRun.InProcess(["edit", input, "--trg", "a dog face", "--no-losses", "--method", "sds", "--steps", "6", "--point-rate", ".03",
                "--anchor-shape", "0", "-o", _folder[name], .. more]).Code);
            return JsonNode.Parse(File.ReadAllText(_folder[name + ".json"]))!;
        }
        var left = Edit("left.svg", "--no-clean");
        Assert.Null(left["cleaning"]);
        Assert.True((int)left["metrics"]!["crossings_added"]! > 4);
        var mended = Edit("mended.svg");
        Assert.Equal((0, 0, 0), ((int)mended["metrics"]!["crossings_added"]!, (int)mended["metrics"]!["slivers"]!, (int)mended["metrics"]!["flecks"]!));
        Assert.InRange((double)mended["cleaning"]!["picture_change"]!, 0, .04);
        Assert.Equal((int)left["metrics"]!["nodes"]!, (int)mended["metrics"]!["nodes"]!);
        Assert.True((int)mended["metrics"]!["bytes"]! < (int)left["metrics"]!["bytes"]!);
        Assert.Equal(0, (double)mended["metrics"]!["symmetry_error"]!);
        Assert.Equal(0, CliRun.InProcess("metrics", input, _folder["mended.svg"], "--model", "none", "--json") is { Code: 0 } run
            ? (int)JsonNode.Parse(run.Output)!["metrics"]!["values"]!["crossings_added"]! : -1);
    }

    [Fact]
    public void FewerNodesAreDrawnOnlyOnRequest()
    {
        var input = _folder.Example("owl.svg");
        Assert.Equal(0, CliRun.InProcess("edit", input, "--trg", "an owl", "--steps", "0", "--simplify", ".002", "-o", _folder["simple.svg"]).Code);
        var metrics = JsonNode.Parse(File.ReadAllText(_folder["simple.svg.json"]))!["metrics"]!;
        Assert.InRange((int)metrics["nodes"]!, 60, 130); // of 149
        Assert.InRange((double)JsonNode.Parse(CliRun.InProcess("metrics", input, _folder["simple.svg"], "--model", "none", "--json").Output)!["metrics"]!["values"]!["psnr"]!, 30, 100);
        var clash = CliRun.InProcess("edit", input, "--trg", "an owl", "--prune", "--no-clean");
        Assert.Equal(2, clash.Code);
        Assert.Contains("--prune", clash.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatIsLockedStays()
    {
        var input = _folder.Example("apple.svg");
        Assert.Equal(0, CliRun.InProcess("edit", input, "--trg", "a pear", "--no-losses", "--steps", "2", "--optimize", "points", "--lock-colors", "#77b255",
            "-o", _folder["out.svg"]).Code);
        var after = File.ReadAllText(_folder["out.svg"]);
        foreach (var color in new[] { "#dd2e44", "#77b255", "#662113" }) Assert.Contains(color, after);
        Assert.NotEqual(File.ReadAllText(input), after);
    }

    [Fact]
    public void PreviewsAndPicturesAreWrittenOnRequest()
    {
        var input = _folder.Example("ghost.svg");
        var result = CliRun.InProcess("edit", input, "--src", "a ghost", "--trg", "a skull", "--no-losses", "--steps", "2", "--preview", "1", "--png",
            "--background", "auto", "-o", _folder["out.svg"]);
        Assert.Equal(0, result.Code);
        Assert.Equal(["ghost.svg", "out.after.png", "out.before.png", "out.preview.png", "out.svg", "out.svg.json", "out.svg.strength.json"], _folder.Files);
        var before = PictureReader.Read(_folder["out.before.png"]);
        Assert.Equal((512, 512), (before.Width, before.Height));
        // A white drawing gets a ground that it can be seen on, and the SVG stays white on nothing.
        var corner = before.Pixels[..3];
        Assert.True(corner.Min() < 200, $"the ground is {string.Join(',', corner)}");
        Assert.DoesNotContain("<rect", File.ReadAllText(_folder["out.svg"]));
    }

    [Fact]
    public void AWhiteDrawingIsEditedOnAGroundThatItShowsOnAndTheRecordSaysSo()
    {
        var result = CliRun.InProcess("edit", _folder.Example("ghost.svg"), "--trg", "a skull", "--no-losses", "--steps", "1", "-o", _folder["out.svg"]);

        Assert.Equal(0, result.Code);
        Assert.Contains("would vanish on #ffffff", result.Error, StringComparison.Ordinal);
        var record = JsonDocument.Parse(File.ReadAllText(_folder["out.svg.json"])).RootElement;
        Assert.NotEqual("#ffffff", record.GetProperty("options").GetProperty("background").GetString());
        Assert.Contains(record.GetProperty("notes").EnumerateArray(), n => n.GetString()!.Contains("would vanish", StringComparison.Ordinal));
    }

    [Fact]
    public void AWordThatTheModelDoesNotKnowIsNoted()
    {
        var result = CliRun.InProcess("edit", _folder.Example("owl.svg"), "--trg", "a zyzzyva", "--steps", "0", "--quiet", "-o", _folder["out.svg"]);
        Assert.Equal(0, result.Code);
        Assert.Contains("'zyzzyva'", result.Error);
        Assert.DoesNotContain("owl", result.Error.Split("lists what")[0]);
    }

    private string WithoutTiming(string name)
    {
        var record = JsonNode.Parse(File.ReadAllText(_folder[name]))!.AsObject();
        Assert.True(record.Remove("timing"));
        return record.ToJsonString();
    }
}
