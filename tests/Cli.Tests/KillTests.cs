using System.Text.Json.Nodes;
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
        string[] command = ["edit", input, "--trg", "a pear", "--no-losses", "--method", "sds", "--steps", "50", "--save-every", "3", "--keep-best", "--clip-guidance", "1", "--model", TestPaths.Fixture("tiny-sd15")];
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
            // While it lives, no other run goes on from its state.
            var second = CliRun.InProcess([.. command, "--resume"]);
            Assert.False(killed.HasExited, "the run ended before it could be killed");
            Assert.Equal(2, second.Code);
            Assert.Contains("apple.a-pear.svg: another run is at work on it", second.Error, StringComparison.Ordinal);
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
        Assert.DoesNotContain(_folder.Files, f => f.StartsWith("apple.a-pear.svg.state", StringComparison.Ordinal) || f.EndsWith(".lock", StringComparison.Ordinal));
    }

    [Fact]
    public void ADamagedStateIsAnInputThatIsNamed()
    {
        var input = _folder.Example("apple.svg");
        _folder.Write("out.svg.state", "no state");
        var resumed = CliRun.InProcess("edit", input, "--trg", "a pear", "--steps", "1", "--model", TestPaths.Fixture("tiny-sd15"), "-o", _folder["out.svg"], "--resume");
        Assert.Equal(3, resumed.Code);
        Assert.Contains("out.svg.state: the state of a run, damaged", resumed.Error, StringComparison.Ordinal);
        Assert.Contains("out.svg.state", _folder.Files);
    }

    [Fact, Trait("Category", "Slow")]
    public void AKilledComparisonKeepsItsRunsAndGoesOnWithinOne()
    {
        string[] command = ["compare", _folder.Example("apple.svg"), "--trg", "a pear", "--methods", "sds", "--seeds", "2", "--steps", "40", "--pictures", "1", "--size", "64",
            "--clip", TestPaths.Fixture("tiny-clip")];
        Assert.Equal(0, CliRun.InProcess([.. command, "-o", _folder["whole"]]).Code);
        using (var killed = CliRun.Start(null, [.. command, "-o", _folder["killed"]]))
        {
            var (output, error) = (killed.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), killed.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
            while (!File.Exists(_folder["killed/runs/sds-s1/result.svg.state"]) && !killed.HasExited) Thread.Sleep(5);
            killed.Kill();
            killed.WaitForExit();
        }
        Assert.False(File.Exists(_folder["killed/runs/sds-s1/result.svg.json"]), "the run ended before it could be killed");
        var again = CliRun.InProcess([.. command, "-o", _folder["killed"]]);
        Assert.True(again.Code == 0, again.Error);
        Assert.Contains("[1/2] sds, seed 0: done before", again.Error, StringComparison.Ordinal);
        Assert.Contains("step 26/40", again.Error, StringComparison.Ordinal);
        foreach (var seed in new[] { 0, 1 })
        {
            string Name(string folder, string file) => _folder[$"{folder}/runs/sds-s{seed}/{file}"];
            Assert.Equal(File.ReadAllText(Name("whole", "result.svg")), File.ReadAllText(Name("killed", "result.svg")));
            int Samples(string folder) => (int)JsonNode.Parse(File.ReadAllText(Name(folder, "result.svg.json")))!["samples_forwarded"]!;
            Assert.Equal(Samples("whole"), Samples("killed"));
        }
        Assert.DoesNotContain(_folder.Files, f => f.EndsWith(".state", StringComparison.Ordinal));
    }

    /// <summary>Many edits in one run: what was done stays, and the edit that was cut off loses only what followed its last state, one of each 25 steps.</summary>
    [Theory, Trait("Category", "Slow")]
    [InlineData("variants", "runs/a-pear-s0", "runs/a-pear-s1", "--seeds", "2", "--strengths", "0.5,1", "--size", "64")]
    [InlineData("evaluate", "pairs/0001-apple/sds", "pairs/0002-apple/sds", "--methods", "sds")]
    public void KilledVariantsAndEvaluationsGoOnToTheSameBytes(string command, string first, string second, params string[] more)
    {
        _folder.Example("apple.svg");
        _folder.Write("pairs.json", """[ { "before": "apple.svg", "trg": "a pear" }, { "before": "apple.svg", "trg": "a plum" } ]""");
        string[] given = command == "variants" ? [_folder["apple.svg"], "--trg", "a pear", "--method", "sds"] : [_folder["pairs.json"]];
        string[] words = [command, .. given, .. more, "--steps", "40", "--model", TestPaths.TinyModel];
        var whole = CliRun.InProcess([.. words, "-o", _folder["whole"]]);
        Assert.True(whole.Code == 0, whole.Error);

        // A random while after a state was written: in the first edit, then in the second.
        var random = new Random(9);
        foreach (var edit in new[] { first, second })
        {
            using var killed = CliRun.Start(null, [.. words, "-o", _folder["killed"]]);
            _ = (killed.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), killed.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
            while (!File.Exists(_folder[$"killed/{edit}/result.svg.state"]) && !killed.HasExited) Thread.Sleep(5);
            killed.WaitForExit(random.Next(100));
            killed.Kill();
            killed.WaitForExit();
            Assert.False(File.Exists(_folder[$"killed/{edit}/result.svg.json"]), "the edit ended before it could be killed");
        }
        var firstDone = File.GetLastWriteTimeUtc(_folder[$"killed/{first}/result.svg"]);
        var again = CliRun.InProcess([.. words, "-o", _folder["killed"]]);
        Assert.True(again.Code == 0, again.Error);
        Assert.Equal(firstDone, File.GetLastWriteTimeUtc(_folder[$"killed/{first}/result.svg"]));
        Assert.Matches("^step 26/40", again.Error[again.Error.IndexOf("step ", StringComparison.Ordinal)..]);
        var drawings = _folder.Files.Where(f => f.StartsWith("whole/", StringComparison.Ordinal) && f.EndsWith(".svg", StringComparison.Ordinal)).ToList();
        Assert.True(drawings.Count >= 2, $"{drawings.Count} drawings");
        Assert.All(drawings, d => Assert.Equal(File.ReadAllText(_folder[d]), File.ReadAllText(_folder["killed" + d["whole".Length..]])));
        Assert.Equal(_folder.Files.Where(f => f.StartsWith("whole/", StringComparison.Ordinal)).Select(f => f["whole".Length..]),
            _folder.Files.Where(f => f.StartsWith("killed/", StringComparison.Ordinal)).Select(f => f["killed".Length..]));
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
