using System.Text;
using System.Text.RegularExpressions;
using SvgDistill.Rasterizer.Compositing;
using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Rasterizer.Svg;
using SvgDistill.Rasterizer.Svg.Animating;
using Xunit;

namespace SvgDistill.Rasterizer.Tests.Svg.Animating;

public sealed class SvgFilmTests
{
    private const int Side = 96, Count = 17;

    // Every kind of place that a number is written in.
    public static TheoryData<string, SceneOptions> Drawings => new()
    {
        { "<path d='m20 20c20-10 40-10 60 0s0 50-30 60a20 30 0 0 1-30-60z' fill='#c33'/>", SceneOptions.Default },
        { "<circle cx='40' cy='50' r='20' style='fill:lch(50% 60 120);stroke:#222;stroke-width:4px'/><rect x='60' y='10' width='20' height='30' rx='4'/>", SceneOptions.Default },
        { "<style>.a{fill:#2a9d8f}.b{fill:var(--c)}:root{--c:#e76f51}</style><g class='a'><polygon points='10,10 60,20 30,70'/><title>x</title></g><rect class='b' x='50' y='50' width='40' height='30'/>", SceneOptions.Default },
        { "<linearGradient id='g' x1='.1' y2='.4' gradientTransform='rotate(20)'><stop offset='.1' stop-color='red'/><stop offset='.9' style='stop-color:#00f' stop-opacity='.8'/></linearGradient><rect width='90' height='90' fill='url(#g)' opacity='.9'/>",
            SceneOptions.Default with { Optimize = OptimizeKinds.All } },
        { "<g transform='matrix(.8 .3 -.2 1 20 5)'><ellipse cx='40' cy='30' rx='30' ry='14' fill='teal'/></g><line x1='10' y1='90' x2='90' y2='70' stroke='#333' stroke-width='6'/>",
            SceneOptions.Default with { Optimize = OptimizeKinds.All } },
        { "<rect x='20' y='30' width='40' height='20' fill='#864'/><path d='M60 60h30v30h-10z' transform='translate(2 3)'/>", SceneOptions.Default with { Move = MoveUnits.Elements } },
        { "<circle cx='50' cy='50' r='30'/>", SceneOptions.Default with { FreeShapes = true } },
    };

    /// <summary>States on a curved way, every leaf on one of its own.</summary>
    private static List<DrawingState> States(SvgScene scene)
    {
        var start = scene.Scene.InitialValues();
        return [.. Enumerable.Range(0, Count).Select(k =>
        {
            var (t, theta) = (k / (Count - 1.0), (double[])start.Clone());
            for (var i = 0; i < theta.Length; i++)
            {
                var p = scene.Scene.Parameters[i];
                if (!p.IsLeaf) continue;
                var size = p.Kind switch { ParameterKind.Color => .4, ParameterKind.Opacity or ParameterKind.StopOffset => .2, ParameterKind.Transform => .1 * Math.Min(1, p.Unit), _ => .04 * p.Unit };
                theta[i] = Math.Clamp(theta[i] + size * Math.Sin(3 * t + i) * t, p.Minimum, p.Maximum);
            }
            return new DrawingState(t, theta);
        })];
    }

    private static Picture Draw(Scene scene, ReadOnlySpan<double> theta) => new SceneRasterizer(scene, Side, Side).Forward(theta, keep: false);

    private static Picture Draw(byte[] file)
    {
        var scene = SvgSceneReader.Read(SvgDocument.Parse(file, "film.svg")).Scene;
        return Draw(scene, scene.InitialValues());
    }

