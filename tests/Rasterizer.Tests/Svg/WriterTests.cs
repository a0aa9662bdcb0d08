using System.Text;
using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Rasterizer.Svg;
using Xunit;

namespace SvgDistill.Rasterizer.Tests.Svg;

public sealed class WriterTests
{
    private static string Content(string written) => written[(written.IndexOf("100\">",
        StringComparison.Ordinal) + 5)..written.LastIndexOf("</svg>", StringComparison.Ordinal)];

    private static string Change(string content, string name, double value, SceneOptions? options = null)
    {
        var scene = SvgText.Read(content, options);
        return Content(SvgText.Write(scene, theta => theta[SvgText.Index(scene, name)] = value));
    }

    [Theory]
    [InlineData("<circle cx='3' r = \"4\"  />", "r", 4.25, "<circle cx='3' r = \"4.25\"  />")]
    [InlineData("<rect width=' 10mm ' height='5'/>", "width", 12.5, "<rect width=' 12.5mm ' height='5'/>")]
    [InlineData("<rect width='50%' height='5'/>", "width", 40.00004, "<rect width='40%' height='5'/>")]
    [InlineData("<rect width='5' height='5' x='9'/>", "x", -.25, "<rect width='5' height='5' x='-.25'/>")]
    [InlineData("<rect style='stroke:red;stroke-width:2px' width='5' height='5'/>", "stroke-width", 3, "<rect style='stroke:red;stroke-width:3px' width='5' height='5'/>")]
    [InlineData("<polygon points='0,0\n 5,0 5,5'/>", "points[1].x", 6.5, "<polygon points='0,0 6.5,0 5,5'/>")]
    [InlineData("<path d='m1 1h5v5z'/>", "d[1].x", 6.125, "<path d='M1 1L6.125 1 6 6Z'/>")]
    [InlineData("<path d='M0 0q3 3 6 0'/>", "d[3].y", -1, "<path d='M0 0C2 2 4 2 6-1'/>")]
    public void A_number_changes_where_it_stands(string content, string name, double value, string expected) =>
        Assert.Equal(expected, Change(content, name, value));

    [Theory]
    [InlineData("red", "#ff0080")]
    [InlineData("#F00", "#ff0080")]
    [InlineData("rgb(255, 0, 0)", "#ff0080")]
    [InlineData("#ff000080", "#ff008080")]
    [InlineData("rgba(255,0,0,.25)", "rgba(255, 0, 128, .25)")]
    [InlineData("hsl(0 100% 50% / 50%)", "rgba(255, 0, 128, .5)")]
    public void Colours_keep_their_place_and_their_alpha(string color, string expected)
    {
        Assert.Equal($"<rect width='5' height='5' fill=' {expected} '/>",
            Change($"<rect width='5' height='5' fill=' {color} '/>", "fill.b", .5));
        Assert.Equal($"<rect width='5' height='5' style=\"fill:{expected} ! important;x:y\"/>",
            Change($"<rect width='5' height='5' style=\"fill:{color} ! important;x:y\"/>", "fill.b", .5));
        Assert.Equal($"<style>rect{{fill:{expected}}}</style><rect width='5' height='5'/>",
            Change($"<style>rect{{fill:{color}}}</style><rect width='5' height='5'/>", "fill.b", .5));
    }

    [Fact]
    public void A_fallback_colour_is_replaced_alone() =>
        Assert.Equal("<rect width='5' height='5' fill='url(#none) #ff0080'/>",
        Change("<rect width='5' height='5' fill='url(#none) red'/>", "fill.b", .5));

    [Theory]
    [InlineData("stroke-dasharray='1.5.5-0 3'", "stroke-dasharray[0]", 2, "stroke-dasharray='2 .5-0 3'")]
    [InlineData("stroke-dasharray='1.5.5,3'", "stroke-dasharray[1]", 7, "stroke-dasharray='1.5 7,3'")]
    public void Numbers_do_not_run_together(string attribute, string name, double value, string expected) =>
        Assert.Equal(
        $"<path d='M0 0H9' stroke='red' {expected}/>", Change($"<path d='M0 0H9' stroke='red' {attribute}/>", name,
            value));

