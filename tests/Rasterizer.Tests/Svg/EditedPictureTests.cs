using System.Text;
using SvgDistill.Rasterizer.Compositing;
using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Rasterizer.Svg;
using Xunit;

namespace SvgDistill.Rasterizer.Tests.Svg;

/// <summary>The file that is written draws what was edited, and steps are no larger in one place than in another.</summary>
public class EditedPictureTests
{
    private const string Petal = "<rect width='14' height='20' x='1' y='2' fill='#07c' stroke='#c40' stroke-width='1'/>";

    /// <summary>Drawings and options.</summary>
    public static TheoryData<string, SceneOptions> Drawings => new()
    {
        // What a selector tests stays: with another value the rule would no longer hold.
        { "<style>[fill='red']{stroke:#00f;stroke-width:8}</style><rect x='30' y='30' width='40' height='40' fill='red'/>", new() },
        { "<style>[d^='M10']{fill:#0a0}</style><path d='M10 10L60 10L40 70Z'/>", new() },
        { "<style>rect:not([transform]){fill:#0a0}</style><rect x='10' y='10' width='40' height='40'/>", new() { Move = MoveUnits.Elements } },
        { "<style>[x]{fill:#0a0}</style><rect x='10' y='10' width='40' height='40'/>", new() { FreeShapes = true } },
        // Data of a rule are those of all paths that it is for.
        { "<style>.p{d:path('M10 10L40 10L40 40L10 40Z')}</style><path class='p' fill='#0a0'/><path class='p' fill='#a0a' transform='translate(50 50)'/>", new() },
        // A copy follows what it copies.
        { "<rect id='a' x='10' y='10' width='30' height='30' fill='#0a0'/><use href='#a' x='45' y='45'/>", new() { Move = MoveUnits.Elements } },
        { "<g id='a'><rect x='10' y='10' width='30' height='30' fill='#0a0'/></g><use href='#a' x='45' y='45'/>", new() { Move = MoveUnits.Groups } },
        // A transform that was not there acts about its origin, too.
        { "<style>*{transform-origin:center}</style><rect x='6' y='6' width='30' height='20' fill='#0a0'/><circle cx='70' cy='70' r='15' fill='#a0a'/>", new() { Move = MoveUnits.Elements } },
        { "<style>*{transform-origin:30% 10px;transform-box:fill-box}</style><rect x='26' y='6' width='30' height='20' fill='#0a0'/><circle cx='60' cy='60' r='15' transform='translate(3 4)'/>", new() { Move = MoveUnits.Elements } },
        // What becomes a path would come under the rules for paths; parts of a viewport are other lengths in each.
        { "<style>path{stroke:#f00;stroke-width:8;fill:none}</style><rect x='10' y='10' width='40' height='40' fill='#0a0'/><path d='M60 20L90 20'/>", new() { FreeShapes = true } },
        { "<symbol id='s'><rect width='100%' height='100%' fill='#00a'/></symbol><use href='#s' x='10' y='70' width='20' height='20'/><use href='#s' x='40' y='10' width='50' height='50'/>", new() { FreeShapes = true } },
        { "<clipPath id='c'><use href='#r'/></clipPath><g clip-path='url(#c)'><rect width='90' height='90' fill='#ccc'/></g><rect id='r' x='20' y='20' width='40' height='30' fill='#0a0'/>", new() { FreeShapes = true } },
    };

    [Theory]
    [MemberData(nameof(Drawings))]
    public void The_file_draws_what_was_edited(string content, SceneOptions options)
    {
        var svg = SvgText.Read(content, options);
        var theta = svg.Scene.InitialValues();
        for (var i = 0; i < theta.Length; i++)
            if (svg.Scene.Parameters[i] is { IsLeaf: true } p) theta[i] = Math.Clamp(theta[i] + (i % 3 - 1.2) * .03 * p.Unit, p.Minimum, p.Maximum);
        var written = SvgSceneReader.Read(SvgDocument.Parse(SvgWriter.Write(svg, theta), "written.svg")).Scene;
        var edited = new SceneRasterizer(svg.Scene, 100, 100).Forward(theta, keep: false);
        Assert.Equal(0, Pictures.Difference(edited, new SceneRasterizer(written, 100, 100).Forward(written.InitialValues(), keep: false)), .05);
        Assert.Contains(svg.Scene.Parameters, p => p.IsLeaf);
    }

