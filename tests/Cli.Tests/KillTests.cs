using Xunit;

namespace SvgDistill.Cli.Tests;

/// <summary>What a run that is killed leaves.</summary>
public sealed class KillTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void AKilledRunGoesOnFromItsLastStateToTheSameBytes()
    {
        var input = _folder.Example("apple.svg");
        string[] command = ["edit", input, "--trg", "a pear", "--no-losses", "--method", "sds", "--steps", "50", "--save-every", "3", "--keep-best", "--model", TestPaths.Fixture("tiny-sd15")];
        Assert.Equal(0, CliRun.InProcess([.. command, "-o", _folder["whole.svg"]]).Code);

        using (var killed = CliRun.Start(null, command))
        {
            var error = killed.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            var state = _folder["apple.a-pear.svg.state"];
            // Some states, so that one of them was replaced.
            var (seen, first) = (0, default(DateTime?));
            while (seen < 3 && !killed.HasExited)
            {
                if (File.Exists(state) && new FileInfo(state) is { Length: > 0 } file && file.LastWriteTimeUtc != first) (seen, first) = (seen + 1, file.LastWriteTimeUtc);
                Thread.Sleep(5);
            }
            Assert.False(killed.HasExited, "the run ended before it could be killed");
            killed.Kill();
            killed.WaitForExit();
        }
        Assert.DoesNotContain("apple.a-pear.svg", _folder.Files);

        // Another run takes another name: the state is not overwritten.
        Assert.Equal(0, CliRun.InProcess("edit", input, "--trg", "a pear", "--no-losses", "--steps", "0", "--model", TestPaths.Fixture("tiny-sd15")).Code);
        Assert.Contains("apple.a-pear-2.svg", _folder.Files);

        var resumed = CliRun.InProcess([.. command, "-o", _folder["apple.a-pear.svg"], "--resume"]);
        Assert.True(resumed.Code == 0, resumed.Error);
        Assert.DoesNotContain("step 1/50", resumed.Error, StringComparison.Ordinal);
        Assert.Equal(File.ReadAllText(_folder["whole.svg"]), File.ReadAllText(_folder["apple.a-pear.svg"]));
        Assert.DoesNotContain("apple.a-pear.svg.state", _folder.Files);
    }

    [Fact]
    public void AResultThatIsReplacedStandsUntilTheRunIsThrough()
    {
        var input = _folder.Example("apple.svg");
        _folder.Write("out.svg", "what stood here");
        using var killed = CliRun.Start(null, "edit", input, "--trg", "a pear", "--no-losses", "--method", "sds", "--steps", "5000", "--save-every", "1",
            "--model", TestPaths.Fixture("tiny-sd15"), "-o", _folder["out.svg"]);
        var error = killed.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        while (!File.Exists(_folder["out.svg.state"]) && !killed.HasExited) Thread.Sleep(5);
        killed.Kill();
        killed.WaitForExit();
        Assert.Equal("what stood here", File.ReadAllText(_folder["out.svg"]));
    }
}
