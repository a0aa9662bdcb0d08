using SvgDistill.Diffusion.Models;
using SvgDistill.Diffusion.Text;
using SvgDistill.Tests;
using Xunit;

namespace SvgDistill.Diffusion.Tests;

/// <summary>Everyday words for what a model was taught under other names.</summary>
public sealed class PromptAliasesTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("car", "automobile")]
    [InlineData("a car", "an automobile")]
    [InlineData("The Car", "The automobile")]
    [InlineData("a red car", "a red automobile")]
    [InlineData("an old car", "an old car")]
    [InlineData("an icon of a car", "an icon of an automobile")]
    [InlineData("car icon", "automobile icon")]
    [InlineData("a car, noto style", "an automobile, noto style")]
    [InlineData("a police car", "a police car")]
    [InlineData("a car and a boat", "a car and a boat")]
    [InlineData("an ice cream cone", "a soft ice cream")]
    [InlineData("red", "red")]
    [InlineData("", "")]
    [InlineData("automobile", "automobile")]
    public void AWordThatIsAllThatAPromptNamesIsPutInTheModelsWords(string prompt, string reworded) =>
        Assert.Equal(reworded, PromptAliases.Read(Words("car\tautomobile\nice cream cone\tsoft ice cream\nboat\tsailboat\n")).Reword(prompt));

    [Fact]
    public void AFolderWithoutTheFileChangesNothing() => Assert.Equal("a car", PromptAliases.Read(_folder.Path).Reword("a car"));

    [Theory]
    [InlineData("car automobile\n", "line 1")]
    [InlineData("car\tautomobile\n\nCar\ttaxi\n", "line 3")]
    public void OddLinesAreNamed(string text, string line)
    {
        var error = Assert.Throws<ModelException>(() => PromptAliases.Read(Words(text)));
        Assert.Contains("words.txt", error.Message, StringComparison.Ordinal);
        Assert.Contains(line, error.Message, StringComparison.Ordinal);
    }

    /// <summary>What is asked for are subjects, and no subject is asked for under another name.</summary>
    [Fact]
    public void TheEmbeddedModelsWordsStandForItsSubjects()
    {
        var subjects = ModelCard.Subjects(TestPaths.IconPrior).Select(s => s.Name).ToHashSet();
        var names = PromptAliases.Read(TestPaths.IconPrior).Names;
        Assert.True(names.Count > 400);
        Assert.All(names.Values, n => Assert.Contains(n, subjects));
        Assert.All(names.Keys, w => Assert.DoesNotContain(w, subjects));
    }

    /// <summary>The list is a part of the model: of its results, and so of its hash; an embedding's word comes before it.</summary>
    [Fact]
    public void PromptsAreEncodedInTheModelsWords()
    {
        using var plain = DiffusionModel.Open(TestPaths.TinyModel);
        using (var before = plain.EncodePrompts("a car"))
        {
            Copy(TestPaths.TinyModel, _folder["model"]);
            _folder.Write("model/words.txt", "car\tautomobile\n");
            using var model = DiffusionModel.Open(_folder["model"]);
            using var car = model.EncodePrompts("a car");
            using var wanted = plain.EncodePrompts("an automobile");
            Assert.Equal(wanted.data<float>().ToArray(), car.data<float>().ToArray());
            Assert.NotEqual(before.data<float>().ToArray(), car.data<float>().ToArray());
            Assert.Equal(plain.Tokenizer.Encode("an automobile"), model.Tokenize("a car"));
            Assert.NotEqual(plain.Hash, model.Hash);
        }
    }

    private string Words(string text)
    {
        _folder.Write("words.txt", text);
        return _folder.Path;
    }

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}
