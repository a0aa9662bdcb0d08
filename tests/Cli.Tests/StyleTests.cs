using System.Text.Json.Nodes;
using SvgDistill.Tests;
using Xunit;

namespace SvgDistill.Cli.Tests;

public sealed class StyleTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public StyleTests()
    {
        foreach (var folder in (string[])["set", "clear"]) Directory.CreateDirectory(_folder[folder]);
        for (var i = 0; i < 3; i++) _folder.Write($"set/{i}.svg", Svg($"<path d='M10 {20 + 10 * i}h60' stroke='#a00' stroke-width='2'/>"));
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>The set's figures, its own drawings' distances, then each drawing's; icons need no names.</summary>
    [Fact]
    public void ADrawingIsSetAgainstASet()
    {
        var alike = _folder.Write("alike.svg", Svg("<path d='M10 70h30' stroke='#a00' stroke-width='2'/>"));
        var other = _folder.Write("other.svg", Svg("<path d='M10 70h30' stroke='#000' stroke-width='4'/>"));
        var result = CliRun.InProcess("style", alike, other, "--set", _folder["set"]);
        Assert.True(result.Code == 0, result.Error);
        Assert.DoesNotContain("no name", result.Error, StringComparison.Ordinal);
        Assert.Contains("3 drawings", result.Output, StringComparison.Ordinal);
        Assert.Contains("#aa0000 100 %", result.Output, StringComparison.Ordinal);
        Assert.Matches(@"line widths +(1\.9|2\.0)\d % of the canvas's diagonal, half of them (1\.9|2\.0)\d to (1\.9|2\.0)\d", result.Output);
        Assert.DoesNotContain("corner radii", result.Output, StringComparison.Ordinal); // Lines do not turn.
        Assert.Matches(@"the set's own drawings, 9 in 10 +0\.0 +0\.00 +-", result.Output);
        Assert.Matches(@"alike\.svg +0\.0 +0\.00 +-", result.Output);
        Assert.Matches(@"other\.svg +[23]\d\.\d +1\.00 +-", result.Output);
    }

    [Fact]
    public void TheRecordHasTheSameFigures()
    {
        var result = CliRun.InProcess("style", _folder["set/0.svg"], "--set", _folder["set"], "--match", "?", "--json");
        var record = JsonNode.Parse(result.Output)!;
        Assert.Equal((3, 0, 0), ((int)record["set"]!["drawings"]!, (double)record["set"]!["own_distance"]!["median"]!["line_widths_octaves"]!, (double)record["drawings"]![0]!["distance"]!["colors_ciede2000"]!));
        Assert.Equal(64, ((string)record["drawings"]![0]!["file"]!["sha256"]!).Length);
        Assert.Equal("#aa0000", (string?)record["set"]!["colors"]![0]!["color"]);
    }

    /// <summary>The set's own distances: two drawings are half an octave from the mean of the others, the third, twice as thick, a whole one.</summary>
    [Fact]
    public void TheSetsOwnDistancesHaveAMedianAndNineInTen()
    {
        _folder.Write("set/2.svg", Svg("<path d='M10 40h60' stroke='#a00' stroke-width='4'/>"));
        var own = JsonNode.Parse(CliRun.InProcess("style", "--set", _folder["set"], "--json").Output)!["set"]!["own_distance"]!;
        Assert.Equal(.5, (double)own["median"]!["line_widths_octaves"]!, 1e-3);
        Assert.Equal(.9, (double)own["nine_in_ten"]!["line_widths_octaves"]!, 1e-3);
        Assert.Null(own["median"]!["corner_radii_percent"]);
    }

    /// <summary>The set's colours, the largest first, for <c>--palette</c>: a drawing edited with it has no others.</summary>
    [Fact]
    public void TheColoursAreWrittenAsAPalette()
    {
        _folder.Write("set/3.svg", Svg("<path d='M10 10h60v40H10z' fill='#0af'/><path d='M12 12h3v1h-3z' fill='#0f0'/>"));
        var result = CliRun.InProcess("style", "--set", _folder["set"], "-o", _folder["brand.gpl"]);
        Assert.True(result.Code == 0, result.Error);
        // The green is a thousandth of one drawing: no colour of the set.
        Assert.Equal(["170   0   0\t#aa0000, 75.0 %", "  0 170 255\t#00aaff, 25.0 %"], File.ReadAllLines(_folder["brand.gpl"])[3..]);
        Assert.Equal("brand.gpl", (string?)JsonNode.Parse(File.ReadAllText(_folder["brand.gpl.json"]))!["output"]!["file"]);

        var drawing = _folder.Write("other.svg", Svg("<path d='M10 10h60v40H10z' fill='#18c'/>"));
        // Toward its own prompt nothing moves before the palette does: the run must not end there.
        Assert.Equal(0, CliRun.InProcess("edit", drawing, "--trg", "{src}", "--method", "dds", "--optimize", "colors", "--palette", _folder["brand.gpl"], "--model", TestPaths.TinyModel,
            "--no-losses", "--steps", "100", "-o", _folder["out.svg"]).Code);
        Assert.Equal(File.ReadAllText(drawing).Replace("#18c", "#00aaff", StringComparison.Ordinal), File.ReadAllText(_folder["out.svg"]));

        Assert.Contains(".gpl", CliRun.InProcess("style", "--set", _folder["set"], "-o", _folder["brand.svg"]).Error, StringComparison.Ordinal);
        _folder.Write("clear/0.svg", Svg("<path d='M10 10h60v40H10z' fill='#0af' opacity='.2'/>"));
        Assert.Contains("no colour to make a palette of", CliRun.InProcess("style", "--set", _folder["clear"], "-o", _folder["clear.gpl"]).Error, StringComparison.Ordinal);
        Assert.DoesNotContain("clear.gpl", _folder.Files);
    }

    [Fact]
    public void ASetOfNothingAndAFileThatIsNoneAreErrors()
    {
        var none = CliRun.InProcess("style", "--set", _folder["set"], "--match", "x*");
        Assert.Equal(ExitCode.Usage, none.Code);
        Assert.Contains("no drawing to take a style from", none.Error, StringComparison.Ordinal);
        Assert.Contains("no-such.svg", CliRun.InProcess("style", _folder["no-such.svg"], "--set", _folder["set"]).Error, StringComparison.Ordinal);
        Assert.Contains("--set", CliRun.InProcess("style", _folder["set/0.svg"]).Error, StringComparison.Ordinal);
    }

    private static string Svg(string shapes) => $"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 80 60'>{shapes}</svg>";
}
