using System.Globalization;
using System.Text;
using System.Xml.Linq;
using SvgDistill.Distill.Creating;
using SvgDistill.Rasterizer;
using SvgDistill.Rasterizer.Compositing;
using SvgDistill.Rasterizer.Svg;
using Xunit;

namespace SvgDistill.Distill.Tests.Creating;

public sealed class CreatingTests
{
    private const int Side = 64;

    private static Picture Draw(string content, int side = Side) => Draw(Encoding.UTF8.GetBytes(
        $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 64 64\">{content}</svg>"), side);

    private static Picture Draw(byte[] svg, int side = Side)
    {
        var scene = SvgSceneReader.Read(SvgDocument.Parse(svg, "drawing.svg")).Scene;
        return new SceneRasterizer(scene, side, side).Forward(scene.InitialValues(), keep: false);
    }

    private static double Difference(Picture a, Picture b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Data.Length; i++) sum += Math.Abs(a.Data[i] - b.Data[i]);
        return sum / a.Data.Length;
    }

    [Fact]
    public void A_thing_before_a_plain_ground_is_cut_out_with_its_soft_edge_and_keeps_what_it_encloses()
    {
        const string Thing = "<circle cx='32' cy='30' r='20' fill='#c33'/><circle cx='32' cy='30' r='7' fill='#fff'/>";
        var cut = PlainGround.Cut(Draw("<rect width='64' height='64' fill='#fff'/>" + Thing), (1, 1, 1));
        Assert.InRange(Difference(cut, Draw(Thing)), 0, .004);
        Assert.Equal(1, cut.Plane(3)[30 * Side + 32]); // white, but no ground
        Assert.Equal(0, cut.Plane(3)[0]);
    }

    [Fact]
    public void A_ground_of_another_colour_stays()
    {
        var picture = Draw("<rect width='64' height='64' fill='#048'/><circle cx='32' cy='30' r='20' fill='#c33'/>");
        Assert.InRange(Difference(PlainGround.Cut(picture, (1, 1, 1)), picture), 0, 1e-6);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(-4)]
    public void What_is_nearly_symmetric_becomes_so_about_its_own_axis(int shift)
    {
        var picture = Draw($"<g transform='translate({shift} 0)'><path d='M10 50L32 6L54 50z' fill='#274'/><circle cx='26' cy='36' r='4' fill='#fff'/><circle cx='38.6' cy='36' r='4' fill='#fff'/></g>");
        var mirrored = MirroredPicture.Of(picture);
        Assert.NotNull(mirrored);
        var sum = Side - 1 + 2 * shift;
        for (var x = Math.Max(0, sum - Side + 1); x <= Math.Min(Side - 1, sum); x++)
            Assert.Equal(mirrored.Plane(3)[40 * Side + x], mirrored.Plane(3)[40 * Side + sum - x]);
        Assert.InRange(Difference(picture, mirrored), 0, .01);
    }

    [Fact]
    public void What_looks_to_one_side_stays()
    {
        Assert.Null(MirroredPicture.Of(Draw("<path d='M10 50L50 6L54 50z' fill='#274'/><circle cx='46' cy='30' r='5' fill='#fff'/>")));
        Assert.Null(MirroredPicture.Of(new Picture(8, 8)));
    }

    private const string Flat = """
        <svg xmlns="http://www.w3.org/2000/svg" width="64" height="64" viewBox="0 0 64 64">
        <path fill="#e33" d="M2 2H62V40H2Z"/>
        <path fill="#fff" d="M6 6H20V20H6Z"/>
        <path fill="#23c" d="M2 44H30V62H2Z"/>
        <path fill="#f0f0f0" fill-opacity="0.5" d="M30 6H50V20H30Z"/>
        <path fill="#111" d="M10 10H16V50H10Z"/>
        </svg>
        """;

    [Fact]
    public void A_path_lies_above_what_it_covers_and_the_picture_stays()
    {
        var layered = NamedLayers.Write(Encoding.UTF8.GetBytes(Flat), "a <thing> & more");
        Assert.InRange(Difference(Draw(Encoding.UTF8.GetBytes(Flat)), Draw(layered)), 0, 1e-7);
        var root = XDocument.Parse(Encoding.UTF8.GetString(layered)).Root!;
        Assert.Equal("a <thing> & more", root.Elements().First().Value);
        var layers = root.Elements().Skip(1).Select(g => (g.Attribute("id")!.Value, string.Join(' ', g.Elements().Select(p => p.Attribute("id")!.Value))));
        Assert.Equal([("layer-1", "red-1 blue-1"), ("layer-2", "white-1 white-2"), ("layer-3", "black-1")], layers);
        Assert.All(root.Elements().Skip(1), g => Assert.Equal("layer", g.Attribute(XName.Get("groupmode", "http://www.inkscape.org/namespaces/inkscape"))!.Value));
    }

    [Fact]
    public void Many_paths_on_each_other_are_few_layers_in_their_own_order()
    {
        var flat = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 64 64\">"
            + string.Concat(Enumerable.Range(0, 20).Select(i => string.Create(CultureInfo.InvariantCulture, $"<path fill=\"#{i * 12:x2}80{255 - i * 12:x2}\" d=\"M{i} {i}H{60 - i}V{60 - i}H{i}Z\"/>"))) + "</svg>";
        var layered = NamedLayers.Write(Encoding.UTF8.GetBytes(flat), "x");
        Assert.InRange(Difference(Draw(Encoding.UTF8.GetBytes(flat)), Draw(layered)), 0, 1e-7);
        Assert.Equal(6, XDocument.Parse(Encoding.UTF8.GetString(layered)).Root!.Elements().Count(e => e.Name.LocalName == "g"));
    }
}