    [Fact]
    public void Transforms_change_in_place()
    {
        var options = new SceneOptions { Optimize = OptimizeKinds.All };
        Assert.Equal("<g transform='translate(1-2) rotate( 45 )'><rect width='5' height='5'/></g>",
            Change("<g transform='translate(1-2) rotate( 30 )'><rect width='5' height='5'/></g>",
                "transform.Rotate[0]", 45, options));
        Assert.Equal("<g transform='translate(1 3) rotate( 30 )'><rect width='5' height='5'/></g>",
            Change("<g transform='translate(1-2) rotate( 30 )'><rect width='5' height='5'/></g>",
                "transform.Translate[1]", 3, options));
    }

    [Fact]
    public void Shared_values_are_written_once()
    {
        const string content = "<defs><g id='o'><path d='M0 0L9 0 9 9z' class='a'/></g></defs><style>.a{fill:red}</style><use href='#o'/><use href='#o' x='20' transform='scale(.5)'/>";
        var scene = SvgText.Read(content);
        var written = SvgText.Write(scene, theta =>
        {
            theta[SvgText.Index(scene, "d[1].x")] = 8;
            theta[SvgText.Index(scene, "fill.g")] = 1;
        });
        Assert.Equal(content.Replace("M0 0L9 0 9 9z", "M0 0L8 0 9 9Z").Replace("red", "#ffff00"), Content(written));
    }

    [Theory]
    [InlineData("<rect x='10' y='10' width='20' height='10'/>", "<rect x='10' y='10' width='20' height='10' transform=\"translate(3 0)\"/>")]
    [InlineData("<rect width='20' height='10' transform='rotate(5)'/>", "<rect width='20' height='10' transform='translate(3 0) rotate(5)'/>")]
    [InlineData("<rect width='20' height='10' style='fill:red;transform:none'/>", "<rect width='20' height='10' style='fill:red;transform:translate(3px, 0px)'/>")]
    public void A_move_is_written_as_a_transform(string content, string expected) => Assert.Equal(expected,
        Change(content, "move.x", 3, new SceneOptions { Optimize = OptimizeKinds.None, Move = MoveUnits.Elements }));

    [Theory]
    [InlineData("<rect x='10' y='20' width='20' height='10'/>")]
    [InlineData("<path d='M0 0L30 5 10 20z' transform='rotate(20) scale(2 1)' transform-origin='10 30'/>")]
    public void A_written_move_draws_what_the_step_says(string content)
    {
        var options = new SceneOptions { Optimize = OptimizeKinds.None, Move = MoveUnits.Elements };
        var scene = SvgText.Read(content, options);
        var theta = scene.Scene.InitialValues();
        var first = SvgText.Index(scene, "move.x");
        (theta[first], theta[first + 1], theta[first + 2], theta[first + 3]) = (3.5, -2.25, .4, -.3);
        var step = SvgText.Shapes(scene.Scene.Root).Single().Transform.Steps.OfType<MoveStep>().Single();
        var rest = SvgText.Shapes(SvgText.Read(content).Scene.Root).Single().Transform;
        // The definition, in full: translate(center + d) rotate scale translate(-center), then the element's own
        // transform.
        var move = Matrix.Translation(step.Center.X + 3.5, step.Center.Y - 2.25) * Matrix.Rotation(.4)
            * Matrix.Scaling(Math.Exp(-.3), Math.Exp(-.3)) * Matrix.Translation(-step.Center.X, -step.Center.Y);
        var expected = move * (rest.Steps.IsEmpty ? Matrix.Identity : ((MatrixStep)rest.Steps.Single()).Matrix);
        var written = SvgSceneReader.Read(SvgDocument.Parse(SvgWriter.Write(scene, theta), "moved.svg")).Scene;
        var actual = ((MatrixStep)SvgText.Shapes(written.Root).Single().Transform.Steps.Single()).Matrix;
        foreach (var p in (Point[])[new(0, 0), new(100, 0), new(0, 100)])
            Assert.InRange((expected.Apply(p) - actual.Apply(p)).Length, 0, 1e-3);
    }

