using System.Text.Json.Nodes;
using SvgDistill.Tests;
using Xunit;

namespace SvgDistill.Cli.Tests;

/// <summary>Runs of one command started at once, with names of the program's choice: each keeps its own result.</summary>
public sealed class ManyAtOnceTests : IDisposable
{
    private const int Many = 20;
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void TwentyFitsGiveTwentyResultsEachWithItsRecord()
    {
        var input = _folder.Example("apple.svg");
        Assert.Equal(0, CliRun.InProcess("render", input, _folder["apple.png"], "--size", "24").Code);
        AllKeepTheirResult(Many, "apple.fit", ["fit", _folder["apple.png"], "--paths", "4", "--steps", "1"]);
    }

    [Fact, Trait("Category", "Slow")]
    public void SixEditsGiveSixResultsEachWithItsRecordAndPreview()
    {
        const int Runs = 6; // each loads a model
        AllKeepTheirResult(Runs, "apple.a-pear", ["edit", _folder.Example("apple.svg"), "--trg", "a pear", "--no-losses", "--method", "sds", "--steps", "1", "--preview", "1",
            "--model", TestPaths.TinyModel]);
        foreach (var number in Enumerable.Range(1, Runs)) Assert.True(File.Exists(_folder[$"apple.a-pear{(number > 1 ? $"-{number}" : "")}.preview.png"]));
    }

    [Fact]
    public void TwentyPicturesOfADrawing()
    {
        var input = _folder.Example("apple.svg");
        Together(Many, ["render", input, "--size", "16"]);
        Assert.Equal(Many, _folder.Files.Count(f => f.EndsWith(".png", StringComparison.Ordinal)));
        Assert.DoesNotContain(_folder.Files, f => f.EndsWith(".tmp", StringComparison.Ordinal));
    }

    [Fact]
    public void ANameWithAnythingBesideItIsNotTaken()
    {
        var input = _folder.Example("apple.svg");
        _folder.Write("apple.a-pear.svg.state", "an interrupted run's");
        _folder.Write("apple.a-pear-2.before.png", "mine");
        Assert.Equal(0, CliRun.InProcess("edit", input, "--trg", "a pear", "--no-losses", "--steps", "0", "--model", TestPaths.TinyModel).Code);
        Assert.True(File.Exists(_folder["apple.a-pear-3.svg"]));
        Assert.Equal("an interrupted run's", File.ReadAllText(_folder["apple.a-pear.svg.state"]));
    }

    // Each record is of the result that it stands beside.
    private void AllKeepTheirResult(int runs, string stem, string[] command)
    {
        Together(runs, command);
        foreach (var number in Enumerable.Range(1, runs))
        {
            var svg = _folder[$"{stem}{(number > 1 ? $"-{number}" : "")}.svg"];
            Assert.True(File.Exists(svg), svg);
            Assert.Equal(RenderTests.Sha256(svg), (string?)JsonNode.Parse(File.ReadAllText(svg + ".json"))!["output"]!["sha256"]);
        }
        Assert.DoesNotContain(_folder.Files, f => f.EndsWith(".tmp", StringComparison.Ordinal));
    }

    private static void Together(int runs, string[] command)
    {
        var processes = Enumerable.Range(0, runs).Select(_ => CliRun.Start(null, command)).ToArray();
        foreach (var process in processes)
        {
            var result = CliRun.Finish(process);
            Assert.True(result.Code == 0, result.Error);
            process.Dispose();
        }
    }
}
