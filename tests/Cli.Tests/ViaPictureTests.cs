using System.Text.Json.Nodes;
using SvgDistill.Editor;
using SvgDistill.Editor.Comparing;
using SvgDistill.Tests;
using Xunit;

namespace SvgDistill.Cli.Tests;

/// <summary>Edits by way of a picture, with the embedded prior.</summary>
public sealed class ViaPictureTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void TheDrawingIsMovedTowardItsEditedPictureAndKeepsItsTree()
    {
        var input = _folder.Example("apple.svg");

        var run = CliRun.InProcess("edit", input, "--trg", "a pear", "--no-losses", "--via", "picture", "--steps", "10", "--refine", "0", "--png", "--json", "-o", _folder["out.svg"]);

        Assert.Equal(0, run.Code);
        Assert.Equal(["apple.svg", "out.after.png", "out.before.png", "out.svg", "out.svg.json", "out.svg.strength.json", "out.via.png"], _folder.Files);
        var (before, after) = (File.ReadAllLines(input), File.ReadAllLines(_folder["out.svg"]));
        Assert.Equal(before.Where(l => !l.Contains("<path")), after.Where(l => !l.Contains("<path")));
        Assert.NotEqual(before, after);
        var options = JsonNode.Parse(run.Output)!["options"]!;
        Assert.Equal("via-flowedit", (string?)options["method"]);
        Assert.Equal(10, (int?)options["method_options"]![0]!["steps"]);
        // What was drawn is nearer to the edited picture than the source was.
        Assert.InRange(Distance("out.after.png") / Distance("out.before.png"), 0, .9);
    }

    /// <summary>Of six pictures by what models/icon-clip sees, where the model lists the names that it knows, too; of three by the model's own losses.</summary>
    [Theory]
    [InlineData(false, 6, true)]
    [InlineData(true, 3, false)]
    public void TheBestOfSomePicturesIsTaken(bool tiny, int pictures, bool byLooks)
    {
        var run = CliRun.InProcess(["edit", _folder.Example("apple.svg"), "--trg", "a pear", "--no-losses", "--via", "sdedit", "--steps", "2", "--refine", "0", "--json", "-o", _folder["out.svg"],
            .. tiny ? new[] { "--model", TestPaths.TinyModel } : []]);
        Assert.True(run.Code == 0, run.Error);
        var chosen = JsonNode.Parse(run.Output)!["options"]!["method_options"]!.AsArray()[^1]!;
        Assert.Equal((pictures, byLooks), ((int)chosen["pictures"]!, (bool)chosen["by_looks"]!));
    }

    [Fact]
    public void AnUneditedPictureMovesNothing()
    {
        var input = _folder.Example("apple.svg");

        Assert.Equal(0, CliRun.InProcess("edit", input, "--trg", "a pear", "--no-losses", "--via", "sdedit", "--strength", "0", "--refine", "0", "--pictures", "1", "--quiet", "--json", "-o", _folder["out.svg"]) is var run ? run.Code : 1);

        // The autoencoder's copy of the picture is all there is to follow.
        Assert.InRange((double)JsonNode.Parse(run.Output)!["metrics"]!["silhouette_overlap"]!, .95, 1);
    }

    [Fact]
    public void AtStrength0NothingFollowsAnything()
    {
        var input = _folder.Example("apple.svg");

        var run = CliRun.InProcess("edit", input, "--trg", "a pear", "--no-losses", "--via", "picture", "--strength", "0", "--refine", "0", "--quiet", "-o", _folder["out.svg"]);

        Assert.True(run.Code == 0, run.Error);
        Assert.Equal(File.ReadAllText(input), File.ReadAllText(_folder["out.svg"]));
    }

    [Fact]
    public void CompareTakesItBesideTheMethods()
    {
        var input = _folder.Example("apple.svg");

        var run = CliRun.InProcess("compare", input, "--trg", "a pear", "--methods", "sds,via-picture:strength=0.5,via-pnp", "--seeds", "1",
            "--steps", "2", "--refine", "0", "--pictures", "2", "-o", _folder["cmp"], "--json");

        Assert.Equal(0, run.Code);
        var methods = JsonNode.Parse(run.Output)!["runs"]!.AsArray().Select(r => (string)r!["method"]!);
        Assert.Equal(["sds", "via-picture:strength=0.5", "via-pnp"], methods);
        Assert.Contains("via-picture:strength=0.5", File.ReadAllText(_folder["cmp/results.csv"]), StringComparison.Ordinal);
        Assert.Contains("--via picture --strength 0.5", File.ReadAllText(_folder["cmp/index.html"]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("via-")]
    [InlineData("via-nosuch")]
    public void UnknownWaysAreRefused(string label) =>
        Assert.Equal(EditorErrorKind.Usage, Assert.Throws<EditorException>(() => ComparedMethod.Parse(label)).Kind);

    [Fact]
    public void AnotherNumberOfStepsIsAnotherRun()
    {
        string[] command = ["compare", _folder.Example("apple.svg"), "--trg", "a pear", "--methods", "via-sds", "--seeds", "1", "--refine", "0", "--pictures", "1",
            "-o", _folder["cmp"], "--json"];
        string Sha(string steps)
        {
            var run = CliRun.InProcess([.. command, "--steps", steps]);
            Assert.Equal(0, run.Code);
            return (string)JsonNode.Parse(run.Output)!["runs"]![0]!["sha256"]!;
        }
        Assert.NotEqual(Sha("1"), Sha("2"));
    }

    [Theory]
    [InlineData("edit", "--clip-guidance", "1", "--clip-guidance steers steps of distillation")]
    [InlineData("variants", "--clip-guidance", "1", "--clip-guidance steers steps of distillation")]
    [InlineData("edit", "--pictures", "3", "--via sdedit moves it to the best of K pictures")]
    [InlineData("variants", "--pictures", "3", "--via sdedit moves it to the best of K pictures")]
    public void WhatHasNoEffectBesideAnEditOfAPictureIsRefused(string command, string option, string value, string says)
    {
        var run = CliRun.InProcess(command, _folder.Example("apple.svg"), "--trg", "a pear", "--via", "picture", option, value);
        Assert.Equal(2, run.Code);
        Assert.Contains(says, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatASamplerDoesNotTakeIsRefusedBeforeTheFirstRun()
    {
        var run = CliRun.InProcess("compare", _folder.Example("apple.svg"), "--trg", "a pear", "--methods", "sds,via-picture:steps=1", "--seeds", "1",
            "--steps", "1", "-o", _folder["cmp"]);
        Assert.Equal(2, run.Code);
        Assert.Contains("flowedit takes 2 to 1000 steps", run.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["cmp"]));
    }

    [Fact]
    public void TheMethodIsNamedOnce()
    {
        var run = CliRun.InProcess("edit", _folder.Example("apple.svg"), "--trg", "a pear", "--via", "picture", "--method", "dds");
        Assert.Equal(2, run.Code);
        Assert.Contains("leave --method out", run.Error, StringComparison.Ordinal);
    }

    private double Distance(string picture)
    {
        // The drawing fills its picture, the edited one has the model's margin: both are drawn at 512 and 128 pixels.
        var (a, b) = (Rasterizer.Imaging.PictureReader.Read(_folder[picture]), Rasterizer.Imaging.PictureReader.Read(_folder["out.via.png"]));
        var sum = 0.0;
        for (var y = 0; y < 112; y++)
            for (var x = 0; x < 112; x++)
                for (var c = 0; c < 3; c++)
                {
                    var at = 4 * ((int)((y + .5) * 512 / 112) * 512 + (int)((x + .5) * 512 / 112)) + c;
                    sum += Math.Pow(a.Pixels[at] - b.Pixels[4 * ((y + 8) * 128 + x + 8) + c], 2);
                }
        return Math.Sqrt(sum);
    }
}
