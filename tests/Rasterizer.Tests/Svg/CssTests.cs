using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Rasterizer.Svg;
using SvgDistill.Tests;
using Xunit;

namespace SvgDistill.Rasterizer.Tests.Svg;

/// <summary>What CSS says of values, selectors, sheets and errors in them; right values are the specifications', as Chromium has them.</summary>
public sealed class CssTests
{
    private const string Box = "width='9' height='9'";

    private static string Fill(string sheet, string attributes, string around = "") => SvgText.Fill(
        $"<style>{sheet.Replace("&", "&amp;").Replace("<", "&lt;")}</style><g id='g' {around}><desc/><path/><rect {Box} {attributes}/></g>");

    [Theory]
    // A declaration that is not understood leaves what stood before it: in the same block ...
    [InlineData("rect{fill:lime;fill:}", "", "#00ff00")]
    [InlineData("rect{fill:lime;fill:future(1 2 3)}", "", "#00ff00")]
    [InlineData("rect{fill:lime;fill:rgb(1,2)}", "", "#00ff00")]
    [InlineData("rect{fill:lime;fill:#12345}", "", "#00ff00")]
    [InlineData("rect{fill:lime;fill:red blue}", "", "#00ff00")]
    [InlineData("rect{fill:lime;fill:url(#x) red blue}", "", "#00ff00")]
    [InlineData("rect{fill:lime;fill:red !urgent}", "", "#00ff00")]
    [InlineData("rect{fill:lime;fill:red;fill:lime;fill:5}", "", "#00ff00")]
    // ... in a weaker rule, in the attribute, around it.
    [InlineData("rect{fill:lime} #r{fill:no-color}", "id='r'", "#00ff00")]
    [InlineData("", "fill='lime' style='fill:'", "#00ff00")]
    [InlineData("", "fill='lime' style='fill:;'", "#00ff00")]
    [InlineData("rect{fill:foo(1)}", "fill='lime'", "#00ff00")]
    [InlineData("g{fill:lime}", "style='fill:foo(1)!important'", "#00ff00")]
    [InlineData("g{fill:lime}", "fill='foo(1)'", "#00ff00")]
    [InlineData("g{fill:lime}", "fill=''", "#00ff00")]
    [InlineData("g{fill:lime}", "fill='red !important'", "#00ff00")]
    [InlineData("", "fill='random'", "#000000")]
    // Words that every property takes.
    [InlineData("g{fill:lime} rect{fill:INHERIT}", "fill='red'", "#00ff00")]
    [InlineData("g{fill:lime} rect{fill:revert}", "fill='red'", "#00ff00")]
    [InlineData("g{fill:red} rect{fill:Initial}", "fill='red'", "#000000")]
    [InlineData("rect{fill:revert-layer}", "fill='lime'", "#00ff00")]
    [InlineData("rect{fill:lime}", "fill='red' style='fill:revert-layer'", "#00ff00")]
    [InlineData("g{fill:lime} rect{fill:red;fill:revert-layer}", "", "#00ff00")]
    // var() that leads nowhere is unset, whatever was declared before it; a value that it makes invalid, too.
    [InlineData("g{fill:lime} rect{fill:red;fill:var(--none)}", "fill='red'", "#00ff00")]
    [InlineData(":root{--c:nothing} g{fill:lime} rect{fill:red;fill:var(--c)}", "", "#00ff00")]
    [InlineData(":root{--c:initial} rect{fill:var(--c, lime)}", "", "#00ff00")]
    [InlineData(":root{--c:lime} g{--c:inherit} rect{fill:VAR(--c)}", "", "#00ff00")]
    [InlineData(":root{--a:var(--b);--b:lime} g{--b:red} rect{fill:var(--a)}", "", "#00ff00")]
    [InlineData(":root{--a:var(--b);--b:var(--a)} rect{fill:var(--a, lime)}", "", "#00ff00")]
    [InlineData(":root{--p:0 255} rect{fill:rgb(var(--p) 0)}", "", "#00ff00")]
    [InlineData(":root{--p:{a;b} ;} rect{fill:lime}", "", "#00ff00")]
    // Escapes in names and values of declarations, and errors that do not reach beyond their declaration.
    [InlineData("rect{f\\69ll:l\\69 me}", "", "#00ff00")]
    [InlineData("rect{fill:lime;!fill:red;1x:2;fill red;}", "", "#00ff00")]
    [InlineData("rect{a:url(x;y'z);fill:lime}", "", "#00ff00")]
    [InlineData("rect{a:\"x\n;fill:lime}", "", "#00ff00")]
    [InlineData("rect{a:(x];y);fill:lime}", "", "#00ff00")]
    public void What_is_not_understood_leaves_what_was_before(string sheet, string attributes, string expected) =>
        Assert.Equal(expected, Fill(sheet, attributes));

