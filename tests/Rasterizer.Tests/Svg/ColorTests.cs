using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Rasterizer.Svg;
using SvgDistill.Rasterizer.Svg.Values;
using SvgDistill.Tests;
using Xunit;

namespace SvgDistill.Rasterizer.Tests.Svg;

/// <summary>Colours of CSS Color Level 4 and 5, read and written back.</summary>
public sealed class ColorTests
{
    private const double Eighth = 1 / 2040.0;

    // Expected: sRGB bytes by the sample code of CSS Color 4, clipped as browsers do.
    [Theory]
    [InlineData("color(srgb 1 .5 0)", 255, 127.5, 0, 1)]
    [InlineData("color(srgb 100% 50% 0% / 50%)", 255, 127.5, 0, .5)]
    [InlineData("COLOR( sRGB none 1 none )", 0, 255, 0, 1)]
    [InlineData("color(srgb-linear 1 0.2140411 0)", 255, 127.5, 0, 1)]
    [InlineData("color(display-p3 1 1 1)", 255, 255, 255, 1)]
    [InlineData("color(display-p3 0.1451 0.3882 0.9216)", 0, 100.66, 243.72, 1)] // out of sRGB: clipped
    [InlineData("color(display-p3 .5 .4 .45)", 132.41, 100.75, 115.41, 1)]
    [InlineData("color(a98-rgb .5 .4 .3)", 137.31, 102.16, 73.81, 1)]
    [InlineData("color(prophoto-rgb .5 .4 .3)", 171.38, 114.76, 89.52, 1)]
    [InlineData("color(rec2020 .5 .4 .3)", 135.79, 89.72, 61.63, 1)]
    [InlineData("color(xyz .3 .4 .2)", 138.86, 182.02, 106.82, 1)]
    [InlineData("color(xyz-d50 .3 .4 .2)", 122.16, 184.04, 126.68, 1)]
    [InlineData("color(xyz .9504559 1 1.0890578)", 255, 255, 255, 1)]
    [InlineData("color(xyz-d50 .9642956 1 .8251046)", 255, 255, 255, 1)]
    [InlineData("color(xyz-d65 .4124 .2126 .0193)", 255, 0, 0, 1)]
    [InlineData("lab(50% 40 59.5)", 190.84, 87.1, 0, 1)]
    [InlineData("lab(46.2775% -47.5621 48.5837)", 0, 128, 0, 1)]
    [InlineData("lch(52.2345% 72.2 56.2)", 197.92, 92.66, 6.26, 1)]
    [InlineData("lab(0 0 0)", 0, 0, 0, 1)]
    [InlineData("lab(150 0 0)", 255, 255, 255, 1)]
    [InlineData("oklab(59.69% .1007 .1191)", 197.8, 92.78, 7.06, 1)]
    [InlineData("oklch(60% .2 20)", 222.13, 57.42, 75.47, 1)]
    [InlineData("oklch(.6 50% 20deg / .25)", 222.13, 57.42, 75.47, .25)]
    [InlineData("oklch(51.975% .17686 142.495)", 0, 128, 0, 1)]
    [InlineData("oklch(40.101% 0.12332 21.555)", 125.09, 35.38, 40.57, 1)]
    [InlineData("oklch(1 0 none)", 255, 255, 255, 1)]
    [InlineData("hwb(120 20% 40%)", 51, 153, 51, 1)]
    [InlineData("hwb(.5turn none 0 / none)", 0, 255, 255, 0)]
    [InlineData("rgb(none 128 50%)", 0, 128, 128, 1)]
    [InlineData("rgba(10% 20 30% / 50%)", 26, 20, 77, .5)]
    [InlineData("hsl(120deg 100 50)", 0, 255, 0, 1)]
    [InlineData("light-dark(#102030, white)", 16, 32, 48, 1)]
    [InlineData("color-mix(in srgb, red, blue)", 127.5, 0, 127.5, 1)]
    [InlineData("color-mix(in srgb, red 25%, blue)", 63.75, 0, 191.25, 1)]
    [InlineData("color-mix(in srgb, 30% red, blue 10%)", 191.25, 0, 63.75, .4)]
    [InlineData("color-mix(in srgb, red, transparent)", 255, 0, 0, .5)]
    [InlineData("color-mix(in srgb-linear, white, black)", 187.5, 187.5, 187.5, 1)]
    [InlineData("color-mix(in oklab, white, black)", 99.09, 99.09, 99.09, 1)]
    [InlineData("color-mix(in hsl, hsl(0 100% 50%), hsl(120 100% 50%))", 255, 255, 0, 1)]
    [InlineData("color-mix(in hsl longer hue, hsl(0 100% 50%), hsl(120 100% 50%))", 0, 0, 255, 1)]
    [InlineData("color-mix(in hwb, white, hwb(120 0% 0%))", 127.5, 255, 127.5, 1)]
    [InlineData("color-mix(in lch, color-mix(in srgb, red, red), lab(0 0 0))", 121.87, 27.39, 11.44, 1)]
    public void Colours_of_level_4_and_5_become_srgb(string text, double r, double g, double b, double a)
    {
        var color = CssColor.Parse(text)!.Value;
        Assert.Equal(r, 255 * color.R, .05);
        Assert.Equal(g, 255 * color.G, .05);
        Assert.Equal(b, 255 * color.B, .05);
        Assert.Equal(a, color.A, 1e-9);
    }

