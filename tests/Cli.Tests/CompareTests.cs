using System.Text.Json.Nodes;
using SvgDistill.Distill.Methods;
using SvgDistill.Editor;
using SvgDistill.Editor.Comparing;
using SvgDistill.Editor.Editing;
using Xunit;

namespace SvgDistill.Cli.Tests;

public class CompareTests
{
    [Fact]
    public void A_method_may_carry_settings_of_its_own()
    {
        var method = ComparedMethod.Parse("fpr+pds:guidance=30:fpr-steps=2");
        Assert.Equal(new MethodName(MethodKind.Pds, OnRefinedNoise: true), method.Name);
        Assert.Equal((30, 2), (method.Settings.Guidance, method.Settings.FprSteps));
        Assert.Equal("fpr+pds:guidance=30:fpr-steps=2", method.Label);
        Assert.Equal("fpr+pds_guidance-30_fpr-steps-2", method.FolderName);
        Assert.Equal(["--method", "fpr+pds", "--guidance", "30", "--fpr-steps", "2"], method.Arguments);
        var falling = ComparedMethod.Parse("drfs:eta=0.5:falling=1");
        Assert.Equal((.5, TimestepOrder.Falling), (falling.Settings.Eta, falling.Settings.Order));
        Assert.Equal(["--method", "drfs", "--eta", "0.5", "--timesteps", "falling"], falling.Arguments);
        Assert.Equal("ids", ComparedMethod.Parse("fpr+dds").Label); // one name for one method
    }

    [Theory]
    [InlineData("nosuch")]
    [InlineData("ids:")]
    [InlineData("ids:fpr-steps")]
    [InlineData("ids:fpr-steps=1.5")]
    [InlineData("ids:colour=3")]
    [InlineData("ids:guidance=NaN")]
    [InlineData("ids:strength=0.5")]
    [InlineData("via-picture:strength=5")]
    [InlineData("ids:guidance=1e9")]
    [InlineData("ids:point-rate=2")]
    public void Other_texts_are_refused(string text) =>
        Assert.Equal(EditorErrorKind.Usage, Assert.Throws<EditorException>(() => ComparedMethod.Parse(text)).Kind);

    [Fact]
    public void Each_run_s_command_is_the_edit_that_makes_it()
    {
        var request = new EditRequest { Input = "my owl.svg", Source = "an owl", Target = "a $1 \"monkey\"" };
        var methods = new[] { "dds", "ids:guidance=5" }.Select(ComparedMethod.Parse).ToArray();
        var plan = new ComparePlan(request, methods, [4, 5], 4, null,
            ["--src", "an owl", "--trg", request.Target, "--guidance", "9", "--background", "#ff0"], "");
        Assert.Equal("svgdistill edit \"my owl.svg\" --method dds --seed 5 --src \"an owl\" --trg 'a $1 \"monkey\"' --guidance 9 --background \"#ff0\"",
            plan.EditCommand(methods[0], 5));
        Assert.Equal("svgdistill edit \"my owl.svg\" --method ids --guidance 5 --seed 4 --src \"an owl\" --trg 'a $1 \"monkey\"' --background \"#ff0\"",
            plan.EditCommand(methods[1], 4));
        Assert.Equal(5, plan.Request(methods[1], 4).Settings.Guidance);
        // A setting that only edits by way of a picture take stays out of the other commands.
        var mixed = plan with { Arguments = ["--strength", "0.5"] };
        Assert.DoesNotContain("--strength", mixed.EditCommand(methods[0], 4), StringComparison.Ordinal);
        Assert.EndsWith("--via pnp --seed 4 --strength 0.5", mixed.EditCommand(ComparedMethod.Parse("via-pnp"), 4), StringComparison.Ordinal);
        Assert.Equal(["dds 4", "ids:guidance=5 4", "dds 5", "ids:guidance=5 5"], plan.Runs.Select(r => $"{r.Method.Label} {r.Seed}"));
    }

    [Fact]
    public void A_folder_of_another_comparison_is_not_taken()
    {
        using var folder = new TempFolder();
        var input = folder.Write("owl.svg", "<svg/>");
        CompareFolder Open(string target) => CompareFolder.For(null, input, "an owl", target, "hash");
        string For(string target)
        {
            using var taken = Open(target);
            return taken.Path;
        }
        // A folder of an earlier version, which does not say what it holds.
        Directory.CreateDirectory(folder["owl.compare/runs/ids-s0"]);
        folder.Write("owl.compare/runs/ids-s0/result.svg.json",
            """{ "options": { "src": "an owl", "trg": "a monkey" }, "input": { "sha256": "hash" } }""");
        Assert.Equal(folder["owl.compare"], For("a monkey"));
        Assert.Equal(folder["owl.compare-2"], For("a cat"));
        Assert.Equal(folder["owl.compare"], For("a monkey"));
        Assert.Equal(folder["owl.compare-2"], For("a cat")); // begun, without a run yet
        Directory.CreateDirectory(folder["owl.compare-3"]);
        folder.Write("owl.compare-3/mine.txt", "not the program's");
        Assert.Equal(folder["owl.compare-4"], For("a dog"));
        using var named = CompareFolder.For(folder["mine"], input, "", "", "");
        Assert.Equal(folder["mine"], named.Path);
        Assert.Equal(EditorErrorKind.Usage, Assert.Throws<EditorException>(() => CompareFolder.For(input, input, "", "", "")).Kind);
    }