    [Theory]
    [InlineData("opacity:.5;opacity:x", "opacity", .5)]
    [InlineData("opacity:50%;opacity:5px", "opacity", .5)]
    [InlineData("fill-opacity:25%", "fill-opacity", .25)]
    [InlineData("stroke:red;stroke-width:3px;stroke-width:-1px", "stroke-width", 3)]
    [InlineData("stroke:red;stroke-width:3;stroke-width:2 3", "stroke-width", 3)]
    [InlineData("stroke:red;stroke-dasharray:3 4;stroke-dasharray:3 -4", "stroke-dasharray[0]", 3)]
    [InlineData("stroke:red;stroke-dasharray:3;stroke-dasharray:3 x", "stroke-dasharray[0]", 3)]
    [InlineData("stroke:red;stroke-dasharray:1;stroke-dashoffset:2;stroke-dashoffset:x", "stroke-dashoffset", 2)]
    [InlineData("x:3px;x:3furlong", "x", 3)]
    [InlineData("width:3px;width:-3px", "width", 3)]
    public void Numbers_that_are_none_are_dropped(string style, string name, double expected)
    {
        var scene = SvgText.Read($"<rect {Box} style='{style}'/>", new SceneOptions { Optimize = OptimizeKinds.All });
        var parameter = scene.Scene.Parameters[SvgText.Index(scene, name)];
        Assert.Equal(expected, parameter.Initial * (style.Contains('%') ? .01 : 1), 12);
    }

    [Theory]
    [InlineData("fill-rule:evenodd;fill-rule:odd", "EvenOdd")]
    [InlineData("fill-rule:EvenOdd", "EvenOdd")]
    [InlineData("fill-rule:odd", "NonZero")]
    [InlineData("display:none;display:nothing", "")]
    [InlineData("display:inline;display:nothing", "NonZero")]
    [InlineData("visibility:hidden;visibility:gone", "")]
    public void Words_that_are_none_are_dropped(string style, string expected)
    {
        var shapes = SvgText.Shapes(SvgText.Read($"<rect {Box} style='{style}'/>").Scene.Root);
        Assert.Equal(expected, string.Concat(shapes.Select(s => s.FillRule.ToString())));
    }

    [Theory]
    [InlineData("transform:translate(5px, 7px)", 5, 7)]
    [InlineData("transform:translate(5px,0)rotate(0)", 5, 0)]
    [InlineData("transform:translateX(1in) scale(2)", 96, 0)]
    [InlineData("transform:matrix(1,0,0,1,5,7)", 5, 7)]
    // Without units and commas it is none, and the attribute holds.
    [InlineData("transform:translate(5, 7)", 1, 2)]
    [InlineData("transform:translate(5px 7px)", 1, 2)]
    [InlineData("transform:rotate(90)", 1, 2)]
    [InlineData("transform:rotate(90deg, 1, 2)", 1, 2)]
    [InlineData("transform:none", 0, 0)]
    public void A_transform_in_a_style_has_the_grammar_of_css(string style, double x, double y)
    {
        var shape = SvgText.OnlyShape($"<rect {Box} transform='translate(1 2)' style='{style}'/>");
        var origin = shape.Transform.Steps.Aggregate(Matrix.Identity, (m, s) => m * ((MatrixStep)s).Matrix).Apply(default);
        Assert.Equal((x, y), (origin.X, origin.Y));
    }

