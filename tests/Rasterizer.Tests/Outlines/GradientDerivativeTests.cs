using System.Collections.Immutable;
using SvgDistill.Rasterizer.Drawing;
using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Outlines;
using SvgDistill.Rasterizer.Scenes;
using Xunit;
using static SvgDistill.Rasterizer.Tests.Outlines.SceneBuilder;

namespace SvgDistill.Rasterizer.Tests.Outlines;

/// <summary>Gradient paints: derivatives against finite differences, and what their numbers mean.</summary>
public class GradientDerivativeTests
{
    private static readonly Matrix _skewed = new(1.3, .4, -.6, .8, 2.1, -1.3);

    private readonly SceneBuilder _b = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_linear_gradient(bool boundingBoxUnits)
    {
        var unit = boundingBoxUnits ? .1 : 1;
        var paint = new LinearGradientPaint
        {
            BoundingBoxUnits = boundingBoxUnits, Spread = SpreadMethod.Reflect, Stops = Stops(), Transform = Turned(unit),
            Start = _b.Point(2 * unit, 1 * unit), End = _b.Point(7 * unit, 9 * unit),
        };
        FiniteDifferences.Check(Painted(paint), _skewed);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_radial_gradient(bool boundingBoxUnits)
    {
        var unit = boundingBoxUnits ? .1 : 1;
        var paint = new RadialGradientPaint
        {
            BoundingBoxUnits = boundingBoxUnits, Spread = SpreadMethod.Pad, Stops = Stops(), Transform = Turned(unit),
            Center = _b.Point(5 * unit, 4 * unit), Radius = _b.P(4 * unit), Focus = _b.Point(4 * unit, 4.5 * unit), FocusRadius = _b.P(.5 * unit),
        };
        FiniteDifferences.Check(Painted(paint), _skewed);
    }

    [Fact]
    public void A_linear_gradient_is_0_at_its_start_and_1_at_its_end_on_the_canvas()
    {
        var paint = new LinearGradientPaint
        {
            BoundingBoxUnits = true, Spread = SpreadMethod.Pad, Stops = Stops(), Transform = TransformChain.Identity,
            Start = _b.Point(0, 0), End = _b.Point(1, 0),
        };
        var scene = _b.Build(Filled(_b.Rect(2, 3, 8, 4), paint));
        var list = new GeometryStage(scene).Build(scene.InitialValues(), Matrix.Scaling(2, 3), 32, 32);
        var linear = Assert.IsType<DrawLinear>(Assert.IsType<DrawFill>(list.Nodes[0]).Paint);
        double At(double x, double y) => list.Scalars[linear.Coefficients] * x + list.Scalars[linear.Coefficients + 1] * y + list.Scalars[linear.Coefficients + 2];
        Assert.Equal(0, At(4, 11), 12);
        Assert.Equal(1, At(20, 17), 12);
    }

    [Fact]
    public void A_gradient_without_extent_is_its_last_colour_and_one_on_a_flat_box_is_not_painted()
    {
        var paint = new LinearGradientPaint
        {
            BoundingBoxUnits = false, Spread = SpreadMethod.Pad, Stops = Stops(), Transform = TransformChain.Identity,
            Start = _b.Point(3, 3), End = _b.Point(3, 3),
        };
        var fractions = new LinearGradientPaint
        {
            BoundingBoxUnits = true, Spread = SpreadMethod.Pad, Stops = Stops(), Transform = TransformChain.Identity,
            Start = _b.Point(0, 0), End = _b.Point(1, 0),
        };
        var scene = _b.Build(Filled(_b.Rect(2, 3, 8, 4), paint), Filled(_b.Polyline(true, 1, 1, 5, 1, 3, 1), fractions));
        var list = new GeometryStage(scene).Build(scene.InitialValues(), Matrix.Identity, 16, 16);
        var solid = Assert.IsType<DrawSolid>(Assert.IsType<DrawFill>(Assert.Single(list.Nodes)).Paint);
        Assert.Equal([.7, .1, .6, .9], list.Scalars.AsSpan(solid.Color, 4).ToArray());
    }

    private Scene Painted(Paint paint) =>
        _b.Build(Filled(_b.Curve(true, 2, 3, 12, -4, 14, 9, 8, 9, 2, 14, -1, 8, 4, 6), paint));

    private TransformChain Turned(double unit) => new(
    [
        new FunctionStep(TransformFunction.Rotate, [_b.P(20), _b.P(3 * unit), _b.P(4 * unit)]),
        new FunctionStep(TransformFunction.Scale, [_b.P(1.2), _b.P(.7)]),
    ]);

    // The third stop lies before the second, so it takes the second's place.
    private ImmutableArray<GradientStop> Stops() =>
    [
        new(_b.P(.1), _b.Color(.1, .2, .3, .4)), new(_b.P(.6), _b.Color(.9, .8, .7, .6)),
        new(_b.P(.5), _b.Color(.3, .1, .3, .5)), new(_b.P(1.2), _b.Color(.7, .1, .6, .9)),
    ];
}
