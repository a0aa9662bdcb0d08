using System.Text.Json.Nodes;
using SvgDistill.Rasterizer.Imaging;
using Xunit;

namespace SvgDistill.Cli.Tests;

/// <summary>Runs of <c>image</c> and <c>inpaint</c> with the embedded prior, a few steps each.</summary>
public sealed class ImageTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void APictureIsEditedAtTheModelsSizeInItsOwnShape()
    {
        var input = Rendered("owl.svg", 300, 200);
        string[] command = ["image", input, "--src", "an owl", "--trg", "a monkey", "--steps", "4", "--json"];

        var run = CliRun.InProcess(command);

        Assert.Equal(0, run.Code);
        Assert.Equal(["owl.a-monkey.png", "owl.a-monkey.png.json", "owl.png"], _folder.Files);
        var edited = PictureReader.Read(_folder["owl.a-monkey.png"]);
        Assert.Equal((128, 85), (edited.Width, edited.Height));
        Assert.Equal(File.ReadAllText(_folder["owl.a-monkey.png.json"]), run.Output);
        var record = JsonNode.Parse(run.Output)!;
        Assert.Equal(("image", "flowedit", "an owl"), ((string?)record["command"], (string?)record["options"]!["method"], (string?)record["options"]!["src"]));
        Assert.Equal(RenderTests.Sha256(input), (string?)record["input"]!["sha256"]);
        Assert.Equal(RenderTests.Sha256(_folder["owl.a-monkey.png"]), (string?)record["output"]!["sha256"]);
        // The same bytes again, beside the first; another prompt gives another picture.
        Assert.Equal(0, CliRun.InProcess(command).Code);
        Assert.Equal(File.ReadAllBytes(_folder["owl.a-monkey.png"]), File.ReadAllBytes(_folder["owl.a-monkey-2.png"]));
        command[4] = "--trg";
        Assert.Equal(0, CliRun.InProcess([.. command[..5], "a car", .. command[6..], "-o", _folder["car.png"]]).Code);
        Assert.True(MeanDifference(edited, PictureReader.Read(_folder["car.png"]), (_, _) => true) > 2);
    }

    /// <summary>SDEdit's as the autoencoder holds it; FlowEdit's itself.</summary>
    [Theory]
    [InlineData("sdedit", 8)]
    [InlineData("flowedit", .01)]
    public void StrengthZeroGivesThePictureBack(string method, double most)
    {
        var input = Rendered("owl.svg", 128, 128);

        Assert.Equal(0, CliRun.InProcess("image", input, "--trg", "a monkey", "--method", method, "--strength", "0", "-o", _folder["out.png"], "--quiet").Code);

        Assert.InRange(MeanDifference(PictureReader.Read(input), PictureReader.Read(_folder["out.png"]), (_, _) => true), 0, most);
    }

    [Fact]
    public void ADistillationMethodAndADrawingAsInputWorkToo()
    {
        var input = _folder.Example("owl.svg");

        var run = CliRun.InProcess("image", input, "--trg", "a monkey", "--method", "ids", "--steps", "2", "--fpr-steps", "1", "--json");

        Assert.Equal(0, run.Code);
        var record = JsonNode.Parse(run.Output)!;
        Assert.Equal("an owl", (string?)record["options"]!["src"]); // the drawing's title
        Assert.Equal(2, (int?)record["steps_done"]);
        Assert.Equal(1, (int?)record["options"]!["method_options"]![1]!["steps"]);
    }

    [Fact]
    public void ANegativePromptCanNameTheSource()
    {
        var input = _folder.Example("owl.svg");
        byte[] Edited(params string[] negative)
        {
            Assert.Equal(0, CliRun.InProcess(["image", input, "--trg", "a monkey", "--method", "dds", "--steps", "3", "-o", _folder["out.png"], "--quiet", .. negative]).Code);
            return File.ReadAllBytes(_folder["out.png"]);
        }
        var named = Edited("--negative", "{src}");
        Assert.Equal(Edited("--negative", "an owl"), named);
        Assert.NotEqual(Edited(), named);
    }

    [Fact]
    public void ATargetCanNameTheSource()
    {
        Assert.Equal(0, CliRun.InProcess("image", _folder.Example("owl.svg"), "--trg", "{src} in blue", "--method", "dds", "--steps", "1", "-o", _folder["out.png"], "--quiet").Code);
        Assert.Equal("an owl in blue", (string?)JsonNode.Parse(File.ReadAllText(_folder["out.png.json"]))!["options"]!["trg"]);
    }

    [Fact]
    public void InpaintingKeepsWhatNoMaskCovers()
    {
        var input = Rendered("owl.svg", 128, 128);
        var mask = new RgbaImage(128, 128);
        for (var i = 0; i < 128 * 128; i++) mask.Pixels.AsSpan(4 * i, 4).Fill((byte)(i % 128 < 64 ? 255 : 0));
        File.WriteAllBytes(_folder["mask.png"], PngWriter.Encode(mask));

        var run = CliRun.InProcess("inpaint", input, "--mask", _folder["mask.png"], "--trg", "a star", "--steps", "4", "-o", _folder["out.png"], "--json");

        Assert.Equal(0, run.Code);
        var (before, after) = (PictureReader.Read(input), PictureReader.Read(_folder["out.png"]));
        Assert.Equal(0, MeanDifference(before, after, (x, _) => x >= 64));
        Assert.True(MeanDifference(before, after, (x, _) => x < 64) > 1);
        // The text matters, and where it is painted.
        Assert.Equal(0, CliRun.InProcess("inpaint", input, "--mask", _folder["mask.png"], "--trg", "a red car", "--steps", "4", "-o", _folder["car.png"], "--quiet").Code);
        Assert.True(MeanDifference(after, PictureReader.Read(_folder["car.png"]), (x, _) => x < 64) > .05);
        Assert.Equal("out of focus, depth of field", (string?)JsonNode.Parse(run.Output)!["options"]!["negative"]);
        Assert.Equal(RenderTests.Sha256(_folder["mask.png"]), (string?)JsonNode.Parse(run.Output)!["options"]!["regions"]![0]!["sha256"]);
    }

    [Fact]
    public void AnElementOfTheDrawingIsAMask()
    {
        var input = _folder.Write("two.svg",
            """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><path id="left" d="M0 0h8v16H0z" fill="#a33"/><path d="M8 0h8v16H8z" fill="#33a"/></svg>""");
        Assert.Equal(0, CliRun.InProcess("inpaint", input, "--region", "#left=a star", "--steps", "3", "-o", _folder["out.png"]).Code);

        // The model's margin is a sixteenth: the drawing fills 8..120 of 128 pixels.
        var (drawn, painted) = (Drawn(input), PictureReader.Read(_folder["out.png"]));
        Assert.Equal(0, MeanDifference(drawn, painted, (x, _) => x >= 64));
        Assert.True(MeanDifference(drawn, painted, (x, y) => x is >= 8 and < 64 && y is >= 8 and < 120) > 1);
    }

    [Fact]
    public void ARegionsTextHoldsInItsPlace()
    {
        var input = _folder.Write("two.svg",
            """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><path id="left" d="M0 0h8v16H0z" fill="#a33"/><path d="M8 0h8v16H8z" fill="#33a"/></svg>""");
        RgbaImage Edited(string region)
        {
            Assert.Equal(0, CliRun.InProcess("image", input, "--region", region, "--steps", "8", "--strength", "1", "-o", _folder["out.png"]).Code);
            return PictureReader.Read(_folder["out.png"]);
        }

        var (star, car) = (Edited("#left=a yellow star"), Edited("#left=a red car"));

        var (inside, beside) = (MeanDifference(star, car, (x, _) => x < 56), MeanDifference(star, car, (x, _) => x >= 80));
        Assert.True(inside > 2 * beside, $"{inside} inside, {beside} beside");
    }

    [Fact]
    public void TheRecordSaysHowManyStepsADescentTook()
    {
        var input = Rendered("owl.svg", 64, 64);
        string[] command = ["image", input, "--trg", "a cat", "--method", "sds"];
        Assert.Equal(0, CliRun.InProcess([.. command, "--steps", "1", "--json"]) is var run ? run.Code : 1);
        Assert.Equal(1, (int?)JsonNode.Parse(run.Output)!["options"]!["method_options"]!.AsArray()[^1]!["steps"]);
    }

    [Theory]
    [InlineData(2, "--region says what", "image", "owl.png", "--region", "#a=b", "--trg", "a cat")]
    [InlineData(2, "--resume is for distillation methods", "image", "owl.png", "--trg", "a cat", "--resume")]
    [InlineData(2, "--strength is for sdedit, flowedit and dreamsampler", "image", "owl.png", "--trg", "a cat", "--method", "p2p", "--strength", "0.5")]
    [InlineData(2, "dreamsampler takes 2 to 500 steps", "image", "owl.png", "--trg", "a cat", "--method", "dreamsampler", "--steps", "501")]
    [InlineData(2, "--trg says what", "image", "owl.png")]
    [InlineData(2, "--region is for --method dreamsampler", "image", "owl.png", "--region", "#a=b", "--method", "dds")]
    [InlineData(2, "MASK=PROMPT", "inpaint", "owl.png", "--region", "mask.png")]
    [InlineData(2, "--mask and --trg go together", "inpaint", "owl.png", "--mask", "mask.png")]
    [InlineData(2, "says what to paint", "inpaint", "owl.png")]
    [InlineData(2, "is an element of a drawing", "inpaint", "owl.png", "--region", "#a=b")]
    [InlineData(2, "flowedit takes 2 to 1000 steps", "image", "owl.png", "--trg", "a cat", "--steps", "1")]
    [InlineData(3, "no such file", "image", "missing.png", "--trg", "a cat")]
    [InlineData(3, "PNG", "image", "text.png", "--trg", "a cat")]
    [InlineData(3, "must have the picture's own size, 40 x 40", "inpaint", "owl.png", "--mask", "small.png", "--trg", "a cat")]
    [InlineData(3, "nothing in it is white", "inpaint", "owl.png", "--mask", "black.png", "--trg", "a cat")]
    public void WrongInputIsOneSentenceAndNothingIsWritten(int code, string says, string command, string input, params string[] more)
    {
        Rendered("owl.svg", 40, 40);
        File.WriteAllText(_folder["text.png"], "not a picture");
        File.WriteAllBytes(_folder["small.png"], PngWriter.Encode(new RgbaImage(20, 40)));
        File.WriteAllBytes(_folder["black.png"], PngWriter.Encode(new RgbaImage(40, 40)));
        var arguments = more.Select(m => m.EndsWith(".png", StringComparison.Ordinal) ? _folder[m] : m);

        var run = CliRun.InProcess([command, _folder[input], .. arguments, "-o", _folder["out.png"]]);

        Assert.Equal(code, run.Code);
        Assert.Contains(says, run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder["out.png"]));
    }

    private string Rendered(string example, int width, int height)
    {
        var square = RenderAt(_folder.Example(example), Math.Max(width, height));
        var cut = new RgbaImage(width, height);
        for (var y = 0; y < height; y++) square.Pixels.AsSpan(4 * y * square.Width, 4 * width).CopyTo(cut.Pixels.AsSpan(4 * y * width));
        File.Delete(_folder[example]);
        var path = _folder[Path.ChangeExtension(example, ".png")];
        File.WriteAllBytes(path, PngWriter.Encode(cut));
        return path;
    }

    private RgbaImage RenderAt(string svg, int size)
    {
        var path = _folder["rendered.png"];
        Assert.Equal(0, CliRun.InProcess("render", svg, "--size", $"{size}", "--background", "#fff", "-o", path, "--quiet").Code);
        var image = PictureReader.Read(path);
        File.Delete(path);
        return image;
    }

    /// <summary>The drawing in the model's square.</summary>
    private RgbaImage Drawn(string svg)
    {
        var inner = RenderAt(svg, 112);
        var square = new RgbaImage(128, 128);
        square.Pixels.AsSpan().Fill(255);
        for (var y = 0; y < 112; y++) inner.Pixels.AsSpan(4 * y * 112, 4 * 112).CopyTo(square.Pixels.AsSpan(4 * ((y + 8) * 128 + 8)));
        return square;
    }

    /// <summary>Mean absolute difference of colours, 0..255, over the chosen pixels.</summary>
    private static double MeanDifference(RgbaImage a, RgbaImage b, Func<int, int, bool> chosen)
    {
        Assert.Equal((a.Width, a.Height), (b.Width, b.Height));
        var (sum, count) = (0.0, 0);
        for (var i = 0; i < a.Pixels.Length; i++)
        {
            if (i % 4 == 3 || !chosen(i / 4 % a.Width, i / 4 / a.Width)) continue;
            sum += Math.Abs(a.Pixels[i] - b.Pixels[i]);
            count++;
        }
        return sum / count;
    }
}