    [Theory]
    // Numbers among siblings: desc, path, rect.
    [InlineData("rect:nth-child(3)", true)]
    [InlineData("rect:nth-child(odd)", true)]
    [InlineData("rect:nth-child(even)", false)]
    [InlineData("rect:nth-child(2n+1)", true)]
    [InlineData("rect:nth-child( 2N + 1 )", true)]
    [InlineData("rect:nth-child(-n+2)", false)]
    [InlineData("rect:nth-child(-n+3)", true)]
    [InlineData("rect:nth-child(n)", true)]
    [InlineData("rect:nth-child(+3)", true)]
    [InlineData("rect:nth-child(3n)", true)]
    [InlineData("rect:nth-child(-3n)", false)]
    [InlineData("rect:nth-child(99999999999n+3)", true)]
    [InlineData("rect:nth-child(2 n)", false)]
    [InlineData("rect:nth-child(+ 3)", false)]
    [InlineData("rect:nth-last-child(1)", true)]
    [InlineData("rect:nth-of-type(1)", true)]
    [InlineData("rect:nth-last-of-type(2)", false)]
    [InlineData("rect:nth-child(2 of path, rect)", true)]
    [InlineData("rect:first-child", false)]
    [InlineData("rect:last-child", true)]
    [InlineData("rect:only-child", false)]
    [InlineData("g:only-of-type rect", true)]
    [InlineData("rect:first-of-type:last-of-type", true)]
    [InlineData("g:nth-of-type(1) > rect", true)]
    [InlineData("rect:empty", true)]
    [InlineData("g:not(:empty) rect", true)]
    // Lists.
    [InlineData(":is(circle, rect)", true)]
    [InlineData(":is(circle, rect:unknown, .a)", true)]
    [InlineData(":where(g, svg) > rect", true)]
    [InlineData("rect:not(.b)", true)]
    [InlineData("rect:not(.b, .a)", false)]
    [InlineData("rect:not(g > .a)", false)]
    [InlineData("rect:not(:hover)", true)]
    [InlineData("rect:not(:unknown)", false)]
    [InlineData("rect:is()", false)]
    [InlineData("g:has(> path + rect)", true)]
    [InlineData("g:has(> path + rect) rect", true)]
    [InlineData("path:has(~ .a) + rect", true)]
    [InlineData("g:has(circle) rect", false)]
    // What matches nothing in a still drawing does not void a list; what is not understood does.
    [InlineData(".a, .a:hover", true)]
    [InlineData(".a:focus-visible, .a:checked, .a:target, .a:visited, .a::before, .a:after, .a", true)]
    [InlineData(".a, .a::-webkit-scrollbar", true)]
    [InlineData(".a:hover", false)]
    [InlineData(".a::before", false)]
    [InlineData(".a, .a:unknown", false)]
    [InlineData(".a, .a::unknown", false)]
    [InlineData(".a,", false)]
    [InlineData(".a,,rect", false)]
    [InlineData(".a >", false)]
    [InlineData("> .a", false)]
    [InlineData(".a }", false)]
    [InlineData(":is(.a::before)", false)]
    // Attributes.
    [InlineData("[data-x='One' i]", true)]
    [InlineData("[data-x=one i]", true)]
    [InlineData("[data-x='one'I]", true)]
    [InlineData("[data-x=one s]", false)]
    [InlineData("[data-x=one]", false)]
    [InlineData("[data-x=1]", false)]
    [InlineData("[data-x*='']", false)]
    [InlineData("[data-x ^= \"O\"]", true)]
    [InlineData("[ data-y = 'a]b' ]", true)]
    [InlineData("[data-y='a\\5d b']", true)]
    [InlineData("[xlink|href='#q']", false)]
    [InlineData("[*|href='#q']", true)]
    [InlineData("[|data-y]", true)]
    // Languages and links.
    [InlineData("rect:lang(de)", true)]
    [InlineData("rect:lang(en, \"de\")", true)]
    [InlineData("rect:lang(en)", false)]
    [InlineData("rect:lang(d)", false)]
    [InlineData("a:link rect", false)]
    // Escapes.
    [InlineData("#\\31 23", true)]
    [InlineData("#\\000031 23", true)]
    [InlineData("#\\00003123", true)]
    [InlineData(".\\32 xl", true)]
    [InlineData(".md\\:w-1\\/2", true)]
    [InlineData("#123", false)]
    [InlineData(".2xl", false)]
    [InlineData("re\\63 t", true)]
    [InlineData(".a/* no space */.b2", true)]
    [InlineData("rect/**/.a", true)]
    public void Selectors_match(string selector, bool matches) => Assert.Equal(matches ? "#00ff00" : "#000000",
        Fill($"{selector}{{fill:lime}}", "id='123' class='a b2 2xl md:w-1/2' data-x='One' data-y='a]b' xlink:href='#q'", "xml:lang='de-AT'"));

