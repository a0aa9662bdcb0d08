using System.Text.Json.Nodes;
using SvgDistill.Editor.Comparing;
using SvgDistill.Editor.Editing;
using SvgDistill.Editor.Evaluating;
using Xunit;

namespace SvgDistill.Cli.Tests;

/// <summary>No command takes a file that is not its own: what it reads, what lies in its folder, what an earlier command left beside a result.</summary>
public sealed class SafeFilesTests : IDisposable
{
    private const string Square = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect x="4" y="4" width="8" height="8" fill="#3a3"/></svg>""";

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private CliResult Edit(string input, string output, params string[] more) => CliRun.InProcess(["edit", _folder[input], "--src", "a box", "--trg", "a ball", "--no-losses",
        "--method", "sds", "--steps", "1", "--model", TestPaths.TinyModel, "-o", _folder[output], .. more]);

    private CliResult Variants(string input, params string[] more) => CliRun.InProcess(["variants", _folder[input], "--src", "a box", "--trg", "a ball",
        "--method", "sds", "--steps", "1", "-n", "1", "--seeds", "1", "--strengths", "1", "--model", TestPaths.TinyModel, .. more]);

    private static void Done(CliResult result) => Assert.True(result.Code == 0, result.Error);

    [Theory]
    [InlineData("sheet.svg", "variants", "--src", "a box", "--trg", "a ball")]
    [InlineData("results.csv", "batch")]
    [InlineData("summary.json", "evaluate")]
    [InlineData("index.html", "compare", "--trg", "a ball")]
    public void AFolderOfResultsIsRefusedWhereTheInputWouldBeWrittenOver(string name, string command, params string[] more)
    {
        var text = command switch { "batch" => "input,trg\nsquare.svg,a ball\n", "evaluate" => """[{ "id": 1, "before": "square.svg", "src": "a box", "trg": "a ball" }]""", _ => Square };
        _folder.Write("square.svg", Square);
        _folder.Write(name, text);
        var result = CliRun.InProcess([command, _folder[name], .. more, "-o", _folder.Path]);
        Assert.Equal(ExitCode.Usage, result.Code);
        Assert.Contains("reads this file and would write over it", result.Error, StringComparison.Ordinal);
        Assert.Equal(text, File.ReadAllText(_folder[name]));
    }

    [Fact]
    public void AFolderWhoseListIsSomebodyElsesIsRefused()
    {
        _folder.Write("square.svg", Square);
        _folder.Write("variants.json", """{ "mine": true }""");
        Assert.Equal(ExitCode.Usage, Variants("square.svg", "-o", _folder.Path).Code);
        Assert.Equal("""{ "mine": true }""", File.ReadAllText(_folder["variants.json"]));
    }

    [Fact]
    public void VariantsTakeAwayTheirOwnOnly_AndWhatWasChangedCanBeHadBack()
    {
        _folder.Write("square.svg", Square);
        string[] place = ["-o", _folder["out"]];
        Done(Variants("square.svg", place));
        var kept = _folder["out/variants/01-a-ball.svg"];
        _folder.Write("out/variants/02-by-hand.svg", "drawn by hand");
        File.WriteAllText(kept, "changed by hand");

        Done(Variants("square.svg", [.. place, "--seed", "3"]));
        Assert.Equal("drawn by hand", File.ReadAllText(_folder["out/variants/02-by-hand.svg"]));
        Assert.NotEqual("changed by hand", File.ReadAllText(kept));
        Done(CliRun.InProcess("undo", kept));
        Assert.Equal("changed by hand", File.ReadAllText(kept));
    }

    [Fact]
    public void OtherVariantsThanBeforeAreGone()
    {
        _folder.Write("square.svg", Square);
        Done(Variants("square.svg", "-o", _folder["out"]));
        var result = CliRun.InProcess("variants", _folder["square.svg"], "--src", "a box", "--trg", "a sun", "--method", "sds", "--steps", "1", "-n", "1", "--seeds", "1",
            "--strengths", "1", "--model", TestPaths.TinyModel, "-o", _folder["out"]);
        Done(result);
        Assert.Equal(["01-a-sun.svg"], Directory.EnumerateFiles(_folder["out/variants"]).Select(Path.GetFileName));
    }

    [Fact]
    public void AFilmIsNotWrittenOverThePictureThatIsFitted()
    {
        _folder.Write("square.svg", Square);
        Done(CliRun.InProcess("render", _folder["square.svg"], "-o", _folder["square.png"], "--size", "16"));
        var picture = File.ReadAllBytes(_folder["square.png"]);
        var result = CliRun.InProcess("fit", _folder["square.png"], "--steps", "1", "--paths", "2", "-o", "-", "--film", _folder["square.png"]);
        Assert.Equal(ExitCode.Usage, result.Code);
        Assert.Equal(picture, File.ReadAllBytes(_folder["square.png"]));
    }

    [Fact]
    public void StrengthsOfWhatWasReplacedAreGone_AndThoseOfTheSameEditStay()
    {
        _folder.Write("square.svg", Square);
        _folder.Write("disc.svg", Square.Replace("<rect x=\"4\" y=\"4\" width=\"8\" height=\"8\"", "<circle cx=\"8\" cy=\"8\" r=\"5\"", StringComparison.Ordinal));
        Done(Edit("square.svg", "edited.svg"));
        Done(Edit("disc.svg", "other.svg"));
        Done(CliRun.InProcess("strength", _folder["edited.svg"], "0.5", "-o", _folder["edited.svg"]));
        Done(CliRun.InProcess("strength", _folder["edited.svg"], "1", "-o", _folder["again.svg"]));

        Done(CliRun.InProcess("strength", _folder["other.svg"], "0.5", "-o", _folder["edited.svg"]));
        Assert.DoesNotContain("edited.svg.strength.json", _folder.Files);
        Assert.DoesNotContain("edited.svg.json", _folder.Files);
        Assert.Equal(ExitCode.Input, CliRun.InProcess("strength", _folder["edited.svg"], "0.9").Code);
        Done(CliRun.InProcess("undo", _folder["edited.svg"]));
        Assert.Contains("edited.svg.strength.json", _folder.Files);
    }

    [Fact]
    public void AResultWithoutAnExtensionIsKeptForUndoToo()
    {
        _folder.Write("square.svg", Square);
        Done(Edit("square.svg", "result"));
        var first = File.ReadAllText(_folder["result"]);
        Done(Edit("square.svg", "result", "--seed", "5"));
        Assert.NotEqual(first, File.ReadAllText(_folder["result"]));
        Done(CliRun.InProcess("undo", _folder["result"]));
        Assert.Equal(first, File.ReadAllText(_folder["result"]));
    }

    [Fact]
    public void ARowsStrengthIsTheEdits_AndJobsHaveNamesThatFileSystemsTake()
    {
        var name = new string('絵', 44);
        _folder.Write("square.svg", Square);
        _folder.Write($"{name}.svg", Square);
        _folder.Write("jobs.csv", $"input,trg,strength\nsquare.svg,a ball,0\n{name}.svg,{new string('球', 42)},1\n");
        Done(CliRun.InProcess("batch", _folder["jobs.csv"], "-o", _folder["out"], "--method", "sds", "--steps", "2", "--no-losses", "--model", TestPaths.TinyModel));
        var results = Directory.EnumerateFiles(_folder["out"], "result.svg", SearchOption.AllDirectories).ToArray();
        Assert.Equal(2, results.Length);
        var still = results.Single(r => r.Contains("square", StringComparison.Ordinal));
        Assert.Equal(Square, File.ReadAllText(still));
        Assert.Equal(0, (double)JsonNode.Parse(File.ReadAllText(still + ".json"))!["options"]!["limits"]!["strength"]!);
    }

    [Fact]
    public void AJobWhoseErrorCannotBeWrittenCostsNoOther()
    {
        _folder.Write("square.svg", Square);
        _folder.Write("jobs.csv", "name,input,trg\nfirst,nothing.svg,a ball\nsecond,square.svg,a ball\n");
        Directory.CreateDirectory(_folder["out/runs"]);
        _folder.Write("out/runs/first", "a file where the job's folder would be");
        var result = CliRun.InProcess("batch", _folder["jobs.csv"], "-o", _folder["out"], "--method", "sds", "--steps", "1", "--no-losses", "--model", TestPaths.TinyModel);
        Assert.Equal(ExitCode.Input, result.Code);
        Assert.True(File.Exists(_folder["out/runs/second/result.svg"]), result.Error);
        var table = File.ReadAllLines(_folder["out/results.csv"]);
        Assert.Contains("failed", table.Single(line => line.Contains("first", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public void AStrengthIsNotAPicturesWhereTheRowGoesByWayOfOne()
    {
        var request = new EditRequest { Input = "", Target = "", Limits = new() { Strength = .5 } };
        Assert.Equal(1, EvaluatedRow.Parse("via-picture").Apply(request).Limits.Strength);
        Assert.Equal(.5, EvaluatedRow.Parse("sds").Apply(request).Limits.Strength);
        // Of a comparison's rows it is the pictures' alone.
        var plan = new ComparePlan(request, [ComparedMethod.Parse("sds")], [0], 4, null, [], "");
        Assert.Equal(1, plan.Request(plan.Methods[0], 0).Limits.Strength);
        var compared = CliRun.InProcess("compare", _folder.Write("square.svg", Square), "--trg", "a ball", "--methods", "sds,ids", "--strength", "0.5");
        Assert.Equal(ExitCode.Usage, compared.Code);
        Assert.Contains("--strength is of rows by way of a picture", compared.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void HistoryPassesOverOtherJson_AndTellsLargeSeedsAsTheyWere()
    {
        _folder.Write("square.svg", Square);
        _folder.Write("twice.json", """{ "a": 1, "a": 2 }""");
        _folder.Write("within.json", """{ "command": "edit", "output": { "sha256": "x", "sha256": "y" } }""");
        Done(Edit("square.svg", "out.svg", "--seed", "9007199254740993"));
        var history = CliRun.InProcess("history", _folder.Path);
        Done(history);
        Assert.Contains("seed 9007199254740993", history.Output, StringComparison.Ordinal);
    }

    /// <summary>A drawing that was left as it is has a PSNR without end, which is a figure like any other.</summary>
    [Fact]
    public void FiguresWithoutEndAreKept()
    {
        _folder.Write("figures.json", MeasuredFigures.Text("a key", [("psnr", double.PositiveInfinity), ("ssim", .5)], new Dictionary<string, string>()));
        Assert.Equal([("psnr", double.PositiveInfinity), ("ssim", .5)], MeasuredFigures.Load(_folder["figures.json"], "a key")!.Value.Item1);
    }

    [Theory]
    [InlineData("edit", "", "--trg", "a ball")]
    [InlineData("undo", "")]
    [InlineData("history", "")]
    [InlineData("strength", "", "0.5")]
    public void AnEmptyNameIsSaidToBeOne(params string[] command)
    {
        var result = CliRun.InProcess(command);
        Assert.Equal(ExitCode.Usage, result.Code);
        Assert.Contains("an empty text", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void AStoppedRunIsFoundThoughTheOneBeforeItWasMovedAway()
    {
        _folder.Write("square.svg", Square);
        _folder.Write("square.a-ball-2.svg.state", "a state");
        var result = CliRun.InProcess("edit", _folder["square.svg"], "--src", "a box", "--trg", "a ball", "--resume", "--model", TestPaths.TinyModel);
        Assert.NotEqual(0, result.Code);
        Assert.Contains("square.a-ball-2.svg.state", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("there is no interrupted run", result.Error, StringComparison.Ordinal);
    }
}
