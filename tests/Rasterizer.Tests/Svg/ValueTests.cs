using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Rasterizer.Svg.Values;
using Xunit;

namespace SvgDistill.Rasterizer.Tests.Svg;

public sealed class ValueTests
{
    [Theory]
    [InlineData("red", 255, 0, 0, 1)]
    [InlineData(" RebeccaPurple\n", 102, 51, 153, 1)]
    [InlineData("transparent", 0, 0, 0, 0)]
    [InlineData("#f80", 255, 136, 0, 1)]
    [InlineData("#F808", 255, 136, 0, 136 / 255.0)]
    [InlineData("#0a141e", 10, 20, 30, 1)]
    [InlineData("#0a141e33", 10, 20, 30, .2)]
    [InlineData("rgb(10,20,30)", 10, 20, 30, 1)]
    [InlineData("rgb( 10 20 30 / 50% )", 10, 20, 30, .5)]
    [InlineData("rgba(10, 20, 30, .25)", 10, 20, 30, .25)]
    [InlineData("RGB(300,-5,30)", 255, 0, 30, 1)]
    [InlineData("rgb(100%,50%,0%)", 255, 128, 0, 1)]
    [InlineData("hsl(0,100%,50%)", 255, 0, 0, 1)]
    [InlineData("hsl(120deg 100% 50% / .5)", 0, 255, 0, .5)]
    [InlineData("hsla(-120, 100%, 50%, 1)", 0, 0, 255, 1)]
    [InlineData("hsl(.5turn 100% 50%)", 0, 255, 255, 1)]
    [InlineData("hsl(0, 0%, 40%)", 102, 102, 102, 1)]
    [InlineData("hwb(0 0% 0%)", 255, 0, 0, 1)]
    [InlineData("hwb(120 20% 40%)", 51, 153, 51, 1)]
    [InlineData("hwb(0 100% 100%)", 127.5, 127.5, 127.5, 1)]
    public void Colours_are_read(string text, double r, double g, double b, double a)
    {
        var color = CssColor.Parse(text)!.Value;
        Assert.Equal((r, g, b, a), (Math.Round(255 * color.R, 9), Math.Round(255 * color.G, 9), Math.Round(255 * color.B, 9), color.A));
    }

    [Theory]
    [InlineData("")]
    [InlineData("#12345")]
    [InlineData("#ggg")]
    [InlineData("rgb(1,2)")]
    [InlineData("rgb(1,2,3,4,5)")]
    [InlineData("rgb(1,50%,3)")]
    [InlineData("rgb(1,2,3")]
    [InlineData("rgb(1 2, 3)")]
    [InlineData("rgb(1 2 3 4)")]
    [InlineData("rgb(1, 2, none)")]
    [InlineData("hsl(1, 2, 3)")]
    [InlineData("red icc-color(x, 1)")]
    [InlineData("qwe")]
    public void What_is_no_colour_is_refused(string text) => Assert.Null(CssColor.Parse(text));

    [Theory]
    [InlineData("5", 5)]
    [InlineData(" 5px ", 5)]
    [InlineData("1in", 96)]
    [InlineData("2.54cm", 96)]
    [InlineData("25.4mm", 96)]
    [InlineData("101.6Q", 96)]
    [InlineData("72pt", 96)]
    [InlineData("6pc", 96)]
    [InlineData("1.5em", 30)]
    [InlineData("2ex", 20)]
    [InlineData("25%", 50)]
    [InlineData("1e2", 100)]
    [InlineData("1e2em", 2000)]
    [InlineData("-.5e-1", -.05)]
    public void Lengths_have_units(string text, double expected)
    {
        var length = Length.Parse(text)!.Value;
        Assert.Equal(expected, length.Number * length.Factor(200, 20)!.Value, 12);
    }