    [Theory]
    [InlineData("@namespace s url(http://www.w3.org/2000/svg); s|rect", true)]
    [InlineData("@namespace s \"http://www.w3.org/2000/svg\"; s|*", true)]
    [InlineData("@namespace x url(http://www.w3.org/1999/xlink); [x|href]", true)]
    [InlineData("@namespace h url(http://www.w3.org/1999/xhtml); h|rect", false)]
    [InlineData("@namespace url(http://www.w3.org/1999/xhtml); rect", false)]
    [InlineData("@namespace url(http://www.w3.org/1999/xhtml); *|rect", true)]
    [InlineData("@namespace url(http://www.w3.org/1999/xhtml); .a", false)]
    [InlineData("|rect", false)]
    [InlineData("s|rect, rect", false)]
    public void Namespaces_are_asked_for(string selector, bool matches) => Assert.Equal(matches ? "#00ff00" : "#000000",
        Fill($"{selector}{{fill:lime}}", "class='a' xlink:href='#q'"));

    [Theory]
    // :is() weighs as the heaviest of its list, :where() nothing, :not() as its list.
    [InlineData(":is(#x, rect){fill:lime} .a.a.a{fill:red}")]
    [InlineData("rect{fill:lime} :where(#r){fill:red}")]
    [InlineData("rect:not(#x){fill:lime} .a{fill:red}")]
    [InlineData("rect:nth-child(n){fill:lime} rect{fill:red}")]
    [InlineData("rect:nth-child(n of #r){fill:lime} .a.a{fill:red}")]
    [InlineData("g:has(#r) rect{fill:lime} .a.a{fill:red}")]
    // Nesting.
    [InlineData("g{fill:red; rect{fill:lime}}")]
    [InlineData("g{rect{fill:lime} fill:red}")]
    [InlineData("g{& > rect{fill:lime}}")]
    [InlineData("g{> rect{fill:lime}}")]
    [InlineData(".a{svg &{fill:lime}}")]
    [InlineData("rect{&.a{fill:lime} fill:red}")]
    [InlineData("rect{fill:red; @media screen{fill:lime} @media print{fill:red}}")]
    [InlineData("rect{foo:hover{fill:red} fill:lime}")]
    [InlineData("rect{@unknown x{fill:red} @unknown y; fill:lime}")]
    // What is passed over does not take what follows.
    [InlineData("@import url(a;b.css); @charset 'x'; @layer a, b; rect{fill:lime}")]
    [InlineData("@font-face{font-family:x;src:url(data:x;y,{z)} rect{fill:lime}")]
    [InlineData("@keyframes k{from{fill:red} to{fill:blue}} rect{fill:lime}")]
    [InlineData("@supports (fill:lime) and (not (fill:foo(1))){rect{fill:lime}}")]
    [InlineData("rect{fill:lime} @supports (fill:foo(1)){rect{fill:red}}")]
    [InlineData("rect{fill:lime} @supports selector(:unknown) or (no-such-property:1){rect{fill:red}}")]
    [InlineData("@supports (fill:color(display-p3 0 1 0)){rect{fill:lime}}")]
    [InlineData("circle{fill:red}} rect{fill:red} .a{fill:lime}")]
    [InlineData("circle{fill:red;[}]} rect{fill:lime}")]
    [InlineData("<!-- rect{fill:lime} -->")]
    // Media.
    [InlineData("rect{fill:lime} @media (prefers-color-scheme:dark){rect{fill:red}}")]
    [InlineData("@media (prefers-color-scheme: light){rect{fill:lime}}")]
    [InlineData("@media screen and (color-gamut:srgb), print{rect{fill:lime}}")]
    [InlineData("rect{fill:lime} @media (color-gamut:p3){rect{fill:red}}")]
    [InlineData("rect{fill:lime} @media not all{rect{fill:red}} @media all and (min-resolution:1dpi){rect{fill:red}}")]
    [InlineData("@media not (prefers-color-scheme:dark){rect{fill:lime}}")]
    [InlineData("rect{fill:lime} @media not (min-width:1px){rect{fill:red}}")]
    // The picture is 100 x 100.
    [InlineData("@media (min-width:100px) and (max-height:100px){rect{fill:lime}}")]
    [InlineData("rect{fill:lime} @media (min-width:100.5px), (max-width:99px), (width:50px){rect{fill:red}}")]
    [InlineData("@media (width >= 100px) and (90px<height<=6.25em){rect{fill:lime}}")]
    [InlineData("rect{fill:lime} @media (100px < width), (width < 100px), (300px > width > 100px){rect{fill:red}}")]
    [InlineData("@media (1in <= width) and (height){rect{fill:lime}}")]
    [InlineData("@media (aspect-ratio: 2/2) and (max-aspect-ratio:1.5) and (orientation: portrait){rect{fill:lime}}")]
    [InlineData("rect{fill:lime} @media (orientation:landscape), (min-aspect-ratio:3/2), not (aspect-ratio:1){rect{fill:red}}")]
    [InlineData("rect{fill:lime} @media (width:100), (min-width:5), (50px < width > 5px), (width:5 6), not (width:a){rect{fill:red}}")]
    public void Rules_weigh_nest_and_recover(string sheet) => Assert.Equal("#00ff00", Fill(sheet, "id='r' class='a'"));

