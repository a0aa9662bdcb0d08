using System.CommandLine;
using SvgDistill.Tests;
using Xunit;

namespace SvgDistill.Cli.Tests;

/// <summary>
/// Everything a person reads in the help, word for word. SVGDISTILL_RECORD=1 rewrites the snapshots; look at the difference.
/// </summary>
public sealed class HelpTests
{
    /// <summary>Every command that there is.</summary>
    public static TheoryData<string> Commands => [.. Paths(Program.CreateRoot(new(TextWriter.Null, TextWriter.Null, Redirected: true)), "")];

    [Theory]
    [MemberData(nameof(Commands))]
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

    private static IEnumerable<string> Paths(Command command, string path) =>
        command.Subcommands.SelectMany(c => Paths(c, $"{path} {c.Name}".Trim())).Prepend(path);
}
