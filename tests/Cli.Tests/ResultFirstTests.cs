using System.Text.Json.Nodes;
using SvgDistill.Cli.Terminal;
using Xunit;

namespace SvgDistill.Cli.Tests;

/// <summary>The result is written before anything else that can fail; what fails later is a note and a null.</summary>
public sealed class ResultFirstTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>A command line, its result, and what follows the result: each with the record's field that is null without it.</summary>
    public static TheoryData<string, string, string> Steps()
    {
        var data = new TheoryData<string, string, string>();
        void Add(string command, params (string Step, string Field)[] steps)
        {
            foreach (var (step, field) in steps) data.Add(command, step, field);
        }
        Add("edit apple.svg --trg pear --steps 0 --png -o out.svg", ("silhouette overlap", "metrics.silhouette_overlap"),
            ("what the drawing changed", "metrics.mean_displacement_percent"), ("untouched_elements", "metrics.untouched_elements"),
            ("denoising loss", "metrics.denoising_loss"), ("picture of before", ""), ("picture of after", ""), ("record", "-"), ("record's file", "-"), ("state", ""));
        Add("fit apple.png --steps 1 --paths 2 --film film.png -o out.svg", ("film", ""), ("record", "-"), ("record's file", "-"));
        Add("vectorize apple.png --start random --paths 2 --steps 0 --png -o out.svg", ("PSNR against the picture", "metrics.degraded_psnr_db"),
            ("picture of after", ""), ("record", "-"), ("record's file", "-"), ("state", ""));
        Add("restore apple.png --downsample 2 --reference large.png --start random --paths 2 --steps 0 -o out.svg",
            ("measures against the reference", "metrics.reference"));
        Add("image apple.svg --trg pear --steps 2 -o out.png", ("PSNR", "metrics.psnr_db"), ("SSIM", "metrics.ssim"), ("record", "-"), ("record's file", "-"));
        Add("inpaint apple.svg --region #leaf=pear --steps 2 -o out.png", ("PSNR", "metrics.psnr_db"), ("SSIM", "metrics.ssim"), ("record", "-"), ("record's file", "-"));
        return data;
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public void AStepThatFailsLeavesTheResult(string command, string step, string field)
    {
        var svg = File.ReadAllText(_folder.Example("apple.svg")).Replace("<path", "<path id=\"leaf\"", StringComparison.Ordinal);
        File.WriteAllText(_folder["apple.svg"], FirstIdOnly(svg));
        Assert.Equal(0, CliRun.InProcess("render", _folder["apple.svg"], _folder["apple.png"], "--size", "32").Code);
        Assert.Equal(0, CliRun.InProcess("render", _folder["apple.svg"], _folder["large.png"], "--size", "64").Code);
        string[] args = [.. command.Split(' ').Select(w => w.EndsWith(".svg", StringComparison.Ordinal) || w.EndsWith(".png", StringComparison.Ordinal) ? _folder[w] : w)];
        var result = args[^1];

        var seen = new List<string>();
        using var output = new StringWriter();
        using var error = new StringWriter();
        var streams = new Streams(output, error, Redirected: true)
        {
            FollowingUp = what =>
            {
                Assert.True(File.Exists(result), $"{what} comes before the result");
                seen.Add(what);
                if (what == step) throw new InvalidCastException("made by the test");
            },
        };
        var code = Program.Run(args, streams);

        Assert.True(code == 0, error.ToString());
        Assert.Contains(step, seen);
        var note = Assert.Single(error.ToString().Split('\n'), l => l.StartsWith("note: ", StringComparison.Ordinal) && l.Contains("made by the test", StringComparison.Ordinal));
        Assert.StartsWith($"note: {step}: internal error: InvalidCastException", note, StringComparison.Ordinal);
        var log = note[(note.IndexOf("details: ", StringComparison.Ordinal) + "details: ".Length)..].TrimEnd(')');
        Assert.Contains("   at SvgDistill", File.ReadAllText(log), StringComparison.Ordinal);
        Assert.True(new FileInfo(result).Length > 0);
        Assert.Equal(field != "-", File.Exists(result + ".json"));
        if (field == "-") return;
        var value = JsonNode.Parse(File.ReadAllText(result + ".json"));
        foreach (var name in field.Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            Assert.True(value!.AsObject().ContainsKey(name), $"the record has no {name}");
            value = value[name];
        }
        if (field.Length > 0) Assert.Null(value);
    }

    [Fact]
    public void APreviewThatFailsIsOneNoteAndTheRunGoesOn()
    {
        var input = _folder.Example("apple.svg");
        using var error = new StringWriter();
        var streams = new Streams(TextWriter.Null, error, Redirected: true)
        {
            FollowingUp = what =>
            {
                if (what == "preview") throw new IOException("made by the test");
            },
        };
        Assert.Equal(0, Program.Run(["edit", input, "--trg", "a pear", "--method", "sds", "--steps", "2", "--preview", "1", "-o", _folder["out.svg"]], streams));
        Assert.Single(error.ToString().Split('\n'), l => l == "note: preview: made by the test");
        Assert.Equal(["apple.svg", "out.svg", "out.svg.json"], _folder.Files);
    }

    [Fact]
    public void AnInterruptedRunKeepsItsResultWhereItsStateCannotBeWritten()
    {
        var input = _folder.Example("apple.svg");
        Directory.CreateDirectory(_folder["out.svg.state"]); // a folder of that name
        using var stopped = CliRun.Start(null, "edit", input, "--trg", "a pear", "--method", "sds", "--steps", "500", "-o", _folder["out.svg"]);
        while (stopped.StandardError.ReadLine() is { } line && !line.StartsWith("step 1/", StringComparison.Ordinal)) { }
        CliRun.Interrupt(stopped);
        var result = CliRun.Finish(stopped);
        Assert.True(result.Code == 130, result.Error);
        Assert.Contains("note: state: ", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("--resume", result.Error, StringComparison.Ordinal);
        Assert.True((bool)JsonNode.Parse(File.ReadAllText(_folder["out.svg.json"]))!["interrupted"]!);
        Assert.NotEqual(File.ReadAllText(input), File.ReadAllText(_folder["out.svg"]));
    }

    // Ids are unique: the first path keeps it.
    private static string FirstIdOnly(string svg)
    {
        const string Id = " id=\"leaf\"";
        var first = svg.IndexOf(Id, StringComparison.Ordinal) + Id.Length;
        return svg[..first] + svg[first..].Replace(Id, "", StringComparison.Ordinal);
    }
}
