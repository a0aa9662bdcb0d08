using System.Text.Json.Nodes;
using Xunit;

namespace SvgDistill.Cli.Tests;

/// <summary>Shapes that an edit shrinks to nothing, through every command that sees the result.</summary>
public sealed class VanishingTests : IDisposable
{
    // Eyes and mouth of a few tenths of a unit, which points rates of a twentieth of the canvas bring to zero.
    private const string Ghost = """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><title>ghost</title>
          <path d="M4 22V10a8 8 0 0 1 16 0v12l-3-2-2 2-3-2-3 2-2-2z" fill="#ccd"/>
          <circle cx="9" cy="10" r=".3" fill="#222"/>
          <rect x="13" y="9" width=".4" height=".4" rx=".1" fill="#222"/>
          <ellipse cx="12" cy="14" rx=".4" ry=".2" fill="#a22"/>
        </svg>
        """;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ARunWhoseShapesVanishIsWrittenMeasuredAndGoneOnFrom()
    {
        var input = _folder.Write("ghost.svg", Ghost);
        var output = _folder["out.svg"];
        Succeeds("edit", input, "--trg", "a snowman", "--no-losses", "--method", "sds", "--steps", "12", "--point-rate", ".05", "--anchor-shape", "0", "--no-clean", "-o", output);
        Assert.Contains("r=\"0\"", File.ReadAllText(output), StringComparison.Ordinal);
        var vanished = (int?)JsonNode.Parse(File.ReadAllText(output + ".json"))!["metrics"]!["vanished_shapes"];
        Assert.True(vanished > 0);

        var measures = JsonNode.Parse(Succeeds("metrics", input, output, "--model", "none", "--json").Output)!["metrics"]!;
        Assert.Equal(vanished, (int?)measures["values"]!["vanished"]);
        Assert.NotNull(measures["values"]!["displacement_mean"]);

        Succeeds("render", input, _folder["target.png"], "--size", "64");
        Succeeds("fit", _folder["target.png"], "--from", output, "--steps", "3", "-o", _folder["fit.svg"]);
        Succeeds("edit", output, "--src", "ghost", "--trg", "a snowman", "--no-losses", "--steps", "1", "--optimize", "all", "-o", _folder["again.svg"]);
        Succeeds("edit", output, "--src", "ghost", "--trg", "a snowman", "--no-losses", "--steps", "1", "--free-shapes", "-o", _folder["free.svg"]);
    }

    private static CliResult Succeeds(params string[] arguments)
    {
        var result = CliRun.InProcess(arguments);
        Assert.True(result.Code == 0, $"{string.Join(' ', arguments)}: {result.Error}");
        return result;
    }
}
