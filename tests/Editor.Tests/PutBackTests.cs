using System.Text.Json.Nodes;
using SvgDistill.Distill.Editing.Control;
using SvgDistill.Distill.Editing.Rules;
using SvgDistill.Distill.Methods;
using SvgDistill.Editor.Editing;
using SvgDistill.Editor.Reporting;
using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Rasterizer.Svg;
using Xunit;

namespace SvgDistill.Editor.Tests;

/// <summary>What an edit changed and the prompt does not need is as it was.</summary>
public sealed class PutBackTests : IDisposable
{
    private const string Head = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 100 100\">";

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Colours and form of an element are parts of their own; what costs nothing to put back goes back exactly, the rest stays.</summary>
    [Fact]
    public void WhatGainsNothingGoesBack()
    {
        var scene = Scene("<circle cx=\"30\" cy=\"40\" r=\"10\" fill=\"#a52\"/><rect x=\"60\" y=\"60\" width=\"20\" height=\"30\" fill=\"#258\"/>");
        var source = scene.InitialValues();
        double[] edited = [.. source.Select((x, i) => scene.Parameters[i].IsLeaf ? x + .01 * scene.Parameters[i].Unit : x)];
        var parts = new ChangeBundles(scene, source, edited, [], 40);
        Assert.Equal(4, parts.Bundles.Count);
        var radius = scene.Parameters.Index().Single(p => p.Item.Name == "r").Index;
        var red = scene.Parameters.Index().Single(p => p.Item.Name == "fill.r" && p.Item.Element.TagName == "rect").Index;
        // Only these two matter; each other change makes it a little worse.
        double Margin(double[] t) => -(t[radius] - source[radius]) / edited[radius] - (t[red] - source[red]) / edited[red] + t.Where((x, i) => x != source[i]).Count() * 1e-6;
        var (theta, back) = Of(parts, edited, Margin);
        Assert.Equal(2, back.Count);
        Assert.All(scene.Parameters.Index(), p => Assert.Equal(
            p.Item.Element.TagName == "circle" ^ p.Item.Name.StartsWith("fill", StringComparison.Ordinal) ? edited[p.Index] : source[p.Index], theta[p.Index]));
        // A figure that nothing lowers without loss keeps all; where it is stopped nothing goes back.
        Assert.Empty(Of(parts, edited, t => -Changed(t)).Back);
        Assert.Empty(Of(parts, edited, Margin, stop: new CancellationToken(canceled: true)).Back);
        Assert.Equal(2, new ChangeBundles(scene, source, edited, [], 2).Bundles.Count);
        // An edit of which nothing gains is not taken back: it would be the source. One that loses as a whole keeps what gains.
        Assert.Empty(Of(parts, edited, Changed).Back);
        Assert.Equal(3, Of(parts, edited, t => Changed(t) - (t[radius] == source[radius] ? 0 : 5)).Back.Count);

        double Changed(double[] t) => t.Where((x, i) => x != source[i]).Count();
    }

    /// <summary>A twentieth of the best gain may go, and no more.</summary>
    [Theory]
    [InlineData(.04, 1)]
    [InlineData(.06, 0)]
    public void NearlyAllOfTheGainStays(double worth, int back)
    {
        var scene = Scene("<rect width=\"20\" height=\"30\" fill=\"#258\"/>");
        var source = scene.InitialValues();
        double[] edited = [.. source.Select((x, i) => scene.Parameters[i].IsLeaf ? x + .01 * scene.Parameters[i].Unit : x)];
        var red = scene.Parameters.Index().Single(p => p.Item.Name == "fill.r").Index;
        var width = scene.Parameters.Index().Single(p => p.Item.Name == "width").Index;
        double Margin(double[] t) => (t[red] == source[red] ? worth : 0) - (t[width] == source[width] ? 0 : 1 - worth);
        Assert.Equal(back, Of(new(scene, source, edited, [], 40), edited, Margin).Back.Count);
    }

