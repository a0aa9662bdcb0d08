using SvgDistill.Tests;
using Xunit;

namespace SvgDistill.Cli.Tests;

/// <summary><c>teach</c> as a person runs it, on a tiny model.</summary>
public sealed class TeachTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly Dictionary<string, string?> _environment;

    public TeachTests()
    {
        _environment = new() { ["XDG_DATA_HOME"] = _folder["data"] };
        Directory.CreateDirectory(_folder["icons"]);
        foreach (var (name, size) in new[] { ("ball", 4), ("dot", 1), ("moon", 5), ("plate", 6), ("sun", 7), ("wheel", 3) })
            _folder.Write($"icons/{name}.svg", $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 16 16\"><circle cx=\"8\" cy=\"8\" r=\"{size}\" fill=\"#d33\"/></svg>");
    }

    public void Dispose() => _folder.Dispose();

    [Fact, Trait("Category", "Slow")]
    public void AStyleIsFoundByItsName()
    {
        _folder.Write("icons/broken.svg", "<svg");
        var result = Teach("--name", "dots", "--steps", "3", "--json", "--preview", _folder["dots.png"]);
        Assert.Equal((0, ""), (result.Code, result.Code == 0 ? "" : result.Error));
        Assert.Contains("broken.svg:1:", result.Error, StringComparison.Ordinal);
        Assert.Contains("\"learnt\": 5", result.Output, StringComparison.Ordinal);
        Assert.True(File.Exists(_folder["data/svgdistill/loras/dots.safetensors"]));
        Assert.True(File.Exists(_folder["dots.png"]));
        var drawn = CliRun.Process(_environment, "generate", "a ball", "-o", _folder["ball.png"], "--steps", "1", "--lora", "dots:0.5", "--json", "--model", TestPaths.Fixture("tiny-sd15"));
        Assert.Equal(0, drawn.Code);
        Assert.Contains("dots.safetensors", drawn.Output, StringComparison.Ordinal);
        // A folder of the same name in the current folder is not the style: it was taught from one, maybe.
        Directory.CreateDirectory("dots");
        drawn = CliRun.Process(_environment, "generate", "a ball", "-o", _folder["ball.png"], "--steps", "1", "--lora", "dots", "--model", TestPaths.Fixture("tiny-sd15"));
        Directory.Delete("dots");
        Assert.True(drawn.Code == 0, drawn.Error);
        var other = CliRun.Process(_environment, "generate", "a ball", "-o", _folder["ball.png"], "--lora", "dashes");
        Assert.Equal(ExitCode.Model, other.Code);
        Assert.Contains("the name of a style (dots)", other.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void TooFewIconsAndNoNameAreErrors()
    {
        var result = CliRun.Process(_environment, "teach", _folder["icons/ball.svg"], "--name", "dots", "--model", TestPaths.Fixture("tiny-sd15"));
        Assert.Equal(ExitCode.Input, result.Code);
        Assert.Contains("1 usable icons", result.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Usage, CliRun.InProcess("teach", _folder["icons"]).Code);
        Assert.Equal(ExitCode.Usage, CliRun.InProcess("teach", _folder["icons"], "--name", "../dots").Code);
        Assert.Equal(ExitCode.Usage, CliRun.InProcess("teach", _folder["icons"], "-o", _folder["nowhere/dots.safetensors"]).Code);
    }

    /// <summary>Not with a pattern: the drawing of an entry may be one that was not wanted.</summary>
    [Theory]
    [InlineData(null, true)]
    [InlineData("*", false)]
    public void CaptionsThatNameNoDrawingAreTold(string? match, bool told)
    {
        var table = _folder.Write("names.csv", "ball,a ball\nbal,a slip\n");
        string[] pattern = match is null ? [] : ["--match", match];
        var result = CliRun.InProcess(["teach", _folder["icons/ball.svg"], "-o", _folder["dots.safetensors"], "--captions", table, "--model", TestPaths.TinyModel, .. pattern]);
        Assert.Equal(ExitCode.Input, result.Code); // One drawing is no style.
        Assert.Equal(told, result.Error.Contains($"{table}: 1 of its 2 entries name no drawing: bal", StringComparison.Ordinal));
    }

    /// <summary>Killed ten times at moments that nobody chose, the same command goes on and ends in the same bytes.</summary>
    [Fact, Trait("Category", "Slow")]
    public void AKilledRunEndsInTheSameBytes()
    {
        string[] Command(string name) => ["teach", _folder["icons"], "-o", _folder[name], "--steps", "95", "--save-every", "5", "--batch", "2", "--model", TestPaths.TinyModel];
        Assert.Equal(0, Killed.ToTheEnd(_environment, Command("whole.safetensors")).Code);
        Killed.Times(10, _environment, _folder.Path, () => File.Delete(_folder["cut.safetensors"]), Command("cut.safetensors"));
        var end = Killed.ToTheEnd(_environment, Command("cut.safetensors"));
        Assert.Equal((0, ""), (end.Code, end.Code == 0 ? "" : end.Error));
        // The name is in the file's own words: the two runs' differ in it alone.
        Assert.Equal(Data("whole.safetensors"), Data("cut.safetensors"));
        Assert.DoesNotContain(_folder.Files, f => f.EndsWith(".tmp", StringComparison.Ordinal) || f.EndsWith(".state", StringComparison.Ordinal));
    }

    /// <summary>A full disk, say: what is wanted on the way alone ends nothing.</summary>
    [Fact, Trait("Category", "Slow")]
    public void AStateThatCannotBeWrittenIsANote()
    {
        Directory.CreateDirectory(_folder[$"dots.safetensors.state.{Environment.ProcessId}.tmp"]);
        var style = _folder["dots.safetensors"];
        var result = CliRun.InProcess("teach", _folder["icons"], "-o", style, "--steps", "3", "--save-every", "1", "--batch", "2", "--model", TestPaths.TinyModel);
        Assert.Equal(0, result.Code);
        Assert.Contains("note: state: ", result.Error, StringComparison.Ordinal);
        Assert.True(File.Exists(style));
    }

    private byte[] Data(string name)
    {
        var bytes = File.ReadAllBytes(_folder[name]);
        return bytes[(8 + (int)BitConverter.ToInt64(bytes))..];
    }

    private CliResult Teach(params string[] more) =>
        CliRun.Process(_environment, ["teach", _folder["icons"], "--model", TestPaths.Fixture("tiny-sd15"), "--batch", "2", .. more]);
}