    [Theory]
    [InlineData("color(srgb 1 2)")]
    [InlineData("color(srgb 1, 1, 1)")]
    [InlineData("color(srgb 1 1 1 1)")]
    [InlineData("color(cmyk 1 1 1)")]
    [InlineData("color(lab 1 1 1)")]
    [InlineData("color(srgb1 1 1)")]
    [InlineData("oklch(60% .2)")]
    [InlineData("oklch(60%, .2, 20)")]
    [InlineData("oklch(60% .2 20%)")]
    [InlineData("lab(50% 0 0deg)")]
    [InlineData("hwb(0, 0%, 0%)")]
    [InlineData("lab(50% 0 0) x")]
    [InlineData("lab(50% 0 0))")]
    [InlineData("color-mix(red, blue)")]
    [InlineData("color-mix(in srgb, red)")]
    [InlineData("color-mix(in srgb, red 0%, blue 0%)")]
    [InlineData("color-mix(in srgb shorter hue, red, blue)")]
    [InlineData("color-mix(in cmyk, red, blue)")]
    [InlineData("color-mix(in srgb, red 101%, blue)")]
    [InlineData("light-dark(red)")]
    [InlineData("currentColor")] // a word, not a colour of its own
    public void What_is_no_colour_is_refused(string text) => Assert.Null(CssColor.Parse(text));

    [Fact]
    public void Nested_mixtures_end()
    {
        var text = string.Concat(Enumerable.Repeat("color-mix(in srgb,red,", 5000)) + "red" + new string(')', 5000);
        Assert.Null(CssColor.Parse(text));
    }

    private static readonly ColorSpace[] _spaces =
    [
        ColorSpace.Srgb, ColorSpace.SrgbLinear, ColorSpace.DisplayP3, ColorSpace.A98Rgb, ColorSpace.ProphotoRgb, ColorSpace.Rec2020,
        ColorSpace.XyzD65, ColorSpace.XyzD50, ColorSpace.Lab, ColorSpace.Lch, ColorSpace.Oklab, ColorSpace.Oklch, ColorSpace.Hsl, ColorSpace.Hwb,
    ];

    [Fact]
    public void Spaces_lead_back_to_the_colour() =>
        Check.One(RandomCases.Of(2000), Prop.ForAll(Colors().ToArbitrary(), rgb =>
        {
            foreach (var space in _spaces)
            {
                var back = space.To(ColorSpace.Srgb, ColorSpace.Srgb.To(space, rgb));
                for (var i = 0; i < 3; i++) Assert.Equal(rgb[i], back[i], 1e-7);
            }
        }));

