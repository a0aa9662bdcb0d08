using System.Text.Json.Nodes;
using SvgDistill.Cli.Terminal;
using SvgDistill.Tests;
using Xunit;

namespace SvgDistill.Cli.Tests;

/// <summary>The result is written before anything else that can fail; what fails later is a note and a null.</summary>
public sealed class ResultFirstTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Command lines with the result last, and what follows the result: each with the record's field that is null without it.</summary>
    public static TheoryData<string, string[]> Commands => new()
    {
        { "edit apple.svg --trg pear --steps 0 --png MODEL -o out.svg",
            ["silhouette overlap=silhouette_overlap", "what the drawing changed=mean_displacement_percent", "denoising loss=denoising_loss",
                "picture of before", "picture of after", "state"] },
        { "fit apple.png --steps 1 --paths 2 --film film.png -o out.svg", ["film"] },
        { "vectorize apple.png --start random --paths 2 --steps 0 --png MODEL -o out.svg",
            ["PSNR against the picture=degraded_psnr_db", "picture of after", "state"] },
        { "restore apple.png --downsample 2 --reference large.png --start random --paths 2 --steps 0 MODEL -o out.svg",
            ["PSNR against the picture=degraded_psnr_db", "measures against the reference=reference", "state"] },
        { "image apple.svg --trg pear --steps 2 MODEL -o out.png", ["PSNR=psnr_db", "SSIM=ssim", "state"] },
        { "inpaint apple.svg --region #leaf=pear --steps 2 MODEL -o out.png", ["PSNR=psnr_db", "SSIM=ssim"] },
    };

    [Theory]
    [MemberData(nameof(Commands))]
    public void WhatFailsAfterTheResultIsANoteAndANull(string command, string[] steps)
    {
        var names = steps.Select(s => s.Split('=')[0]).ToArray();
        var (result, error, _) = Run(command, names);
        foreach (var name in names) AssertNoted(error, name);
        var metrics = JsonNode.Parse(File.ReadAllText(result + ".json"))!["metrics"];
        foreach (var field in steps.Where(s => s.Contains('=', StringComparison.Ordinal)).Select(s => s.Split('=')[1]))
        {
            Assert.True(metrics!.AsObject().ContainsKey(field), $"the record has no {field}");
            Assert.Null(metrics[field]);
        }
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void ARecordThatFailsIsANote(string command, string[] steps)
    {
        foreach (var part in new[] { "record", "record's file" })
        {
            var (result, error, seen) = Run(command, part);
            AssertNoted(error, part);
            Assert.False(File.Exists(result + ".json"));
            Assert.Superset(steps.Select(s => s.Split('=')[0]).ToHashSet(), seen.ToHashSet()); // the other parts were done
            File.Delete(result);
        }
    }

    // The files are told from other words by their endings.
    private (string Result, string Error, List<string> Seen) Run(string command, params string[] failing)
    {
        _folder.Write("apple.svg", FirstIdOnly(File.ReadAllText(Path.Combine(TestPaths.Root, "examples", "apple.svg")).Replace("<path", "<path id=\"leaf\"", StringComparison.Ordinal)));
        foreach (var (name, size) in new[] { ("apple.png", "32"), ("large.png", "64") })
            Assert.Equal(0, CliRun.InProcess("render", _folder["apple.svg"], _folder[name], "--size", size).Code);
        string[] args = [.. command.Split(' ').SelectMany<string, string>(w => w == "MODEL" ? ["--model", TestPaths.TinyModel]
            : w.EndsWith(".svg", StringComparison.Ordinal) || w.EndsWith(".png", StringComparison.Ordinal) ? [_folder[w]] : [w])];
        var (result, seen) = (args[^1], new List<string>());
        using var error = new StringWriter();
        var code = Program.Run(args, new Streams(TextWriter.Null, error, Redirected: true)
        {
            FollowingUp = what =>
            {
                Assert.True(File.Exists(result), $"{what} comes before the result");
                seen.Add(what);
                if (failing.Contains(what)) throw new InvalidCastException("made by the test");
            },
        });
        Assert.True(code == 0, error.ToString());
        Assert.True(new FileInfo(result).Length > 0);
        return (result, error.ToString(), seen);
    }

    // The line names the part; a fault of the program's own also leaves its stack trace in a log.
    private static void AssertNoted(string error, string what)
    {
        var note = Assert.Single(error.Split('\n'), l => l.StartsWith($"note: {what}: internal error: InvalidCastException: made by the test", StringComparison.Ordinal));
        var log = note[(note.IndexOf("details: ", StringComparison.Ordinal) + "details: ".Length)..].TrimEnd(')');
        Assert.Contains("   at SvgDistill", File.ReadAllText(log), StringComparison.Ordinal);
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
        Assert.Equal(0, Program.Run(["edit", input, "--trg", "a pear", "--method", "sds", "--steps", "2", "--preview", "1", "--model", TestPaths.TinyModel, "-o", _folder["out.svg"]], streams));
        Assert.Single(error.ToString().Split('\n'), l => l == "note: preview: made by the test");
        Assert.Equal(["apple.svg", "out.svg", "out.svg.json", "out.svg.strength.json"], _folder.Files);
    }

    [Fact]
    public void AnInterruptedRunKeepsItsResultWhereItsStateCannotBeWritten()
    {
        var input = _folder.Example("apple.svg");
        Directory.CreateDirectory(_folder["out.svg.state"]); // a folder of that name
        using var stopped = CliRun.Start(null, "edit", input, "--trg", "a pear", "--method", "sds", "--steps", "5000", "--model",
            TestPaths.TinyModel, "-o", _folder["out.svg"]);
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
