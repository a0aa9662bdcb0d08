using System.Text.Json.Nodes;
using SvgDistill.Tests;
using Xunit;

namespace SvgDistill.Cli.Tests;

/// <summary>Text and its fonts at the command line.</summary>
public sealed class TextTests : IDisposable
{
    private const string Word = """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 40"><rect width="60" height="40" fill="#ffe080"/>
        <text x="4" y="30" font-family="Brand Sans, cursive" font-size="24" fill="#204080">Ab</text></svg>
        """;

    private static readonly string _fonts = Path.Combine(TestPaths.Root, "tests", "conformance", "fonts");
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void TheRecordNamesTheFontAndItsHash()
    {
        var input = _folder.Write("a.svg", Word);
        var result = CliRun.InProcess("render", input, _folder["a.png"], "--fonts", _fonts, "--json");
        Assert.Equal(0, result.Code);
        Assert.Contains("There is no font Brand Sans: text is drawn in Yellowtail (1 element).", result.Error, StringComparison.Ordinal);
        var font = Assert.Single(JsonNode.Parse(result.Output)!["fonts"]!.AsArray())!;
        Assert.Equal(("Yellowtail-Regular.ttf", "Yellowtail", 64), ((string?)font["file"], (string?)font["family"], ((string?)font["sha256"])!.Length));
        var first = File.ReadAllBytes(_folder["a.png"]);
        Assert.Equal(0, CliRun.InProcess("render", input, _folder["b.png"], "--fonts", _fonts).Code);
        Assert.Equal(first, File.ReadAllBytes(_folder["b.png"]));
    }

    [Fact]
    public void AnEditMovesTheTextsPaintAndKeepsTheText()
    {
        var input = _folder.Write("a.svg", Word);
        string[] command = ["edit", input, "--trg", "a pear", "--no-losses", "--fonts", _fonts, "--quiet", "--steps"];
        Assert.Equal(0, CliRun.InProcess([.. command, "0", "-o", _folder["zero.svg"]]).Code);
        Assert.Equal(File.ReadAllBytes(input), File.ReadAllBytes(_folder["zero.svg"]));
        Assert.Equal(0, CliRun.InProcess([.. command, "3", "-o", _folder["out.svg"]]).Code);
        var text = File.ReadAllText(_folder["out.svg"]);
        Assert.Contains("<text x=\"4\" y=\"30\" font-family=\"Brand Sans, cursive\" font-size=\"24\" fill=\"#", text, StringComparison.Ordinal);
        Assert.Contains(">Ab</text>", text, StringComparison.Ordinal);
        Assert.DoesNotContain("#204080", text, StringComparison.Ordinal);
        var options = JsonNode.Parse(File.ReadAllText(_folder["out.svg.json"]))!["options"]!;
        Assert.Equal("Yellowtail", (string?)options["fonts"]![0]!["family"]);
    }

    [Fact]
    public void OutlinedTextIsPathsThatMove()
    {
        var input = _folder.Write("a.svg", Word);
        Assert.Equal(0, CliRun.InProcess("edit", input, "--trg", "a pear", "--no-losses", "--fonts", _fonts, "--quiet", "--steps", "2", "--outline-text", "-o", _folder["out.svg"]).Code);
        var text = File.ReadAllText(_folder["out.svg"]);
        Assert.Contains("aria-label=\"Ab\"><path d=\"M", text, StringComparison.Ordinal);
        Assert.DoesNotContain("<text", text, StringComparison.Ordinal);
        var record = JsonNode.Parse(File.ReadAllText(_folder["out.svg.json"]))!;
        Assert.True((bool)record["options"]!["outline_text"]!);
        Assert.Equal("Yellowtail", (string?)record["options"]!["fonts"]![0]!["family"]);
        // The drawing that was read is the file, not what became of it.
        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(input))), (string?)record["input"]!["sha256"]);
    }

    [Theory]
    [InlineData("render", "a.svg")]
    [InlineData("edit", "a.svg", "--trg", "a pear")]
    [InlineData("metrics", "a.svg", "a.svg", "--model", "none")]
    [InlineData("fit", "a.png", "--from", "a.svg")]
    [InlineData("image", "a.svg", "--trg", "a pear")]
    [InlineData("inpaint", "a.svg", "--region", "#t=a pear")]
    [InlineData("compare", "a.svg", "--trg", "a pear", "--methods", "sds")]
    public void AFolderWithoutFontsIsAnInputError(params string[] command)
    {
        var input = _folder.Write("a.svg", Word);
        Assert.Equal(0, CliRun.InProcess("render", input, _folder["a.png"], "--fonts", _fonts, "--quiet").Code);
        var result = CliRun.InProcess([command[0], .. command[1..].Select(a => a.Contains('.') ? _folder[a] : a), "--fonts", _folder["none"]]);
        Assert.Equal(3, result.Code);
        Assert.Contains("there is no such folder", result.Error, StringComparison.Ordinal);
    }
}
