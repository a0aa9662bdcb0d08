using System.Text.Json.Nodes;
using Xunit;

namespace SvgDistill.Cli.Tests;

/// <summary>Runs listed from their records, and the way back from those that replaced a file.</summary>
public sealed class HistoryTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string Edit(string target, int steps)
    {
        var result = CliRun.InProcess("edit", _folder["apple.svg"], "--trg", target, "--no-losses", "--method", "sds", "--steps", $"{steps}", "--model", TestPaths.TinyModel, "-o", _folder["out.svg"]);
        Assert.True(result.Code == 0, result.Error);
        return File.ReadAllText(_folder["out.svg"]);
    }

    private void Step(string verb, string expected)
    {
        var result = CliRun.InProcess(verb, _folder["out.svg"]);
        Assert.True(result.Code == 0, result.Error);
        Assert.Equal(expected, File.ReadAllText(_folder["out.svg"]));
    }

    private string[] Lines(string place) => CliRun.InProcess("history", place).Output.TrimEnd('\n').Split('\n');

    [Fact]
    public void UndoAndRedoGiveBackTheFileBeforeAndAfterEachRun()
    {
        _folder.Example("apple.svg");
        _folder.Write("out.svg", "drawn by hand");
        var first = Edit("a pear", 1);
        var (firstRecord, firstStrengths) = (File.ReadAllText(_folder["out.svg.json"]), File.ReadAllText(_folder["out.svg.strength.json"]));
        var second = Edit("a plum", 2);
        var secondRecord = File.ReadAllText(_folder["out.svg.json"]);

        var lines = Lines(_folder.Path);
        Assert.Equal(2, lines.Length);
        Assert.Contains("apple.svg -> out.svg  edit  \"a red apple\" -> \"a pear\"  sds, 1 steps, seed 0", lines[0], StringComparison.Ordinal);
        Assert.EndsWith("[replaced]", lines[0], StringComparison.Ordinal);
        Assert.Contains("\"a plum\"", lines[1], StringComparison.Ordinal);
        Assert.DoesNotContain("[", lines[1], StringComparison.Ordinal);

        Step("undo", first);
        Assert.Equal((firstRecord, firstStrengths), (File.ReadAllText(_folder["out.svg.json"]), File.ReadAllText(_folder["out.svg.strength.json"])));
        Assert.EndsWith("[undone]", Lines(_folder["out.svg"])[1], StringComparison.Ordinal);
        Step("undo", "drawn by hand");
        Assert.False(File.Exists(_folder["out.svg.json"]));
        Assert.Equal(2, CliRun.InProcess("undo", _folder["out.svg"]).Code);
        Step("redo", first);
        Step("redo", second);
        Assert.Equal(secondRecord, File.ReadAllText(_folder["out.svg.json"]));
        Assert.Equal(2, CliRun.InProcess("redo", _folder["out.svg"]).Code);

        // A new run takes the place of undone ones.
        Step("undo", first);
        var third = Edit("a cherry", 3);
        Assert.Equal(2, CliRun.InProcess("redo", _folder["out.svg"]).Code);
        Step("undo", first);
        Step("redo", third);
    }

    [Fact]
    public void WhatSomebodyChangedIsNotLost()
    {
        _folder.Example("apple.svg");
        _folder.Write("out.svg", "drawn by hand");
        Edit("a pear", 1);
        _folder.Write("out.svg", "changed");
        var refused = CliRun.InProcess("undo", _folder["out.svg"]);
        Assert.Equal(2, refused.Code);
        Assert.Contains("it was changed after the run", refused.Error, StringComparison.Ordinal);
        Assert.Equal("changed", File.ReadAllText(_folder["out.svg"]));
        Assert.EndsWith("[changed since]", Lines(_folder.Path)[0], StringComparison.Ordinal);
        File.Move(_folder["out.svg"], _folder["mine.svg"]);
        Step("undo", "drawn by hand");
    }

    [Fact]
    public void NothingIsKeptWhereNothingIsReplaced()
    {
        var input = _folder.Example("apple.svg");
        Edit("a pear", 1);
        Assert.DoesNotContain(_folder.Files, f => f.StartsWith(".svgdistill", StringComparison.Ordinal));
        Assert.Equal(2, CliRun.InProcess("undo", _folder["out.svg"]).Code);
        Assert.Equal(2, CliRun.InProcess("undo", input).Code);
        Assert.Equal(3, CliRun.InProcess("history", _folder["nosuch"]).Code);
        Edit("a pear", 1); // the same bytes
        Assert.False(Directory.Exists(_folder[".svgdistill"]) && Directory.EnumerateFiles(_folder[".svgdistill"], "*.journal").Any());
    }

    [Fact]
    public void TheHistoryIsJsonOnRequest()
    {
        _folder.Example("apple.svg");
        Edit("a pear", 1);
        _folder.Write("other.json", "{ \"output\": 3 }");
        _folder.Write("broken.json", "{");
        var runs = JsonNode.Parse(CliRun.InProcess("history", _folder.Path, "--json").Output)!["runs"]!.AsArray();
        var run = Assert.Single(runs)!;
        Assert.Equal(("out.svg", "present", "a pear"), ((string?)run["result"], (string?)run["state"], (string?)run["record"]!["options"]!["trg"]));
    }
}