    [Theory]
    [InlineData("", true)]
    [InlineData("media=''", true)]
    [InlineData("media='all'", true)]
    [InlineData("media='screen, print'", true)]
    [InlineData("media='print'", false)]
    [InlineData("media='not print'", true)]
    [InlineData("media='NOT ALL'", false)]
    [InlineData("media='not screen, print'", false)]
    [InlineData("media='only screen'", true)]
    [InlineData("media='(min-width: 90px)'", true)]
    [InlineData("media='(min-width: 110px)'", false)]
    [InlineData("type='text/css'", true)]
    [InlineData("type='TEXT/CSS'", true)]
    [InlineData("type='text/x-scss'", false)]
    public void A_sheet_is_for_its_media_and_type(string attributes, bool applies) => Assert.Equal(applies ? "#ff0000" : "#224466",
        SvgText.Fill($"<style {attributes}>rect{{fill:#f00}}</style><rect {Box} fill='#246'/>"));

    [Theory]
    [InlineData("#\\31 23")]
    [InlineData("#123")]
    [InlineData(".\\32 xl")]
    [InlineData(".2xl")]
    [InlineData(":is(circle, .\\32 xl)")]
    [InlineData("rect:nth-child(1)")]
    [InlineData("svg > rect:not(:last-child)")]
    [InlineData("[xlink|href='#x']")]
    public void Options_take_the_same_selectors(string selector)
    {
        const string content = "<rect id='123' class='2xl' xlink:href='#x' width='9' height='9' fill='red'/><rect width='3' height='3' fill='blue'/>";
        Assert.All(SvgText.Read(content, new SceneOptions { Only = [selector] }).Scene.Parameters, p => Assert.Equal(p.Element.Id == "123", p.IsLeaf));
        Assert.All(SvgText.Read(content, new SceneOptions { Lock = [selector] }).Scene.Parameters, p => Assert.Equal(p.Element.Id != "123", p.IsLeaf));
    }

    [Theory]
    [InlineData("a, b", "a|b")]
    [InlineData(" :is(a, b) ,, [c=','] ,", ":is(a, b)|[c=',']")]
    [InlineData("#a\\,b,c", "#a\\,b|c")]
    [InlineData(" , ", "")]
    public void Lists_part_at_their_own_commas(string text, string expected) => Assert.Equal(expected, string.Join('|', SelectorList.Split(text)));

    [Fact]
    public void Shapes_counted_by_name_keep_it() => Assert.IsType<RectGeometry>(SvgText.Shapes(SvgText.Read(
        $"<style>:nth-of-type(2){{fill:red}}</style><rect {Box}/>", new SceneOptions { FreeShapes = true }).Scene.Root).Single().Geometry);

