using System.Text.Json.Nodes;
using SvgDistill.Distill.Pictures;
using SvgDistill.Editor.Editing;
using SvgDistill.Editor.Reporting;
using SvgDistill.Rasterizer.Svg;
using Xunit;

namespace SvgDistill.Editor.Tests;

/// <summary>Which style of the model prompts name, and what goes by it.</summary>
public sealed class PromptStyleTests
{
    private EditRequest Request(string file = "owl.svg", string source = "an owl", int steps = 1) => new()
    {
        Input = Path.Combine(TestPaths.Root, "examples", file), Source = source, Target = "a monkey", Settings = new() { Steps = steps },
    };

    private static EditSession Open(EditRequest request) => EditSession.Open(request, new SilentReporter());

    /// <summary>The examples are drawings of sets that the embedded prior was taught (examples/README.md).</summary>
    [Theory]
    [InlineData("owl.svg", "an owl", "noto")]
    [InlineData("apple.svg", "a red apple", "twemoji")]
    [InlineData("cat-face.svg", "a cat face", "fluent")]
    [InlineData("house.svg", "a house", "flat color")]
    public void TheStyleThatADrawingIsInIsFound(string file, string source, string style)
    {
        using var session = Open(Request(file, source) with { Style = "auto" });
        Assert.Equal(style, session.Style.Name);
        Assert.Equal($"{source}, {style} style", session.Asked.SourceText);
        Assert.Equal($"a monkey, {style} style", session.Asked.TargetText);
        Assert.Equal(source, session.Prompts.SourceText);
        Assert.Equal(session.Style.Losses.Min(l => l.Loss), session.Style.Losses.Single(l => l.Style == style).Loss);
        Assert.True(session.Style.Losses.Min(l => l.Loss) < session.Style.Plain);
    }

    /// <summary>Without the option prompts are as they are, and a run without steps compares nothing.</summary>
    [Fact]
    public void NothingIsFoundWhereItIsNotAskedForOrNotNeeded()
    {
        foreach (var request in new[] { Request(), Request() with { Style = "none" }, Request(steps: 0) with { Style = "auto" } })
        {
            using var session = Open(request);
            Assert.Null(session.Style.Name);
            Assert.Same(session.Prompts, session.Asked);
            Assert.Null(session.Style.Record);
        }
    }

    /// <summary>Where no style explains the drawing better than its prompt alone, none is named.</summary>
    [Fact]
    public void AStyleThatExplainsNothingIsNotNamed()
    {
        using var session = Open(Request());
        var style = PromptStyle.Find(session.Judge, ["tractor", "pizza"], session.Target.SourceLatents, s => session.Prompts.Of(s is null ? "an owl" : $"a {s}"));
        Assert.Null(style.Name);
        Assert.Equal(["tractor", "pizza"], style.Losses.Select(l => l.Style));
        Assert.All(style.Losses, l => Assert.True(l.Loss > style.Plain));
    }

    /// <summary>Sessions that share a model compare once for a drawing and its prompt.</summary>
    [Fact]
    public void WhatIsFoundIsFoundOnce()
    {
        var request = Request() with { Style = "auto" };
        using var shared = SharedModel.Open(request);
        PromptStyle Style(EditRequest of)
        {
            using var session = EditSession.Open(of, new SilentReporter(), shared);
            return session.Style;
        }
        var first = Style(request);
        Assert.Same(first, Style(request with { Target = "a fox", Seed = 1 }));
        var bird = Style(request with { Source = "a bird" });
        Assert.NotSame(first, bird);
        Assert.NotSame(bird, Style(Request("apple.svg", "a bird") with { Style = "auto" }));
        Assert.Equal("twemoji", Style(Request("apple.svg", "a red apple") with { Style = "auto" }).Name);
    }

    /// <summary>{src} in a negative prompt is the source prompt as the model hears it.</summary>
    [Fact]
    public void ANegativePromptCanNameTheSource()
    {
        using var session = Open(Request() with { Style = "noto", Negative = "{src}" });
        Assert.Equal(("an owl", "an owl, noto style"), (session.Prompts.NegativeText, session.Asked.NegativeText));
        Assert.Same(session.Asked.Source, session.Asked.Null);
        using var other = Open(Request() with { Negative = "dark {src}" });
        Assert.Equal("dark an owl", other.Prompts.NegativeText);
    }

