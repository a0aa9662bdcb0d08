using System.Text;
using SvgDistill.Diffusion.Tokenization;
using SvgDistill.Editor.Editing;
using SvgDistill.Rasterizer.Svg;
using Xunit;

namespace SvgDistill.Editor.Tests;

/// <summary>Small decisions: prompts, backgrounds, what may move.</summary>
public sealed class WordsTests
{
    private static readonly (string, int)[] _subjects = [("owl", 6), ("cat face", 7), ("hot pepper", 6), ("maple leaf", 8), ("beaver", 4), ("red cherry", 5)];

    [Theory]
    [InlineData("given", "title", "given")]
    [InlineData(null, "title", "title")]
    [InlineData(null, null, "cat face")]
    public void TheSourcePromptIsTheOptionElseTheTitleElseTheName(string? given, string? title, string expected) =>
        Assert.Equal(expected, PromptWords.Source(given, title, "/some/where/cat-face_24.svg"));

    [Theory]
    [InlineData("an owl", new string[0])]
    [InlineData("two owls, a red cat", new[] { "two" })]
    [InlineData("A Hot PEPPER", new string[0])]
    [InlineData("OWLS without leaves, at cherries", new string[0])]
    [InlineData("a cat's face", new string[0])]
    [InlineData("an owl\u2019s face, an 'owl'", new string[0])]
    [InlineData("a quokka and a quokka", new[] { "quokka" })]
    public void WordsOutsideTheSubjectsAreUnknown(string prompt, string[] unknown) =>
        Assert.Equal(unknown, PromptWords.Unknown(prompt, _subjects));

    [Theory]
    [InlineData("an olw", "near it are 'owl'; ")]
    [InlineData("a hot quokka", "near it are 'hot pepper'; ")]
    [InlineData("a zyzzyva", "")]
    [InlineData("a leader", "")] // two letters of six away from "beaver"
    [InlineData("a beavr", "near it are 'beaver'; ")]
    public void WordsThatAreUnknownHaveNearOnes(string prompt, string near) =>
        Assert.Equal(near, PromptWords.Near(prompt, PromptWords.Unknown(prompt, _subjects), _subjects));

    [Fact]
    public void AModelWithoutSubjectsMakesNoWordUnknown() => Assert.Empty(PromptWords.Unknown("a quokka", []));

    [Fact]
    public void WhatATextEncoderNeverSeesIsNamed()
    {
        var tokenizer = ClipTokenizer.OpenBuiltIn();
        string Cats(int count) => string.Join(' ', Enumerable.Repeat("cat", count));
        Assert.Null(PromptWords.Cut(Cats(75), tokenizer));
        Assert.Null(PromptWords.Cut("", tokenizer));
        Assert.Equal("owl", PromptWords.Cut(Cats(75) + " owl ", tokenizer));
        Assert.Equal("owl, a dog", PromptWords.Cut(Cats(75) + " owl, a dog", tokenizer));
        // A word of several tokens that is cut inside is named whole.
        Assert.Equal("quokkaquokka!", PromptWords.Cut(Cats(74) + " quokkaquokka!", tokenizer));
        Assert.Equal(new string('x', 5000), PromptWords.Cut(new string('x', 5000), tokenizer));
    }

    [Theory]
    [InlineData("#123456", "#ffffff", "#123456")] // what is asked for is taken
    [InlineData("auto", "#aa3322", "#ffffff")] // a coloured drawing stays on white
    public void ABackgroundIsTheAskedOneOrWhite(string asked, string fill, string expected) =>
        Assert.Equal(expected, BackgroundChoice.Of(asked, null, Square(fill).Scene).Color);

    [Theory]
    [InlineData("#ffffff")]
    [InlineData("#f0f4f8")]
    public void AWhiteDrawingGetsAnotherGround(string fill) =>
        Assert.NotEqual("#ffffff", BackgroundChoice.Of("auto", null, Square(fill).Scene).Color);

    /// <summary>Nobody asked: the model's ground, but for a drawing that is all of its colour. One with an outline or a shadow is seen.</summary>
    [Theory]
    [InlineData(null, "<path d='M4 4h20v20H4z' fill='#fff'/>", true)]
    [InlineData("#ffffff", "<path d='M4 4h20v20H4z' fill='#fafcff'/>", true)]
    [InlineData("#000000", "<path d='M4 4h20v20H4z'/>", true)]
    [InlineData("#000000", "<path d='M4 4h20v20H4z' fill='#fff'/>", false)]
    [InlineData(null, "<path d='M4 4h20v20H4z' fill='#fff' stroke='#222'/>", false)]
    [InlineData(null, "<path d='M4 4h20v20H4z' fill='#fff'/><circle cx='10' cy='10' r='.8'/>", true)]
    [InlineData(null, "<path d='M0 0h28v28H0z' fill='#fff'/><path d='M0 14h28' stroke='#222' stroke-width='.5'/>", false)]
    [InlineData("auto", "<path d='M4 4h20v20H4z' fill='#a32'/>", false)]
    public void ADrawingThatWouldVanishOnTheModelsGroundGetsAnotherAndIsToldSo(string? model, string shapes, bool vanishes)
    {
        var scene = SvgSceneReader.Read(SvgDocument.Parse(System.Text.Encoding.UTF8.GetBytes($"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 28 28'>{shapes}</svg>"), "a.svg")).Scene;
        var usual = model is null or "auto" ? "#ffffff" : model;

        var (color, note) = BackgroundChoice.Of(null, model, scene);

        Assert.Equal(vanishes, color != usual);
        Assert.Equal(vanishes, note?.Contains($"would vanish on {usual}", StringComparison.Ordinal) == true);
        Assert.Equal((usual, null), BackgroundChoice.Of(usual, model, scene)); // What is asked for is taken.
    }

    [Theory]
    [InlineData("points", OptimizeKinds.Points)]
    [InlineData("default,opacities", OptimizeKinds.Default | OptimizeKinds.Opacities)]
    [InlineData("all", OptimizeKinds.All)]
    public void OptimizeTakesWords(string words, OptimizeKinds kinds) => Assert.Equal(kinds, OptimizeWords.Parse(words));

    private static SvgScene Square(string fill) => SvgSceneReader.Read(SvgDocument.Parse(Encoding.UTF8.GetBytes(
        $"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 10 10'><rect x='2' y='2' width='6' height='6' fill='{fill}'/></svg>"), "square"));
}