    [Fact]
    public void Two_comparisons_at_once_write_into_two_folders()
    {
        using var folder = new TempFolder();
        var input = folder.Write("owl.svg", "<svg/>");
        using (var first = CompareFolder.For(null, input, "an owl", "a monkey", "hash"))
        using (var second = CompareFolder.For(null, input, "an owl", "a monkey", "hash"))
        {
            Assert.Equal((folder["owl.compare"], folder["owl.compare-2"]), (first.Path, second.Path));
            var error = Assert.Throws<EditorException>(() => CompareFolder.For(first.Path, input, "an owl", "a monkey", "hash"));
            Assert.Equal(EditorErrorKind.Usage, error.Kind);
        }
        using var again = CompareFolder.For(null, input, "an owl", "a monkey", "hash");
        Assert.Equal(folder["owl.compare"], again.Path);
    }

    [Fact]
    public void A_run_counts_as_finished_only_with_its_key_and_its_result()
    {
        using var folder = new TempFolder();
        var run = new RunFolder(folder.Path);
        const string Svg = "<svg xmlns='http://www.w3.org/2000/svg'/>";
        var hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(Svg)));
        void Record(string moments) => File.WriteAllText(run.Files.Record, $$"""
            { "run_key": "k", "output": { "sha256": "{{hash}}" }, "moments": {{moments}}, "metrics": { "values": { "psnr": 20 } }, "steps_done": 4,
              "samples_forwarded": 8, "samples_differentiated": 2, "timing": { "edit_seconds": 1.5, "peak_memory_bytes": 1000 } }
            """);
        Assert.Null(run.Finished("k"));
        File.WriteAllText(run.Files.Result, Svg);
        Record("""[ { "step": 0, "identity": 1, "prompt": 0 } ]""");
        Assert.Null(run.Finished("other"));
        var report = run.Report(run.Finished("k")!, ComparedMethod.Parse("sds"), 3, "command", [1, 2], new EditRequest { Input = "in.svg", Target = "" });
        Assert.Equal(("sds", 3, 1.5, 8), (report.Method, report.Seed, report.Cost.Seconds, report.Cost.SamplesForwarded));
        Assert.Equal([1, 2], report.Moments.Single().Picture.ToArray());

        Record("""[ { "step": 4, "identity": 1, "prompt": 0 } ]""");
        Assert.Null(run.Finished("k")); // a picture along the way is missing
        File.WriteAllText(run.Step(4), Svg);
        Assert.NotNull(run.Finished("k"));
        File.AppendAllText(run.Files.Result, " ");
        Assert.Null(run.Finished("k"));
        File.WriteAllText(run.Files.Record, "{ half a rec");
        Assert.Null(run.Finished("k"));
    }

    [Theory]
    [InlineData("--methods", "nosuch", "there is no method 'nosuch'")]
    [InlineData("--methods", "ids,fpr+dds", "ids is there twice")]
    [InlineData("--preset", "nosuch", "--preset takes one of ids-table-s1, ids-table-4")]
    [InlineData("--seeds", "0", "--seeds takes a whole number from 1")]
    public void Wrong_options_are_said_before_anything_is_loaded(string option, string value, string message)
    {
        using var folder = new TempFolder();
        var result = CliRun.InProcess("compare", folder.Example("owl.svg"), "--trg", "a monkey", option, value);
        Assert.Equal(ExitCode.Usage, result.Code);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
        Assert.Equal(["owl.svg"], folder.Files);
    }

    [Fact]
    public void Presets_name_methods_that_there_are()
    {
        foreach (var preset in ComparePreset.All)
        {
            var methods = preset.Methods.Select(ComparedMethod.Parse).ToArray();
            Assert.Equal(preset.Reference.Rows.Select(r => r.Method), methods.Select(m => m.Label));
            foreach (var method in methods) MethodCatalog.Create(method.Name!.Value, method.Settings.Over(EditSettings.Defaults)).Method.Dispose();
            Assert.All(preset.Reference.Rows, row => Assert.Equal(preset.Reference.Columns.Count, row.Figures.Count));
        }
    }

    [Fact]
    public void A_preset_gives_way_to_the_model_and_the_command_line()
    {
        var request = new EditRequest { Input = "owl.svg", Source = "an owl", Target = "a monkey" };
        var preset = ComparePreset.IdsTableS1;
        var plain = preset.Apply(request, Diffusion.Models.ModelDefaults.None);
        Assert.Equal((1000, "a monkey" + preset.PromptSuffix), (plain.Settings.Steps, plain.Target));
        var model = preset.Apply(request, new Diffusion.Models.ModelDefaults { Steps = 150, PromptSuffix = ", icon" });
        Assert.Equal((null, "a monkey"), (model.Settings.Steps, model.Target));
        Assert.Equal(7, preset.Apply(request with { Settings = new EditSettings { Steps = 7 } }, Diffusion.Models.ModelDefaults.None).Settings.Steps);
    }

    [Fact, Trait("Category", "Slow")]
    public void A_comparison_is_written_reused_and_extended()
    {
        using var folder = new TempFolder();
        string[] command = ["compare", folder.Example("apple.svg"), "--trg", "a pear", "--steps", "2", "--pictures", "2", "--size", "64", "--lpips",
            SvgDistill.Tests.TestPaths.Fixture("lpips-alex-random.safetensors"), "--clip", SvgDistill.Tests.TestPaths.Fixture("tiny-clip"), "--json"];
        var first = CliRun.Process(null, [.. command, "--methods", "sds,ids", "--seeds", "1"]);
        Assert.True(first.Code == 0, first.Error);
        var files = folder.Files;
        foreach (var name in new[] { "index.html", "results.csv", "runs/ids-s0/result.svg", "runs/ids-s0/result.svg.json", "runs/sds-s0/step-00001.svg" })
            Assert.Contains($"apple.compare/{name}", files);
        Assert.DoesNotContain(files, f => f.EndsWith(".state", StringComparison.Ordinal) || f.EndsWith(".tmp", StringComparison.Ordinal));

        // Both runs are those of edit.
        var run = JsonNode.Parse(first.Output)!["runs"]![1]!;
        var edit = CliRun.Process(null, "edit", folder["apple.svg"], "--trg", "a pear", "--steps", "2", "--method", "ids", "--no-losses", "-o", folder["single.svg"]);
        Assert.True(edit.Code == 0, edit.Error);
        Assert.Equal(File.ReadAllBytes(folder["single.svg"]), File.ReadAllBytes(folder["apple.compare/runs/ids-s0/result.svg"]));
        Assert.Equal("ids", (string?)run["method"]);

        // Given again with a method more, the finished runs are taken as they are.
        var written = File.GetLastWriteTimeUtc(folder["apple.compare/runs/ids-s0/result.svg"]);
        var second = CliRun.Process(null, [.. command, "--methods", "sds,ids,dds", "--seeds", "1"]);
        Assert.True(second.Code == 0, second.Error);
        Assert.Contains("[2/3] ids, seed 0: done before", second.Error, StringComparison.Ordinal);
        Assert.Equal(written, File.GetLastWriteTimeUtc(folder["apple.compare/runs/ids-s0/result.svg"]));
        Assert.Equal(4, File.ReadAllLines(folder["apple.compare/results.csv"]).Length);
        Assert.Equal(JsonNode.Parse(first.Output)!["runs"]![1]!.ToJsonString(), JsonNode.Parse(second.Output)!["runs"]!.AsArray()
            .Single(r => (string?)r!["method"] == "ids")!.ToJsonString());
    }

    [Fact, Trait("Category", "Slow")]
    public void An_interrupted_comparison_goes_on_to_the_same_bytes()
    {
        using var folder = new TempFolder();
        string[] command = ["compare", folder.Example("apple.svg"), "--trg", "a pear", "--methods", "sds", "--seeds", "1", "--steps", "6", "--pictures", "3",
            "--size", "64", "--clip", SvgDistill.Tests.TestPaths.Fixture("tiny-clip")];
        using (var process = CliRun.Start(null, [.. command, "-o", folder["stopped"]]))
        {
            while (process.StandardError.ReadLine() is { } line && !line.StartsWith("step 1/", StringComparison.Ordinal)) { }
            CliRun.Interrupt(process);
            var result = CliRun.Finish(process);
            Assert.True(result.Code == ExitCode.Interrupted, result.Error);
        }
        Assert.True(File.Exists(folder["stopped/runs/sds-s0/result.svg.state"]));
        Assert.Contains("0 of 1 runs done. Stopped", File.ReadAllText(folder["stopped/index.html"]), StringComparison.Ordinal);

        var resumed = CliRun.Process(null, [.. command, "-o", folder["stopped"]]);
        Assert.True(resumed.Code == 0, resumed.Error);
        var whole = CliRun.Process(null, [.. command, "-o", folder["whole"]]);
        Assert.True(whole.Code == 0, whole.Error);
        foreach (var name in new[] { "result.svg", "step-00002.svg", "step-00004.svg", "step-00006.svg" })
            Assert.Equal(File.ReadAllBytes(folder[$"whole/runs/sds-s0/{name}"]), File.ReadAllBytes(folder[$"stopped/runs/sds-s0/{name}"]));
        Assert.False(File.Exists(folder["stopped/runs/sds-s0/result.svg.state"]));
    }
}
