using System.Text.Json.Nodes;
using SvgDistill.Distill.Metrics;
using SvgDistill.Editor;
using SvgDistill.Editor.Evaluating;
using SvgDistill.Editor.Measuring;
using SvgDistill.Tests;
using Xunit;

namespace SvgDistill.Cli.Tests;

public class EvaluateTests
{
    private const string Svg = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 8 8'><path d='M1 1h6v6z' fill='#c00'/></svg>";

    private static PairList Load(TempFolder folder, string json) => PairList.Load(folder.Write("pairs.json", json));

    private static string Refusal(TempFolder folder, string json)
    {
        var error = Assert.Throws<EditorException>(() => Load(folder, json));
        Assert.Equal(EditorErrorKind.Input, error.Kind);
        return error.Message[(folder["pairs.json"].Length)..];
    }

    [Fact]
    public void A_list_gives_pairs_with_what_it_leaves_out()
    {
        using var folder = new TempFolder();
        folder.Write("noto.cat-face.svg", Svg);
        Directory.CreateDirectory(folder["sub"]);
        folder.Write("sub/dog.svg", Svg.Replace("<path", "<title>a hound</title><path", StringComparison.Ordinal));
        var list = Load(folder, """
            [ { "before": "noto.cat-face.svg", "after": "sub/dog.svg", "src": "a cat", "trg": "a dog", "id": 7, "colour": 1 },
              { "before": "sub/dog.svg", "trg": "{src} asleep", "group": "mine" } ]
            """);
        Assert.Equal(["7", "2"], list.Pairs.Select(p => p.Id));
        Assert.Equal(["noto", "mine"], list.Pairs.Select(p => p.Group));
        Assert.Equal(["a cat", "a hound"], list.Pairs.Select(p => p.Source));
        Assert.Equal(["a dog", "a hound asleep"], list.Pairs.Select(p => p.Target));
        Assert.Equal([folder["sub/dog.svg"], null], list.Pairs.Select(p => p.After));
        Assert.Equal("0001-noto-cat-face", list.Pairs[0].FolderName);
        Assert.Equal(["colour"], list.Unread);
    }