    /// <summary>Of two changes of which one is enough, that goes back which loses less for what it changes of the picture, as the rough figure tells.</summary>
    [Theory]
    [InlineData(.2, .1, 1, 1, "rect")]
    [InlineData(.1, .2, 1, 1, "circle")]
    [InlineData(.1, .2, 1, 4, "rect")]
    public void WhatCostsLeastGoesFirst(double rectLoses, double circleLoses, double rectDiffers, double circleDiffers, string kept)
    {
        var scene = Scene("<rect width=\"20\" height=\"30\" fill=\"#258\"/><circle cx=\"60\" cy=\"40\" r=\"10\" fill=\"#a52\"/>");
        var source = scene.InitialValues();
        int Part(string tag) => scene.Parameters.Index().Single(p => p.Item.Name == "fill.r" && p.Item.Element.TagName == tag).Index;
        var (rect, circle) = (Part("rect"), Part("circle"));
        double[] edited = [.. source];
        edited[rect] += .1;
        edited[circle] += .1;
        double Sum(double[] t, double ofRect, double ofCircle) => (t[rect] == source[rect] ? ofRect : 0) + (t[circle] == source[circle] ? ofCircle : 0);
        var (theta, back) = PutBack.Of(new(scene, source, edited, [], 40), edited, t => Sum(t, 1, 1) < 2 ? -1 : 0,
            t => Sum(t, rectLoses, circleLoses), t => Sum(t, rectDiffers, circleDiffers), default);
        Assert.Single(back);
        Assert.Equal(kept == "rect" ? (edited[rect], source[circle]) : (source[rect], edited[circle]), (theta[rect], theta[circle]));
    }

    /// <summary>What is back is exactly so, whatever a rule rounds; what a rule does not let back stays.</summary>
    [Fact]
    public void RulesComeFirstAndTheirRoundingCountsForNothing()
    {
        var scene = Scene("<rect width=\"20\" height=\"30\" fill=\"#258\"/><circle cx=\"60\" cy=\"40\" r=\"10\" fill=\"#a52\"/>");
        var source = scene.InitialValues();
        double[] edited = [.. source.Select((x, i) => scene.Parameters[i].Kind == ParameterKind.Color ? x + .1 : x)];
        int[] Colours(string tag) => [.. scene.Parameters.Index().Where(p => p.Item.Kind == ParameterKind.Color && p.Item.Element.TagName == tag).Select(p => p.Index)];
        var rounding = new ChangeBundles(scene, source, edited, [new Rule(t =>
        {
            for (var i = 0; i < t.Length; i++) t[i] += 1e-13;
        })], 40);
        var one = rounding.Without(edited, 0, [])!;
        var both = rounding.Without(one, 1, [0])!;
        Assert.All(Colours("rect").Concat(Colours("circle")), i => Assert.Equal(source[i], both[i]));
        var red = Colours("circle")[0];
        var held = new ChangeBundles(scene, source, edited, [new Rule(t => t[red] = edited[red])], 40);
        Assert.NotNull(held.Without(edited, 0, []));
        Assert.Null(held.Without(edited, 1, []));
    }

    /// <summary>Two eyes that mirror each other go back together or not at all.</summary>
    [Fact]
    public void WhatBelongsTogetherIsOnePart()
    {
        var scene = Scene("<circle cx=\"30\" cy=\"40\" r=\"10\" fill=\"#a52\"/><circle cx=\"70\" cy=\"40\" r=\"10\" fill=\"#a52\"/><rect x=\"40\" y=\"70\" width=\"20\" height=\"10\" fill=\"#258\"/>");
        var relations = new DrawingRelations(scene, new DrawingRelationOptions());
        var source = scene.InitialValues();
        double[] edited = [.. source.Select((x, i) => scene.Parameters[i].IsLeaf ? x + (1 + i % 3) * .01 * scene.Parameters[i].Unit : x)];
        relations.Restore(edited);
        var parts = new ChangeBundles(scene, source, edited, [relations], 40);
        var eyes = parts.Bundles.Where(b => b.Any(i => scene.Parameters[i].Name is "cx" or "cy" or "r")).ToArray();
        Assert.Equal(2, Assert.Single(eyes).Select(i => scene.Parameters[i].Element.Order).Distinct().Count());
        var without = parts.Without(edited, parts.Bundles.Index().Single(b => b.Item == eyes[0]).Index, [])!;
        Assert.All(eyes[0], i => Assert.Equal(source[i], without[i]));
    }

    [Fact]
    public async Task AnEditPutsBackAndSaysSo()
    {
        var apple = SvgDocument.Load(_folder.Example("apple.svg"));
        using var editor = new DrawingEditor(new EditorOptions());
        var options = new DrawingEditOptions { Method = new MethodName(MethodKind.Sds), Settings = new EditSettings { Steps = 8 } };
        var all = await editor.EditAsync(apple, "a pear", options, cancellation: TestContext.Current.CancellationToken);
        var needed = await editor.EditAsync(apple, "a pear", options with { PutBack = true }, cancellation: TestContext.Current.CancellationToken);
        var record = JsonNode.Parse(needed.Record!)!;
        Assert.True((int)record["put_back"]!["put_back"]! > 0, needed.Record);
        double Untouched(EditedDrawing e) => (double)e.Metrics["untouched_elements"]!;
        double Gain(EditedDrawing e) => (double)e.Metrics["denoising_loss"]!["source_after"]! - (double)e.Metrics["denoising_loss"]!["target_after"]!;
        Assert.True(Gain(needed) >= Gain(all) - 2e-4, $"{Gain(needed)} after {Gain(all)}");
        Assert.True(Untouched(needed) >= Untouched(all), $"{Untouched(needed)} after {Untouched(all)}");
        Assert.NotEqual(all.Svg.ToArray(), needed.Svg.ToArray());
        var error = await Assert.ThrowsAsync<EditorException>(() => editor.EditAsync(apple, "a pear", options with { PutBack = true, AddPaths = 2 }));
        Assert.Contains("--put-back does not go with --add-paths", error.Message, StringComparison.Ordinal);
    }