    private static double Difference(Picture a, Picture b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Data.Length; i++) sum += Math.Abs(a.Data[i] - b.Data[i]);
        return sum / a.Data.Length;
    }

    [Theory, MemberData(nameof(Drawings))]
    public void A_film_shows_each_state_at_its_time(string content, SceneOptions options)
    {
        var scene = SvgText.Read(content, options);
        var states = States(scene);
        var film = SvgFilm.Write(scene, states, 3);
        Assert.Empty(film.Still);
        foreach (var state in states)
            Assert.InRange(Difference(Draw(scene.Scene, state.Theta.Span), Draw(Player.At(film.Bytes, state.Time))), 0, .004);
        // It moves at all.
        Assert.True(Difference(Draw(Player.At(film.Bytes, 0)), Draw(Player.At(film.Bytes, 1))) > .003);
    }

    [Theory, MemberData(nameof(Drawings))]
    public void Without_its_animations_the_file_is_the_result(string content, SceneOptions options)
    {
        var scene = SvgText.Read(content, options);
        var states = States(scene);
        var film = Encoding.UTF8.GetString(SvgFilm.Write(scene, states, 3).Bytes);
        var plain = Regex.Replace(Regex.Replace(film, "<animate[^>]*/>", ""), "(?<!/)></(path|circle|rect|polygon|stop|ellipse|line)>", "/>");
        var result = Encoding.UTF8.GetString(SvgWriter.Write(scene, states[^1].Theta.Span));
        Assert.Equal(result, plain);
    }

    [Fact]
    public void States_that_change_nothing_give_the_same_bytes()
    {
        var scene = SvgText.Read("<path d='m1 1h9v9z' fill='red'/>");
        var theta = scene.Scene.InitialValues();
        Assert.Equal(scene.Document.ToBytes(), SvgFilm.Write(scene, [new(0, theta), new(.5, theta), new(1, theta)], 3).Bytes);
    }

    [Fact]
    public void What_does_not_change_is_not_animated_and_straight_ways_need_two_values()
    {
        var scene = SvgText.Read("<path d='M1 1H90V90z' fill='red'/><rect x='3' width='9' height='9'/>");
        var index = SvgText.Index(scene, "x");
        var film = SvgFilm.Write(scene, [.. Enumerable.Range(0, 24).Select(k =>
        {
            var theta = scene.Scene.InitialValues();
            theta[index] += k;
            return new DrawingState(k / 23.0, theta);
        })], 2);
        Assert.Equal("<path d='M1 1H90V90z' fill='red'/><rect x='26' width='9' height='9'><animate attributeName=\"x\" dur=\"2s\" values=\"3;26\"/></rect></svg>",
            Encoding.UTF8.GetString(film.Bytes)[Encoding.UTF8.GetString(film.Bytes).IndexOf("<path", StringComparison.Ordinal)..]);
    }

    [Fact]
    public void A_large_file_is_filmed_through_fewer_states()
    {
        var scene = SvgText.Read($"<!--{new string('x', 3 << 20)}--><rect width='9' height='9'/>");
        var index = SvgText.Index(scene, "width");
        var film = Encoding.UTF8.GetString(SvgFilm.Write(scene, [.. Enumerable.Range(0, 24).Select(k =>
        {
            var theta = scene.Scene.InitialValues();
            theta[index] += k % 2 == 0 ? k : 3 * k;
            return new DrawingState(k / 23.0, theta);
        })], 2).Bytes);
        Assert.Contains("values=\"9;78\"", film);
    }

    [Fact]
    public void A_prefix_of_the_file_is_that_of_its_animations()
    {
        var scene = SvgSceneReader.Read(SvgText.Document("<s:svg xmlns:s='http://www.w3.org/2000/svg' viewBox='0 0 9 9'><s:circle r='3'/></s:svg>"));
        var theta = scene.Scene.InitialValues();
        theta[SvgText.Index(scene, "r")] = 4;
        Assert.Contains("<s:circle r='4'><s:animate attributeName=\"r\" dur=\"1s\" values=\"3;4\"/></s:circle>",
            Encoding.UTF8.GetString(SvgFilm.Write(scene, [new(0, scene.Scene.InitialValues()), new(1, theta)], 1).Bytes));
    }

    [Fact]
    public void Times_must_ascend_from_0_to_1()
    {
        var scene = SvgText.Read("<circle r='3'/>");
        var theta = scene.Scene.InitialValues();
        Assert.Throws<ArgumentException>(() => SvgFilm.Write(scene, [new(0, theta)], 1));
        Assert.Throws<ArgumentException>(() => SvgFilm.Write(scene, [new(0, theta), new(.6, theta), new(.5, theta), new(1, theta)], 1));
    }
}
