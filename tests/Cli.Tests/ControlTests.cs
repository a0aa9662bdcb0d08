using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using SvgDistill.Rasterizer.Imaging;
using SvgDistill.Rasterizer.Svg.Values;
using SvgDistill.Tests;
using Xunit;

namespace SvgDistill.Cli.Tests;

/// <summary>What options guarantee of the file that an edit writes.</summary>
public sealed class ControlTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string Edit(string input, string name, params string[] more)
    {
        var run = CliRun.InProcess(["edit", input, "--trg", "a monkey", "--no-losses", "--method", "sds", "--steps", "4", "-o", _folder[name], "--quiet", .. more]);
        Assert.True(run.Code == 0, run.Error);
        return File.ReadAllText(_folder[name]);
    }

    private static string[] Paths(string svg) => [.. Regex.Matches(svg, "<path[^>]*>").Select(m => m.Value)];

    private static string[] Attributes(string svg, string name) => [.. Regex.Matches(svg, $"\\s{name}=\"([^\"]*)\"").Select(m => m.Groups[1].Value)];

    [Fact]
    public void FrozenElementsKeepTheirTextWhateverElseIsAskedFor()
    {
        var input = _folder.Example("owl.svg");
        var before = Paths(File.ReadAllText(input));
        // One of each pair that symmetry ties together, the body that parts hang on, and what pruning or fewer nodes would change.
        var after = Paths(Edit(input, "out.svg", "--freeze", "path:nth-of-type(odd)", "--prune", "--simplify", ".002", "--palette", "exact", "#123456,#fedcba"));
        var kept = before.Where((_, i) => i % 2 == 0).ToArray();
        Assert.Equal(kept, after.Intersect(kept));
        Assert.NotEmpty(after.Except(before));
    }

    [Fact]
    public void ALockedAspectStaysAndTheOthersMove()
    {
        var input = _folder.Example("owl.svg");
        var before = File.ReadAllText(input);
        var shape = Edit(input, "shape.svg", "--lock", "shape,stroke");
        Assert.Equal(Attributes(before, "d"), Attributes(shape, "d"));
        Assert.NotEqual(Attributes(before, "fill"), Attributes(shape, "fill"));
        var color = Edit(input, "color.svg", "--lock", "color");
        Assert.Equal(Attributes(before, "fill"), Attributes(color, "fill"));
        Assert.NotEqual(Attributes(before, "d"), Attributes(color, "d"));
        Assert.Equal(["shape", "stroke"], JsonNode.Parse(File.ReadAllText(_folder["shape.svg.json"]))!["options"]!["limits"]!["lock"]!.AsArray().Select(w => (string)w!));
        var nothing = CliRun.InProcess("edit", input, "--trg", "a monkey", "--lock", "shape,color,stroke");
        Assert.Equal(2, nothing.Code);
        Assert.Contains("nothing is left that may move", nothing.Error);
    }

    [Fact]
    public void PalettesAreExactInTheFile()
    {
        var input = _folder.Example("owl.svg");
        var own = Colors(File.ReadAllText(input));
        Assert.Empty(Colors(Edit(input, "keep.svg", "--palette", "keep")).Except(own));
        Assert.Empty(Colors(Edit(input, "exact.svg", "--palette", "exact red,black,#e9c46a")).Except(["#ff0000", "#000000", "#e9c46a"]));
        File.WriteAllText(_folder["p.gpl"], "GIMP Palette\n0 0 255 blue\n255 255 0 yellow\n");
        Assert.Empty(Colors(Edit(input, "file.svg", "--palette", _folder["p.gpl"])).Except(["#0000ff", "#ffff00"]));
        Assert.Equal("p.gpl", (string?)JsonNode.Parse(File.ReadAllText(_folder["file.svg.json"]))!["options"]!["limits"]!["palette"]!["file"]);
    }

    // Those of gradients' stops, too, each as #rrggbb.
    private static HashSet<string> Colors(string svg) => [.. Attributes(svg, "(?:fill|stroke|stop-color)").Where(c => c[0] == '#')
        .Select(c => c.Length == 4 ? $"#{c[1]}{c[1]}{c[2]}{c[2]}{c[3]}{c[3]}" : c.ToLowerInvariant())];

    [Fact]
    public void WhatIsSeenDoesNotFadeIntoTheBackground()
    {
        File.WriteAllText(_folder["in.svg"], "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 100 100\"><title>an owl</title><circle cx=\"50\" cy=\"55\" r=\"35\" fill=\"#000\"/></svg>");
        static double FromWhite(string svg)
        {
            var (l, a, b) = CssColor.Parse(Colors(svg).Single())!.Value.ToOklab();
            return Math.Sqrt((l - 1) * (l - 1) + a * a + b * b);
        }
        string Edited(string name, string contrast) => Edit(_folder["in.svg"], name, "--color-rate", "0.3", "--ground-contrast", contrast);
        // Half of the way from white to black, but for bytes.
        Assert.Equal(.5, FromWhite(Edited("kept.svg", "1")), .01);
        Assert.True(FromWhite(Edited("free.svg", "0")) < .4);
        Assert.Equal(1, (double)JsonNode.Parse(File.ReadAllText(_folder["kept.svg.json"]))!["options"]!["limits"]!["ground_contrast"]!);
        Assert.Equal(0, CliRun.InProcess("strength", _folder["kept.svg"], "1", "-o", _folder["again.svg"]).Code);
        Assert.Equal(File.ReadAllText(_folder["kept.svg"]), File.ReadAllText(_folder["again.svg"]));
    }

    [Fact]
    public void WhatAMaskLeavesBlackStays()
    {
        // White is the upper half.
        var pixels = Enumerable.Range(0, 64 * 64).SelectMany(i => Enumerable.Repeat((byte)(i / 64 < 32 ? 255 : 0), 3).Append((byte)255)).ToArray();
        File.WriteAllBytes(_folder["mask.png"], PngWriter.Encode(new RgbaImage(64, 64, pixels)));
        File.WriteAllText(_folder["in.svg"], "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 100 100\"><title>an owl</title><circle cx=\"50\" cy=\"22\" r=\"15\" fill=\"#a52\"/>"
            + "<path d=\"M30 60L70 60L70 95L30 95Z\" fill=\"#a52\"/><path d=\"M10 20L25 20L25 80L10 80Z\" fill=\"#258\"/></svg>");
        var after = Edit(_folder["in.svg"], "out.svg", "--mask", _folder["mask.png"], "--symmetry", "none");
        Assert.Contains("<path d=\"M30 60L70 60L70 95L30 95Z\" fill=\"#a52\"/>", after);
        Assert.DoesNotContain("<circle cx=\"50\" cy=\"22\" r=\"15\"", after);
        Assert.Matches("25 80 10 80Z\" fill=\"#258\"", after); // its lower points and its colour
    }

    [Fact]
    public void AStrengthIsAStateOnTheWayAndCanBeChosenAfterwards()
    {
        var input = _folder.Example("apple.svg");
        Edit(input, "full.svg");
        Edit(input, "half.svg", "--strength", "0.5");
        Assert.Equal(0, CliRun.InProcess("edit", input, "--trg", "a monkey", "--no-losses", "--method", "sds", "--steps", "2", "--strength", "0", "--simplify", ".01", "-o", _folder["none.svg"]).Code);
        Assert.Equal(File.ReadAllBytes(input), File.ReadAllBytes(_folder["none.svg"]));
        double Strength(string name, string of, string strength)
        {
            var run = CliRun.InProcess("strength", _folder[of], strength, "-o", _folder[name], "--json");
            Assert.True(run.Code == 0, run.Error);
            return (double)JsonNode.Parse(run.Output)!["metrics"]!["mean_displacement_percent"]!;
        }
        var moved = new[] { "0", ".25", ".5", ".75", "1" }.Select(s => Strength($"s{s}.svg", "full.svg", s)).ToArray();
        Assert.Equal(moved.Order(), moved);
        Assert.Equal(5, moved.Distinct().Count());
        Assert.Equal(File.ReadAllBytes(input), File.ReadAllBytes(_folder["s0.svg"]));
        Assert.Equal(File.ReadAllBytes(_folder["full.svg"]), File.ReadAllBytes(_folder["s1.svg"]));
        Assert.Equal(File.ReadAllBytes(_folder["half.svg"]), File.ReadAllBytes(_folder["s.5.svg"]));
        Strength("again.svg", "half.svg", "1");
        Assert.Equal(File.ReadAllBytes(_folder["full.svg"]), File.ReadAllBytes(_folder["again.svg"]));
        Assert.Contains("full.strength-0.3.svg", CliRun.InProcess("strength", _folder["full.svg"], "0.3").Error);

        File.AppendAllText(input, " ");
        var changed = CliRun.InProcess("strength", _folder["full.svg"], ".5");
        Assert.Equal((3, true), (changed.Code, changed.Error.Contains("is not what the edit read", StringComparison.Ordinal)));
        File.WriteAllText(_folder["full.svg.strength.json"], "{\"schema_version\":1}");
        Assert.Equal(3, CliRun.InProcess("strength", _folder["full.svg"], ".5").Code);
        Assert.Equal(2, CliRun.InProcess("strength", _folder["full.svg"], "1.5").Code);
    }

    /// <summary>An edit whose gain goes back on the way (by this model of random weights some seed's does) writes what it was, and strengths lie where it rises.</summary>
    [Fact]
    public void WhereTheGainGoesBackStrengthsLieElsewhere()
    {
        var input = _folder.Example("apple.svg");
        for (var seed = 0; ; seed++)
        {
            Assert.True(seed < 20, "no gain that goes back was found");
            string[] edit = ["edit", input, "--trg", "a pear", "--method", "sds", "--steps", "4", "--color-rate", "0.3", "--model", TestPaths.TinyModel, "--seed", $"{seed}"];
            Assert.Equal(0, CliRun.InProcess([.. edit, "-o", _folder["full.svg"]]).Code);
            if (JsonNode.Parse(File.ReadAllText(_folder["full.svg.json"]))!["strength_gains"] is not JsonArray gains) continue;
            Assert.Equal(11, gains.Count);
            Assert.Equal(0, CliRun.InProcess([.. edit, "--strength", "0.3", "-o", _folder["some.svg"]]).Code);
            Assert.Equal(0, CliRun.InProcess("strength", _folder["full.svg"], "0.3", "-o", _folder["chosen.svg"]).Code);
            Assert.Equal(File.ReadAllBytes(_folder["some.svg"]), File.ReadAllBytes(_folder["chosen.svg"]));
            // On an even scale it is another place, unless the gain goes back behind .3 alone.
            var file = JsonNode.Parse(File.ReadAllText(_folder["full.svg.strength.json"]))!;
            Assert.Equal(gains.Select(g => (double)g!), file["gains"]!.AsArray().Select(g => Math.Round((double)g!, 3)));
            file["gains"] = null;
            _folder.Write("full.svg.strength.json", file.ToJsonString());
            Assert.Equal(0, CliRun.InProcess("strength", _folder["full.svg"], "0.3", "-o", _folder["even.svg"]).Code);
            if (gains.Take(5).Select(g => (double)g!).ToArray() is var first && first.Zip(first.Skip(1)).All(g => g.Second > g.First)) continue;
            Assert.NotEqual(File.ReadAllBytes(_folder["even.svg"]), File.ReadAllBytes(_folder["chosen.svg"]));
            return;
        }
    }

    [Fact]
    public void ARunThatLeavesNothingToChooseFromTakesAwayWhatAnEarlierOneLeft()
    {
        _folder.Write("out.svg.strength.json", "{}");
        Assert.Equal(0, CliRun.InProcess("edit", _folder.Example("apple.svg"), "--trg", "a monkey", "--steps", "0", "-o", _folder["out.svg"]).Code);
        Assert.DoesNotContain("out.svg.strength.json", _folder.Files);
    }

    [Fact]
    public void MakersAreToldWhatIsTooThinAndGetLayers()
    {
        File.WriteAllText(_folder["in.svg"], "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"100mm\" height=\"100mm\" viewBox=\"0 0 100 100\"><title>an owl</title>"
            + "<rect x=\"10\" y=\"10\" width=\"30\" height=\"30\" fill=\"#a52\"/><path id=\"wire\" d=\"M10 60L90 60\" fill=\"none\" stroke=\"#258\" stroke-width=\".1\"/><rect x=\"60\" y=\"10\" width=\"30\" height=\"30\" fill=\"#a52\"/></svg>");
        string[] command = ["edit", _folder["in.svg"], "--trg", "a monkey", "--no-losses", "--steps", "0", "--min-feature", ".2"];
        var run = CliRun.InProcess([.. command, "-o", _folder["told.svg"]]);
        Assert.Contains("1 feature is below 0.2 mm: <path id=\"wire\"> (stroke, 0.1 mm); --widen widens strokes", run.Error);
        Assert.Equal("wire", (string?)JsonNode.Parse(File.ReadAllText(_folder["told.svg.json"]))!["thin_features"]!["below"]![0]!["id"]);
        Assert.Equal(File.ReadAllText(_folder["in.svg"]), File.ReadAllText(_folder["told.svg"]));
        Assert.Equal(0, CliRun.InProcess([.. command, "--widen", "--separate", "colors", "-o", _folder["made.svg"]]).Code);
        var made = File.ReadAllText(_folder["made.svg"]);
        Assert.Contains("stroke-width=\".2\"", made.Replace("0.2", ".2"));
        Assert.Equal(["#aa5522", "#225588"], Attributes(made, "inkscape:label"));
        Assert.Equal(2, CliRun.InProcess("edit", _folder["in.svg"], "--trg", "a monkey", "--widen").Code);
    }

    [Theory]
    [InlineData(3, "\"#ow\" matches no element", "--freeze", "#ow")]
    [InlineData(3, "wants.gpl: cannot be read", "--palette", "wants.gpl")]
    [InlineData(2, "--palette takes", "--palette", "colourful")]
    [InlineData(2, "not 'exact'", "--palette", "exact", "--steps", "2")]
    [InlineData(2, "--palette takes", "--palette", "rgba(0,0,0,.5)")]
    [InlineData(2, "#none", "--mask", "#none")]
    [InlineData(3, "none.png", "--mask", "none.png")]
    [InlineData(2, "--mask-softness", "--mask-softness", "2")]
    [InlineData(2, "--ground-contrast", "--ground-contrast", "2")]
    public void WhatCannotBeHadIsToldBeforeTheFirstStep(int code, string message, params string[] options)
    {
        var run = CliRun.InProcess(["edit", _folder.Example("owl.svg"), "--trg", "a monkey", .. options]);
        Assert.Equal(code, run.Code);
        Assert.Contains(message, run.Error);
    }

    [Fact]
    public void APromptThatThePictureContradictsIsNotedAndOneThatItShowsIsNot()
    {
        var input = _folder.Example("owl.svg");
        string[] command = ["edit", input, "--trg", "a mokney", "--method", "sds", "--steps", "1", "--quiet"];
        var right = CliRun.InProcess([.. command, "-o", _folder["right.svg"]]);
        Assert.Contains("'mokney' in \"a mokney\"; near it are 'monkey'", right.Error);
        Assert.DoesNotContain("does not look like", right.Error);
        var wrong = CliRun.InProcess([.. command, "--src", "a bicycle", "-o", _folder["wrong.svg"]]);
        Assert.Contains("the picture does not look like \"a bicycle\"", wrong.Error);
        Assert.Contains((JsonNode.Parse(File.ReadAllText(_folder["wrong.svg.json"]))!["notes"]!).AsArray(), n => ((string)n!).Contains("a bicycle", StringComparison.Ordinal));
        Assert.DoesNotContain("may not know", CliRun.InProcess("edit", input, "--trg", "a monkey", "--steps", "0", "-o", _folder["known.svg"]).Error);
    }
}
