using SvgDistill.Editor.History;
using SvgDistill.Editor.Output;
using Xunit;

namespace SvgDistill.Editor.Tests;

/// <summary>What is kept of replaced files.</summary>
public sealed class ResultHistoryTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string Out => _folder["out.svg"];

    private void Run(string text)
    {
        ResultHistory.Replacing(Out, System.Text.Encoding.UTF8.GetBytes(text));
        _folder.Write("out.svg", text);
    }

    private int Kept => Directory.EnumerateFiles(_folder[".svgdistill"]).Count(f => Path.GetFileName(f).Length == 64);

    [Fact]
    public void ABoundedNumberOfRunsIsKept()
    {
        for (var i = 0; i <= ResultHistory.MostRuns + 5; i++) Run($"run {i}");
        Assert.Equal(ResultHistory.MostRuns, Kept);
        for (var i = 0; i < ResultHistory.MostRuns; i++) ResultHistory.Undo(Out);
        Assert.Equal("run 5", File.ReadAllText(Out));
        Assert.Throws<EditorException>(() => ResultHistory.Undo(Out));
    }

    [Fact]
    public void RunsOfOneSecondStandInTheirOrder()
    {
        foreach (var text in new[] { "a", "b", "c" })
        {
            Run(text);
            _folder.Write("out.svg.json", $$"""
                { "command": "edit", "options": { "trg": "{{text}}" }, "output": { "sha256": "{{Hashes.Of(System.Text.Encoding.UTF8.GetBytes(text))}}" },
                  "timing": { "finished": "2026-01-01T00:00:00Z" } }
                """);
        }
        Assert.Equal(["a", "b", "c"], PastRun.In(_folder.Path).Select(r => r.Target));
    }

    [Fact]
    public void AProcessThatEndedBeforeItReplacedTheFileLeavesNothingToUndo()
    {
        Run("a");
        Run("b");
        ResultHistory.Replacing(Out, "c"u8.ToArray()); // and the process ends
        ResultHistory.Undo(Out);
        Assert.Equal("a", File.ReadAllText(Out));
        ResultHistory.Redo(Out);
        Assert.Equal("b", File.ReadAllText(Out));
        Assert.Throws<EditorException>(() => ResultHistory.Redo(Out));
    }

    [Fact]
    public void AnUndoThatEndedBeforeItReplacedTheFileCanBeMadeAgain()
    {
        Run("a");
        Run("b");
        ResultHistory.Undo(Out);
        // As if it had ended before: the file is what it was, and nothing was swept away.
        _folder.Write("out.svg", "b");
        File.WriteAllText(ResultHistory.KeptAt(_folder[".svgdistill"], Hashes.Of("a"u8)), "a");
        ResultHistory.Undo(Out);
        Assert.Equal("a", File.ReadAllText(Out));
        ResultHistory.Redo(Out);
        Assert.Equal("b", File.ReadAllText(Out));
    }

    [Fact]
    public void WhatWasKeptAndIsDamagedIsNotGivenBack()
    {
        Run("a");
        Run("b");
        File.WriteAllText(ResultHistory.KeptAt(_folder[".svgdistill"], Hashes.Of("a"u8)), "x");
        Assert.Equal(EditorErrorKind.Input, Assert.Throws<EditorException>(() => ResultHistory.Undo(Out)).Kind);
        Assert.Equal("b", File.ReadAllText(Out));
    }
}