    // Every notation with every unit, written with any colour of sRGB, reads as that colour.
    [Theory]
    [InlineData("color(srgb .1 .2 .3)")]
    [InlineData("color(srgb 10% .2 30% / .5)")]
    [InlineData("color(srgb-linear .1 .2 .3)")]
    [InlineData("color(display-p3 .1 .2 .3 / 50%)")]
    [InlineData("color(a98-rgb .1 .2 .3)")]
    [InlineData("color(prophoto-rgb .1 .2 .3)")]
    [InlineData("color(rec2020 .1 .2 .3)")]
    [InlineData("color(xyz .1 .2 .3)")]
    [InlineData("color(xyz-d50 10% 20% 30%)")]
    [InlineData("lab(50% 40 -20)")]
    [InlineData("lab(50 -20.5.5)")]
    [InlineData("lab(50% 40% 20%/.5)")]
    [InlineData("lch(50% 40 .2turn)")]
    [InlineData("lch(50 40% 1.5rad)")]
    [InlineData("oklab(50% .1 none)")]
    [InlineData("oklab(.5 10% -20%)")]
    [InlineData("oklch(60% .2 20)")]
    [InlineData("oklch(.6 50% 20grad / none)")]
    [InlineData("hwb(20 20% 30%)")]
    [InlineData("hwb(20deg none 30 / .3)")]
    public void A_moved_colour_is_written_in_its_own_form(string text)
    {
        var scene = SvgText.Read($"<rect width='5' height='5' style='fill:{text}'/>");
        var (index, parameters) = (SvgText.Index(scene, "fill.r"), scene.Scene.Parameters);
        var name = text[..(text.IndexOf('(', StringComparison.Ordinal) + 1)];
        Assert.Contains($"fill:{text}'", SvgText.Write(scene, _ => { }));
        Check.One(RandomCases.Of(300), Prop.ForAll(Colors().ToArbitrary(), rgb =>
        {
            if (rgb == new Triple(parameters[index].Initial, parameters[index + 1].Initial, parameters[index + 2].Initial)) return;
            var written = SvgText.Write(scene, theta => (theta[index], theta[index + 1], theta[index + 2]) = (rgb.X, rgb.Y, rgb.Z));
            var value = written[(written.IndexOf("fill:", StringComparison.Ordinal) + 5)..written.LastIndexOf('\'')];
            Assert.StartsWith(name, value);
            Assert.Equal(text.Count(c => c == '%'), value.Count(c => c == '%'));
            Assert.Equal(text.Contains('/'), value.Contains('/'));
            var read = CssColor.Parse(value)!.Value;
            Assert.Equal(rgb.X, read.R, Eighth);
            Assert.Equal(rgb.Y, read.G, Eighth);
            Assert.Equal(rgb.Z, read.B, Eighth);
            Assert.Equal(CssColor.Parse(text)!.Value.A, read.A, 1e-9);
        }));
    }

    // The corners of the cube, greys and the dark end lie where spaces are steepest.
    private static Gen<Triple> Colors()
    {
        var component = Gen.OneOf(Gen.Elements(0.0, 1.0, .5, 1e-4, .002, .999), Gen.Choose(0, 100_000).Select(n => n / 100_000.0));
        return Gen.OneOf(component.Three().Select(c => new Triple(c.Item1, c.Item2, c.Item3)), component.Select(v => new Triple(v, v, v)));
    }

    [Theory]
    [InlineData("color-mix(in oklab, red, blue)", "#00ff00")]
    [InlineData("color-mix(in srgb, red, transparent)", "rgba(0, 255, 0, .5)")]
    [InlineData("light-dark( oklch(60% .2 20) , white)", "light-dark( oklch(86.644% .294827 142.4953) , white)")]
    [InlineData("light-dark(red, white)", "light-dark(#00ff00, white)")]
    public void Mixtures_become_plain_and_schemes_stay(string text, string expected)
    {
        var scene = SvgText.Read($"<rect width='5' height='5' style='fill:{text}'/>");
        var index = SvgText.Index(scene, "fill.r");
        Assert.Contains($"fill:{expected}'", SvgText.Write(scene, theta => (theta[index], theta[index + 1], theta[index + 2]) = (0, 1, 0)));
    }

    [Theory]
    [InlineData("color:lime", "fill:color-mix(in srgb, currentColor 100%, red 0%)", "#00ff00")]
    [InlineData("color:#00f", "fill:color-mix(in srgb, currentcolor, red)", "#800080")]
    [InlineData("color:#00f", "color:color-mix(in srgb, currentColor, red);fill:currentColor", "#800080")]
    public void A_mixture_with_a_word_is_drawn_and_has_no_leaf(string around, string style, string expected)
    {
        var content = $"<g style='{around}'><rect width='5' height='5' style='{style}'/></g>";
        Assert.Equal(expected, SvgText.Fill(content));
        Assert.DoesNotContain(SvgText.Read(content).Scene.Parameters, p => p is { Kind: ParameterKind.Color, IsLeaf: true });
    }