    [Theory]
    [InlineData("{ \"before\": 1 }", ": it is no array of pairs")]
    [InlineData("[]", ": it has no pair")]
    [InlineData("[ { \"before\": \"a.svg\",\n \"trg\" } ]", ":2:8: no JSON")]
    [InlineData("[ 3 ]", ": entry 1: no object")]
    [InlineData("[ { \"before\": \"a.svg\" } ]", ": entry 1: \"trg\" is missing")]
    [InlineData("[ { \"trg\": \"a dog\", \"id\": \"x\" } ]", ": entry 1 (id x): \"before\" is missing")]
    [InlineData("[ { \"before\": \"a.svg\", \"trg\": 4 } ]", ": entry 1: \"trg\" is a number, not a text")]
    [InlineData("[ { \"before\": \"a.svg\", \"trg\": \" \" } ]", ": entry 1: \"trg\" is empty")]
    [InlineData("[ { \"before\": \"b.svg\", \"trg\": \"t\" } ]", ": entry 1: \"before\": ")]
    [InlineData("[ { \"before\": \"../a.svg\", \"trg\": \"t\" } ]", ": entry 1: \"before\": ../a.svg: leaves the list's folder")]
    [InlineData("[ { \"before\": \"/etc/passwd\", \"trg\": \"t\" } ]", "leaves the list's folder")]
    [InlineData("[ { \"before\": \"x\\\\..\\\\..\\\\a.svg\", \"trg\": \"t\" } ]", "leaves the list's folder")]
    [InlineData("[ { \"before\": \"C:a.svg\", \"trg\": \"t\" } ]", "leaves the list's folder")]
    [InlineData("[ { \"before\": \"a.svg\", \"after\": \"broken.svg\", \"trg\": \"t\" } ]", ": entry 1: \"after\": ")]
    [InlineData("[ { \"before\": \"a.svg\", \"trg\": \"t\", \"id\": 2 }, { \"before\": \"a.svg\", \"trg\": \"u\" } ]", "id '2' is there twice (entries 1 and 2)")]
    public void A_broken_list_is_refused_with_entry_and_remedy(string json, string says)
    {
        using var folder = new TempFolder();
        folder.Write("a.svg", Svg);
        folder.Write("broken.svg", "<svg><path");
        Assert.Contains(says, Refusal(folder, json), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--methods", "nosuch", "there is no method 'nosuch'")]
    [InlineData("--methods", "ids,fpr+dds", "ids is there twice")]
    [InlineData("--methods", "no-op", "no-op is always there")]
    [InlineData("--ids", "9", "the list has no pair '9': its ids are 1")]
    [InlineData("--pairs", "0", "--pairs takes a whole number from 1")]
    public void Wrong_options_are_said_before_anything_is_loaded(string option, string value, string message)
    {
        using var folder = new TempFolder();
        folder.Write("a.svg", Svg);
        folder.Write("pairs.json", "[ { \"before\": \"a.svg\", \"trg\": \"t\" } ]");
        var result = CliRun.InProcess("evaluate", folder["pairs.json"], option, value);
        Assert.Equal(ExitCode.Usage, result.Code);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
        Assert.Equal(["a.svg", "pairs.json"], folder.Files);
    }

    [Fact]
    public void ResNet18_tells_icons_apart_and_gives_equal_ones_a_cosine_of_one()
    {
        using var network = OnnxFeatures.ResNet18().Value!;
        double[] Features(string example) =>
            network.Of(MeasuredDrawing.Read(File.ReadAllBytes(Path.Combine(TestPaths.Root, "examples", example)), example).Draw(network.Side, (1, 1, 1)));
        var (owl, cat) = (Features("owl.svg"), Features("cat-face.svg"));
        Assert.Equal((224, 512), (network.Side, owl.Length));
        Assert.Equal(1, FeatureVectors.Cosine(owl, Features("owl.svg")), 12);
        Assert.InRange(FeatureVectors.Cosine(owl, cat), .2, .95);
    }

    [Fact]
    public void The_preparation_of_ResNet18_is_BGR_less_a_mean()
    {
        // Another order of the channels, or a range of 0..1, would find pure red and pure blue where each other is.
        using var network = OnnxFeatures.ResNet18().Value!;
        double[] Plain(float r, float g, float b)
        {
            var plane = network.Side * network.Side;
            return network.Of(new RgbPicture(network.Side, network.Side, [.. Enumerable.Repeat(r, plane), .. Enumerable.Repeat(g, plane), .. Enumerable.Repeat(b, plane)]));
        }
        Assert.True(FeatureVectors.Cosine(Plain(1, 0, 0), Plain(0, 0, 1)) < .99);
        Assert.True(FeatureVectors.Cosine(Plain(0, 0, 0), Plain(1, 1, 1)) < .99);
    }

    [Fact]
    public void Another_ONNX_network_is_taken_as_DINO_with_ImageNet_s_mean_and_deviation()
    {
        using var folder = new TempFolder();
        File.WriteAllBytes(folder["mean.onnx"], TinyOnnx.ChannelMeans(side: 8));
        using var network = OnnxFeatures.Dino(folder["mean.onnx"]);
        Assert.Equal(8, network.Side);
        // The features are the channels' means: those of one colour, normalised.
        var picture = new RgbPicture(8, 8, [.. Enumerable.Repeat(.985f, 64), .. Enumerable.Repeat(.456f, 64), .. Enumerable.Repeat(.181f, 64)]);
        var expected = FeatureVectors.Unit([.5 / .229, 0, -.225 / .225]);
        Assert.All(network.Of(picture).Zip(expected), f => Assert.Equal(f.Second, f.First, 5));

        folder.Write("text.onnx", "no network");
        var error = Assert.Throws<EditorException>(() => OnnxFeatures.Dino(folder["text.onnx"]));
        Assert.Equal(EditorErrorKind.Model, error.Kind);
        Assert.Contains("no ONNX network that can be read", error.Message, StringComparison.Ordinal);
    }

    [Fact, Trait("Category", "Slow")]
    public void An_evaluation_is_written_and_goes_on()
    {
        using var folder = new TempFolder();
        foreach (var example in new[] { "apple.svg", "cat-face.svg" }) folder.Example(example);
        folder.Write("pairs.json", """
            [ { "before": "apple.svg", "after": "cat-face.svg", "src": "an apple", "trg": "a <b>cat</b>" }, { "before": "cat-face.svg", "trg": "a dog" } ]
            """);
        string[] command = ["evaluate", folder["pairs.json"], "--methods", "sds,via-picture:steps=2", "--steps", "2", "-o", folder["out"], "--json"];
        var first = CliRun.Process(null, [.. command, "--pairs", "1"]);
        Assert.True(first.Code == 0, first.Error);
        foreach (var name in new[] { "index.html", "results.csv", "summary.json", "sheet.png", "pairs/0001-apple/sds/result.svg", "pairs/0001-apple/perfect/result.svg.json" })
            Assert.Contains($"out/{name}", folder.Files);
        Assert.DoesNotContain(folder.Files, f => f.EndsWith(".state", StringComparison.Ordinal) || f.EndsWith(".tmp", StringComparison.Ordinal));

        // The rows that are always there say what the measures are worth.
        var rows = JsonNode.Parse(File.ReadAllText(folder["out/summary.json"]))!["rows"]!;
        Assert.Equal((0, 1, 0, 0), ((double)rows["no-op"]!["nearer_to_after"]!, (double)rows["no-op"]!["overlap_median"]!,
            (double)rows["no-op"]!["target_loss_fell"]!, (double)rows["no-op"]!["crossings_added_median"]!));
        Assert.Equal((0, 0), ((double)rows["no-op"]!["gained"]!, (double)rows["no-op"]!["denoising_gain_median"]!));
        var losses = JsonNode.Parse(File.ReadAllText(folder["out/pairs/0001-apple/perfect/result.svg.json"]))!["metrics"]!["denoising_loss"]!;
        double Margin(string when) => (double)losses[$"target_{when}"]! - (double)losses[$"source_{when}"]!;
        Assert.Equal(1000 * (Margin("before") - Margin("after")), (double)rows["perfect"]!["denoising_gain_median"]!, 6);
        Assert.Equal(Margin("after") < Margin("before") ? 1 : 0, (double)rows["perfect"]!["gained"]!);
        Assert.Equal((1, 0, 1, 1), ((double)rows["perfect"]!["nearer_to_after"]!, (double)rows["perfect"]!["mse_after_median"]!,
            (double)rows["perfect"]!["recognized"]!, (double)rows["perfect"]!["kept_median"]!));
        Assert.True((double)rows["sds"]!["seconds"]! > 0);
        Assert.InRange((double)rows["sds"]!["overlap_median"]!, .5, 1);
        var page = File.ReadAllText(folder["out/index.html"]);
        Assert.Contains("a &lt;b&gt;cat&lt;/b&gt;", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>cat", page, StringComparison.Ordinal);

        // The edit is that of edit, and a further pair takes the finished runs as they are.
        var edit = CliRun.Process(null, "edit", folder["apple.svg"], "--src", "an apple", "--trg", "a <b>cat</b>", "--method", "sds", "--steps", "2", "--no-losses", "-o", folder["single.svg"]);
        Assert.True(edit.Code == 0, edit.Error);
        Assert.Equal(File.ReadAllBytes(folder["single.svg"]), File.ReadAllBytes(folder["out/pairs/0001-apple/sds/result.svg"]));
        var written = File.GetLastWriteTimeUtc(folder["out/pairs/0001-apple/sds/result.svg"]);
        var second = CliRun.Process(null, command);
        Assert.True(second.Code == 0, second.Error);
        Assert.Contains("[3/7] apple.svg -> a <b>cat</b>, sds: done before", second.Error, StringComparison.Ordinal);
        Assert.Equal(written, File.GetLastWriteTimeUtc(folder["out/pairs/0001-apple/sds/result.svg"]));
        var lines = File.ReadAllLines(folder["out/results.csv"]);
        Assert.Equal(8, lines.Length);
        Assert.Equal(2, (int)JsonNode.Parse(second.Output)!["summary"]!["rows"]!["sds"]!["pairs"]!);
        Assert.Equal(1, (int)JsonNode.Parse(second.Output)!["summary"]!["rows"]!["perfect"]!["pairs"]!); // the second pair has no "after"
    }

    [Fact, Trait("Category", "Slow")]
    public void An_interrupted_evaluation_keeps_what_there_is_and_ends_with_the_same_bytes()
    {
        using var folder = new TempFolder();
        folder.Example("apple.svg");
        folder.Write("pairs.json", "[ { \"before\": \"apple.svg\", \"trg\": \"a pear\" } ]");
        string[] command = ["evaluate", folder["pairs.json"], "--methods", "sds", "--steps", "6"];
        using (var process = CliRun.Start(null, [.. command, "-o", folder["stopped"]]))
        {
            while (process.StandardError.ReadLine() is { } line && !line.StartsWith("step 1/", StringComparison.Ordinal)) { }
            CliRun.Interrupt(process);
            var result = CliRun.Finish(process);
            Assert.True(result.Code == ExitCode.Interrupted, result.Error);
        }
        Assert.True(File.Exists(folder["stopped/pairs/0001-apple/sds/result.svg.state"]));
        Assert.Contains("Stopped before the last", File.ReadAllText(folder["stopped/index.html"]), StringComparison.Ordinal);
        Assert.True((bool)JsonNode.Parse(File.ReadAllText(folder["stopped/summary.json"]))!["interrupted"]!);

        var resumed = CliRun.Process(null, [.. command, "-o", folder["stopped"]]);
        Assert.True(resumed.Code == 0, resumed.Error);
        var whole = CliRun.Process(null, [.. command, "-o", folder["whole"]]);
        Assert.True(whole.Code == 0, whole.Error);
        Assert.Equal(File.ReadAllBytes(folder["whole/pairs/0001-apple/sds/result.svg"]), File.ReadAllBytes(folder["stopped/pairs/0001-apple/sds/result.svg"]));
        Assert.Equal(File.ReadAllText(folder["whole/pairs/0001-apple/sds/figures.json"]), File.ReadAllText(folder["stopped/pairs/0001-apple/sds/figures.json"]));
        Assert.False(File.Exists(folder["stopped/pairs/0001-apple/sds/result.svg.state"]));
    }
}
