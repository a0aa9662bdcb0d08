using SvgDistill.Diffusion.Clip;
using SvgDistill.Distill.Metrics;
using SvgDistill.Editor.Editing;
using SvgDistill.Editor.Measuring;
using SvgDistill.Tests;
using Xunit;
using static TorchSharp.torch;

namespace SvgDistill.Editor.Tests;

/// <summary>What a CLIP beside the program adds to notes on prompts.</summary>
public sealed class IconClipTests
{
    [Fact]
    public void NamesAreOrderedByWhatTheTextTowerMakesOfThem()
    {
        using var model = ClipModel.Open(TestPaths.Fixture("tiny-clip"));
        using var clip = new IconClip(model);
        Assert.Equal("owl", clip.Alike("owl", ["monkey", "owl", "cat face"])[0]);
        Assert.Equal("cat face", clip.Alike("cat face", ["monkey", "owl", "cat face"])[0]);
        Assert.Equal("crown", clip.Alike("crown", ["crown", "owl"])[0]); // Another list than before.
        using var scope = NewDisposeScope();
        string[] names = ["a", "hot pepper on a long hill", "0 1 2 3", "owl"];
        var cosines = model.EmbedTexts(names).matmul(model.EmbedTexts("owl").squeeze(0)).data<float>().ToArray();
        Assert.Equal(names.Zip(cosines).Where(n => n.Second >= IconClip.SameThing).OrderByDescending(n => n.Second).Select(n => n.First), clip.Alike("owl", names));
    }

    /// <summary>The one that comes with the program: other words for a thing are near to it, words that it never heard to nothing, and it tells the examples apart.</summary>
    [Fact]
    public void TheShippedModelKnowsIcons()
    {
        var clip = IconClip.Shared!;
        string[] names = ["owl", "red apple", "cat face", "house", "tropical fish", "ghost"];
        Assert.Equal("house", clip.Alike("a house", names)[0]);
        Assert.Equal("cat", clip.Alike("kitten", ["owl", "dog", "cat", "house"])[0]);
        Assert.Equal(["dog face"], clip.Alike("puppy", ["owl", "dog face", "house"]));
        Assert.Empty(clip.Alike("spaceship", [.. names, "package"]));
        string Shown(string file) => clip.Shown(MeasuredDrawing.Read(File.ReadAllBytes(Path.Combine(TestPaths.Root, "examples", file)), file), (1, 1, 1), names, 1)[0];
        Assert.Equal(["owl", "red apple", "cat face", "house"], new[] { "owl.svg", "apple.svg", "cat-face.svg", "house.svg" }.Select(Shown));
    }

    [Fact]
    public void ADrawingShowsTheNamesThatFitItsPictureBest()
    {
        using var model = ClipModel.Open(TestPaths.Fixture("tiny-clip"));
        var drawing = MeasuredDrawing.Read("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 9 9\"><circle cx=\"4\" cy=\"4\" r=\"4\" fill=\"red\"/></svg>"u8.ToArray(), "a.svg");
        string[] names = ["owl", "monkey", "hot pepper", "crown"];
        using var scorer = new ClipScorer(model);
        using var clip = new IconClip(model);
        var expected = names.OrderByDescending(n => scorer.Score(drawing.Draw(scorer.PictureSide, (1, 1, 1)), n)).Take(2);
        Assert.Equal(expected, clip.Shown(drawing, (1, 1, 1), names, 2));
    }

    /// <summary>The difference of the two cosines, whatever the picture's size.</summary>
    [Fact]
    public void APictureIsPreferredForWhatItShows()
    {
        var clip = IconClip.Shared!;
        using var scope = NewDisposeScope();
        var drawing = MeasuredDrawing.Read(File.ReadAllBytes(Path.Combine(TestPaths.Root, "examples", "apple.svg")), "apple.svg");
        var (seen, larger) = (drawing.Draw(128, (1, 1, 1)), drawing.Draw(192, (1, 1, 1)).ToTensor());
        using var scorer = new ClipScorer(clip.Network);
        var preference = clip.Prefers(seen.ToTensor(), "a red apple", "a house");
        Assert.Equal(scorer.Score(seen, "a red apple") - scorer.Score(seen, "a house"), preference, 1e-5);
        Assert.InRange(preference, .1, 2);
        Assert.Equal(preference, clip.Prefers(larger, "a red apple", "a house"), .05);
        Assert.Equal(-preference, clip.Prefers(seen.ToTensor(), "a house", "a red apple"), 1e-6);
    }

    /// <summary>At most two a word by their meaning, before those by their spelling; each once.</summary>
    [Fact]
    public void UnknownWordsHaveNamesOfTheSameMeaning()
    {
        (string, int)[] subjects = [("dog face", 6), ("poodle", 2), ("wolf", 1), ("guppy", 3)];
        Assert.Equal("near it are 'dog face', 'poodle', 'guppy'; ", PromptWords.Near("a puppy", ["puppy"], subjects, (word, names) => word == "puppy" ? ["dog face", "poodle", "wolf"] : []));
        Assert.Equal("near it are 'guppy'; ", PromptWords.Near("a puppy", ["puppy"], subjects));
    }

    [Fact]
    public void ANoteOnTheSourcePromptNamesWhatThePictureLooksLike()
    {
        Assert.EndsWith("--src (perhaps 'owl', 'crow')", new SourceCheck(.2, .1).Note("a crown", () => ["owl", "crow"]), StringComparison.Ordinal);
        Assert.EndsWith("--src", new SourceCheck(.2, .1).Note("a crown", () => []), StringComparison.Ordinal);
        Assert.Null(new SourceCheck(.1, .2).Note("a crown", () => throw new InvalidOperationException("not asked for")));
    }
}
