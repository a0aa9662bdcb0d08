using SvgDistill.Distill.Editing.Control;
using SvgDistill.Distill.Tests.Support;
using SvgDistill.Rasterizer.Svg;
using SvgDistill.Rasterizer.Svg.Values;
using Xunit;

namespace SvgDistill.Distill.Tests.Editing.Control;

public class GroundContrastTests
{
    private const int Side = 64;

    private static readonly (double, double, double) _white = (1, 1, 1);

    private static double FromWhite(CssColor color)
    {
        var (l, a, b) = color.ToOklab();
        return Math.Sqrt((l - 1) * (l - 1) + a * a + b * b);
    }

    /// <summary>A drawing whose colours all went to nearly white, with the rule put back: the colours of its paints in their order.</summary>
    private static CssColor[] Faded(string content, double to = .99, (double, double, double)? ground = null, double least = GroundContrast.Default, SceneOptions? options = null)
    {
        var svg = SvgEdit.Read(content, options);
        var theta = svg.Scene.InitialValues();
        var rule = new GroundContrast(svg.Scene, Side, .0625, ground ?? _white, least);
        rule.Restore(theta);
        Assert.Equal(svg.Scene.InitialValues(), theta);
        for (var i = 0; i < theta.Length; i++)
            if (svg.Scene.Parameters[i] is { Kind: Rasterizer.Scenes.ParameterKind.Color, IsLeaf: true }) theta[i] = to;
        rule.Restore(theta);
        var again = (double[])theta.Clone();
        rule.Restore(again);
        Assert.Equal(theta, again);
        return [.. PaletteRule.Leaves(svg.Scene, written: true).Select(i => new CssColor(theta[i], theta[i + 1], theta[i + 2], 1, false))];
    }

    [Fact]
    public void What_is_seen_beside_the_ground_does_not_fade_and_what_lies_within_may()
    {
        var colors = Faded("<rect x='10' y='10' width='80' height='80' fill='#c33'/><circle cx='50' cy='50' r='20' fill='#222'/>");
        Assert.Equal(GroundContrast.Default, FromWhite(colors[0]), 1e-5);
        Assert.Equal(new CssColor(.99, .99, .99, 1, false), colors[1]);
    }

    /// <summary>A tear at a face's rim may go, a whisker may not.</summary>
    [Fact]
    public void Small_fills_may_fade_and_strokes_may_not()
    {
        var colors = Faded("<circle cx='60' cy='60' r='50' fill='#fc3'/><circle cx='12' cy='80' r='9' fill='#58d'/><path d='M100 60L124 70' stroke='#c33' stroke-width='3'/>");
        Assert.Equal(.1, FromWhite(colors[0]), 1e-5);
        Assert.Equal(new CssColor(.99, .99, .99, 1, false), colors[1]);
        Assert.Equal(.2, FromWhite(colors[2]), 1e-5);
    }

    [Theory]
    // Light as it was it may come half as near; white on white has nothing to keep; a stroke keeps twice as much, and what it goes round nothing.
    [InlineData("<rect x='10' y='10' width='80' height='80' fill='#eee'/>", .0258)]
    [InlineData("<rect x='10' y='10' width='80' height='80' fill='#fff'/>", 0.0)]
    [InlineData("<path d='M10 10H90V80Z' fill='none' stroke='#c33' stroke-width='4'/>", .2)]
    [InlineData("<path d='M10 10H90V80Z' stroke='#c33' fill='#3c3' stroke-width='8'/>", .2, 0.0)]
    public void How_much_is_kept_depends_on_what_there_was(string element, params double[] kept)
    {
        var left = Faded(element, 1).Select(FromWhite).OrderDescending().ToArray();
        Assert.Equal(kept, left, (a, b) => Math.Abs(a - b) < 1e-3);
    }

    [Fact]
    public void A_colour_goes_away_the_way_it_lies()
    {
        var svg = SvgEdit.Read("<rect x='10' y='10' width='80' height='80' fill='#c33'/>");
        var theta = svg.Scene.InitialValues();
        var first = PaletteRule.Leaves(svg.Scene, written: true).Single();
        (theta[first], theta[first + 1], theta[first + 2]) = (.96, .97, 1);
        new GroundContrast(svg.Scene, Side, 0, _white, .1).Restore(theta);
        Assert.Equal(.04 / .03, (1 - theta[first]) / (1 - theta[first + 1]), 1e-6);
        Assert.Equal(1, theta[first + 2]);
        Assert.True(theta[first] < .96);
    }

    [Fact]
    public void A_white_drawing_on_a_dark_ground_stays_light()
    {
        var color = Assert.Single(Faded("<rect x='10' y='10' width='80' height='80' fill='#fff'/>", .2, (.2, .2, .2)));
        Assert.True(color.ToOklab().L > new CssColor(.2, .2, .2, 1, false).ToOklab().L + .09);
    }

    [Fact]
    public void Gradients_keep_each_of_their_colours()
    {
        var colors = Faded("<linearGradient id='g'><stop stop-color='#0a0'/><stop offset='1' stop-color='#00f'/></linearGradient><rect x='10' y='10' width='80' height='80' fill='url(#g)'/>");
        Assert.All(colors, c => Assert.Equal(.1, FromWhite(c), 1e-5));
    }

    [Fact]
    public void What_may_not_change_does_not()
    {
        var color = Assert.Single(Faded("<rect x='10' y='10' width='80' height='80' fill='#c33'/>", options: new SceneOptions { Optimize = OptimizeKinds.Points }));
        Assert.Equal(CssColor.Parse("#c33")!.Value.R, color.R, 1e-9);
    }

    [Fact]
    public void A_tile_from_edge_to_edge_stands_at_the_ground() =>
        Assert.Equal(.1, FromWhite(Faded("<rect width='128' height='128' fill='#36c'/><circle cx='50' cy='50' r='30' fill='#fff'/>")[0]), 1e-5);
}
