using SvgDistill.Tests;
using SvgDistill.Training.Data;
using Xunit;

namespace SvgDistill.Training.Tests;

/// <summary>Words that stand for an icon's name.</summary>
public sealed class OtherWordsTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void TagsOfTheLabelAreItsOtherWords()
    {
        var words = OtherWords.Read(_folder.Write("data.json", """
            [ { "label": "dog face", "tags": ["pet", "Dog", "puppy", "puppy"] }, { "label": "woman’s hat", "tags": ["bonnet"] }, { "label": "wine glass", "tags": ["drink"] }, { "hexcode": "1F600" } ]
            """));
        Assert.Equal(["pet", "puppy"], words.Of("dog face"));
        Assert.Equal(["bonnet"], words.Of("womans hat"));
        Assert.Equal(["wine glass", "drink"], words.Of("wineglass"));
        Assert.Equal(["dog face", "pet", "puppy"], words.Of("dog face 1"));
        Assert.Empty(words.Of("cat"));
    }

    /// <summary>"face" is said of too many to name one.</summary>
    [Fact]
    public void AWordThatManyShareIsLeftOut()
    {
        string Set(int count) => "[" + string.Join(", ", Enumerable.Range(0, count).Select(i => $$"""{ "label": "thing {{(char)('a' + i)}}", "tags": ["face"] }""")) + "]";
        Assert.Equal(["face"], OtherWords.Read(_folder.Write("few.json", Set(12))).Of("thing b"));
        Assert.Empty(OtherWords.Read(_folder.Write("many.json", Set(13))).Of("thing b"));
    }

    [Theory]
    [InlineData("{}", "a list of objects with \"label\" and \"tags\" expected")]
    [InlineData("[", "not JSON (line 1")]
    public void OtherFilesAreErrors(string text, string message) =>
        Assert.Contains(message, Assert.Throws<TrainingException>(() => OtherWords.Read(_folder.Write("odd.json", text))).Message, StringComparison.Ordinal);

    [Fact]
    public void AMissingFileIsAnError() =>
        Assert.Contains("cannot be read", Assert.Throws<TrainingException>(() => OtherWords.Read(_folder["none.json"])).Message, StringComparison.Ordinal);

    /// <summary>Each caption is one of the forms of the name or of another word; all come up.</summary>
    [Fact]
    public void CaptionsSayTheNameMostlyAndOtherWordsSometimes()
    {
        var icon = new Icon { Source = "x", Subject = "dog face", OtherWords = ["puppy", "pet"], Svg = default };
        var said = Enumerable.Range(0, 2000).Select(i => Captions.Draw(new Draws(0, i, Purpose.Caption), icon)).ToArray();
        Assert.Equal(said.Distinct().Order(), new[] { "dog face", "puppy", "pet" }.SelectMany(IconNames.Forms).Order());
        Assert.InRange(said.Count(s => !s.Contains("dog face", StringComparison.Ordinal)), 400, 600);
        Assert.Empty(new[] { "dog face", "puppy", "pet" }.Except(Captions.All(icon)));
    }
}
