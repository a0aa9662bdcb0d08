using SvgDistill.Rasterizer.Svg;
using SvgDistill.Tests;
using Xunit;

namespace SvgDistill.Rasterizer.Tests.Svg;

/// <summary>What is kept but not drawn as the file means it is said once a kind, with how many elements; the rest in silence.</summary>
public class NoteTests
{
    private const string Rect = "<rect width='9' height='9'/>";
    private const string Stops = "<stop stop-color='red'/><stop offset='1'/>";

    public static TheoryData<string, string, int> Kinds => new()
    {
        { "<flowRoot><flowPara>a</flowPara></flowRoot>", "Flowed text", 1 },
        { "<style>@font-face{font-family:x;src:url(x.woff)}</style><font/>", "Fonts that the file brings", 2 },
        { "<foreignObject width='9' height='9'/>", "Foreign objects", 1 },
        { "<filter id='f'/><g filter='url(#f)'><rect width='9' height='9'/></g><rect width='9' height='9' style='filter:url(#none)'/>", "refers to no filter", 2 },
        { "<filter id='f'><feOffset in='FillPaint'/><feMerge><feMergeNode in='BackgroundImage'/></feMerge></filter><rect width='9' height='9' filter='url(#f)'/>", "BackgroundImage", 2 },
        { "<filter id='f' filterRes='9'><feConvolveMatrix kernelMatrix='0 0 0 0 1 0 0 0 0' kernelUnitLength='2'/></filter><rect width='9' height='9' filter='url(#f)'/>", "kernelUnitLength", 2 },
        { "<image href='a.png' width='9' height='9'/><image href='https://example.org/a.png' width='9' height='9'/>", "Images outside the file", 2 },
        { "<image href='data:image/avif;base64,AAAAHGZ0eXBhdmlm' width='9' height='9'/>", "Images in other formats", 1 },
        { "<image href='data:image/jpeg;base64,/9j/4AAQ' width='9' height='9'/>", "Images that are damaged", 1 },
        { "<image href='data:image/png;base64,iVBORw0KGgo=' width='9' height='9'/>", "Images that are damaged", 1 },
        { "<image width='9' height='9' href='data:image/svg+xml,&lt;svg xmlns=&quot;http://www.w3.org/2000/svg&quot; width=&quot;2e6&quot;/>'/>", "The picture is larger than 1000000 units (", 1 },
        { $"<image width='9' height='9' href='data:image/svg+xml,&lt;svg xmlns=&quot;http://www.w3.org/2000/svg&quot;>{string.Concat(Enumerable.Repeat("&lt;g>", 300))}'/>", "nested deeper than 256 levels (", 1 },
        { "<use href='b.svg#x'/>", "other files", 1 },
        { "<rect width='9' height='9' fill='url(b.svg#x) red' stroke='url(\"b.svg#y\")'/>", "other files", 1 },
        { "<g clip-path='url(b.svg#x)'><g mask='url(b.svg#x)'><rect width='9' height='9' style='filter:url(b.svg#f)'/></g></g>", "other files", 3 },
        { "<g id='a'><use href='#a'/></g>", "refers to itself", 1 },
        { "<rect width='9' height='9' clip-path='circle(4px)'/><rect width='9' height='9' style='clip-path:inset(1px) fill-box'/>"
            + "<g style='clip-path:view-box polygon(0 0,5px 5px,0 5px)'><rect width='9' height='9'/></g>", "What spans the box of a clip path", 2 },
        { "<rect width='9' height='9' style='clip-path:shape(from 0 0,line to 5px 5px,close)'/><rect width='9' height='9' style='clip-path:circle(oh)'/>", "Clip paths by basic shapes", 2 },
        { "<rect width='9' height='9' style='mask:linear-gradient(red,blue)'/><rect width='9' height='9' style='mask-image:url(#m)'/>", "mask-image", 2 },
        { "<rect width='9' height='9' style='transform-box:fill-box;transform-origin:center;transform:rotate(9deg)'/>", "stands still", 1 },
        { "<rect width='9' height='9' style='transform:rotate3d(0,0,1,20deg)'/><rect width='9' height='9' style='transform:perspective(9px)'/>", "three dimensions", 2 },
        { "<rect width='9' height='9' style='rotate:20deg'/><rect width='9' height='9' style='translate:2px'/>", "offset-path", 2 },
        { $"<linearGradient id='g' color-interpolation='linearRGB'>{Stops}</linearGradient><rect width='9' height='9' fill='url(#g)'/>", "linearRGB", 1 },
        { "<mask id='m' style='color-interpolation:linearRGB'><rect width='9' height='9' fill='#fff'/></mask><rect width='9' height='9' mask='url(#m)'/>", "linearRGB", 1 },
        { "<rect width='9' height='9'><animate attributeName='x' to='9'/><set attributeName='y' to='3'/></rect><defs><g><animateTransform/></g></defs>", "Animations", 3 },
        { "<style>@keyframes k{to{opacity:0}} #x{animation:k 2s}</style><rect id='x' width='9' height='9'/>", "Animations", 1 },
        { "<path id='p' d='M0 9H9' stroke='red'/><text font-size='0'><textPath href='#p'>a</textPath></text>", "text lies on", 1 },
        { "<script>draw()</script>", "Scripts", 1 },
        { "<rect width='9' height='9' style='mix-blend-mode:plus-lighter'/>", "plus-lighter", 1 },
        { "<rect width='9' height='9' vector-effect='non-scaling-size'/>", "Vector effects", 1 },
        { "<meshgradient id='g'/><hatch id='h'/><rect width='9' height='9' fill='url(#g)' stroke='url(#h) red'/><rect width='9' height='9' fill='url(#g)'/>", "Mesh gradients", 2 },
        { "<marker id='m'><path d='M0 0H2V2' fill='context-fill'/></marker><path d='M0 0H9V9' marker-mid='url(#m)'/>", "context-fill", 1 },
        { "<marker id='m'><path d='M0 0H2V2'/></marker><rect width='9' height='9' marker-mid='url(#m)'/><circle r='9' marker-mid='url(#m)'/>", "Rectangles, circles and ellipses with markers", 2 },
        { "<g xmlns:s='http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd'><path s:type='arc' s:rx='3' d='M0 0H9V9'/><path s:type='star' d='M0 0H9V9'/></g>", "Inkscape", 2 },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Each_kind_is_noted_once(string content, string named, int count)
    {
        var note = Assert.Single(SvgText.Read(content + Rect).Scene.Notes);
        Assert.Contains(named, note, StringComparison.Ordinal);
        Assert.EndsWith(count == 1 ? "(1 element)." : $"({count} elements).", note, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<g filter='none' clip-path='none' mask='none' style='animation:none;mix-blend-mode:multiply;isolation:isolate;transform:none'><rect width='9' height='9' vector-effect='none'/></g>")]
    [InlineData("<rect width='9' height='9' fill='url(#missing)' stroke='url(#missing) red' clip-path='url(#missing)'/>")]
    [InlineData("<switch><text systemLanguage='xx'>a</text><rect width='9' height='9' paint-order='stroke'/></switch>")]
    [InlineData("<text display='none'>a</text><g style='transform-box:fill-box;transform:translate(3px,4px)'><rect width='9' height='9'/></g>")]
    [InlineData("<path d='M0 0H9' style='d:path(&quot;M0 0H5&quot;)' pathLength='3' vector-effect='non-scaling-stroke' stroke='red'/>")]
    [InlineData("<marker id='m'><path d='M0 0H2V2'/></marker><path d='M0 0H9V9' marker-mid='url(#m)'/>")]
    [InlineData("<g xmlns:i='http://www.inkscape.org/namespaces/inkscape' i:label='a'><path i:connector-curvature='0' d='M0 0H9'/></g>")]
    [InlineData("<a href='https://example.org/'><rect width='9' height='9'/></a>")]
    public void What_is_drawn_as_meant_gets_no_note(string content) => Assert.Empty(SvgText.Read(content).Scene.Notes);

    [Fact]
    public void Whole_icons_get_no_note()
    {
        foreach (var path in Directory.EnumerateFiles(Path.Combine(TestPaths.Root, "tests", "conformance", "icons"), "*.svg", SearchOption.AllDirectories))
        {
            var text = File.ReadAllText(path);
            if (text.Contains("<text", StringComparison.Ordinal)) continue;
            Assert.True(SvgSceneReader.Read(SvgDocument.Load(path)).Scene.Notes.IsEmpty, path);
        }
    }

    [Fact]
    public void What_an_edit_leaves_still_is_no_news_to_a_drawing()
    {
        const string content = "<marker id='m'><path d='M0 0H2V2' fill='context-fill'/></marker><path d='M0 0H9V9' marker-mid='url(#m)'/>";
        Assert.Empty(SvgText.Read(content, new SceneOptions { Optimize = OptimizeKinds.None }).Scene.Notes);
        Assert.Empty(SvgText.Read(content, new SceneOptions { Lock = ["path"] }).Scene.Notes);
    }
}
