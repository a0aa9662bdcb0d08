using System.Text.Json.Nodes;
using SvgDistill.Tests;
using Xunit;

namespace SvgDistill.Cli.Tests;

public class MetricsTests
{
    private const string Before = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 100 100'><title>a red square</title><path d='M20 20h40v40h-40z' fill='#c00'/></svg>";
    private const string After = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 100 100'><path d='M30 20h40v40h-40z' fill='#c00'/></svg>";

    [Fact]
    public void Without_networks_the_rest_is_a_table_and_what_is_missing_is_said()
    {
        using var folder = new TempFolder();
        var result = CliRun.InProcess("metrics", folder.Write("a.svg", Before), folder.Write("b.svg", After));
        Assert.Equal(0, result.Code);
        Assert.Matches(@"IoU +0\.600", result.Output);
        Assert.Matches(@"mean move +7\.07 % of diagonal +less is better", result.Output);
        Assert.Contains("not computed: LPIPS: no LPIPS weights are at hand: name a file with --lpips", result.Output, StringComparison.Ordinal);
        Assert.Contains("not computed: CLIP score, CLIP direction, success, denoising loss, denoising gain: no target prompt was given (--trg).", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_record_has_every_figure_and_the_networks_hashes()
    {
        using var folder = new TempFolder();
        var lpips = TestPaths.Fixture("lpips-alex-random.safetensors");
        var result = CliRun.InProcess("metrics", folder.Write("a.svg", Before), folder.Write("b.svg", After), "--trg", "a blue square",
            "--clip", TestPaths.Fixture("tiny-clip"), "--lpips", lpips, "--model", "none", "--classes", "a cat,a dog", "--size", "64", "--json");
        Assert.True(result.Code == 0, result.Error);
        var record = JsonNode.Parse(result.Output)!;
        Assert.Equal("a red square", (string?)record["options"]!["src"]);
        Assert.Equal(Hash(lpips), (string?)record["tools"]!["lpips"]!["sha256"]);
        Assert.Equal(64, ((string)record["tools"]!["clip"]!["sha256"]!).Length);
        var metrics = record["metrics"]!;
        Assert.InRange((double)metrics["values"]!["clip_score"]!, -1, 1);
        Assert.InRange((double)metrics["values"]!["clip_directional"]!, -1, 1);
        Assert.True((double)metrics["values"]!["lpips"]! > 0);
        Assert.Equal("no model was asked for (--model none).", (string?)metrics["not_computed"]!["denoising_gain"]);
        Assert.Equal(Hash(folder["b.svg"]), (string?)record["edit"]!["sha256"]);
    }

    [Fact]
    public void A_drawing_against_itself_is_infinite_in_words_and_in_csv()
    {
        using var folder = new TempFolder();
        var a = folder.Write("a.svg", Before);
        Assert.Matches(@"PSNR +infinite dB", CliRun.InProcess("metrics", a, a).Output);
        var lines = CliRun.InProcess("metrics", a, a, "--csv").Output.Split("\r\n");
        Assert.Equal("inf", lines[1].Split(',')[Array.IndexOf(lines[0].Split(','), "psnr")]);
        Assert.Equal("", lines[1].Split(',')[Array.IndexOf(lines[0].Split(','), "clip_score")]);
    }

    [Fact]
    public void Other_trees_are_compared_as_pictures_only()
    {
        using var folder = new TempFolder();
        var other = folder.Write("b.svg", After.Replace("</svg>", "<circle r='5'/></svg>", StringComparison.Ordinal));
        var output = CliRun.InProcess("metrics", folder.Write("a.svg", Before), other).Output;
        Assert.Contains("the drawings have different trees: 1 shapes against 2.", output, StringComparison.Ordinal);
        Assert.Matches(@"SSIM +0\.\d+", output);
    }

    [Theory]
    [InlineData("/nowhere.svg", null, 3, "no such file")]
    [InlineData(null, "--lpips", 3, "there is no such file")]
    [InlineData(null, "--clip", 4, "there is no such folder or file")]
    public void What_is_not_there_is_named(string? file, string? option, int code, string message)
    {
        using var folder = new TempFolder();
        var a = folder.Write("a.svg", Before);
        string[] args = option is null ? ["metrics", a, file!] : ["metrics", a, a, option, folder["missing"]];
        var result = CliRun.InProcess(args);
        Assert.Equal(code, result.Code);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
        Assert.Empty(result.Output);
    }

    [Fact]
    public void Json_and_csv_together_are_refused() => Assert.Equal(2, CliRun.InProcess("metrics", "a.svg", "b.svg", "--json", "--csv").Code);

    private static string Hash(string path) => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(path)));
}
