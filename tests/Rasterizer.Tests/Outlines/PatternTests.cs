using SvgDistill.Rasterizer.Drawing;
using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Outlines;
using SvgDistill.Rasterizer.Scenes;
using Xunit;
using static SvgDistill.Rasterizer.Tests.Outlines.SceneBuilder;

namespace SvgDistill.Rasterizer.Tests.Outlines;

public class PatternTests
{
    private static readonly Matrix Skewed = new(1.3, .4, -.6, .8, 2.1, -1.3);

    private readonly SceneBuilder _b = new();

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    [InlineData(false, true)]
    public void Tiles_and_content_in_either_unit(bool boundingBoxUnits, bool boundingBoxContent)
    {
        var (unit, content) = (boundingBoxUnits ? .1 : 1, boundingBoxContent ? .1 : 1);
        FiniteDifferences.Check(Painted(Pattern(unit, content, boundingBoxUnits, boundingBoxContent, null)), Skewed);
    }

    [Theory]
    [InlineData(ViewBoxFit.None)]
    [InlineData(ViewBoxFit.Meet)]
    [InlineData(ViewBoxFit.Slice)]
    public void A_view_box(ViewBoxFit fit) =>
        FiniteDifferences.Check(Painted(Pattern(.1, 1, true, false, new(.2, .1, 3, 2, .5, 1, fit))), Skewed);

    [Fact]
    public void Tiles_lie_side_by_side_over_the_visible_part_only()
    {
        var paint = new PatternPaint
        {
            X = Scalar.Constant(1), Y = Scalar.Constant(1), Width = Scalar.Constant(4), Height = Scalar.Constant(4),
            BoundingBoxUnits = false, BoundingBoxContent = false, ViewBox = null, Transform = TransformChain.Identity, Overflow = true,
            Content = new() { Children = [Filled(_b.Rect(0, 0, 2, 2))] },
        };
        // The canvas is 16 wide; columns begin at -3, 1, 5, 9, 13 and one more on each side, as content may overflow.
        var scene = _b.Build(Filled(_b.Rect(-100, 0, 200, 4), paint));
        var list = new GeometryStage(scene).Build(scene.InitialValues(), Matrix.Identity, 16, 16);
        var layer = Assert.IsType<DrawLayer>(Assert.Single(list.Nodes));
        var lefts = layer.Children.Cast<DrawFill>().Select(f => list.Vertices[2 * list.ContourStarts[f.FirstContour]]).Distinct();
        Assert.Equal([-7, -3, 1, 5, 9, 13, 17], lefts);
    }

    [Fact]
    public void A_pattern_of_too_many_tiles_is_not_painted()
    {
        var paint = new PatternPaint
        {
            X = Scalar.Constant(0), Y = Scalar.Constant(0), Width = Scalar.Constant(1e-9), Height = Scalar.Constant(1e-9),
            BoundingBoxUnits = false, BoundingBoxContent = false, ViewBox = null, Transform = TransformChain.Identity,
            Content = new() { Children = [Filled(_b.Rect(0, 0, 2, 2))] },
        };
        var scene = _b.Build(Filled(_b.Rect(0, 0, 16, 16), paint));
        Assert.Empty(new GeometryStage(scene).Build(scene.InitialValues(), Matrix.Identity, 16, 16).Nodes);
    }

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
