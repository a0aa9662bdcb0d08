using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Xunit;

namespace SvgDistill.Cli.Tests;

/// <summary>A list of edits in one process and in parts: every job once, one that fails costs no other, parts make the bytes of the whole.</summary>
public sealed class BatchTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public BatchTests() => _folder.Example("apple.svg");

    public void Dispose() => _folder.Dispose();

    private string[] Command(string list, string folder, params string[] more) =>
        ["batch", _folder[list], "-o", _folder[folder], "--method", "sds", "--no-losses", "--model", TestPaths.TinyModel, .. more];

    private CliResult Batch(string list, string folder, params string[] more) => CliRun.InProcess(Command(list, folder, more));

    // All files of a folder but for what a record says of time.
    internal static Dictionary<string, string> Contents(string folder) => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
        .ToDictionary(f => Path.GetRelativePath(folder, f), f =>
        {
            if (!f.EndsWith(".svg.json", StringComparison.Ordinal)) return File.ReadAllText(f);
            var record = JsonNode.Parse(File.ReadAllText(f))!.AsObject();
            record.Remove("timing");
            return record.ToJsonString();
        });

    private string Jobs(int count)
    {
        var rows = Enumerable.Range(0, count).Select(i => $"apple.svg,\"a pear, number {i}\",{i},{i % 3 + 1}");
        return _folder.Write("jobs.csv", "input,trg,seed,steps\n" + string.Join('\n', rows) + "\n");
    }

    private System.Diagnostics.Process Part(int part) => CliRun.Start(null, Command("jobs.csv", "parts", "--shard", $"{part}/4", "--save-every", "1"));

    // When the record of each job that is done was written.
    private Dictionary<string, DateTime> Results(string folder) => Directory.EnumerateFiles(_folder[folder], "result.svg.json", SearchOption.AllDirectories)
        .ToDictionary(f => f, File.GetLastWriteTimeUtc);

    // Jobs 1, 5, 9 ... of those counted from 0.
    private static bool InSecondPart(string file) => int.Parse(Regex.Match(file, @"number-(\d+)").Groups[1].Value, CultureInfo.InvariantCulture) % 4 == 1;

    [Fact, Trait("Category", "Slow")]
    public async Task FortyJobsInFourPartsMakeTheBytesOfOneRunThoughAWorkerIsKilledTwice()
    {
        Jobs(40);
        Assert.Equal(0, Batch("jobs.csv", "whole").Code);
        var whole = Contents(_folder["whole"]);
        Assert.Equal(40, Results("whole").Count);
        Assert.All(whole.Keys, k => Assert.Matches(@"^(index\.html|results\.csv|runs/[^/]+/result\.svg(\.json|\.strength\.json)?)$", k));

        // All parts at once in one folder; the second is killed twice, a random while after a random one of its jobs began.
        var (random, notDone) = (new Random(14), new List<int>());
        var others = new[] { 1, 3, 4 }.Select(Part).ToList();
        var ends = others.Select(o => Task.Run(() => CliRun.Finish(o))).ToList();
        foreach (var job in new[] { random.Next(2, 5), random.Next(6, 9) })
        {
            using var worker = Part(2);
            _ = worker.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            while (worker.StandardError.ReadLine() is { } line && !line.StartsWith($"[{job}/10]", StringComparison.Ordinal)) { }
            worker.WaitForExit(random.Next(200));
            Assert.False(worker.HasExited, "the part ended before it could be killed");
            worker.Kill();
            worker.WaitForExit();
            notDone.Add(10 - Results("parts").Keys.Count(InSecondPart));
        }
        Assert.True(notDone[0] > notDone[1] && notDone[1] > 0, string.Join(", ", notDone));
        var before = Results("parts").Where(r => InSecondPart(r.Key)).ToList();
        using (var again = Part(2))
        {
            var end = CliRun.Finish(again);
            Assert.True(end.Code == 0, end.Error);
            Assert.Equal(10 - notDone[1], end.Error.Split('\n').Count(l => l.EndsWith("done before", StringComparison.Ordinal)));
        }
        foreach (var end in ends) Assert.Equal(0, (await end).Code);
        others.ForEach(o => o.Dispose());
        Assert.Equal(40, Results("parts").Count);
        Assert.All(before, r => Assert.Equal(r.Value, Results("parts")[r.Key]));
        Assert.False(File.Exists(_folder["parts/index.html"]));
        var merged = Batch("jobs.csv", "parts", "--merge");
        Assert.True(merged.Code == 0, merged.Error);
        Assert.DoesNotContain("step ", merged.Error, StringComparison.Ordinal);
        Assert.Equal(whole, Contents(_folder["parts"]));

        // Given again, nothing is done again.
        var times = Results("whole");
        var once = Batch("jobs.csv", "whole");
        Assert.Equal(0, once.Code);
        Assert.Equal(40, once.Error.Split('\n').Count(l => l.EndsWith("done before", StringComparison.Ordinal)));
        Assert.Equal(times, Results("whole"));
        Assert.Equal(whole, Contents(_folder["whole"]));
    }

    /// <summary>A part runs its own jobs and leaves the page alone; --merge runs none and says what is missing.</summary>
    [Fact]
    public void APartRunsItsOwnJobsAndMergingRunsNone()
    {
        Jobs(3);
        Assert.Equal(0, Batch("jobs.csv", "parts", "--shard", "2/3").Code);
        Assert.Single(Results("parts"));
        Assert.DoesNotContain("parts/index.html", _folder.Files);
        var merged = Batch("jobs.csv", "parts", "--merge");
        Assert.Equal(3, merged.Code);
        Assert.Contains("1 of 3 jobs done, 0 failed, 2 missing", merged.Error, StringComparison.Ordinal);
        Assert.Single(Results("parts"));
        Assert.Contains("parts/index.html", _folder.Files);
    }

    [Fact]
    public void AJobThatFailsCostsNoOtherAndIsReported()
    {
        _folder.Write("broken.svg", "<svg");
        _folder.Write("jobs.jsonl", """
            {"input": "apple.svg", "trg": "a pear", "steps": 1, "name": "good"}
            {"input": "broken.svg", "trg": "a pear", "name": "broken"}
            {"input": "apple.svg", "trg": "a pear", "steps": -4, "name": "negative"}

            {"input": "apple.svg", "trg": "a plum", "steps": 0, "name": "still", "free_shapes": true, "lock_colors": ["#123456", "#654321"]}
            """);
        var result = Batch("jobs.jsonl", "out", "--json");
        Assert.Equal(3, result.Code); // the first failure's
        var jobs = JsonNode.Parse(result.Output)!["jobs"]!.AsArray();
        Assert.Equal(["done", "failed", "failed", "done"], jobs.Select(j => (string?)j!["status"]));
        Assert.Contains("broken.svg", (string?)jobs[1]!["error"], StringComparison.Ordinal);
        Assert.Contains("jobs.jsonl:3: --steps takes", (string?)jobs[2]!["error"], StringComparison.Ordinal);
        Assert.Equal(File.ReadAllBytes(_folder["apple.svg"]), File.ReadAllBytes(_folder["out/runs/still/result.svg"]));
        Assert.Contains("2 done, 2 failed, 0 missing", File.ReadAllText(_folder["out/index.html"]), StringComparison.Ordinal);
        Assert.Equal(5, File.ReadAllLines(_folder["out/results.csv"]).Length);

        // Mended, it is done; the others stay.
        File.Copy(_folder["apple.svg"], _folder["broken.svg"], overwrite: true);
        result = Batch("jobs.jsonl", "out", "--json", "--steps", "0");
        jobs = JsonNode.Parse(result.Output)!["jobs"]!.AsArray();
        Assert.Equal(["done", "done", "failed", "done"], jobs.Select(j => (string?)j!["status"]));
        Assert.Equal(2, result.Code);
        Assert.Contains("good: done before", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void AJobThatEndsTheProcessAgainAndAgainIsGivenUp()
    {
        _folder.Write("jobs.csv", "input,trg,steps,name\napple.svg,a pear,0,bad\napple.svg,a plum,0,good\n");
        Directory.CreateDirectory(_folder["out/runs/bad"]);
        // What three processes that were ended leave.
        File.WriteAllText(_folder["out/runs/bad/started.json"], """{ "starts": 3, "state": "" }""");
        var result = Batch("jobs.csv", "out");
        Assert.Equal(5, result.Code);
        Assert.Contains("bad: ", result.Error, StringComparison.Ordinal);
        Assert.True(File.Exists(_folder["out/runs/good/result.svg"]));
        // It is tried again when the batch is.
        Assert.Equal(0, Batch("jobs.csv", "out").Code);
    }

    [Fact]
    public void AChangedInputIsEditedAgainAndEqualRowsAreOneJob()
    {
        _folder.Write("jobs.csv", "input,trg,steps\napple.svg,a pear,0\napple.svg,a pear,0\n");
        Assert.Equal(0, Batch("jobs.csv", "out").Code);
        var result = Assert.Single(Directory.EnumerateFiles(_folder["out/runs"], "result.svg", SearchOption.AllDirectories));
        File.WriteAllText(_folder["apple.svg"], File.ReadAllText(_folder["apple.svg"]) + "\n");
        Assert.Equal(0, Batch("jobs.csv", "out").Code);
        Assert.Equal(File.ReadAllText(_folder["apple.svg"]), File.ReadAllText(result));
    }

    /// <summary>Each is named as it stands, but for those of one name; the source prompt is each drawing's own.</summary>
    [Fact]
    public void AFolderIsAListOfItsDrawings()
    {
        Directory.CreateDirectory(_folder["icons/fruit"]);
        File.Copy(_folder["apple.svg"], _folder["icons/fruit/apple.svg"]);
        File.Copy(_folder["apple.svg"], _folder["icons/red_ball.SVG"]);
        foreach (var twin in (string[])["two.svg", "two.svgz"]) File.Copy(_folder["apple.svg"], _folder["icons/" + twin]);
        _folder.Write("icons/notes.txt", "no drawing");
        CliResult Run(params string[] more) => CliRun.InProcess(["batch", _folder["icons"] + "/", "--method", "sds", "--no-losses", "--model", TestPaths.TinyModel, "--steps", "0", .. more]);
        var result = Run("--trg", "{src}, filled", "--json");
        Assert.True(result.Code == 0, result.Error);
        var jobs = JsonNode.Parse(result.Output)!["jobs"]!.AsArray().Select(j => (string)j!["job"]!).ToArray();
        Assert.Equal(["fruit.apple", "red_ball"], jobs[..2]);
        Assert.All(jobs[2..], job => Assert.StartsWith("two.src-filled.", job, StringComparison.Ordinal));
        Assert.Equal(4, jobs.Distinct().Count());
        Assert.Equal(File.ReadAllBytes(_folder["apple.svg"]), File.ReadAllBytes(_folder["icons.batch/runs/fruit.apple/result.svg"]));
        var options = JsonNode.Parse(File.ReadAllText(_folder["icons.batch/runs/red_ball/result.svg.json"]))!["options"]!;
        Assert.Equal(((string)options["src"]!) + ", filled", (string?)options["trg"]);

        Assert.Contains("--trg says", Run().Error, StringComparison.Ordinal);
        Assert.Contains("lies in the folder", Run("--trg", "a pear", "-o", _folder["icons/out"]).Error, StringComparison.Ordinal);
        Directory.CreateDirectory(_folder["empty"]);
        Assert.Contains("holds no SVG file", CliRun.InProcess("batch", _folder["empty"], "--trg", "a pear").Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["empty.batch"]));
    }

    [Theory]
    [InlineData("jobs.csv", "input,trg,nosuch\napple.svg,a pear,1\n", 3, "jobs.csv:2: there is no column 'nosuch'")]
    [InlineData("jobs.csv", "input,trg\napple.svg,a pear,yellow\n", 3, "jobs.csv:2: 3 cells under 2 columns")]
    [InlineData("jobs.csv", "input,trg\n\"apple.svg,a pear\n", 3, "jobs.csv:2: a quotation mark is opened and not closed")]
    [InlineData("jobs.csv", "input,trg\n", 3, "it has no job")]
    [InlineData("jobs.csv", "input,trg,name\napple.svg,a pear,../x\n", 3, "jobs.csv:2: the name '../x'")]
    [InlineData("jobs.csv", "input,trg,name\napple.svg,a pear,x\napple.svg,a plum,x\n", 3, "jobs.csv:3: line 2 has the name 'x', too")]
    [InlineData("jobs.jsonl", "{\"input\": \"apple.svg\"}\n[1]\n", 3, "jobs.jsonl:2: no object")]
    [InlineData("jobs.jsonl", "{\"input\": \n", 3, "jobs.jsonl:1: no JSON")]
    public void AListThatCannotBeReadIsRefusedWithItsLine(string name, string text, int code, string message)
    {
        _folder.Write(name, text);
        var result = Batch(name, "out");
        Assert.Equal(code, result.Code);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["out"]));
    }

    [Theory]
    [InlineData("0/4")]
    [InlineData("5/4")]
    [InlineData("1")]
    [InlineData("-1/4")]
    public void ShardsAreCountedFromOne(string shard)
    {
        Jobs(1);
        Assert.Equal(2, Batch("jobs.csv", "out", "--shard", shard).Code);
    }
}