    [Theory]
    [InlineData("[fill='red']{stroke:#00f}", true)]
    [InlineData("g :is(rect[fill]){stroke:#00f}", true)]
    [InlineData("[data-kind='red'],[class~=a],#a{stroke:#00f}", false)]
    public void What_a_selector_tests_is_noted_and_locked(string rule, bool tests)
    {
        var scene = SvgText.Read($"<style>{rule}</style><rect data-kind='red' class='a' id='a' width='40' height='40' fill='red'/>").Scene;
        Assert.Equal(tests, scene.Notes.Any(n => n.Contains("selector tests", StringComparison.Ordinal)));
        Assert.Equal(!tests, scene.Parameters.Single(p => p.Name == "fill.r").IsLeaf);
        Assert.True(scene.Parameters.Single(p => p.Name == "width").IsLeaf);
    }

    /// <summary>A value that is drawn in two places moves as far in a step as the place allows where it is drawn largest, whichever comes first.</summary>
    [Theory]
    [InlineData("<use href='#p' transform='scale(.2)'/>", "<use href='#p' transform='translate(20 20)scale(3)'/>")]
    [InlineData("<use href='#p' transform='translate(20 20)scale(3)'/>", "<use href='#p' transform='scale(.2)'/>")]
    public void A_shared_value_has_the_unit_of_its_largest_place(string first, string second)
    {
        var parameters = SvgText.Read($"<defs><g id='p'>{Petal}<path d='M14 18L18 10L3 3Z'/></g></defs>{first}{second}").Scene.Parameters;
        var alone = SvgText.Read($"<defs><g id='p'>{Petal}<path d='M14 18L18 10L3 3Z'/></g></defs><use href='#p' transform='translate(20 20)scale(3)'/>").Scene.Parameters;
        Assert.Equal(alone.Select(p => (p.Name, p.Unit)), parameters.Select(p => (p.Name, p.Unit)));
    }

    [Fact]
    public void A_switch_with_a_foreign_object_draws_what_stands_in_for_it()
    {
        const string Label = "<text x='10' y='50' font-size='24'>Text</text>";
        Assert.Equal(0, Pictures.Difference($"<switch><foreignObject width='100%' height='100%'/>{Label}</switch>", Label), 1e-9);
        Assert.Equal(0, Pictures.Area("<switch><foreignObject width='100%' height='100%'/></switch>"));
    }

    /// <summary>A factor of a small scale moves the drawing as much as one of a large scale when both change by the same part.</summary>
    [Theory]
    [InlineData("scale(.001)", .001)]
    [InlineData("scale(12 3)", 6)]
    [InlineData("matrix(.002 0 0 -.002 0 100)", .002)]
    [InlineData("scale(1)", 1)]
    public void A_factor_counts_by_its_own_size(string transform, double unit)
    {
        var svg = SvgText.Read($"<g transform='{transform}'><path d='M0 0L3 0L3 4Z'/></g>", new() { Optimize = OptimizeKinds.Transforms });
        var factor = svg.Scene.Parameters.First(p => p.Kind == ParameterKind.Transform);
        Assert.Equal(unit, factor.Unit, unit * 1e-9);
        // Written finely enough for what it maps.
        var text = SvgText.Write(svg, theta => theta[0] *= 1.000012345);
        var read = SvgSceneReader.Read(SvgText.Document(text), new() { Optimize = OptimizeKinds.Transforms }).Scene.InitialValues()[0];
        Assert.Equal(1.000012345, read / svg.Scene.InitialValues()[0], 2e-6);
    }

    [Theory]
    [InlineData("utf-16")]
    [InlineData("UTF-16LE")]
    public void Text_that_says_to_be_utf16_and_is_utf8_is_read_as_it_is(string name)
    {
        var file = $"<?xml version=\"1.0\" encoding=\"{name}\"?><svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 9 9\"><title>Äpfel</title><rect width=\"9\" height=\"9\"/></svg>";
        var document = SvgDocument.Parse(Encoding.UTF8.GetBytes(file), "a.svg");
        Assert.Equal("Äpfel", document.Title);
        Assert.Equal(Encoding.UTF8.GetBytes(file), document.ToBytes());
    }
}
