using SvgDistill.Rasterizer.Svg;
using SvgDistill.Tests;
using Xunit;

namespace SvgDistill.Rasterizer.Tests.Svg;

/// <summary>A path that Inkscape would draw from other numbers than <c>d</c> becomes a plain one where it moved, and only there.</summary>
public class InkscapeTests
{
    private const string Names = "xmlns:inkscape='http://www.inkscape.org/namespaces/inkscape' xmlns:sodipodi='http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd'";

    private static string Moved(string content, string id, double by = 1)
    {
        var scene = SvgText.Read($"<g {Names}>{content}</g>");
        return SvgText.Write(scene, theta =>
        {
            for (var i = 0; i < theta.Length; i++)
                if (scene.Scene.Parameters[i] is { IsLeaf: true, Name: "d[0].x" } p && p.Element.Id == id) theta[i] += by;
        });
    }

    [Theory]
    [InlineData("sodipodi:type='star' inkscape:flatsided='false' sodipodi:sides='5' sodipodi:cx='3' sodipodi:cy='3' sodipodi:r1='2' sodipodi:r2='1' sodipodi:arg1='-1.5' sodipodi:arg2='-.9' inkscape:rounded='0' inkscape:randomized='0'")]
    [InlineData("sodipodi:type='arc' sodipodi:cx='7' sodipodi:cy='7' sodipodi:rx='2' sodipodi:ry='2' sodipodi:start='0' sodipodi:end='4.7' sodipodi:arc-type='slice' sodipodi:open='true'")]
    [InlineData("sodipodi:type='spiral' sodipodi:cx='7' sodipodi:cy='7' sodipodi:expansion='1' sodipodi:revolution='3' sodipodi:radius='9' sodipodi:argument='1' sodipodi:t0='0'")]
    [InlineData("sodipodi:type='inkscape:offset' inkscape:radius='2' inkscape:original='M0 0H9V9z'")]
    [InlineData("inkscape:path-effect='#e' inkscape:original-d='M0 0H9'")]
    [InlineData("inkscape:connector-type='polyline' inkscape:connector-curvature='0' inkscape:connection-start='#a' inkscape:connection-end='#b'")]
    public void A_path_that_moved_is_a_plain_one(string attributes)
    {
        var content = $"<path id='a' {attributes} fill='red' d='M0 0H9V9z'/><path id='b' {attributes} d='M0 0H9V9z'/>";
        Assert.Contains($"<path id='a' fill='red' d='M1 0L9 0L9 9Z'/><path id='b' {attributes} d='M0 0H9V9z'/>",
            Moved(content, "a").Replace("M1 0L9 0 9 9Z", "M1 0L9 0L9 9Z", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains(content, Moved(content, "a", by: 0), StringComparison.Ordinal);
    }

    [Fact]
    public void What_makes_a_groups_paths_goes_with_the_first_that_moved()
    {
        const string side = "sodipodi:type='inkscape:box3dside' inkscape:box3dsidetype='6'";
        const string box = "sodipodi:type='inkscape:box3d' inkscape:perspectiveID='#p' inkscape:corner0='1 : 1 : 0 : 1' inkscape:corner7='2 : 2 : 1 : 1'";
        var content = $"<g {box}><path id='a' {side} d='M0 0H9V9z'/><path id='a' {side} d='M0 0H8V8z'/><path id='b' {side} d='M0 0H9V7z'/></g>";
        var written = Moved(content, "a");
        Assert.DoesNotContain("box3d'", written, StringComparison.Ordinal);
        Assert.DoesNotContain("corner", written, StringComparison.Ordinal);
        Assert.Contains($"<path id='b' {side} d='M0 0H9V7z'/></g>", written, StringComparison.Ordinal);
        Assert.DoesNotContain("effect", Moved("<g inkscape:path-effect='#e'><path id='a' inkscape:original-d='M0 0' d='M0 0H9V9z'/></g>", "a"), StringComparison.Ordinal);
    }

    [Fact]
    public void Other_prefixes_and_plain_paths()
    {
        Assert.DoesNotContain("type", Moved("<path xmlns:x='http://inkscape.sourceforge.net/DTD/sodipodi-0.dtd' id='a' x:type='arc' x:rx='3' d='M0 0H9V9z'/>", "a"), StringComparison.Ordinal);
        const string plain = "inkscape:connector-curvature='0' sodipodi:nodetypes='ccc' inkscape:label='arc'";
        Assert.Contains($"<path id='a' {plain} d='M1 0", Moved($"<path id='a' {plain} d='M0 0H9V9z'/>", "a"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_file_of_the_issue()
    {
        var bytes = File.ReadAllBytes(Path.Combine(TestPaths.Root, "tests", "fixtures", "svg", "inkscape-shapes.svg"));
        var scene = SvgSceneReader.Read(SvgDocument.Parse(bytes, "inkscape-shapes.svg"));
        Assert.Equal(bytes, SvgWriter.Write(scene, scene.Scene.InitialValues()));
        var written = SvgText.Write(scene, theta => theta[SvgText.Index(scene, "d[0].x")] += 1);
        Assert.DoesNotContain("\"star\"", written, StringComparison.Ordinal);
        Assert.Contains("sodipodi:type=\"arc\" sodipodi:cx=\"70\"", written, StringComparison.Ordinal);
    }
}
