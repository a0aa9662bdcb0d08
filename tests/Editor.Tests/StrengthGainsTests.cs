using SvgDistill.Distill.Metrics;
using SvgDistill.Editor.Controlling;
using SvgDistill.Editor.Editing;
using SvgDistill.Editor.Measuring;
using SvgDistill.Editor.Reporting;
using SvgDistill.Rasterizer.Svg;
using Xunit;

namespace SvgDistill.Editor.Tests;

/// <summary>What the prompt gains on the way to a result, and where strengths lie for it.</summary>
public sealed class StrengthGainsTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private EditRequest Request => new()
    {
        Input = _folder.Example("apple.svg"), Source = "a red apple", Target = "a pear", Settings = new() { Steps = 1 },
    };

    /// <summary>A few places with one noise where the gain rises; all of them, and the scale made of these, where it does not.</summary>
    [Fact]
    public void OnlyAGainThatGoesBackIsMeasuredWhole()
    {
        var asked = new List<(int, int)>();
        double[] Rising(int places, int noises)
        {
            asked.Add((places, noises));
            return [.. Enumerable.Range(0, places + 1).Select(i => .1 * i)];
        }
        Assert.Equal(.3, StrengthGains.Of(Rising).WayAt(.3));
        Assert.Equal([(5, 1)], asked);
        var scale = StrengthGains.Of((places, noises) => places == 5 ? [0, 1, .5, .6, 2, 3] : [0, 1, 2, 1, 0, 0, 1, 2, 3, 4, 5]);
        Assert.Equal(11, scale.Gains.Count);
        Assert.Equal(.2, scale.WayAt(.2), 12);
        Assert.True(scale.WayAt(.21) > .7); // Behind the dip.
    }

    /// <summary>They are the model's losses of the drawings that stand there, and the session's drawing stays what it was.</summary>
    [Fact]
    public void GainsAreThoseOfTheDrawingsOnTheWay()
    {
        using var session = EditSession.Open(Request, new SilentReporter());
        double[] end = [.. session.Scene.InitialValues().Select((x, i) => session.Scene.Parameters[i].IsLeaf ? x * (1 + .1 * Math.Sin(i)) : x)];
        session.Target.Place(end);
        double[] placed = [.. session.Target.Theta];
        var gains = StrengthGains.On(session, placed, 2, 4);
        Assert.Equal(placed, session.Target.Theta);
        var losses = new ModelLosses(session.Model, session.Judge, session.Prompts, session.Background);
        double Margin(double way) => losses.Of(MeasuredDrawing.Read(SvgWriter.Write(session.Svg, session.Ending.On(way, placed)), "x")).Margin;
        Assert.Equal([0, 1000 * (Margin(0) - Margin(.5)), 1000 * (Margin(0) - Margin(1))], gains, (a, b) => Math.Abs(a - b) < 5e-3);
        Assert.True(Math.Abs(gains[2]) > .02);
    }

    [Fact]
    public void TheFileOfStrengthsKeepsThem()
    {
        using var session = EditSession.Open(Request with { Losses = false }, new SilentReporter());
        double[] end = [.. session.Scene.InitialValues().Select((x, i) => session.Scene.Parameters[i].IsLeaf ? x * 1.01 : x)];
        var measured = session.Ending with { Scale = StrengthGains.Of((places, _) => [.. Enumerable.Range(0, places + 1).Select(i => i is > 0 and < 5 ? -1.0 : i)]) };
        var file = _folder.Write("out.svg.strength.json", StrengthFile.Write(measured, session.Request.Symmetry, session.Limits, false, end, _folder.Path));
        var (setup, edited) = StrengthFile.Read(file, null, session.Request.Scene.Fonts);
        Assert.Equal(measured.Scale.Gains, setup.Scale.Gains);
        Assert.Equal(measured.At(.3, end), setup.At(.3, edited));
        Assert.NotEqual(session.Ending.At(.3, end), setup.At(.3, edited));
        _folder.Write("out.svg.strength.json", File.ReadAllText(file).Replace("\"gains\":[0,", "\"gains\":[\"x\",", StringComparison.Ordinal));
        Assert.Contains("damaged", Assert.Throws<EditorException>(() => StrengthFile.Read(file, null, session.Request.Scene.Fonts)).Message, StringComparison.Ordinal);
    }
}
