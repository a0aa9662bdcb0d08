using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Scenes;
using Xunit;
using static SvgDistill.Rasterizer.Tests.Outlines.SceneBuilder;

namespace SvgDistill.Rasterizer.Tests.Outlines;

/// <summary>Each way of filling against finite differences.</summary>
public class FillDerivativeTests
{
    private static readonly Matrix _skewed = new(1.3, .4, -.6, .8, 2.1, -1.3);

    private readonly SceneBuilder _b = new();

    [Fact]
    public void A_circle() => FiniteDifferences.Check(_b.Build(Filled(_b.Circle(7, 8, 4))), _skewed);

    [Fact]
    public void An_ellipse() => FiniteDifferences.Check(_b.Build(Filled(
        new EllipseGeometry { Center = _b.Point(7, 8), Rx = _b.P(5), Ry = _b.P(2) })), _skewed);

    [Fact]
    public void A_rectangle() => FiniteDifferences.Check(_b.Build(Filled(_b.Rect(2, 3, 9, 6))), _skewed);

    [Theory]
    [InlineData(2, 1.5)]
    [InlineData(20, 1.5)]
    [InlineData(20, 30)]
    public void A_rounded_rectangle_with_radii_clamped_or_not(double rx, double ry) =>
        FiniteDifferences.Check(_b.Build(Filled(_b.Rect(2, 3, 9, 6, rx, ry))), _skewed);

    [Fact]
    public void A_path_of_lines_and_curves_that_goes_on_after_a_close()
    {
        var path = new PathGeometry
        {
            Commands = [PathCommand.Move, PathCommand.Line, PathCommand.Cubic, PathCommand.Close, PathCommand.Cubic, PathCommand.Line],
            Points = [_b.Point(2, 2), _b.Point(9, 3), _b.Point(14, 6), _b.Point(9, 12), _b.Point(4, 9),
                _b.Point(0, 0), _b.Point(3, 14), _b.Point(10, 10), _b.Point(12, 12)],
        };
        FiniteDifferences.Check(_b.Build(Filled(path, rule: FillRule.EvenOdd)), _skewed);
    }

    public static TheoryData<TransformFunction, double[]> Functions() => new()
    {
        { TransformFunction.Matrix, [1.1, .2, -.3, .9, 1, 2] },
        { TransformFunction.Translate, [1.5, -2] },
        { TransformFunction.Scale, [1.5, -.7] },
        { TransformFunction.Rotate, [33, 5, 6] },
        { TransformFunction.SkewX, [20] },
        { TransformFunction.SkewY, [-35] },
    };

    [Theory]
    [MemberData(nameof(Functions))]
    public void A_transform_function(TransformFunction function, double[] arguments)
    {
        TransformStep step = new FunctionStep(function, [.. arguments.Select(a => _b.P(a, ParameterKind.Transform))]);
        Nested(step);
    }

    [Fact]
    public void A_free_motion() => Nested(new MoveStep(new(5, 6), _b.P(1), _b.P(-2), _b.P(.4), _b.P(.2)));

    [Fact]
    public void A_marker_between_two_directions() =>
        Nested(new MarkerStep(_b.Point(5, 6), _b.Point(1, 2), _b.Point(9, 4), .3, _b.P(1.4)));

    [Fact]
    public void A_marker_at_an_end() => Nested(new MarkerStep(_b.Point(5, 6), _b.Point(1, 2), null, 0, _b.P(1.4)));

    [Fact]
    public void Opacities_multiply()
    {
        var shape = new ShapeNode
        {
            Geometry = _b.Rect(2, 2, 5, 5), Fill = new SolidPaint { Color = _b.Color(.1, .2, .3, .4) }, FillOpacity = _b.P(.5),
        };
        FiniteDifferences.Check(_b.Build(new GroupNode { Opacity = _b.P(.6), Children = [shape] }));
    }

    [Fact]
    public void A_layer_with_clip_and_mask_in_fractions_of_the_bounding_box()
    {
        ClipNode clip = new()
        {
            BoundingBoxUnits = true, Children = [Filled(_b.Circle(.5, .5, .4))],
            Transform = new([new FunctionStep(TransformFunction.Rotate, [_b.P(10), _b.P(.1), _b.P(.2)])]),
            Clip = new() { BoundingBoxUnits = false, Children = [Filled(_b.Rect(2, 2, 6, 6))] },
        };
        MaskNode mask = new()
        {
            Alpha = false, X = _b.P(-.1), Y = _b.P(-.1), Width = _b.P(1.2), Height = _b.P(1.2),
            BoundingBoxUnits = true, BoundingBoxContent = true,
            Children = [Filled(_b.Rect(.2, .2, .6, .6), new SolidPaint { Color = _b.Color(.5, .6, .7, .8) })],
        };
        var group = new GroupNode
        {
            Transform = new([new FunctionStep(TransformFunction.Scale, [_b.P(1.1), _b.P(.9)])]),
            Opacity = _b.P(.7), Clip = clip, Mask = mask,
            Children =
            [
                Filled(_b.Curve(true, 2, 3, 12, -4, 14, 9, 8, 9, 2, 14, -1, 8, 4, 6)),
                new GroupNode
                {
                    Transform = new([new FunctionStep(TransformFunction.Rotate, [_b.P(30), _b.P(4), _b.P(4)])]),
                    Children = [Filled(_b.Circle(5, 5, 3))],
                },
            ],
        };
        FiniteDifferences.Check(_b.Build(group), _skewed);
    }

    private void Nested(TransformStep step)
    {
        var inner = new ShapeNode { Geometry = _b.Circle(1, 2, 3), Fill = BlackPaint, Transform = TransformChain.Of(_skewed) };
        var outer = new GroupNode
        {
            Transform = new([new MatrixStep(_skewed), step, new FunctionStep(TransformFunction.Scale, [_b.P(1.2), _b.P(.8)])]),
            Children = [inner, Filled(_b.Rect(1, 1, 3, 3))],
        };
        FiniteDifferences.Check(_b.Build(outer));
    }
}
