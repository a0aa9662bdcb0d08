using System.Text.Json.Nodes;
using System.Xml.Linq;
using SvgDistill.Rasterizer.Imaging;
using SvgDistill.Tests;
using Xunit;

namespace SvgDistill.Cli.Tests;

/// <summary><c>create</c>, with a model that draws nothing anyone would know.</summary>
public sealed class CreateTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private CliResult Create(params string[] more) => CliRun.InProcess(["create", "an owl", "--model", TestPaths.TinyModel, "--clip", "none", .. more]);

    [Fact]
    public void DrawingsComeInNamedLayersTheBestFirst()
    {
        var result = Create("-n", "2", "--paths", "6", "--steps", "1", "-o", _folder["owl.svg"]);
        Assert.Equal(0, result.Code);
        Assert.Equal(["owl-2.svg", "owl-2.svg.json", "owl.svg", "owl.svg.json"], _folder.Files);
        var root = XDocument.Load(_folder["owl.svg"]).Root!;
        Assert.Equal("an owl", root.Elements().First().Value);
        Assert.Equal("layer-1", root.Elements().Skip(1).First().Attribute("id")!.Value);
        Assert.InRange(root.Descendants().Count(e => e.Name.LocalName == "path"), 1, 6);
        var records = new[] { "owl.svg.json", "owl-2.svg.json" }.Select(n => JsonNode.Parse(File.ReadAllText(_folder[n]))!).ToArray();
        Assert.True((double)records[0]["metrics"]!["score"]! >= (double)records[1]["metrics"]!["score"]!);
        Assert.Equal("an owl", (string?)records[0]["options"]!["prompt"]);
        // The result can be edited.
        Assert.Equal(0, CliRun.InProcess("edit", _folder["owl.svg"], "--trg", "a fox", "--method", "sds", "--steps", "1", "--model", TestPaths.TinyModel, "--no-losses", "-o", _folder["fox.svg"]).Code);
        // Killed after its first drawing and resumed, the same command gives the same bytes.
        string[] command = ["create", "an owl", "--model", TestPaths.TinyModel, "--clip", "none", "-n", "2", "--paths", "6", "--steps", "1", "-o", _folder["again.svg"], "--sheet", _folder["sheet.png"]];
        using (var killed = CliRun.Start(null, command))
        {
            var (output, error) = (killed.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), killed.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
            while (!(File.Exists(_folder["again.svg.state"]) && File.ReadAllText(_folder["again.svg.state"]).Contains("\"svg\"", StringComparison.Ordinal)) && !killed.HasExited) Thread.Sleep(5);
            killed.Kill();
            killed.WaitForExit();
        }
        Assert.False(File.Exists(_folder["again.svg"]), "the run ended before it could be killed");
        string[][] others = [["--seed", "5"], ["--lora", TestPaths.Fixture("tiny-lora", "pytorch_lora_weights.safetensors")], ["--clip", TestPaths.Fixture("tiny-clip")]];
        foreach (var option in others)
        {
            var other = CliRun.InProcess([.. command.Where(word => option[0] != "--clip" || word is not ("--clip" or "none")), "--resume", .. option]);
            Assert.Equal((2, true), (other.Code, other.Error.Contains("the state of another run", StringComparison.Ordinal)));
        }
        result = CliRun.InProcess([.. command, "--resume"]);
        Assert.True(result.Code == 0, result.Error);
        Assert.DoesNotContain("step 1/4", result.Error, StringComparison.Ordinal);
        foreach (var end in new[] { ".svg", "-2.svg" }) Assert.Equal(File.ReadAllBytes(_folder[$"owl{end}"]), File.ReadAllBytes(_folder[$"again{end}"]));
        Assert.DoesNotContain(_folder.Files, f => f.EndsWith(".state", StringComparison.Ordinal) || f.EndsWith(".lock", StringComparison.Ordinal));
        var sheet = PictureReader.Decode(File.ReadAllBytes(_folder["sheet.png"]), "sheet.png");
        Assert.Equal((2 * (12 + 2 * 172), 2 * (12 + 194)), (sheet.Width, sheet.Height));
        Assert.True(sheet.Pixels.Chunk(4).Distinct(EqualityComparer<byte[]>.Create((a, b) => a.AsSpan().SequenceEqual(b), p => p[0])).Count() > 8);
    }

    /// <summary>Where LoRAs are is in the record.</summary>
    [Theory]
    [InlineData(null, "both")]
    [InlineData("target", "target")]
    public void TheRecordSaysWhereLorasAre(string? asked, string recorded)
    {
        string[] place = asked is null ? [] : ["--lora-in", asked];
        var result = Create(["--lora", TestPaths.Fixture("tiny-lora", "pytorch_lora_weights.safetensors"), .. place, "--paths", "2", "--steps", "0", "-o", _folder["owl.svg"], "--json", "--quiet"]);
        Assert.True(result.Code == 0, result.Error);
        Assert.Equal(recorded, (string?)JsonNode.Parse(result.Output)!["options"]!["lora_in"]);
    }

    /// <summary>A CLIP that is given chooses among more pictures, and ranks the drawings; the record says which it was.</summary>
    [Fact]
    public void AClipChooses()
    {
        var result = CliRun.InProcess("create", "an owl", "--model", TestPaths.TinyModel, "--clip", TestPaths.Fixture("tiny-clip"), "-n", "3", "--paths", "4", "--steps", "0", "-o", _folder["owl.svg"]);
        Assert.True(result.Code == 0, result.Error);
        Assert.Contains("9 pictures to choose from", result.Error, StringComparison.Ordinal);
        var records = new[] { "owl.svg.json", "owl-2.svg.json", "owl-3.svg.json" }.Select(n => JsonNode.Parse(File.ReadAllText(_folder[n]))!).ToArray();
        Assert.All(records, r => Assert.Equal(64, ((string)r["clip"]!["sha256"]!).Length));
        double[] scores = [.. records.Select(r => (double)r["metrics"]!["clip_score"]!)];
        Assert.Equal(scores.OrderDescending(), scores);
        // The pictures that were chosen are those that it likes best, of nine.
        var chosen = records.ToDictionary(r => (long)r["picture_seed"]!, r => (double)r["metrics"]!["picture_score"]!);
        Assert.Equal(3, chosen.Count);
        Assert.All(chosen.Values, x => Assert.InRange(x, -1, 1));
        var few = JsonNode.Parse(Create("--steps", "0", "--paths", "2", "-o", _folder["few.svg"], "--json").Output)!;
        Assert.Null(few["clip"]);
        Assert.Null(few["metrics"]!["clip_score"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    public void APromptIsNeeded(string prompt)
    {
        var result = CliRun.InProcess("create", prompt);
        Assert.Equal(2, result.Code);
        Assert.Contains("prompt takes a text that is not empty", result.Error);
    }

    [Fact]
    public void SeveralDrawingsDoNotGoToStandardOutput()
    {
        var result = Create("-n", "2", "-o", "-");
        Assert.Equal(2, result.Code);
        Assert.Contains("several drawings do not go to standard output", result.Error);
    }
}
