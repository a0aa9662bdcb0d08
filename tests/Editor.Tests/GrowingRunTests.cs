using System.Text;
using System.Text.RegularExpressions;
using SvgDistill.Diffusion.Layers;
using SvgDistill.Distill.Editing;
using SvgDistill.Distill.Methods;
using SvgDistill.Distill.Pictures;
using SvgDistill.Editor.Editing;
using SvgDistill.Editor.Reporting;
using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Outlines;
using SvgDistill.Rasterizer.Svg;
using Xunit;

namespace SvgDistill.Editor.Tests;

/// <summary>Edits that add shapes, with the embedded prior.</summary>
public sealed partial class GrowingRunTests : IDisposable
{
    private const string Drawing = """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100">
          <!-- two shapes -->
          <circle cx='50' cy='50' r='40' fill="#f0f0f0"/>
          <rect x='44' y='10' width='9' height='6' fill='#ddd'/>
        </svg>

        """;

    private readonly string _file = Path.Combine(Directory.CreateTempSubdirectory("svgdistill").FullName, "a.svg");

    public GrowingRunTests() => File.WriteAllText(_file, Drawing);

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_file)!, recursive: true);

    private EditRequest Request => new()
    {
        Input = _file, Source = "a ball", Target = "a panda face", Method = new MethodName(MethodKind.Dds), Settings = new() { Steps = 6 },
        AddPaths = 3, Pictures = 1,
    };

    [Fact]
    public void NewShapesStandInAGroupAndTheRestOfTheFileIsAsItWas()
    {
        using var session = EditSession.Open(Request, new SilentReporter());
        session.Run.Run(null, (_, _) => { }, CancellationToken.None);
        session.Finish(new SilentReporter());

        var text = Encoding.UTF8.GetString(session.Write());

        Assert.NotNull(session.Grown);
        Assert.InRange(session.Grown.Added.Count, 1, 3);
        // But for numbers and colours, what is left without the groups is the source.
        Assert.Equal(Numbers().Replace(Drawing, "0"), Numbers().Replace(Groups().Replace(text, ""), "0"));
        Assert.True(SvgSceneReader.Read(SvgDocument.Parse(Encoding.UTF8.GetBytes(text), "out.svg")).Scene.Parameters.Length > 0);
    }

    /// <summary>Told to stop while the picture is made from which shapes come, it leaves the drawing as its last step did.</summary>
    [Fact]
    public void ARunThatIsStoppedWhileShapesAreSoughtKeepsItsSteps()
    {
        using var stop = new CancellationTokenSource();
        using var session = EditSession.Open(Request, new SilentReporter());
        var at = ShapeGrowth.Step(session.Run.Steps);
        IDisposable? looks = null;
        var result = session.Run.Run(null, (step, _) =>
        {
            if (step == at) looks = session.Denoiser.Attach(new StopsWhenAsked(stop));
        }, stop.Token);
        Assert.True(result.Interrupted);
        Assert.Equal(at, result.Steps);
        Assert.Null(session.Grown);
        Assert.False(session.Run.MayRest(at)); // Shapes are still to come.
        looks!.Dispose();
    }

    [Fact]
    public void ByWayOfAPictureTheRefinementHasItsMethodsGuidanceAndSeesTheDrawingAsItIs()
    {
        using var session = EditSession.Open(Request with { AddPaths = null, Method = null, Via = PictureMethod.SdEdit, Settings = new() { Steps = 4 } }, new SilentReporter());
        Assert.Equal(9, session.Settings.FilterWidth);
        Assert.Equal(1, session.Target.Options.FilterWidth);
        Assert.Equal(5, session.Run.Options.OfType<DdsOptions>().Single().Guidance);
        Assert.False(session.Run.MayRest(300));
        Assert.True(session.Run.MayRest(301));
    }

    [Fact]
    public void ARunThatIsStoppedGoesOnToTheSameBytes()
    {
        string Whole()
        {
            using var session = EditSession.Open(Request, new SilentReporter());
            session.Run.Run(null, (_, _) => { }, CancellationToken.None);
            session.Finish(new SilentReporter());
            return Encoding.UTF8.GetString(session.Write());
        }
        string Stopped(int at)
        {
            var saved = _file + ".state";
            using (var session = EditSession.Open(Request, new SilentReporter()))
            {
                using var stop = new CancellationTokenSource();
                var result = session.Run.Run(null, (step, _) => { if (step == at) stop.Cancel(); }, stop.Token);
                Assert.Equal(at, result.Steps);
                using var state = session.Run.Save(result.Steps)!;
                state.Save(saved, EditRecord.RunKey(session));
            }
            using var second = EditSession.Open(Request, new SilentReporter());
            using var loaded = EditState.Load(saved, EditRecord.RunKey(second));
            second.Run.Run(loaded, (_, _) => { }, CancellationToken.None);
            second.Finish(new SilentReporter());
            return Encoding.UTF8.GetString(second.Write());
        }
        var whole = Whole();

        Assert.Contains("svgdistill-added", whole, StringComparison.Ordinal);
        Assert.Equal(whole, Stopped(1)); // before shapes join
        Assert.Equal(whole, Stopped(2)); // at the very step
        Assert.Equal(whole, Stopped(4)); // after it
    }

    [Fact]
    public void WithoutStepsNothingIsAdded()
    {
        using var session = EditSession.Open(Request with { Settings = new() { Steps = 0 } }, new SilentReporter());
        session.Run.Run(null, (_, _) => { }, CancellationToken.None);
        session.Finish(new SilentReporter());

        Assert.Equal(Drawing, Encoding.UTF8.GetString(session.Write()));
    }

    [Theory]
    [InlineData(false, 302)]
    [InlineData(true, 82)]
    public void ByWayOfAPictureTheyJoinTooAndRefinementFollows(bool follows, int expected)
    {
        using var session = EditSession.Open(Request with { Method = null, Via = follows ? PictureMethod.FlowEdit : PictureMethod.SdEdit, Settings = new() { Steps = 10 }, Refine = 2 }, new SilentReporter());
        session.Run.Prepare(new SilentReporter(), CancellationToken.None);
        List<int> steps = [];
        var result = session.Run.Run(null, (step, _) => steps.Add(step), CancellationToken.None);
        session.Finish(new SilentReporter());

        Assert.NotNull(session.Grown);
        Assert.Equal(Enumerable.Range(1, session.Steps), steps);
        Assert.Equal(expected, result.Steps);
        Assert.False(result.Interrupted);
        Assert.True(result.SamplesDifferentiated > 0);
    }

    [Fact]
    public void StoppedBeforeTheShapesJoinTheDrawingStands()
    {
        using var session = EditSession.Open(Request with { Method = null, Via = PictureMethod.FlowEdit, Settings = new() { Steps = 10 }, Refine = 2 }, new SilentReporter());
        using var stop = new CancellationTokenSource();

        // After the last of eight pictures on the way.
        IDisposable? looks = null;
        var result = session.Run.Run(null, (step, _) => { if (step == 64) looks = session.Denoiser.Attach(new StopsWhenAsked(stop)); }, stop.Token);

        Assert.Equal((64, true), (result.Steps, result.Interrupted));
        Assert.Null(session.Grown);
        Assert.NotEqual(session.Before, session.Target.Theta);
        Assert.False(session.Run.MayRest(64)); // The last picture is still to be reached.
        Assert.False(session.Run.MayRest(80));
        Assert.True(session.Run.MayRest(81));
        looks!.Dispose();
    }

    /// <summary>The run is told to stop as soon as the network is asked again.</summary>
    private sealed class StopsWhenAsked(CancellationTokenSource stop) : IAttentionHook
    {
        public bool WantsProbabilities(AttentionSite site)
        {
            stop.Cancel();
            return false;
        }
    }

    [Fact]
    public void ShapesNeedPointsThatMayMove()
    {
        var error = Assert.Throws<EditorException>(() => EditSession.Open(Request with { Scene = new SceneOptions { Optimize = OptimizeKinds.Colors } }, new SilentReporter()));

        Assert.Equal(EditorErrorKind.Usage, error.Kind);
    }

    [Fact]
    public void WhatIsLockedIsNotCovered()
    {
        var request = Request with { Scene = new SceneOptions { Lock = ["circle"] } };
        using var session = EditSession.Open(request, new SilentReporter());
        session.Run.Run(null, (_, _) => { }, CancellationToken.None);

        var scene = session.Scene;
        var added = ShapeOutline.Of(scene, scene.InitialValues()).Where(o => session.Grown?.Added.Contains(o.Shape.Element!.Order) == true);
        // Two units of grace for what smoothing an outline takes.
        Assert.All(added.SelectMany(o => o.Flatten(4)).SelectMany(c => c.Vertices), p => Assert.True((p - new Point(50, 50)).Length > 38, $"{p}"));
    }

    [GeneratedRegex("\\s*<g id=\"svgdistill-added[^\"]*\">.*?</g>", RegexOptions.Singleline)]
    private static partial Regex Groups();

    [GeneratedRegex("#[0-9a-f]{3,6}|rgb\\([^)]*\\)|-?[0-9]*\\.?[0-9]+")]
    private static partial Regex Numbers();
}
