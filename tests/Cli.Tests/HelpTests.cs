using SvgDistill.Tests;
using Xunit;

namespace SvgDistill.Cli.Tests;

/// <summary>
/// Everything a person reads in the help, word for word. SVGDISTILL_RECORD=1 rewrites the snapshots; look at the difference.
/// </summary>
public sealed class HelpTests
{
    [Theory]
    [InlineData("")]
    [InlineData("edit")]
    [InlineData("compare")]
    [InlineData("metrics")]
    [InlineData("render")]
    [InlineData("generate")]
    [InlineData("model")]
    [InlineData("model info")]
    [InlineData("model check")]
    [InlineData("model convert")]
    [InlineData("model pull")]
    [InlineData("doctor")]
    public void TheHelpIsTheSnapshot(string command)
    {
        var result = CliRun.InProcess([.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]);
        Assert.Equal(0, result.Code);
        var snapshot = Path.Combine(TestPaths.Root, "tests", "Cli.Tests", "Snapshots", $"help{(command.Length > 0 ? "-" : "")}{command.Replace(' ', '-')}.txt");
        var text = string.Join('\n', result.Output.Split('\n').Select(l => l.TrimEnd())).TrimEnd() + "\n";
        if (Environment.GetEnvironmentVariable("SVGDISTILL_RECORD") == "1") File.WriteAllText(snapshot, text);
        Assert.Equal(File.ReadAllText(snapshot), text);
    }

    [Fact]
    public void WithoutACommandTheHelpIsShown() => Assert.Equal(CliRun.InProcess("--help").Output, CliRun.InProcess().Output);
}
