using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Rasterizer.Svg;
using Xunit;

namespace SvgDistill.Rasterizer.Tests.Svg;

public sealed class CascadeTests
{
    private const string Rect = "width='9' height='9'";

    [Theory]
    // Presentation attribute < rule < style < important rule < important style.
    [InlineData("", "fill='red'", "#ff0000")]
    [InlineData("rect{fill:blue}", "fill='red'", "#0000ff")]
    [InlineData("*{fill:blue}", "fill='red'", "#0000ff")]
    [InlineData("rect{fill:blue}", "fill='red' style='fill:lime'", "#00ff00")]
    [InlineData("rect{fill:blue!important}", "style='fill:lime'", "#0000ff")]
    [InlineData("rect{fill:blue ! important}", "style='fill:lime !important'", "#00ff00")]
    // Specificity, then order.
    [InlineData("#a{fill:red} .b{fill:lime} rect{fill:blue}", "id='a' class='b'", "#ff0000")]
    [InlineData(".b{fill:lime} rect{fill:blue}", "class='x b y'", "#00ff00")]
    [InlineData("rect{fill:lime} rect{fill:blue}", "", "#0000ff")]
    [InlineData("rect{fill:blue !important} #a{fill:lime}", "id='a'", "#0000ff")]
    [InlineData(".b.c{fill:lime} .c{fill:blue}", "class='b c'", "#00ff00")]
    // Selectors.
    [InlineData("g rect{fill:lime}", "", "#00ff00")]
    [InlineData("svg>g>rect{fill:lime}", "", "#00ff00")]
    [InlineData("svg > rect{fill:lime}", "", "#000000")]
    [InlineData("path + rect{fill:lime}", "", "#00ff00")]
    [InlineData("desc ~ rect{fill:lime}", "", "#00ff00")]
    [InlineData("desc + rect{fill:lime}", "", "#000000")]
    [InlineData("rect:first-child{fill:lime}", "", "#000000")]
    [InlineData("g:first-child rect{fill:lime}", "", "#000000")]
    [InlineData(":root rect{fill:lime}", "", "#00ff00")]
    [InlineData("[data-x]{fill:lime}", "data-x=''", "#00ff00")]
    [InlineData("[data-x=one]{fill:lime}", "data-x='one'", "#00ff00")]
    [InlineData("[data-x='one two']{fill:lime}", "data-x='one two'", "#00ff00")]
    [InlineData("rect[data-x~=two]{fill:lime}", "data-x='one two'", "#00ff00")]
    [InlineData("rect[data-x|=en]{fill:lime}", "data-x='en-GB'", "#00ff00")]
    [InlineData("rect[data-x^=o][data-x$=e][data-x*=n]{fill:lime}", "data-x='one'", "#00ff00")]
    [InlineData("circle, rect{fill:lime}", "", "#00ff00")]
    [InlineData("RECT{fill:lime}", "", "#000000")]
    // What is not understood is passed over.
    [InlineData("@import url(file:///etc/passwd); rect{fill:lime}", "", "#00ff00")]
    [InlineData("@media print { rect{fill:red} g{} } rect{fill:lime}", "", "#00ff00")]
    [InlineData("@font-face{src:url(\"a}b\")} rect{fill:lime}", "", "#00ff00")]
    [InlineData("/* rect{fill:red} */ rect /* x */ { /* y */ fill : /* z */ lime /* w */ ; }", "", "#00ff00")]
    [InlineData("rect{;fill lime;fill:lime;stroke}", "", "#00ff00")]
    [InlineData("rect{fill:lime", "", "#00ff00")]
    // Inheritance and words.
    [InlineData("g{fill:lime}", "", "#00ff00")]
    [InlineData("g{fill:lime}", "fill='inherit'", "#00ff00")]
    [InlineData("g{fill:lime}", "fill='initial'", "#000000")]
    [InlineData("g{fill:lime}", "fill='unset'", "#00ff00")]
    [InlineData("g{color:lime;fill:currentColor}", "color='blue'", "#0000ff")]
    [InlineData("g{color:lime}", "fill='CURRENTCOLOR'", "#00ff00")]
    [InlineData("", "fill='currentColor'", "#000000")]
    // @media: what holds on a screen.
    [InlineData("@media screen { rect{fill:lime} }", "", "#00ff00")]
    [InlineData("@media print, all { rect{fill:blue} rect{fill:lime} }", "", "#00ff00")]
    [InlineData("rect{fill:lime} @media only  print { rect{fill:red} }", "", "#00ff00")]
    [InlineData("@MEDIA NOT PRINT { rect{fill:lime} } @media not screen { rect{fill:red} }", "", "#00ff00")]
    [InlineData("rect{fill:lime} @media screen and (max-width:1px) { rect{fill:red} }", "", "#00ff00")]
    [InlineData("@media screen { @media all { rect{fill:lime} } @media print { rect{fill:red} } } g{fill:blue}", "", "#00ff00")]
    [InlineData("@media screen { rect{fill:lime}", "", "#00ff00")]
    [InlineData("rect{fill:lime} @mediator screen { rect{fill:red} }", "", "#00ff00")]
    // var().
    [InlineData(":root{--c:lime} rect{fill:var(--c)}", "", "#00ff00")]
    [InlineData(":root{--c:lime} g{--c:blue}", "style='fill:var( --c )'", "#0000ff")]
    [InlineData("rect{fill:var(--none, lime)}", "", "#00ff00")]
    [InlineData(":root{--a:var(--b);--b:lime} rect{fill:var(--a)}", "", "#00ff00")]
    [InlineData(":root{--a:var(--b);--b:var(--a)} rect{fill:var(--a)}", "", "#000000")]
    [InlineData("g{fill:lime} rect{fill:var(--none)}", "", "#00ff00")]
    public void The_winning_declaration_is_drawn(string sheet, string attributes, string expected) =>
        Assert.Equal(expected,
        SvgText.Fill($"<style>{sheet.Replace("<", "&lt;")}</style><g><desc/><path/><rect {Rect} {attributes}/></g>"));

