using System.Text.Json.Nodes;
using SvgDistill.Tests;
using Xunit;

namespace SvgDistill.Cli.Tests;

/// <summary><c>models/icon-clip</c> beside the program: the default of what measures with CLIP, where it is there.</summary>
public sealed class IconClipTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void MeasuresTakeItWhereItIsThere()
    {
        using var program = ProgramCopy.In(_folder["program"]);
        var owl = _folder.Example("owl.svg");
        JsonNode Metrics()
        {
            var result = CliRun.Finish(CliRun.StartProgram(program.Path, null, "metrics", owl, owl, "--trg", "a monkey", "--model", "none", "--size", "64", "--json"));
            Assert.Equal((0, ""), (result.Code, result.Code == 0 ? "" : result.Error));
            return JsonNode.Parse(result.Output)!;
        }
        var without = Metrics();
        Assert.Null(without["tools"]!["clip"]);
        Assert.Null(without["metrics"]!["values"]!["clip_score"]);
        Directory.CreateDirectory(Path.Combine(program.Folder, "models", "icon-clip"));
        foreach (var file in Directory.EnumerateFiles(TestPaths.Fixture("tiny-clip"))) File.Copy(file, Path.Combine(program.Folder, "models", "icon-clip", Path.GetFileName(file)));
        var with = Metrics();
        Assert.Equal("icon-clip", (string?)with["tools"]!["clip"]!["name"]);
        Assert.InRange((double)with["metrics"]!["values"]!["clip_score"]!, -1, 1);
    }
}
