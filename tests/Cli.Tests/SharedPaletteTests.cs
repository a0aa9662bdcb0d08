using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Xunit;

namespace SvgDistill.Cli.Tests;

/// <summary><c>edit --shared-palette</c>: colours that were equal among several files stay equal.</summary>
public sealed class SharedPaletteTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // Orange stands in both files, under three names; blue in the first alone, green in the second.
    private string[] Family()
    {
        _folder.Write("in-one.svg", """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><title>an owl</title><style>.b { fill: #e07020 }</style>
            <circle cx="22" cy="32" r="18" fill="#e07020"/><rect class="b" x="40" y="8" width="18" height="18"/><circle cx="48" cy="46" r="9" fill="#2040c0"/></svg>
            """);
        _folder.Write("in-two.svg", """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><title>a cat</title>
            <path d="M4 4L20 6L12 24Z" fill="rgb(224,112,32)"/><rect x="18" y="18" width="10" height="10" fill="#20a040"/></svg>
            """);
        return [_folder["in-one.svg"], _folder["in-two.svg"]];
    }

    private CliResult Edit(params string[] more) => Edit(6, more);

    private CliResult Edit(int steps, params string[] more) =>
        CliRun.InProcess(["edit", .. Family(), "--trg", "a monkey", "--method", "sds", "--steps", $"{steps}", "--color-rate", "0.05", "--shared-palette", "--no-losses", .. more]);

    // Fills in the order of the file: of the style sheet first.
    private string[] Fills(string name) => [.. Regex.Matches(File.ReadAllText(_folder[name]), "fill(?:=\"|: )([^\"; }]+)").Select(m => Hex(m.Groups[1].Value))];

    private static string Hex(string color) => color.StartsWith("rgb", StringComparison.Ordinal)
        ? "#" + string.Concat(Regex.Matches(color, "[0-9.]+").Select(m => ((int)Math.Round(double.Parse(m.Value, System.Globalization.CultureInfo.InvariantCulture))).ToString("x2", null)))
        : color.Length == 4 ? $"#{color[1]}{color[1]}{color[2]}{color[2]}{color[3]}{color[3]}" : color;

    [Fact]
    public void WhatWasEqualAcrossFilesStaysEqualAtEveryStrength()
    {
        var run = Edit("-o", _folder["out"], "--json");
        Assert.True(run.Code == 0, run.Error);
        var (one, two) = (Fills("out/in-one.svg"), Fills("out/in-two.svg"));
        Assert.NotEqual("#e07020", one[0]);
        Assert.Equal([one[0], one[0], two[0]], [one[0], one[1], two[0]]);
        Assert.Equal(4, new[] { one[0], one[2], two[0], two[1], "" }.Distinct().Count());
        Assert.NotEqual("#20a040", two[1]);
        var records = JsonNode.Parse(run.Output)!.AsArray();
        Assert.Equal([one[0], one[0]], records.Select(r => (string?)r!["options"]!["limits"]!["shared_palette"]!["#e07020"]));

        foreach (var name in new[] { "in-one", "in-two" })
            Assert.Equal(0, CliRun.InProcess("strength", _folder[$"out/{name}.svg"], ".4", "-o", _folder[$"{name}.part.svg"]).Code);
        Assert.Equal(Fills("in-one.part.svg")[0], Fills("in-two.part.svg")[0]);
        Assert.NotEqual(one[0], Fills("in-one.part.svg")[0]);

        // The same command gives the same bytes.
        Assert.Equal(0, Edit("-o", _folder["again"]).Code);
        Assert.Equal(File.ReadAllBytes(_folder["out/in-two.svg"]), File.ReadAllBytes(_folder["again/in-two.svg"]));
    }

    [Fact]
    public void AColourThatMayNotChangeInOneFileStaysInAll()
    {
        Assert.Equal(0, Edit("-o", _folder["out"], "--lock-colors", "#e07020", "--palette", "exact", "#ff0000,#e07020").Code);
        var (one, two) = (Fills("out/in-one.svg"), Fills("out/in-two.svg"));
        Assert.Equal(["#e07020", "#e07020", "#e07020"], [one[0], one[1], two[0]]);
        Assert.Subset(new HashSet<string> { "#ff0000", "#e07020" }, new HashSet<string> { one[2], two[1] });

        // Black that no attribute says cannot change: black that one says stays, too, in another file.
        _folder.Write("plain.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 9 9\"><title>a dot</title><rect x=\"2\" y=\"2\" width=\"4\" height=\"4\"/></svg>");
        _folder.Write("black.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 9 9\"><title>a dot</title><rect x=\"2\" y=\"2\" width=\"4\" height=\"4\" fill=\"#000\"/></svg>");
        Assert.Equal(0, CliRun.InProcess("edit", _folder["black.svg"], _folder["plain.svg"], "--trg", "a monkey", "--method", "sds", "--steps", "2", "--shared-palette", "-o", _folder["dots"]).Code);
        Assert.Equal(["#000000"], Fills("dots/black.svg"));
    }

    [Fact]
    public void ZeroStepsGiveTheSameBytes()
    {
        Assert.Equal(0, Edit(0, "-o", _folder["out"]).Code);
        foreach (var name in new[] { "in-one.svg", "in-two.svg" }) Assert.Equal(File.ReadAllBytes(_folder[name]), File.ReadAllBytes(_folder[$"out/{name}"]));
    }

    [Theory]
    [InlineData("several drawings go with --shared-palette", "a.svg", "b.svg")]
    [InlineData("--report is of one drawing", "a.svg", "b.svg", "--shared-palette", "--report", "r.html")]
    [InlineData("two results would go into this file", "a.svg", "a.svg", "--shared-palette", "-o", "out")]
    [InlineData("the command reads this file", "a.svg", "b.svg", "--shared-palette", "-o", ".")]
    [InlineData("b.svg: no folder", "a.svg", "--shared-palette", "-o", "b.svg")]
    public void WhatDoesNotDoIsRefused(string message, params string[] words)
    {
        foreach (var name in new[] { "a.svg", "b.svg" }) _folder.Write(name, "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'><rect width='4' height='4' fill='red'/></svg>");
        var run = CliRun.InProcess(["edit", "--trg", "a monkey", .. words.Select(w => w.StartsWith('-') ? w : _folder[w])]);
        Assert.Equal(2, run.Code);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
    }
}
