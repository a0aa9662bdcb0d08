using SvgDistill.Tests;
using Xunit;

namespace SvgDistill.Cli.Tests;

/// <summary>What arguments mean.</summary>
public sealed class ArgumentTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void AnArgumentThatBeginsWithAnAtIsAWord()
    {
        var input = _folder.Example("apple.svg");
        File.WriteAllText(_folder["@words"], "--nonsense");
        var result = CliRun.InProcess("edit", input, "--trg", $"@{_folder["@words"]}", "--steps", "0", "--model", TestPaths.TinyModel, "-o", _folder["out.svg"]);
        Assert.True(result.Code == 0, result.Error);
        Assert.Contains($"\"trg\": \"@{_folder["@words"]}\"", File.ReadAllText(_folder["out.svg.json"]), StringComparison.Ordinal);
        File.Move(input, _folder["@apple.svg"]);
        Assert.Equal(3, CliRun.InProcess("render", "@apple.svg").Code); // no such file in this folder; not an error of the command line
        Assert.Equal(0, CliRun.InProcess("render", _folder["@apple.svg"]).Code);
    }

    [Theory]
    [InlineData("--only", "")]
    [InlineData("--only", " , ")]
    [InlineData("--lock", ",")]
    [InlineData("--lock-colors", "")]
    public void AnEmptyListEndsWith2(string option, string value)
    {
        var result = CliRun.InProcess("edit", _folder.Example("apple.svg"), "--trg", "a pear", "--steps", "0", option, value);
        Assert.Equal(2, result.Code);
        Assert.Contains(option, result.Error, StringComparison.Ordinal);
        Assert.Equal(["apple.svg"], _folder.Files);
    }

    [Theory]
    [InlineData("--steps", "1000001", "0 to 1000000")]
    [InlineData("--seed", "-1", "0 to 9223372036854775807")]
    [InlineData("--point-rate", "1.5", "0 to 1")]
    [InlineData("--guidance", "1001", "-1000 to 1000")]
    [InlineData("--device", "cuda:64", "0 to 63")]
    [InlineData("--lora", "a.safetensors:101", "-100 to 100")]
    [InlineData("--t-range", "0:1000", "0 <= A <= B <= 999")]
    public void ANumberOutOfRangeIsAnsweredWithBothEnds(string option, string value, string said)
    {
        var result = CliRun.InProcess("edit", _folder.Example("apple.svg"), "--trg", "a pear", option, value);
        Assert.Equal(2, result.Code);
        Assert.Contains(said, result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ids:guidance=2000", "-1000 to 1000")]
    [InlineData("ids:steps=1e7", "0 to 1000000")]
    public void ASettingOfAMethodHasTheRangeOfItsOption(string method, string said)
    {
        var result = CliRun.InProcess("compare", _folder.Example("apple.svg"), "--trg", "a pear", "--methods", method);
        Assert.Equal(2, result.Code);
        Assert.Contains(said, result.Error, StringComparison.Ordinal);
    }
}