    private const string Figma = "fill:#2563EB;fill:color(display-p3 0.1451 0.3882 0.9216);fill-opacity:1";

    [Fact]
    public void Out_of_srgb_an_authors_own_choice_is_drawn() =>
        Assert.Equal("#2563eb", SvgText.Fill($"<rect width='5' height='5' style='{Figma}'/>"));

    [Theory]
    [InlineData("fill:red;fill:oklch(60% .2 20)", "#de394b")] // in sRGB: the last one
    [InlineData("fill:color(display-p3 0.1451 0.3882 0.9216)", "#0065f4")] // no other choice: clipped
    [InlineData("fill:color(display-p3 0.1451 0.3882 0.9216);fill:#2563eb", "#2563eb")]
    [InlineData("fill:#2563eb!important;fill:color(display-p3 0 1 0)", "#2563eb")]
    public void What_srgb_has_is_drawn_as_declared(string style, string expected) =>
        Assert.Equal(expected, SvgText.Fill($"<rect width='5' height='5' style='{style}'/>"));

    [Fact]
    public void A_moved_colour_takes_the_one_for_older_readers_along()
    {
        var scene = SvgText.Read($"<rect width='5' height='5' style='{Figma}'/>");
        Assert.Contains(Figma, SvgText.Write(scene, _ => { }));
        var index = SvgText.Index(scene, "fill.r");
        var written = SvgText.Write(scene, theta => (theta[index], theta[index + 1], theta[index + 2]) = (1, 0, 0));
        Assert.Contains("style='fill:#ff0000;fill:color(display-p3 .91749 .20029 .13856);fill-opacity:1'", written);
        // What it hides by chance and not for older readers stays.
        scene = SvgText.Read("<rect width='5' height='5' style='fill:lime;fill:blue'/>");
        Assert.Contains("fill:lime;fill:#ff00ff", SvgText.Write(scene, theta => theta[SvgText.Index(scene, "fill.r")] = 1));
    }

    [Theory]
    [InlineData("stop-color")]
    [InlineData("background-color")]
    public void Other_properties_take_them_too(string property)
    {
        var content = property == "stop-color"
            ? "<linearGradient id='g'><stop style='stop-color:oklch(60% .2 20)'/></linearGradient><rect width='5' height='5' fill='url(#g)'/>"
            : "";
        var text = $"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9' style='background-color:{(content.Length == 0 ? "oklch(60% .2 20)" : "none")}'>{content}</svg>";
        var scene = SvgSceneReader.Read(SvgText.Document(text));
        var paint = (SolidPaint)SvgText.Shapes(scene.Scene.Root).Single().Fill!;
        Assert.Equal("#de394b", SvgText.Hex(paint.Color, scene.Scene.InitialValues()));
    }

    [Fact]
    public void A_colour_is_locked_in_any_notation()
    {
        var options = new SceneOptions { LockColors = ["#2563EB", "oklch(60% .2 20)"] };
        var scene = SvgText.Read($"<rect width='5' height='5' style='{Figma}'/><rect width='5' height='5' style='fill:oklch(.6 50% 20deg)'/>", options);
        Assert.DoesNotContain(scene.Scene.Parameters, p => p is { Kind: ParameterKind.Color, IsLeaf: true });
    }

    [Theory]
    [InlineData("x:0", "x", "x:3px")]
    [InlineData("x:0px", "x", "x:3px")]
    [InlineData("transform:translate(0, 5px)", "transform.Translate[0]", "transform:translate(3px, 5px)")]
    [InlineData("transform:rotate(0)", "transform.Rotate[0]", "transform:rotate(3deg)")]
    [InlineData("transform:scale(0.5)", "transform.Scale[0]", "transform:scale(3)")]
    [InlineData("stroke:red;stroke-dasharray:0 1", "stroke-dasharray[0]", "stroke-dasharray:3 1")]
    public void A_zero_that_moves_gets_the_unit_it_needs(string style, string name, string expected)
    {
        var scene = SvgText.Read($"<rect width='5' height='5' style='{style}'/>", new SceneOptions { Optimize = OptimizeKinds.All });
        Assert.Contains(expected, SvgText.Write(scene, theta => theta[SvgText.Index(scene, name)] = 3));
    }
}
