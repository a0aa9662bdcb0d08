using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Xunit;

namespace SvgDistill.Cli.Tests;

/// <summary>What belongs together stays together in what <c>edit</c> writes.</summary>
public sealed partial class TogetherTests : IDisposable
{
    // Two eyes, each other's mirror image about x = 50, drawn in opposite directions.
    private const string Eyes = """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100"><path fill="#fc0" d="M5 5H95V95H5z"/>
        <path fill="#321" d="M20 40L40.5 44L30 60.25z"/><path fill="#321" d="M80 40L70 60.25L59.5 44z"/></svg>
        """;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void MirrorImagesStayMirrorImagesInTheFileUnlessTheyNeedNot()
    {
        var (kept, record) = Edited("auto");
        var (left, right) = (kept[1].Order().ToList(), kept[2].Select(p => (100 - p.X, p.Y)).Order().ToList());
        Assert.DoesNotContain((20m, 40m), left);
        Assert.Equal(left, right);
        Assert.Equal("auto", (string?)record["options"]!["symmetry"]);
        Assert.Equal(0, (double)record["metrics"]!["symmetry_error"]!);

        var (free, freed) = Edited("none");
        Assert.NotEqual(free[1].Order(), free[2].Select(p => (100 - p.X, p.Y)).Order());
        Assert.True((double)freed["metrics"]!["symmetry_error"]! > 0);
    }

    [Fact]
    public void ASymmetryThatThereIsNotIsAUsageError()
    {
        var result = CliRun.InProcess("edit", "eyes.svg", "--trg", "a cat", "--symmetry", "z");
        Assert.Equal(2, result.Code);
        Assert.Contains("--symmetry", result.Error, StringComparison.Ordinal);
    }

    private (List<List<(decimal X, decimal Y)>> Paths, JsonNode Record) Edited(string symmetry)
    {
        File.WriteAllText(_folder["eyes.svg"], Eyes);
        var (output, record) = (_folder[symmetry + ".svg"], _folder[symmetry + ".svg.json"]);
        Assert.Equal(0, CliRun.InProcess("edit", _folder["eyes.svg"], "--trg", "a cat", "--no-losses", "--steps", "3", "--symmetry", symmetry, "-o", output).Code);
        var paths = Data().Matches(File.ReadAllText(output)).Select(m => Numbers().Matches(m.Groups[1].Value)
            .Select(n => decimal.Parse(n.Value, CultureInfo.InvariantCulture)).Chunk(2).Select(p => (p[0], p[1])).ToList()).ToList();
        return (paths, JsonNode.Parse(File.ReadAllText(record))!);
    }

    [GeneratedRegex(" d=\"([^\"]*)\"")]
    private static partial Regex Data();

    [GeneratedRegex(@"-?\d*\.?\d+")]
    private static partial Regex Numbers();
}