    [Fact]
    public void Freed_shapes_become_paths_where_they_changed()
    {
        const string content = "<g><rect  x='1' id='a' y='2' width='10' height='5' fill='red' /><circle cx='50' cy='50' r='10'><title>c</title></circle></g>";
        var options = new SceneOptions { FreeShapes = true };
        var scene = SvgText.Read(content, options);
        Assert.All(SvgText.Shapes(scene.Scene.Root), s => Assert.IsType<PathGeometry>(s.Geometry));
        Assert.Equal(4, ((PathGeometry)SvgText.Shapes(scene.Scene.Root).Last().Geometry).SmoothNodes.Length);
        Assert.Contains(content, SvgText.Write(scene, _ => { }));
        Assert.Equal(content.Replace("<rect  x='1' id='a' y='2' width='10' height='5' fill='red' />",
            "<path id='a' fill='red' d=\"M1 2L12 2 11 7 1 7Z\" />"),
            Content(SvgText.Write(scene, theta => theta[SvgText.Index(scene, "d[1].x")] = 12)));
        var circle = Content(SvgText.Write(scene, theta => theta[scene.Scene.Parameters.Length - 1] += 1));
        Assert.StartsWith("<g><rect ", circle);
        Assert.Contains("<path d=\"M60 50C60 55.523 ", circle);
        Assert.EndsWith("<title>c</title></path></g>", circle);
    }

    [Fact]
    public void Path_data_that_meant_nothing_on_a_freed_shape_goes()
    {
        var scene = SvgText.Read("<rect d='M0 0' x='1' y='2' width='10' height='5'/>", new SceneOptions { FreeShapes = true });
        Assert.Equal("<path d=\"M1 2L12 2 11 7 1 7Z\"/>", Content(SvgText.Write(scene, theta => theta[SvgText.Index(scene, "d[1].x")] = 12)));
    }

    [Fact]
    public void Precision_follows_the_canvas()
    {
        string Written(string viewBox) => SvgText.Write(SvgSceneReader.Read(SvgText.Document($"<svg xmlns='http://www.w3.org/2000/svg' viewBox='{viewBox}'><rect width='1' height='1'/></svg>")),
            theta => theta[0] = 1.0 / 3);
        Assert.Contains("width='.33333'", Written("0 0 1.2 1.2"));
        Assert.Contains("width='.3333'", Written("0 0 24 24"));
        Assert.Contains("width='.333'", Written("0 0 512 512"));
    }

    [Fact]
    public void Values_that_cannot_be_written_are_refused()
    {
        var scene = SvgText.Read("<rect width='1' height='1'/>");
        Assert.Throws<ArgumentException>(() => SvgWriter.Write(scene, [1]));
        Assert.Throws<ArgumentException>(() => SvgWriter.Write(scene, [1, double.NaN]));
    }

    [Fact]
    public void Escaping_follows_the_quotation_marks()
    {
        const string text = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'><rect width='1' height='1' style='font-family:&quot;A &amp; B&quot;;fill:red'/></svg>";
        var scene = SvgSceneReader.Read(SvgText.Document(text));
        var written = Encoding.UTF8.GetString(SvgWriter.Write(scene, [.. scene.Scene.InitialValues().Select((v, i) =>
            scene.Scene.Parameters[i].Name == "fill.g" ? 1 : v)]));
        Assert.Equal(text.Replace("&quot;", "\"").Replace("red", "#ffff00"), written);
    }
}
