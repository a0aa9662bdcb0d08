using SvgDistill.Diffusion;
using SvgDistill.Diffusion.Models;
using Xunit;

namespace SvgDistill.Diffusion.Tests;

/// <summary>What a model's <c>svgdistill.json</c> recommends.</summary>
public sealed class ModelDefaultsTests
{
    private static ModelDefaults Read(string json) => ModelDefaults.Read(JsonConfig.Parse("svgdistill.json", json));

    [Fact]
    public void StylesAreThoseOfTheFileForEveryMethod()
    {
        var defaults = Read("""{ "styles": ["flat", "bold line"], "methods": { "sds": { "guidance": 3 } } }""");
        Assert.Equal(["flat", "bold line"], defaults.Styles);
        Assert.Equal(["flat", "bold line"], defaults.For("sds").Styles);
        Assert.Empty(Read("{}").Styles);
    }

    [Theory]
    [InlineData("""["flat", "flat"]""")]
    [InlineData("""[""]""")]
    [InlineData("""[" flat"]""")]
    [InlineData("""["auto"]""")]
    [InlineData("""["none"]""")]
    [InlineData("""["an endless name an endless name an endless name an endless name an"]""")]
    public void NamesThatCannotBeChosenAreAnError(string styles) =>
        Assert.Contains("styles: at most 64 different names", Assert.Throws<ModelException>(() => Read($$"""{ "styles": {{styles}} }""")).Message, StringComparison.Ordinal);

    [Fact]
    public void OneMoreThanAreTriedIsAnError()
    {
        string Names(int count) => $$"""{ "styles": [{{string.Join(',', Enumerable.Range(0, count).Select(i => $"\"s{i}\""))}}] }""";
        Assert.Equal(ModelDefaults.MostStyles, Read(Names(ModelDefaults.MostStyles)).Styles.Count);
        Assert.Throws<ModelException>(() => Read(Names(ModelDefaults.MostStyles + 1)));
    }

    [Theory]
    [InlineData("a monkey", "noto", "a monkey, noto style")]
    [InlineData("", "noto", "")]
    public void APromptInAStyleIsInTheWordsOfTheCaptions(string prompt, string style, string expected) => Assert.Equal(expected, ModelDefaults.InStyle(prompt, style));
}
