using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using SvgDistill.Cli.Options;
using SvgDistill.Cli.Terminal;
using SvgDistill.Distill.Editing;
using SvgDistill.Distill.Methods;
using SvgDistill.Distill.Metrics;
using SvgDistill.Editor;
using SvgDistill.Editor.Editing;
using SvgDistill.Editor.Engine;
using SvgDistill.Rasterizer.Imaging;
using SvgDistill.Tests;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace SvgDistill.Cli.Tests;

/// <summary><c>--lora</c>, <c>--embedding</c> and <c>--control</c>, with the fixtures' tiny model.</summary>
public sealed class AdapterTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static string Lora => TestPaths.Fixture("tiny-lora", "pytorch_lora_weights.safetensors");
    private static string ControlNet => TestPaths.Fixture("tiny-controlnet");
    private string Owl => File.Exists(_folder["owl.svg"]) ? _folder["owl.svg"] : _folder.Example("owl.svg");

    private string[] Arguments(params string[] options) =>
        [Owl, "--trg", "a monkey", "--model", TestPaths.Fixture("tiny-sd15"), "--precision", "fp32", "--steps", "2",
            .. options.Contains("--method") || options.Contains("--via") ? options : [.. options, "--method", "dds"]];

    /// <summary>The session that the command makes of its options.</summary>
    private EditSession Session(params string[] options)
    {
        var edit = new EditOptions();
        var command = new Command("edit") { edit.Input };
        foreach (var option in edit.Editing) command.Add(option);
        var request = edit.Read(command.Parse(Arguments(options)));
        return EditSession.Open(request, new Screen(new Streams(TextWriter.Null, TextWriter.Null, Redirected: true), quiet: true));
    }

    /// <summary>The result of a short edit and its adapters' record; what the command does, without its measures, which take most of its time.</summary>
    private (string Svg, JsonArray? Adapters) Edit(params string[] options)
    {
        using var session = Session(options);
        session.Run.Run(null, (_, _) => { }, TestContext.Current.CancellationToken);
        session.Finish(new Screen(new Streams(TextWriter.Null, TextWriter.Null, Redirected: true), quiet: true));
        return (System.Text.Encoding.UTF8.GetString(session.Write()), EditRecord.Adapters(session.Model, session.Control));
    }

    // What a textual inversion is made of: vectors as wide as the text encoder, under the word.
    private string Embedding(string name = "mine.safetensors") => Tensors(name, """{"<mine>":{"dtype":"F32","shape":[2,32],"data_offsets":[0,256]}}""");

    // A LoRA of rank 1 on one layer of the text encoder.
    private string TextLora() => Tensors("text.safetensors", """
        {"text_encoder.text_model.encoder.layers.0.self_attn.v_proj.lora_A.weight":{"dtype":"F32","shape":[1,32],"data_offsets":[0,128]},
        "text_encoder.text_model.encoder.layers.0.self_attn.v_proj.lora_B.weight":{"dtype":"F32","shape":[32,1],"data_offsets":[128,256]}}
        """);

    private string Tensors(string name, string header)
    {
        var values = Enumerable.Range(0, 64).Select(i => MathF.Sin(i)).ToArray();
        using var file = new BinaryWriter(File.Create(_folder[name]));
        file.Write((ulong)header.Length);
        file.Write(System.Text.Encoding.UTF8.GetBytes(header));
        foreach (var value in values) file.Write(value);
        return _folder[name];
    }

    [Fact]
    public void PicturesTakeThemToo()
    {
        byte[] Image(params string[] options)
        {
            var result = CliRun.InProcess(["image", Owl, "--trg", "a monkey", "--model", TestPaths.Fixture("tiny-sd15"), "--precision", "fp32",
                "--steps", "3", "--guidance", "2", .. options, "-o", _folder["out.png"], "--json"]);
            Assert.True(result.Code == 0, result.Error);
            Assert.Equal(options.Length > 0, JsonNode.Parse(result.Output)!["options"]!["adapters"] is not null);
            return File.ReadAllBytes(_folder["out.png"]);
        }
        var plain = Image();
        Assert.Equal(plain, Image("--lora", Lora + ":0"));
        Assert.NotEqual(plain, Image("--lora", Lora));
        Assert.NotEqual(plain, Image("--control", ControlNet));
    }

    [Fact]
    public void ALoraChangesTheEditAndAScaleOf0DoesNot()
    {
        (string Svg, JsonNode Record) Command(string lora)
        {
            var result = CliRun.InProcess(["edit", .. Arguments("--lora", lora), "-o", _folder["out.svg"], "--no-losses", "--json"]);
            Assert.True(result.Code == 0, result.Error);
            return (File.ReadAllText(_folder["out.svg"]), JsonNode.Parse(result.Output)!);
        }
        var plain = Edit();
        Assert.Null(plain.Adapters);
        Assert.Equal(plain.Svg, Command(Lora + ":0").Svg);
        var half = Command(Lora + ":0.5");
        var whole = Edit("--lora", Lora);
        var both = Edit("--lora", Lora, "--lora", Lora + ":0.5");
        Assert.Equal(4, new[] { plain.Svg, half.Svg, whole.Svg, both.Svg }.Distinct().Count());

        var adapter = Assert.Single(half.Record["options"]!["adapters"]!.AsArray())!;
        Assert.Equal(("lora", "pytorch_lora_weights.safetensors", RenderTests.Sha256(Lora), .5),
            ((string?)adapter["kind"], (string?)adapter["name"], (string?)adapter["sha256"], (double?)adapter["scale"]));
        Assert.True(JsonNode.DeepEquals(half.Record["options"]!["adapters"], half.Record["model"]!["adapters"]));
    }

    /// <summary>
    /// Under one prompt for source and target DDS moves nothing, LoRA or not, where source and target are seen by one network; where the source is seen without it,
    /// what it changes is the edit. It is so by default, and recorded.
    /// </summary>
    [Fact]
    public void ALoraIsInTheTargetsPredictionAlone()
    {
        string[] same = ["--src", "a monkey", "--lora", Lora];
        // The first step's, since Adam makes steps of rounding errors, too.
        double Gradient(params string[] options)
        {
            using var session = Session(options);
            double? first = null;
            session.Run.Run(null, (_, text) => first ??= double.Parse(text.Split(' ')[1], CultureInfo.InvariantCulture), TestContext.Current.CancellationToken);
            return first!.Value;
        }
        Assert.Equal(0, Gradient("--src", "a monkey"));
        Assert.Equal(0, Gradient([.. same, "--lora-in", "both"]));
        Assert.InRange(Gradient(same), .01, double.PositiveInfinity);
        Assert.Equal(Edit(same).Svg, Edit([.. same, "--lora-in", "target"]).Svg);
        using (var session = Session(same)) Assert.Equal("target", (string?)EditRecord.Options(session)["lora_in"]);
        using (var session = Session("--lora", Lora + ":0")) Assert.Null(EditRecord.Options(session)["lora_in"]);
        using (var session = Session([.. same, "--method", "lusd"])) Assert.Equal("both", (string?)EditRecord.Options(session)["lora_in"]);
        var error = Assert.Throws<EditorException>(() => Session([.. same, "--method", "piva", "--lora-in", "target"]));
        Assert.Equal(EditorErrorKind.Usage, error.Kind);
        Assert.Contains("--lora-in target does not go with piva", error.Message, StringComparison.Ordinal);
    }

    /// <summary>What the edit sees of the source, its prompt included, and whether that fits, is the model's without LoRAs; what is measured has them.</summary>
    [Fact]
    public void TheSourceIsSeenWithoutLoras()
    {
        using var plain = Session();
        using var session = Session("--lora", Lora, "--lora", TextLora());
        bool Same(Tensor a, Tensor b) => a.equal(b).all().item<bool>();
        Assert.True(Same(plain.Asked.Source, session.Asked.Source));
        Assert.True(Same(plain.Asked.Null, session.Asked.Null));
        Assert.False(Same(plain.Asked.Target, session.Asked.Target));
        Assert.False(Same(plain.Prompts.Source, session.Prompts.Source));
        double Loss(Denoiser judge) => new DenoisingLoss(judge, 4, 1).Of((plain.Target.SourceLatents, plain.Prompts.Source))[0];
        Assert.Equal(Loss(plain.Judge), Loss(session.SourceJudge));
        Assert.NotEqual(Loss(plain.Judge), Loss(session.Judge));
    }

    public static TheoryData<string> Ways => [.. MethodName.Known.Select(m => $"--method {m}"), "--method fpr+pds", "--via picture", "--via dreamsampler", "--via ddim-swap", "--via p2p", "--via pnp", "--via turboedit", "--via ids"];

    /// <summary>Whatever the way, an edit under a LoRA runs, with the LoRA in its place.</summary>
    [Theory]
    [MemberData(nameof(Ways)), Trait("Category", "Slow")]
    public void EveryWayRunsUnderALora(string way)
    {
        using var session = Session([.. way.Split(' '), "--lora", Lora]);
        session.Run.Prepare(new Screen(new Streams(TextWriter.Null, TextWriter.Null, Redirected: true), quiet: true), TestContext.Current.CancellationToken);
        // By way of a picture: what follows its edit takes long and asks no network.
        if (session.Run is not ViaPictureRun) Assert.False(session.Run.Run(null, (_, _) => { }, TestContext.Current.CancellationToken).Interrupted);
        Assert.Equal(way.Split(' ')[1] is "lusd" or "piva" or "p2p" or "pnp" ? LoraPlace.Both : LoraPlace.Target, session.LoraPlace);
    }

    /// <summary>What is drawn from words has LoRAs everywhere unless asked otherwise; a scale of 0 is none.</summary>
    [Fact]
    public void GuidanceMayLeadFromTheModelWithoutLoras()
    {
        (byte[] Picture, string? Place) Generate(params string[] options)
        {
            var result = CliRun.InProcess(["generate", "a monkey", "--model", TestPaths.Fixture("tiny-sd15"), "--precision", "fp32", "--steps", "2", .. options, "-o", _folder["out.png"], "--json"]);
            Assert.True(result.Code == 0, result.Error);
            return (File.ReadAllBytes(_folder["out.png"]), (string?)JsonNode.Parse(result.Output)!["options"]!["lora_in"]);
        }
        var plain = Generate();
        var both = Generate("--lora", Lora);
        var target = Generate("--lora", Lora, "--lora-in", "target");
        Assert.Equal((null, "both", "target"), (plain.Place, both.Place, target.Place));
        Assert.Equal(both.Picture, Generate("--lora", Lora, "--lora-in", "both").Picture);
        Assert.NotEqual(both.Picture, target.Picture);
        Assert.Equal((plain.Picture.Length, (string?)null), (Generate("--lora", Lora + ":0", "--lora-in", "target").Picture.Length, Generate("--lora", Lora + ":0", "--lora-in", "target").Place));
        // Without guidance there is no null prompt.
        Assert.Equal(Generate("--lora", Lora, "--guidance", "1").Picture, Generate("--lora", Lora, "--lora-in", "target", "--guidance", "1").Picture);
    }

    /// <summary>Of a picture likewise.</summary>
    [Fact]
    public void APicturesEditHasTheLoraInTheTarget()
    {
        byte[] Image(params string[] options)
        {
            var result = CliRun.InProcess(["image", Owl, "--src", "a monkey", "--trg", "a monkey", "--model", TestPaths.Fixture("tiny-sd15"), "--precision", "fp32",
                "--method", "dds", "--steps", "2", "--guidance", "2", .. options, "-o", _folder["out.png"], "--quiet"]);
            Assert.True(result.Code == 0, result.Error);
            return File.ReadAllBytes(_folder["out.png"]);
        }
        var still = Image();
        Assert.Equal(still, Image("--lora", Lora, "--lora-in", "both"));
        Assert.NotEqual(still, Image("--lora", Lora));
    }

    /// <summary>Piva's trained adapters come on top of a file's: both are there.</summary>
    [Fact]
    public void PivaTrainsOnTopOfALora() =>
        Assert.NotEqual(Edit("--method", "piva").Svg, Edit("--method", "piva", "--lora", Lora).Svg);

    [Fact]
    public void AnEmbeddingIsAWordOfThePrompt()
    {
        var plain = Edit("--src", "<mine> owl");
        var (svg, adapters) = Edit("--src", "<mine> owl", "--embedding", Embedding());
        Assert.NotEqual(plain.Svg, svg);
        Assert.Equal("<mine>", (string?)adapters![0]!["word"]);
        Assert.Equal(svg, Edit("--src", "thing owl", "--embedding", Embedding() + ":thing").Svg);
    }

    /// <summary>Any method runs under a ControlNet: all of a run's denoiser, or Piva's own two.</summary>
    [Theory]
    [InlineData("sds")]
    [InlineData("piva")]
    public void AControlNetGuidesTheRun(string method)
    {
        var plain = Edit("--method", method);
        var (svg, adapters) = Edit("--method", method, "--control", ControlNet);
        Assert.NotEqual(plain.Svg, svg);
        var control = Assert.Single(adapters!)!;
        Assert.Equal("lines of the source", (string?)control["image"]);
        Assert.Equal(64, ((string?)control["sha256"])!.Length);
        Assert.Equal(plain.Svg, Edit("--method", method, "--control", ControlNet, "--control-scale", "0").Svg);
    }

    /// <summary>The base denoiser of a Piva run is not conditioned, nor is the one that measures, whatever the method.</summary>
    [Theory]
    [InlineData("sds", true)]
    [InlineData("piva", false)]
    [InlineData("fpr+piva", false)]
    public void TheControlNetIsWhereItBelongs(string method, bool onTheWholeRun)
    {
        using var session = Session("--method", method, "--control", ControlNet);
        Assert.Equal(onTheWholeRun, !ReferenceEquals(session.Model.Denoiser, session.Denoiser.Predictor));
        Assert.Same(session.Model.Denoiser, session.Judge.Predictor);
    }

    [Fact]
    public void AControlImageTakesThePlaceOfTheLines()
    {
        var image = _folder["control.png"];
        File.WriteAllBytes(image, PngWriter.Encode(new RgbaImage(96, 96, [.. Enumerable.Range(0, 4 * 96 * 96).Select(i => (byte)(i % 4 == 3 ? 255 : i / 96))])));
        var (svg, adapters) = Edit("--control", ControlNet, "--control-image", image);
        Assert.NotEqual(Edit("--control", ControlNet).Svg, svg);
        Assert.Equal(RenderTests.Sha256(image), (string?)adapters![0]!["image"]!["sha256"]);

        // The bytes say the format: a WebP loses nothing, so the edit is the same.
        File.WriteAllBytes(image, PictureWriter.Encode(PictureReader.Read(image), "control.webp"));
        Assert.Equal(svg, Edit("--control", ControlNet, "--control-image", image).Svg);

        File.WriteAllBytes(image, PngWriter.Encode(new RgbaImage(96, 40)));
        Fails(3, "another shape", "--control", ControlNet, "--control-image", image);
        Fails(3, "no such file", "--control", ControlNet, "--control-image", _folder["none.png"]);
    }

    /// <summary>Saved states and finished runs of a comparison belong to one key.</summary>
    [Fact]
    public void AdaptersAreInTheKeyOfARun()
    {
        string Key(params string[] options)
        {
            using var session = Session(options);
            return EditRecord.RunKey(session);
        }
        string[] keys =
        [
            Key(), Key("--lora", Lora), Key("--lora", Lora + ":.5"), Key("--lora", Lora, "--lora", Lora),
            Key("--embedding", Embedding()), Key("--embedding", Embedding() + ":other"),
            Key("--control", ControlNet), Key("--control", ControlNet, "--control-scale", ".5"),
        ];
        Assert.Equal(keys.Length, keys.Distinct().Count());
    }

    [Fact]
    public void WhatDoesNotFitEndsWith4AndNamesTheFile()
    {
        Fails(4, "another model family", "--model", TestPaths.Fixture("tiny-sd21"), "--lora", Lora);
        Fails(4, "another model family", "--model", TestPaths.Fixture("tiny-sd21"), "--control", ControlNet);
        Fails(4, "It is made for another model family", "--model", TestPaths.Fixture("tiny-sd21"), "--embedding", Embedding());
        Fails(4, "Give it with --control", "--lora", Path.Combine(ControlNet, "diffusion_pytorch_model.safetensors"));
        Fails(4, "none.safetensors:x: there is no such file", "--lora", _folder["none.safetensors:x"]);
        Fails(4, "none: there is no such file or folder", "--control", _folder["none"]);
        Fails(4, "none: there is no such file. --embedding takes", "--embedding", _folder["none"] + ":word");
        Fails(2, "a weight from -100 to 100", "--lora", Lora + ":1000");
        Fails(2, "--control-scale goes with --control", "--control-scale", "1");
        Fails(2, "--control-image goes with --control", "--control-image", "x.png");
    }

    [Fact]
    public void GenerateTakesTheSameOptions()
    {
        byte[] Draw(params string[] options)
        {
            var result = CliRun.InProcess(["generate", "an owl", "--model", TestPaths.Fixture("tiny-sd15"), "--steps", "2", "-o", _folder["owl.png"], "--json", .. options]);
            Assert.True(result.Code == 0, result.Error);
            Assert.Equal(options.Contains("--lora"), JsonNode.Parse(result.Output)!["model"]!["adapters"] is not null);
            Assert.Equal(options.Contains("--control"), JsonNode.Parse(result.Output)!["options"]!["control"] is not null);
            return PictureReader.Read(_folder["owl.png"]).Pixels;
        }
        var plain = Draw();
        Assert.NotEqual(plain, Draw("--lora", Lora));
        File.WriteAllBytes(_folder["grey.png"], PngWriter.Encode(new RgbaImage(16, 16, [.. Enumerable.Repeat((byte)200, 4 * 256)])));
        Assert.NotEqual(plain, Draw("--control", ControlNet, "--control-image", _folder["grey.png"]));
        var without = CliRun.InProcess("generate", "an owl", "--model", TestPaths.Fixture("tiny-sd15"), "--control", ControlNet, "-o", _folder["no.png"]);
        Assert.Equal(2, without.Code);
        Assert.Contains("give one with --control-image", without.Error);
    }

    [Fact]
    public void ModelInfoSaysWhatAnAdapterIs()
    {
        string Info(params string[] args)
        {
            var result = CliRun.InProcess(["model", "info", .. args]);
            Assert.True(result.Code == 0, result.Error);
            return result.Output;
        }
        Assert.Contains("LoRA, for --lora", Info(Lora));
        Assert.Contains("ControlNet, for --control", Info(ControlNet));
        Assert.Contains("textual-inversion embedding, for --embedding", Info(Embedding()));
        var record = JsonNode.Parse(Info(Lora, "--json"))!;
        Assert.Equal(("lora", "4", 32), ((string?)record["adapter"]!["kind"], (string?)record["info"]!["facts"]!["rank"], (int?)record["info"]!["text_width"]));
    }

    [Fact]
    public void ModelCheckTriesAnAdapterOnAModel()
    {
        foreach (var path in new[] { Lora, ControlNet, Embedding() })
        {
            var fits = CliRun.InProcess("model", "check", path, "--model", TestPaths.Fixture("tiny-sd15"));
            Assert.True(fits.Code == 0, fits.Output + fits.Error);
            Assert.Contains("all finite", fits.Output);
            var other = CliRun.InProcess("model", "check", path, "--model", TestPaths.Fixture("tiny-sd21"));
            Assert.Equal(4, other.Code);
            Assert.Contains("another model family", other.Output);
        }
        Assert.Equal(2, CliRun.InProcess("model", "check", TestPaths.Fixture("tiny-sd15"), "--model", "x").Code);
    }

    [Fact]
    public void ADamagedModelIsRefusedWhenItIsOpened()
    {
        var copy = _folder["prior"];
        foreach (var file in Directory.EnumerateFiles(TestPaths.IconPrior, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(copy, Path.GetRelativePath(TestPaths.IconPrior, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
        using (var weights = new FileStream(Path.Combine(copy, "unet", "diffusion_pytorch_model.safetensors"), FileMode.Open))
        {
            weights.Position = weights.Length / 2;
            weights.Write(new byte[1 << 16]);
        }
        Fails(4, "selfcheck.safetensors: noise_prediction", "--model", copy);
    }

    [Theory]
    [InlineData("a.safetensors", "a.safetensors", 1)]
    [InlineData("a.safetensors:0.7", "a.safetensors", .7)]
    [InlineData("a.safetensors:-1", "a.safetensors", -1)]
    [InlineData(@"C:\models\a.safetensors", @"C:\models\a.safetensors", 1)]
    [InlineData(@"C:\models\a.safetensors:.5", @"C:\models\a.safetensors", .5)]
    [InlineData("x:1/a.safetensors", "x:1/a.safetensors", 1)]
    [InlineData("a:b.safetensors:2", "a:b.safetensors", 2)]
    public void AScaleIsTheNumberAfterTheLastColon(string text, string path, double scale) =>
        Assert.Equal(new LoraChoice(path, scale), LoraChoice.Parse(text));

    [Theory]
    [InlineData("a.safetensors:1e9")]
    [InlineData("a.safetensors:NaN")]
    [InlineData("")]
    public void OtherScalesAreRefused(string text) => Assert.Null(LoraChoice.Parse(text));

    [Theory]
    [InlineData("a.safetensors", "a.safetensors", null)]
    [InlineData("a.safetensors:<mine>", "a.safetensors", "<mine>")]
    [InlineData(@"C:\models\a.safetensors", @"C:\models\a.safetensors", null)]
    [InlineData(@"C:\models\a.safetensors:mine", @"C:\models\a.safetensors", "mine")]
    [InlineData("C:a.safetensors", "C:a.safetensors", null)]
    [InlineData("x:1/a.safetensors", "x:1/a.safetensors", null)]
    public void AWordIsWhatFollowsTheLastColonUnlessItIsAPath(string text, string path, string? word) =>
        Assert.Equal(new EmbeddingChoice(path, word), EmbeddingChoice.Parse(text));

    [Fact]
    public void AFileWhoseNameEndsLikeAScaleIsAFile()
    {
        var path = _folder.Write("lora:2", "");
        Assert.Equal(new LoraChoice(path, 1), LoraChoice.Parse(path));
        Assert.Equal(new LoraChoice(path, .5), LoraChoice.Parse(path + ":0.5"));
        Assert.Equal(new EmbeddingChoice(path, null), EmbeddingChoice.Parse(path));
        Assert.Null(EmbeddingChoice.Parse("a.safetensors: "));
    }

    private void Fails(int code, string said, params string[] options)
    {
        string[] model = options.Contains("--model") ? [] : ["--model", TestPaths.Fixture("tiny-sd15")];
        var result = CliRun.InProcess(["edit", Owl, "--trg", "a monkey", "--steps", "1", "-o", _folder["bad.svg"], .. model, .. options]);
        Assert.Equal(code, result.Code);
        Assert.Contains(said, result.Error);
        Assert.DoesNotContain("   at ", result.Error);
        Assert.False(File.Exists(_folder["bad.svg"]));
    }
}
