using System.Text.Json.Nodes;
using SvgDistill.Distill.Methods;
using SvgDistill.Distill.Pictures;
using SvgDistill.Editor.Comparing;
using SvgDistill.Editor.Editing;
using SvgDistill.Editor.Variants;
using Xunit;

namespace SvgDistill.Cli.Tests;

public class VariantsTests
{
    [Theory]
    [InlineData("--strengths", "0,1", "a number above 0 and up to 1")]
    [InlineData("--strengths", "half", "a number above 0 and up to 1")]
    [InlineData("--trg", "a monkey", "\"a monkey\" is there twice")]
    [InlineData("--trg", " ", "--trg takes a text that is not empty")]
    [InlineData("-n", "0", "-n takes a whole number from 1")]
    public void Wrong_options_are_said_before_anything_is_loaded(string option, string value, string message)
    {
        using var folder = new TempFolder();
        var result = CliRun.InProcess("variants", folder.Example("owl.svg"), "--trg", "a monkey", option, value);
        Assert.Equal(ExitCode.Usage, result.Code);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
        Assert.Equal(["owl.svg"], folder.Files);
    }

    [Fact]
    public void Every_prompt_has_a_run_a_seed_and_folders_of_its_own()
    {
        var plan = new VariantsPlan(new EditRequest { Input = "my owl.svg", Source = "an owl", Target = "" }, ["a fox", "A fox!", "a wolf"], [4, 5], [.5, 1], 4, ["--src", "an owl"], "");
        Assert.Equal(["a fox 4", "A fox! 4", "a wolf 4", "a fox 5", "A fox! 5", "a wolf 5"], plan.Runs.Select(r => $"{r.Prompt} {r.Seed}"));
        Assert.Equal(["a-fox-s4", "a-fox-2-s4", "a-wolf-s4"], plan.Prompts.Select(p => plan.FolderName(p, 4)));
        Assert.Equal(("a wolf", 5), (plan.Request("a wolf", 5).Target, plan.Request("a wolf", 5).Seed));
        Assert.Equal("svgdistill edit \"my owl.svg\" --trg \"a wolf\" --seed 5 --src \"an owl\"", plan.EditCommand("a wolf", 5, 1));
        Assert.EndsWith(" --strength 0.6", plan.EditCommand("a wolf", 5, .6));
        // By way of a picture --strength is the picture's own.
        var via = plan with { Base = plan.Base with { Via = PictureMethod.SdEdit }, Arguments = ["--via", "sdedit", "--strength", "0.8"] };
        Assert.EndsWith("--via sdedit --strength 0.8 -o out.svg && svgdistill strength out.svg 0.6", via.EditCommand("a wolf", 5, .6));
        // Each strength has a file.
        var run = new RunFolder("run");
        Assert.NotEqual(VariantsFolder.Station(run, .12345), VariantsFolder.Station(run, .12346));
    }

