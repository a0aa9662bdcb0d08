using System.Text;
using SvgDistill.Distill.Finishing;
using SvgDistill.Distill.Metrics;
using SvgDistill.Distill.Tests.Support;
using SvgDistill.Rasterizer;
using SvgDistill.Rasterizer.Svg;
using Xunit;

namespace SvgDistill.Distill.Tests.Finishing;

public class PathSimplifierTests
{
    // A disc of sixteen arcs: four cubics draw it within .03 % of its radius.
    private static string Disc => "<path d='M104 64" + string.Concat(Enumerable.Range(1, 16).Select(i => FormattableString.Invariant(
        $"A40 40 0 0 1 {64 + 40 * Math.Cos(Math.PI * i / 8):0.######} {64 + 40 * Math.Sin(Math.PI * i / 8):0.######}"))) + "Z'/>";

    private static (string Text, SvgScene After) Simplified(string content, double tolerance, SceneOptions? options = null)
    {
        var svg = SvgEdit.Read(content, options);
        var outlines = PathSimplifier.Simplify(svg.Scene, svg.Scene.InitialValues(), tolerance, tolerance / 16, PlainShapes.Of(svg.Document));
        var bytes = SvgWriter.Write(svg, svg.Scene.InitialValues(), new() { Outlines = outlines });
        return (Encoding.UTF8.GetString(bytes), SvgSceneReader.Read(SvgDocument.Parse(bytes, "simplified.svg")));
    }

    private static int Nodes(SvgScene svg) => DrawingComplexity.Of(svg.Scene).Nodes;

    private static RgbPicture Picture(SvgScene svg) =>
        RgbPicture.Over(new SceneRasterizer(svg.Scene, 512, 512).Forward(svg.Scene.InitialValues(), keep: false), (1, 1, 1));

    [Fact]
    public void A_disc_of_sixteen_arcs_gets_few_nodes_and_stays_one()
    {
        var before = SvgEdit.Read(Disc);
        var (_, after) = Simplified(Disc, .0005);
        Assert.Equal(16, Nodes(before));
        Assert.InRange(Nodes(after), 2, 6);
        Assert.InRange(Picture(before).MeanDifference(Picture(after)), 0, .001);
    }

    [Fact]
    public void Nodes_on_a_line_go_and_corners_stay()
    {
        var (text, _) = Simplified("<path d='M10 10L50 10L90 10L90 50L90 90L10 90Z'/>", .001);
        Assert.Contains("d='M10 10L90 10 90 90 10 90Z'", text, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_beyond_the_tolerance_or_locked_stays()
    {
        const string Zigzag = "<path class='z' d='M10 10L50 11L90 10L90 90L10 90Z'/>";
        Assert.Contains("M10 10L50 11L90 10L90 90L10 90Z", Simplified(Zigzag, .001).Text, StringComparison.Ordinal);
        Assert.Contains("M10 10L90 10 90 90 10 90Z", Simplified(Zigzag, .01).Text, StringComparison.Ordinal);
        Assert.Contains("M10 10L50 11L90 10L90 90L10 90Z", Simplified(Zigzag, .01, SceneOptions.Default with { Lock = [".z"] }).Text, StringComparison.Ordinal);
    }
}