    /// <summary>The session's drawing is what was chosen, not what was tried last, and what went back may not move any more.</summary>
    [Fact]
    public void TheSessionIsLeftWithWhatWasChosen()
    {
        var drawing = _folder.Write("face.svg", Head + "<circle cx=\"50\" cy=\"50\" r=\"40\" fill=\"#fc3\"/><circle cx=\"35\" cy=\"40\" r=\"6\" fill=\"#321\"/><path d=\"M30 60Q50 80 72 58L70 66Q50 84 32 66Z\" fill=\"#a33\"/></svg>");
        using var session = EditSession.Open(new EditRequest { Input = drawing, Source = "a monkey", Target = "an owl", Model = TestPaths.TinyModel, Settings = new() { Steps = 1 } }, new SilentReporter());
        double[] edited = [.. session.Scene.InitialValues().Select((x, i) => session.Scene.Parameters[i].IsLeaf ? x + .05 * Math.Sin(i) * session.Scene.Parameters[i].Unit : x)];
        foreach (var rule in session.Ending.Rules) rule.Restore(edited);
        session.Target.Place(edited);
        var result = PutBack.Apply(session, new SilentReporter(), default);
        Assert.InRange(result.Back, 1, result.Changes - 1);
        double[] left = [.. session.Target.Theta];
        var parameters = session.Ending.Svg.Scene.Parameters;
        var parts = new ChangeBundles(session.Scene, session.Before, edited, session.Ending.Rules, 40);
        var back = parts.Bundles.Where(b => b.All(i => left[i] == session.Before[i])).ToArray();
        Assert.Equal(result.Back, back.Length);
        Assert.All(back.SelectMany(b => b), i => Assert.False(parameters[i].IsLeaf));
        Assert.Contains(parts.Bundles.Except(back).SelectMany(b => b), i => parameters[i].IsLeaf);
    }

    /// <summary>Tidying up makes nearly equal colours equal: what is held gives its colour, and takes none.</summary>
    [Fact]
    public void WhatIsHeldIsNotTidiedUp()
    {
        var file = _folder.Write("a.svg", Head + "<rect width=\"60\" height=\"60\" fill=\"#a52\"/><rect x=\"70\" y=\"70\" width=\"9\" height=\"9\" fill=\"#a52\"/></svg>");
        foreach (var held in new[] { false, true })
        {
            using var session = EditSession.Open(new EditRequest { Input = file, Target = "a ball", Source = "a box", Model = TestPaths.TinyModel, Losses = false, Settings = new() { Steps = 1 } }, new SilentReporter());
            var parameters = session.Scene.Parameters;
            int[] Colours(int of) => [.. parameters.Index().Where(p => p.Item.Kind == ParameterKind.Color && p.Item.Element.Order == of).Select(p => p.Index)];
            double[] theta = [.. session.Scene.InitialValues()];
            foreach (var i in Colours(1)) theta[i] += 1 / 255.0;
            session.Target.Place(theta);
            if (held) session.Hold(Colours(2).ToHashSet());
            session.Finish(new SilentReporter());
            Assert.Equal(held, Colours(2).All(i => session.Theta[i] == parameters[i].Initial));
        }
    }

    private static (double[] Theta, IReadOnlyList<int> Back) Of(ChangeBundles parts, double[] edited, Func<double[], double> margin, CancellationToken stop = default) =>
        PutBack.Of(parts, edited, margin, margin, t => t.Zip(edited, (a, b) => (a - b) * (a - b)).Sum(), stop);

    private delegate void Restoring(Span<double> theta);

    private sealed class Rule(Restoring restore) : IDrawingRule
    {
        public void Project(ReadOnlySpan<double> theta, Span<double> gradient) => throw new NotSupportedException();

        public void Restore(Span<double> theta) => restore(theta);
    }

    private static Scene Scene(string body) => SvgSceneReader.Read(SvgDocument.Parse(System.Text.Encoding.UTF8.GetBytes(Head + body + "</svg>"), "a.svg"), SceneOptions.Default).Scene;
}