    /// <summary>A picture of the target is preferred to the source's, as <c>--via</c> and new shapes choose.</summary>
    [Fact]
    public void PicturesAreChosenForTheTarget()
    {
        using var session = Open(Request("apple.svg", "a red apple") with { Target = "a house" });
        using var house = Open(Request("house.svg", "a house"));
        Assert.InRange(session.Looks!(house.Target.Source), session.Looks(session.Target.Source) + .1, 2);
        Assert.Equal(6, session.SampledPictures);
    }

    /// <summary>In a target, too; the result of a family's drawing is named after its own.</summary>
    [Fact]
    public void ATargetCanNameTheSource()
    {
        using var session = Open(Request() with { Target = "{src}, {src} twice" });
        Assert.Equal("an owl, an owl twice", session.Asked.TargetText);
        Assert.Equal("a red apple at night", PromptWords.TargetOf(Request("apple.svg") with { Source = null, Target = "{src} at night" }));
        Assert.Equal("a fruit at night", PromptWords.TargetOf(Request("apple.svg", "a fruit") with { Target = "{src} at night" }));
        Assert.Equal("{src}", PromptWords.TargetOf(Request() with { Input = "-", Target = "{src}" }));
    }

    [Fact]
    public void AStyleThatTheModelWasNotTaughtIsNamedWithThoseThatItWas()
    {
        foreach (var steps in new[] { 0, 1 })
        {
            var error = Assert.Throws<EditorException>(() => Open(Request(steps: steps) with { Style = "cubist" }));
            Assert.Equal(EditorErrorKind.Usage, error.Kind);
            Assert.Contains("--style cubist: the model was taught noto, blob, twemoji", error.Message, StringComparison.Ordinal);
        }
        Assert.Contains("names no styles", Assert.Throws<EditorException>(() => Open(Request() with { Style = "auto", Model = TestPaths.TinyModel })).Message, StringComparison.Ordinal);
    }

    /// <summary>The run goes by the prompts in the style, as if they had been typed; the measures go by those that were.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ARunIsThatOfThePromptsInTheStyle(bool viaPicture)
    {
        using var editor = new DrawingEditor();
        var owl = SvgDocument.Load(Path.Combine(TestPaths.Root, "examples", "owl.svg"));
        async Task<EditedDrawing> Edit(string source, string target, string? style) =>
            await editor.EditAsync(owl, target, new DrawingEditOptions
            {
                Source = source, Style = style, Losses = false, Via = viaPicture ? new PictureMethod(SamplerKind.SdEdit) : null,
                Pictures = viaPicture ? 1 : null, Refine = viaPicture ? 2 : null, Settings = new() { Steps = 3 },
            }, cancellation: TestContext.Current.CancellationToken);
        var named = await Edit("an owl", "a monkey", "twemoji");
        Assert.Equal((await Edit("an owl, twemoji style", "a monkey, twemoji style", null)).Svg.ToArray(), named.Svg.ToArray());
        Assert.NotEqual((await Edit("an owl", "a monkey", null)).Svg.ToArray(), named.Svg.ToArray());
    }

    /// <summary>Measures of edits with and without a style can be compared: they go by the prompts that were given.</summary>
    [Fact]
    public async Task MeasuresGoByThePromptsThatWereGiven()
    {
        using var editor = new DrawingEditor();
        var owl = SvgDocument.Load(Path.Combine(TestPaths.Root, "examples", "owl.svg"));
        async Task<JsonNode> Losses(string? style) => (await editor.EditAsync(owl, "a monkey", new DrawingEditOptions { Source = "an owl", Style = style, Settings = new() { Steps = 1 } },
            cancellation: TestContext.Current.CancellationToken)).Metrics["denoising_loss"]!;
        var (found, none) = (await Losses("auto"), await Losses(null));
        Assert.Equal((double?)none["source_before"], (double?)found["source_before"]);
        Assert.Equal((double?)none["target_before"], (double?)found["target_before"]);
        Assert.NotEqual((double?)none["target_after"], (double?)found["target_after"]);
    }
}
