using SvgDistill.Rasterizer.Drawing;
using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Outlines;
using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Rasterizer.Svg;
using SvgDistill.Rasterizer.Tests.Svg;
using Xunit;
using static SvgDistill.Rasterizer.Tests.Outlines.SceneBuilder;

namespace SvgDistill.Rasterizer.Tests.Outlines;

public class PatternTests
{
    private static readonly Matrix _skewed = new(1.3, .4, -.6, .8, 2.1, -1.3);

    private readonly SceneBuilder _b = new();

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    [InlineData(false, true)]
    public void Tiles_and_content_in_either_unit(bool boundingBoxUnits, bool boundingBoxContent)
    {
        var (unit, content) = (boundingBoxUnits ? .1 : 1, boundingBoxContent ? .1 : 1);
        FiniteDifferences.Check(Painted(Pattern(unit, content, boundingBoxUnits, boundingBoxContent, null)), _skewed);
    }

    [Theory]
    [InlineData(ViewBoxFit.None)]
    [InlineData(ViewBoxFit.Meet)]
    [InlineData(ViewBoxFit.Slice)]
    public void A_view_box(ViewBoxFit fit) =>
        FiniteDifferences.Check(Painted(Pattern(.1, 1, true, false, new(.2, .1, 3, 2, .5, 1, fit))), _skewed);

    [Fact]
    public void The_number_of_tiles_does_not_matter()
    {
        // One circle on a texture, whatever the number of tiles on the canvas of 16 pixels.
        foreach (var size in (double[])[7, 2, .5, 1e-3, 1e-9])
        {
            var scene = Scene(size);
            var list = Build(new GeometryStage(scene), scene);
            var tiles = Assert.IsType<DrawTiles>(Assert.IsType<DrawFill>(Assert.Single(list.Nodes)).Paint);
            Assert.Equal(Math.Max(1, Math.Ceiling(size)), tiles.Width);
            Assert.True(list.ContourCount == 2, "one contour is the painted rectangle's, one the circle's");
        }

        static Scene Scene(double size)
        {
            var b = new SceneBuilder();
            return b.Build(Filled(b.Rect(0, 0, 16, 16), Tiles(size, Filled(b.Circle(size / 2, size / 2, size / 3)))));
        }
    }

    [Fact]
    public void One_tile_in_sight_is_drawn_as_it_is()
    {
        var scene = _b.Build(Filled(_b.Rect(0, 0, 16, 16), Tiles(16, Filled(_b.Rect(2, 2, 4, 4)))));
        Assert.IsType<DrawLayer>(Assert.Single(Build(new GeometryStage(scene), scene).Nodes));
    }

    /// <summary>However the tiles lie, a background that fills them fills all: not a pixel shows through where they meet.</summary>
    [Theory]
    [InlineData("rotate(30)")]
    [InlineData("rotate(-7.3)")]
    [InlineData("skewX(25)")]
    [InlineData("scale(.317)")]
    [InlineData("scale(.03 1)")]
    public void Tiles_meet_without_a_seam(string transform)
    {
        foreach (var overflow in (string[])["hidden", "visible"])
        {
            var scene = SvgText.Read($"<pattern id='p' x='1.3' y='.4' width='24.7' height='15.1' overflow='{overflow}' patternUnits='userSpaceOnUse' patternTransform='{transform}'>"
                + "<rect width='24.7' height='15.1' fill='#134'/><circle cx='9' cy='7' r='12' fill='#e34'/></pattern><rect x='-9' y='-9' width='200' height='200' fill='url(#p)'/>").Scene;
            var picture = new SceneRasterizer(scene, 64, 64).Forward(scene.InitialValues());
            Assert.All(picture.Plane(3).ToArray(), alpha => Assert.Equal(1, alpha, 1e-5));
        }
    }

    [Fact]
    public void Tiles_smaller_than_a_pixel_are_their_mean()
    {
        var tile = Tiles(.2, Filled(_b.Rect(0, 0, .2, .05), new SolidPaint { Color = ScalarColor.Constant(1, 0, 0, 1) }));
        var scene = _b.Build(Filled(_b.Rect(0, 0, 16, 16), tile));
        var picture = new SceneRasterizer(scene, 16, 16, Matrix.Identity).Forward(scene.InitialValues());
        Assert.All(picture.Plane(0).ToArray(), red => Assert.Equal(.25, red, 1e-4));
    }

    private static DrawList Build(GeometryStage stage, Scene scene) => stage.Build(scene.InitialValues(), Matrix.Identity, 16, 16);

    private static PatternPaint Tiles(double size, SceneNode content) => new()
    {
        X = Scalar.Constant(0), Y = Scalar.Constant(0), Width = Scalar.Constant(size), Height = Scalar.Constant(size),
        BoundingBoxUnits = false, BoundingBoxContent = false, ViewBox = null, Transform = TransformChain.Identity,
        Content = new() { Children = [content] },
    };

    private Scene Painted(Paint paint) => _b.Build(new ShapeNode
    {
        Geometry = _b.Curve(true, 2, 3, 12, -4, 14, 9, 8, 9, 2, 14, -1, 8, 4, 6), Fill = paint, FillOpacity = _b.P(.4),
    });

    private PatternPaint Pattern(double unit, double content, bool boundingBoxUnits, bool boundingBoxContent, ViewBox? viewBox) => new()
    {
        X = _b.P(.3 * unit), Y = _b.P(.4 * unit), Width = _b.P(4.3 * unit), Height = _b.P(3.1 * unit),
        BoundingBoxUnits = boundingBoxUnits, BoundingBoxContent = boundingBoxContent, ViewBox = viewBox,
        Transform = new([new FunctionStep(TransformFunction.Rotate, [_b.P(20), _b.P(1), _b.P(2)])]),
        Content = new()
        {
            Opacity = _b.P(.9),
            Children =
            [
                Filled(_b.Rect(.5 * content, .4 * content, 1.5 * content, 1.2 * content), new SolidPaint { Color = _b.Color(.1, .2, .3, .4) }),
                StrokeShapeTests.Stroke(_b.Polyline(false, 0, content, content, 2 * content), _b.P(.3 * content), LineCap.Butt, LineJoin.Round),
            ],
        },
    };
}
