using System.Text;
using System.Text.RegularExpressions;
using SvgDistill.Tests;
using Xunit;

namespace SvgDistill.Cli.Tests;

/// <summary><c>--film</c>, <c>--animate</c> and <c>--report</c> of <c>edit</c>.</summary>
public sealed class ShowTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string Apple => File.Exists(_folder["apple.svg"]) ? _folder["apple.svg"] : _folder.Example("apple.svg");

    private CliResult Edit(params string[] more) => Edit(5, more);

    private CliResult Edit(int steps, params string[] more) => CliRun.InProcess(
        ["edit", Apple, "--trg", "a pear", "--no-losses", "--method", "sds", "--steps", $"{steps}", "--model", TestPaths.TinyModel, "-o", _folder["out.svg"], .. more]);

    private byte[] Read(string name) => File.ReadAllBytes(_folder[name]);

    [Fact, Trait("Category", "Slow")]
    public void EveryKindOfFilmIsWrittenAndTheSameEachTime()
    {
        string[] names = ["film.svg", "film.apng", "film.gif", "loop.svg", "report.html"];
        var first = new List<byte[]>();
        for (var run = 0; run < 2; run++)
        {
            Assert.Equal(0, Edit("--film", _folder["film.svg"], "--animate", _folder["loop.svg"], "--report", _folder["report.html"]).Code);
            Assert.Equal(0, Edit("--film", _folder["film.apng"]).Code);
            Assert.Equal(0, Edit("--film", _folder["film.gif"]).Code);
            if (run == 0) first = [.. names.Select(Read)];
        }
        Assert.Equal(first, names.Select(Read));
        Assert.Equal("\x89PNG", Encoding.Latin1.GetString(Read("film.apng"))[..4]);
        Assert.True(Read("film.apng").AsSpan().IndexOf("acTL"u8) > 0);
        Assert.Equal("GIF89a", Encoding.ASCII.GetString(Read("film.gif"))[..6]);
    }

    [Fact]
    public void AFilmWithoutItsAnimationsIsTheResult()
    {
        Assert.Equal(0, Edit("--film", _folder["film.svg"]).Code);
        var film = File.ReadAllText(_folder["film.svg"]);
        Assert.Matches("<animate attributeName=\"d\" dur=\"3s\"[^>]* values=\"M", film);
        var plain = Regex.Replace(Regex.Replace(film, "<animate[^>]*/>", ""), "(?<!/)></(path|circle|ellipse|rect)>", "/>");
        Assert.Equal(File.ReadAllText(_folder["out.svg"]), plain);
    }

    [Fact]
    public void ZeroStepsMoveNothing()
    {
        Assert.Equal(0, Edit(0, "--film", _folder["film.svg"], "--animate", _folder["loop.svg"], "--report", _folder["report.html"]).Code);
        Assert.Equal(Read("apple.svg"), Read("film.svg"));
        Assert.Equal(Read("apple.svg"), Read("loop.svg"));
        Assert.Contains("No point moved far enough", File.ReadAllText(_folder["report.html"]));
    }

    [Fact]
    public void TheReportHasTheCommandTheOptionsAndTheRecord()
    {
        Assert.Equal(0, Edit("--report", _folder["report.html"], "--lock", "path:nth-of-type(2)").Code);
        var page = File.ReadAllText(_folder["report.html"]);
        Assert.Contains("svgdistill edit", page);
        Assert.Contains("<th scope=\"row\">steps</th><td>5</td>", page);
        Assert.Contains("silhouette overlap", page);
        Assert.Contains("--freeze or --lock names it", page);
        Assert.Contains("&quot;schema_version&quot;", page);
        Assert.DoesNotMatch("(src|href)=\"(?!data:)", page);
    }

    [Theory]
    [InlineData("--film", "film.mp4", "--film: ")]
    [InlineData("--film", "film", ".svg or .apng or .png or .gif")]
    [InlineData("--animate", "loop.gif", "--animate: ")]
    [InlineData("--report", "report.svg", "--report: ")]
    [InlineData("--film", "apple.svg", "the command reads this file")]
    [InlineData("--film", "out.svg", "two results would go into this file")]
    [InlineData("--report", "no-such-folder/report.html", "there is no folder")]
    [InlineData("--film", "out.before.png", "two results would go into this file", "--png")]
    public void NamesThatDoNotDoAreRefusedBeforeAnythingIsRead(string option, string name, string words, params string[] more)
    {
        var result = Edit([option, _folder[name], .. more]);
        Assert.Equal(2, result.Code);
        Assert.Contains(words, result.Error);
        Assert.Equal(["apple.svg"], _folder.Files);
    }

    [Fact]
    public void AFilmGoesBesideAResultOnStandardOutput()
    {
        Assert.Equal(0, CliRun.Piped([], ["edit", Apple, "--trg", "a pear", "--no-losses", "--method", "sds", "--steps", "2", "--model", TestPaths.TinyModel, "-o", "-", "--film", _folder["film.svg"]]).Code);
        Assert.Contains("<animate", File.ReadAllText(_folder["film.svg"]));
    }
}