    [Theory]
    [InlineData("")]
    [InlineData("px")]
    [InlineData("5 px")]
    [InlineData("5,")]
    [InlineData("--5")]
    [InlineData(".")]
    [InlineData("NaN")]
    [InlineData("0x10")]
    public void What_is_no_length_is_refused(string text) =>
        Assert.True(Length.Parse(text) is not { } length || length.Factor(1, 1) is null);

    [Theory]
    [InlineData("translate(3 4)", 1, 0, 0, 1, 3, 4)]
    [InlineData("translate(3)", 1, 0, 0, 1, 3, 0)]
    [InlineData("scale(2)", 2, 0, 0, 2, 0, 0)]
    [InlineData("scale(2,-3)", 2, 0, 0, -3, 0, 0)]
    [InlineData("rotate(90)", 0, 1, -1, 0, 0, 0)]
    [InlineData("rotate(90 10 0)", 0, 1, -1, 0, 10, -10)]
    [InlineData("skewX(45)", 1, 0, 1, 1, 0, 0)]
    [InlineData("skewY(45)", 1, 1, 0, 1, 0, 0)]
    [InlineData("matrix(1,2,3,4,5,6)", 1, 2, 3, 4, 5, 6)]
    [InlineData(" translate(1,2),scale(2)\ttranslate( 3 -4 ) ", 2, 0, 0, 2, 7, -6)]
    [InlineData("rotate(.25turn)", 0, 1, -1, 0, 0, 0)]
    [InlineData("translateX(2px) scaleY(3)", 1, 0, 0, 3, 2, 0)]
    [InlineData("translate(50%, 10%) scale(50%, 2)", .5, 0, 0, 2, 20, 6)]
    [InlineData("translateY(25%)", 1, 0, 0, 1, 0, 15)]
    [InlineData("none", 1, 0, 0, 1, 0, 0)]
    [InlineData("", 1, 0, 0, 1, 0, 0)]
    public void Transforms_multiply_from_left_to_right(string text, double a, double b, double c, double d, double e,
        double f)
    {
        var matrix = Matrix.Identity;
        foreach (var item in TransformList.Parse(text)!)
            matrix *= TransformList.MatrixOf(item.Function, item.Values(16, 40, 60));
        double[] expected = [a, b, c, d, e, f], actual = [matrix.A, matrix.B, matrix.C, matrix.D, matrix.E, matrix.F];
        for (var i = 0; i < 6; i++) Assert.Equal(expected[i], actual[i], 12);
    }

    [Theory]
    [InlineData("translate")]
    [InlineData("translate(1")]
    [InlineData("translate(1 2 3)")]
    [InlineData("matrix(1 2 3)")]
    [InlineData("turn(3)")]
    [InlineData("scale(2) x")]
    public void What_is_no_transform_has_no_effect(string text) => Assert.Null(TransformList.Parse(text));

    private static string Path(string data, int maximum = 1000)
    {
        var (commands, points, _) = PathData.Parse(data, maximum);
        var (text, i) = (new List<string>(), 0);
        foreach (var command in commands)
        {
            var count = command switch { PathCommand.Cubic => 3, PathCommand.Close => 0, _ => 1 };
            var letter = command switch { PathCommand.Move => "M", PathCommand.Line => "L", PathCommand.Cubic =>
                "C", _ => "Z" };
            text.Add(letter + string.Join(' ', points.Skip(i).Take(count).Select(p =>
                FormattableString.Invariant($"{Math.Round(p.X, 3)},{Math.Round(p.Y, 3)}"))));
            i += count;
        }
        Assert.Equal(points.Count, i);
        return string.Join(' ', text);
    }