    [Theory]
    [InlineData("<style>circle{r:7;cx:3}</style><circle id='s' r='5' cy='2'/>", "3 2 7 7")]
    [InlineData("<circle r='5' style='r:20%;cx:1em'/>", "12 0 20 20")]
    [InlineData("<ellipse rx='5' ry='4' style='ry:auto;cy:9'/>", "0 9 5 5")]
    [InlineData("<g style='r:9;cx:9'><circle r='5'/></g>", "0 0 5 5")]
    [InlineData("<style>:root{--r:8}</style><circle r='5' style='r:var(--r)'/>", "0 0 8 8")]
    [InlineData("<circle r='5' style='r:calc(50%)'/>", "0 0 5 5")] // what cannot be read is dropped
    public void Geometry_that_css_declares_beats_the_attribute(string content, string expected)
    {
        var scene = SvgText.Read(content).Scene;
        var theta = scene.InitialValues();
        var ellipse = (EllipseGeometry)SvgText.Shapes(scene.Root).Single().Geometry;
        Assert.Equal(expected, FormattableString.Invariant(
            $"{ellipse.Center.X.Value(theta)} {ellipse.Center.Y.Value(theta)} {ellipse.Rx.Value(theta)} {ellipse.Ry.Value(theta)}"));
    }

    [Fact]
    public void Geometry_that_css_declares_is_one_leaf_and_written_where_it_stands()
    {
        const string content = "<style>rect{width:7px;x:2}</style><rect y='1' width='3' height='5'/><rect y='9' height='5' style='height:6'/>";
        var scene = SvgText.Read(content);
        Assert.Single(scene.Scene.Parameters, p => p.Name == "width");
        var written = SvgText.Write(scene, theta =>
        {
            theta[SvgText.Index(scene, "width")] = 8;
            foreach (var (p, i) in scene.Scene.Parameters.Select((p, i) => (p, i)))
                if (p is { Name: "height", Initial: 6 }) theta[i] = 4;
        });
        Assert.Contains(content.Replace("width:7px", "width:8px").Replace("height:6", "height:4"), written);
    }

    [Fact]
    public void Sheets_in_sections_and_comments_are_read_and_written_in_place()
    {
        const string content = "<style><![CDATA[\r\n  .a > rect { fill: /* warm */ #F80; }\r\n]]></style><style type='text/css'>rect{stroke:none}</style><g class='a'><rect width='5' height='5'/><rect x='6' width='3' height='3'/></g>";
        var scene = SvgText.Read(content);
        Assert.Equal(2, SvgText.Shapes(scene.Scene.Root).Count());
        var written = SvgText.Write(scene, theta => theta[SvgText.Index(scene, "fill.b")] = 1);
        Assert.Contains(content.Replace("#F80", "#ff88ff"), written);
    }

    [Fact]
    public void Used_content_inherits_from_its_use()
    {
        var scene = SvgText.Read("<defs><g fill='red'><path id='p' d='M0 0H5V5'/></g></defs><use href='#p' fill='lime'/><use href='#p'/>").Scene;
        Assert.Equal(["#00ff00", "#000000"], SvgText.Shapes(scene.Root).Select(s =>
            SvgText.Hex(((SolidPaint)s.Fill!).Color, scene.InitialValues())));
    }

    [Fact]
    public void A_sheet_that_costs_too_much_is_refused()
    {
        var rules = string.Concat(Enumerable.Range(0, 300).Select(i => $"* * * * * .c{i}{{fill:red}} "));
        var classes = string.Join(' ', Enumerable.Range(0, 300).Select(i => $"c{i}"));
        var content = string.Concat(Enumerable.Repeat($"<rect class='{classes}' width='1' height='1'/>", 100));
        var document = SvgText.Document($"<svg xmlns='http://www.w3.org/2000/svg'><style>{rules}</style>{content}</svg>", new SvgLimits { SelectorSteps = 10_000 });
        Assert.Throws<SvgException>(() => SvgSceneReader.Read(document));
    }
}
