using System.Globalization;
using System.Text;
using System.Xml.Linq;
using SvgDistill.Distill.Editing;
using SvgDistill.Distill.Restoration;
using SvgDistill.Rasterizer.Compositing;
using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Rasterizer.Svg;
using Xunit;

namespace SvgDistill.Distill.Tests.Restoration;

public sealed class RandomShapesTests
{
    [Fact]
    public void Shapes_are_closed_of_the_papers_size_and_opacity_and_lie_all_over_the_canvas()
    {
        var text = RandomShapes.Document(200, 600, 300, null, seed: 4);
        var paths = XDocument.Parse(text).Root!.Elements().ToList();

        Assert.Equal(200, paths.Count);
        Assert.All(paths, path => Assert.InRange(Number(path, "fill-opacity"), .7, 1));
        var scene = SvgSceneReader.Read(SvgDocument.Parse(Encoding.UTF8.GetBytes(text), "random")).Scene;
        var centres = new List<(double X, double Y)>();
        foreach (var geometry in SceneShapes.Geometries(scene))
        {
            var path = Assert.IsType<PathGeometry>(geometry);
            Assert.Equal([PathCommand.Move, PathCommand.Cubic, PathCommand.Cubic, PathCommand.Cubic, PathCommand.Cubic, PathCommand.Close], path.Commands);
            var points = path.Points.Select(p => p.Value(scene.InitialValues())).ToList();
            var (left, right) = (points.Min(p => p.X), points.Max(p => p.X));
            Assert.InRange((right - left) / 2, 13, 27); // 20 and a third either way
            centres.Add(((left + right) / 2, (points.Min(p => p.Y) + points.Max(p => p.Y)) / 2));
        }
        Assert.InRange(centres.Average(c => c.X), 270, 330);
        Assert.InRange(centres.Max(c => c.Y) - centres.Min(c => c.Y), 280, 300);
    }

    [Fact]
    public void The_seed_decides()
    {
        Assert.Equal(RandomShapes.Document(9, 64, 64, null, 1), RandomShapes.Document(9, 64, 64, null, 1));
        Assert.NotEqual(RandomShapes.Document(9, 64, 64, null, 1), RandomShapes.Document(9, 64, 64, null, 2));
    }

    [Fact]
    public void An_opaque_picture_has_a_ground_of_its_borders_colour_and_a_transparent_one_none()
    {
        var picture = new Picture(8, 6);
        picture.Data.Fill(1);
        picture.Plane(0)[3 * 8 + 4] = 0; // inside
        foreach (var i in Enumerable.Range(0, 8)) picture.Plane(2)[i] = .5f; // less than half of the border

        Assert.Equal((1f, 1f, 1f), RandomShapes.Ground(picture));
        var ground = XDocument.Parse(RandomShapes.Document(1, 8, 6, RandomShapes.Ground(picture), 0)).Root!.Elements().First();
        Assert.Equal(("rect", "#ffffff", "8", "6"),
            (ground.Name.LocalName, ground.Attribute("fill")!.Value, ground.Attribute("width")!.Value, ground.Attribute("height")!.Value));
        picture.Plane(3)[20] = .5f;
        Assert.Null(RandomShapes.Ground(picture));
    }

    private static double Number(XElement element, string name) => double.Parse(element.Attribute(name)!.Value, CultureInfo.InvariantCulture);
}