    [Theory]
    [InlineData("M1 2L3 4", "M1,2 L3,4")]
    [InlineData("m1 2 3 4 5 6", "M1,2 L4,6 L9,12")]
    [InlineData("M1 2 3 4h1 2V9z", "M1,2 L3,4 L4,4 L6,4 L6,9 Z")]
    [InlineData("M1-2.5L.5e1.5", "M1,-2.5 L5,0.5")]
    [InlineData("M.5.5.5.5", "M0.5,0.5 L0.5,0.5")]
    [InlineData("M0 0c1 0 2 1 2 2s1 2 2 2", "M0,0 C1,0 2,1 2,2 C2,3 3,4 4,4")]
    [InlineData("M0 0S1 1 2 0", "M0,0 C0,0 1,1 2,0")]
    [InlineData("M0 0Q3 3 6 0T12 0", "M0,0 C2,2 4,2 6,0 C8,-2 10,-2 12,0")]
    [InlineData("M0 0T6 0", "M0,0 C0,0 2,0 6,0")]
    [InlineData("M0 0L5 0 5 5zL9 9", "M0,0 L5,0 L5,5 Z M0,0 L9,9")]
    [InlineData("M1 1zzl1 0", "M1,1 Z M1,1 L2,1")]
    [InlineData("M0 0a5 5 0 0110 0", "M0,0 C0,-2.761 2.239,-5 5,-5 C7.761,-5 10,-2.761 10,0")]
    [InlineData("M0 0a5,5,0,0,1,10,0", "M0,0 C0,-2.761 2.239,-5 5,-5 C7.761,-5 10,-2.761 10,0")]
    [InlineData("M0 0A0 5 0 0 1 7 0", "M0,0 L7,0")]
    [InlineData("M0 0a-5-5 0 0 0 5 5", "M0,0 C0,2.761 2.239,5 5,5")]
    // Errors end the path where they stand.
    [InlineData("M0 0L5 5L9", "M0,0 L5,5")]
    [InlineData("M0 0L5 5 x L7 7", "M0,0 L5,5")]
    [InlineData("M0 0A5 5 0 2 1 9 9", "M0,0")]
    [InlineData("L5 5", "")]
    [InlineData("M0 0 Z 5 5", "M0,0 Z")]
    [InlineData("M", "")]
    public void Path_data_becomes_absolute(string data, string expected) => Assert.Equal(expected, Path(data));

    [Fact]
    public void Arcs_lie_on_their_ellipse()
    {
        var random = new Random(1);
        for (var n = 0; n < 200; n++)
        {
            var (rx, ry, turn) = (.5 + random.NextDouble() * 9, .5 + random.NextDouble() * 9,
                random.NextDouble() * Math.PI);
            var center = new Point(random.NextDouble() * 10, random.NextDouble() * 10);
            var map = Matrix.Translation(center.X, center.Y) * Matrix.Rotation(turn) * Matrix.Scaling(rx, ry);
            var (from, sweep) = (random.NextDouble() * 6, .2 + random.NextDouble() * 5.8);
            var positive = random.Next(2) == 0;
            Point On(double angle) => map.Apply(new Point(Math.Cos(angle), Math.Sin(angle)));
            var to = positive ? from + sweep : from - sweep;
            var pieces = EllipticalArc.ToCubics(On(from), rx, ry, turn, sweep > Math.PI, positive, On(to));
            Assert.Equal(On(to), pieces[^1].End);
            Assert.True(map.TryInvert(out var inverse));
            var start = On(from);
            foreach (var (c1, c2, end) in pieces)
            {
                for (var t = 0.0; t <= 1; t += .125)
                {
                    var s = 1 - t;
                    var p = inverse.Apply(s * s * s * start + 3 * s * s * t * c1 + 3 * s * t * t * c2 + t * t * t * end);
                    Assert.InRange(p.Length, 1 - 1e-6, 1 + 2.8e-4);
                }
                start = end;
            }
        }
    }

    [Fact]
    public void Arcs_with_radii_too_small_are_grown()
    {
        var pieces = EllipticalArc.ToCubics(new(0, 0), 1, 1, 0, false, true, new(10, 0));
        Assert.Equal(-5, pieces[0].End.Y, 9);
        Assert.Equal(5, pieces[0].End.X, 9);
    }
}