    [Fact]
    public void Numbering_many_siblings_takes_few_comparisons()
    {
        var content = string.Concat(Enumerable.Repeat("<rect width='1' height='1'/>", 5000));
        var document = SvgText.Document($"<svg xmlns='http://www.w3.org/2000/svg'><style>rect:nth-last-of-type(2n+1):nth-child(n){{fill:red}}</style>{content}</svg>",
            new SvgLimits { SelectorSteps = 50_000 });
        Assert.Equal(5000, SvgText.Shapes(SvgSceneReader.Read(document).Scene.Root).Count());
    }

    private static readonly string[] _pieces =
    [
        "rect", ".a", "#r", "g ", "{", "}", ";", ":", ",", "(", ")", "[", "]", "\"", "'", "\\", "\\31 ", "/*", "*/", "<!--", "@media ", "not ", "print", "screen",
        "(color)", " and ", "@supports ", "(fill:red)", "@import url(", "@namespace ", "url(", "s|", "|", "&", ">", "+", "~", "*", ":nth-child(", "2n+1", " of ",
        ":is(", ":not(", ":has(", ":where(", ":hover", "::before", "fill:", "stroke-dasharray:", "transform:", "translate(", "rotate(3deg)", "--x:", "var(--x", "var(--y,",
        "red", "oklch(", "color(display-p3 ", "color-mix(in oklch longer hue,", "light-dark(", "none", "50%", "1e9", "-1", ".5.5", "/", "!important", "inherit", "revert-layer",
        " ", "\n", "\uFFFD", "rect{fill:lime}", "fill:lab(50% 40 1);", ".a:nth-last-of-type(1){fill:oklab(.5 0 0)}",
    ];

    [Fact]
    public void Damaged_sheets_read_and_write_or_end_in_the_documented_error()
    {
        var read = 0;
        for (var seed = 0; seed < 3000; seed++)
        {
            var random = new Random(seed);
            string Text() => System.Security.SecurityElement.Escape(string.Concat(Enumerable.Range(0, random.Next(24)).Select(_ => _pieces[random.Next(_pieces.Length)])));
            var document = SvgText.Drawing($"<style media=\"{(seed % 4 == 0 ? Text() : "")}\">{Text()}</style><g style=\"{Text()}\"><rect id='r' class='a' {Box} fill=\"{Text()}\" style=\"{Text()}\"/></g>");
            SvgScene scene;
            try
            {
                scene = SvgSceneReader.Read(document, new SceneOptions { Optimize = OptimizeKinds.All });
            }
            catch (SvgException)
            {
                continue;
            }
            read++;
            Assert.Equal(document.ToBytes(), SvgWriter.Write(scene, scene.Scene.InitialValues()));
            // What is written means what was meant: it reads with the same numbers.
            var moved = SvgText.Write(scene, theta =>
            {
                for (var i = 0; i < theta.Length; i++)
                    if (scene.Scene.Parameters[i].Kind == ParameterKind.Color) theta[i] = .25 + theta[i] / 2;
            });
            var again = SvgSceneReader.Read(SvgText.Document(moved), new SceneOptions { Optimize = OptimizeKinds.All });
            Assert.Equal(SvgText.Shapes(scene.Scene.Root).Count(), SvgText.Shapes(again.Scene.Root).Count());
        }
        Assert.InRange(read, 2000, 3000);
    }

    [Theory]
    [InlineData("p3-fallback", "#2563eb")]
    [InlineData("hover-list", "#2563eb")]
    [InlineData("invalid-attribute", "#aa00aa")]
    public void Files_that_failed_have_their_colour(string name, string expected)
    {
        var scene = SvgSceneReader.Read(SvgDocument.Load(TestPaths.Fixture("svg", name + ".svg"))).Scene;
        Assert.Equal(expected, SvgText.Hex(((SolidPaint)SvgText.Shapes(scene.Root).Single().Fill!).Color, scene.InitialValues()));
    }

    [Fact]
    public void A_stroke_that_failed_has_its_colour()
    {
        var scene = SvgSceneReader.Read(SvgDocument.Load(TestPaths.Fixture("svg", "p3-stroke.svg"))).Scene;
        Assert.Equal("#16a34a", SvgText.Hex(((SolidPaint)SvgText.Shapes(scene.Root).Single().Stroke!.Paint).Color, scene.InitialValues()));
    }
}