    /// <summary>For compare likewise: in both, folders and commands name what was asked of this drawing.</summary>
    [Theory]
    [InlineData("variants", "owl.variants/runs/an-owl-in-red-s0/result.svg.json", "-n", "1", "--strengths", "1")]
    [InlineData("compare", "owl.compare/runs/sds-s0/result.svg.json", "--methods", "sds", "--seeds", "1", "--pictures", "1")]
    public void The_target_can_name_the_source(string command, string record, params string[] more)
    {
        using var folder = new TempFolder();
        if (command == "variants") more = [.. more, "--method", "sds"];
        var result = CliRun.InProcess([command, folder.Example("owl.svg"), "--trg", "{src} in red", "--steps", "1", "--size", "64", "--model", SvgDistill.Tests.TestPaths.TinyModel, .. more]);
        Assert.True(result.Code == 0, result.Error);
        Assert.Equal("an owl in red", (string?)System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllText(folder[record]))!["options"]!["trg"]);
    }

    [Fact]
    public void Variants_are_edits_at_several_strengths_and_are_made_once()
    {
        using var folder = new TempFolder();
        string[] command = ["variants", folder.Example("apple.svg"), "--trg", "a pear", "--method", "sds", "--steps", "3", "-n", "2", "--seeds", "1", "--strengths", "0.5,1", "--size", "64", "--json"];
        var first = CliRun.Process(null, command);
        Assert.True(first.Code == 0, first.Error);
        foreach (var name in new[] { "index.html", "results.csv", "sheet.png", "sheet.svg", "runs/a-pear-s0/result.svg", "runs/a-pear-s0/result.svg.json", "runs/a-pear-s0/strength-0.5.svg" })
            Assert.Contains($"apple.variants/{name}", folder.Files);
        Assert.DoesNotContain(folder.Files, f => f.EndsWith(".state", StringComparison.Ordinal) || f.EndsWith(".tmp", StringComparison.Ordinal));

        // The whole edit is that of edit, by the command that the record gives.
        var edit = CliRun.Process(null, "edit", folder["apple.svg"], "--trg", "a pear", "--seed", "0", "--method", "sds", "--steps", "3", "--no-losses", "-o", folder["single.svg"]);
        Assert.True(edit.Code == 0, edit.Error);
        Assert.Equal(File.ReadAllBytes(folder["single.svg"]), File.ReadAllBytes(folder["apple.variants/runs/a-pear-s0/result.svg"]));

        var half = CliRun.Process(null, "edit", folder["apple.svg"], "--trg", "a pear", "--seed", "0", "--method", "sds", "--steps", "3", "--strength", "0.5", "-o", folder["half.svg"]);
        Assert.True(half.Code == 0, half.Error);
        Assert.Equal(File.ReadAllBytes(folder["half.svg"]), File.ReadAllBytes(folder["apple.variants/runs/a-pear-s0/strength-0.5.svg"]));

        // Half the edit has moved half as far.
        var record = JsonNode.Parse(first.Output)!;
        var identities = record["variants"]!.AsArray().ToDictionary(v => (double)v!["strength"]!, v => (double)v!["identity"]!);
        Assert.True(identities[.5] > identities[1] && identities[1] < 1, first.Output);

        var written = File.GetLastWriteTimeUtc(folder["apple.variants/runs/a-pear-s0/result.svg"]);
        var second = CliRun.Process(null, command);
        Assert.True(second.Code == 0, second.Error);
        Assert.Contains("[1/1] a pear, seed 0: done before", second.Error, StringComparison.Ordinal);
        Assert.Equal(written, File.GetLastWriteTimeUtc(folder["apple.variants/runs/a-pear-s0/result.svg"]));
        Assert.Equal(record["variants"]!.ToJsonString(), JsonNode.Parse(second.Output)!["variants"]!.ToJsonString());
    }

    [Fact, Trait("Category", "Slow")]
    public void Interrupted_variants_go_on_to_the_same_bytes()
    {
        using var folder = new TempFolder();
        string[] command = ["variants", folder.Example("apple.svg"), "--trg", "a pear", "--method", "sds", "--seeds", "2", "--steps", "6", "--size", "64"];
        using (var process = CliRun.Start(null, [.. command, "-o", folder["stopped"]]))
        {
            while (process.StandardError.ReadLine() is { } line && !line.StartsWith("step 1/", StringComparison.Ordinal)) { }
            CliRun.Interrupt(process);
            var result = CliRun.Finish(process);
            Assert.True(result.Code == ExitCode.Interrupted, result.Error);
        }
        Assert.Contains("Stopped before the last", File.ReadAllText(folder["stopped/index.html"]), StringComparison.Ordinal);
        foreach (var name in new[] { "stopped", "whole" })
        {
            var run = CliRun.Process(null, [.. command, "-o", folder[name]]);
            Assert.True(run.Code == 0, run.Error);
        }
        foreach (var file in Directory.EnumerateFiles(folder["whole"], "*.svg", SearchOption.AllDirectories))
            Assert.Equal(File.ReadAllBytes(file), File.ReadAllBytes(Path.Combine(folder["stopped"], Path.GetRelativePath(folder["whole"], file))));
    }

    [Fact]
    public void A_draft_takes_half_the_steps_with_larger_ones_unless_steps_are_given()
    {
        using var model = SvgDistill.Diffusion.Models.DiffusionModel.Open(SvgDistill.Tests.TestPaths.IconPrior);
        var request = new EditRequest { Input = "owl.svg", Target = "a monkey" };
        var full = EditSettings.Resolve(MethodName.Ids, new EditSettings(), model.Defaults);
        var draft = VariantsPlan.Draft(request, model);
        Assert.Equal((full.Steps / 2, 1.5 * full.ColorRate), (draft.Steps, draft.ColorRate));
        Assert.Equal(1.5 * full.PointRate!.Value, draft.PointRate!.Value, 6);
        var given = new EditSettings { Steps = 30 };
        Assert.Equal(given, VariantsPlan.Draft(request with { Settings = given }, model));
        Assert.Equal(.01, VariantsPlan.Draft(request with { Settings = new EditSettings { PointRate = .01 } }, model).PointRate);
    }
}
