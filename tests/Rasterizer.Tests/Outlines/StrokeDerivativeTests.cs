using System.Collections.Immutable;
using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Scenes;
using Xunit;
using static SvgDistill.Rasterizer.Tests.Outlines.SceneBuilder;

namespace SvgDistill.Rasterizer.Tests.Outlines;

/// <summary>Every way of stroking against finite differences.</summary>
public class StrokeDerivativeTests
{
    private static readonly Matrix _skewed = new(1.3, .4, -.6, .8, 2.1, -1.3);
    private static readonly double[] _zigzag = [1, 9, 5, 3, 9, 12, 10.5, 2.5, 14, 8];
    private static readonly double[] _bends = [2, 3, 6, -2, 9, 3.5, 7, 9, 5, 14, 0, 8, 4, 6];
    // The second curve turns within less than the stroke's width.
    private static readonly double[] _tightBends = [2, 3, 6, -2, 9, 3.5, 7, 9, 9.1, 7.4, 5.6, 5.2, 5.4, 8];

    private readonly SceneBuilder _b = new();

    public static TheoryData<LineCap, LineJoin, bool> Styles()
    {
        var data = new TheoryData<LineCap, LineJoin, bool>();
        foreach (var cap in Enum.GetValues<LineCap>())
            foreach (var join in Enum.GetValues<LineJoin>())
                foreach (var closed in (bool[])[false, true]) data.Add(cap, join, closed);
        return data;
    }

    [Theory]
    [MemberData(nameof(Styles))]
    public void A_polyline(LineCap cap, LineJoin join, bool closed) =>
        FiniteDifferences.Check(Stroked(_b.Polyline(closed, _zigzag), cap, join), _skewed);

    [Theory]
    [MemberData(nameof(Styles))]
    public void A_path_of_curves(LineCap cap, LineJoin join, bool closed) =>
        FiniteDifferences.Check(Stroked(_b.Curve(closed, _bends), cap, join), _skewed);

    [Theory]
    [MemberData(nameof(Styles))]
    public void Bends_tighter_than_the_stroke_is_wide(LineCap cap, LineJoin join, bool closed) =>
        FiniteDifferences.Check(Stroked(_b.Curve(closed, _tightBends), cap, join, width: 3), _skewed, 1e-5);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Dashes(bool closed)
    {
        foreach (var offset in (double[])[.2, .7, 3.3, -1.1])
            foreach (var geometry in (ShapeGeometry[])[_b.Polyline(closed, _zigzag), _b.Curve(closed, _bends)])
                FiniteDifferences.Check(Stroked(geometry, LineCap.Round, LineJoin.Round, 1.2, [2.3, 1.1, .4, .9], offset), _skewed);
    }

    [Fact]
    public void Dots_are_dashes_of_no_length() =>
        FiniteDifferences.Check(Stroked(_b.Curve(false, _bends), LineCap.Round, LineJoin.Round, 1.2, [1e-3, 2.2], .1), _skewed);

    [Fact]
    public void Basic_shapes()
    {
        FiniteDifferences.Check(Stroked(_b.Circle(7, 8, 4), LineCap.Butt, LineJoin.Miter), _skewed);
        FiniteDifferences.Check(Stroked(_b.Rect(3, 4, 9, 6), LineCap.Butt, LineJoin.Miter), _skewed);
        FiniteDifferences.Check(Stroked(_b.Rect(3, 4, 9, 6, 2, 1), LineCap.Butt, LineJoin.Miter), _skewed);
        FiniteDifferences.Check(Stroked(_b.Circle(7, 8, .4), LineCap.Butt, LineJoin.Miter, 2), _skewed, 1e-5);
    }

    [Fact]
    public void Transforms_move_strokes_as_they_move_points()
    {
        var shape = Stroke(_b.Curve(false, _bends), LineCap.Square, LineJoin.Bevel, 1.5, [3, 1], .5);
        FiniteDifferences.Check(_b.Build(new GroupNode
        {
            Transform = new([new FunctionStep(TransformFunction.SkewX, [_b.P(20)]), new FunctionStep(TransformFunction.Scale, [_b.P(1.2), _b.P(.6)])]),
            Children = [shape],
        }), _skewed);
    }

    [Fact]
    public void Almost_a_cusp() =>
        FiniteDifferences.Check(Stroked(_b.Curve(false, 2, 2, 10, 10, 2.2, 10.1, 10, 2), LineCap.Butt, LineJoin.Miter, 1), _skewed, 1e-4);

    [Fact]
    public void Handles_that_sit_on_their_ends()
    {
        ScalarPoint[] p = [_b.Point(2, 3), _b.Point(9, 4), _b.Point(10, 9), _b.Point(3, 12), _b.Point(6, 7)];
        var path = new PathGeometry
        {
            Commands = [PathCommand.Move, PathCommand.Cubic, PathCommand.Cubic, PathCommand.Cubic],
            Points = [p[0], p[0], p[1], p[2], p[4], p[3], p[3], p[3], p[1], p[1]],
        };
        FiniteDifferences.Check(Stroked(path, LineCap.Square, LineJoin.Miter), _skewed);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Dashes_measured_by_path_length(bool closed)
    {
        foreach (var (offset, length) in new[] { (.2, 60.0), (-1.1, 9) })
            foreach (var geometry in (ShapeGeometry[])[_b.Polyline(closed, _zigzag), _b.Curve(closed, _bends), _b.Circle(7, 8, 4), _b.Rect(3, 4, 9, 6, 2, 1), Two()])
                FiniteDifferences.Check(_b.Build(Dashed(geometry, length, offset)), _skewed);

        ShapeNode Dashed(ShapeGeometry geometry, double length, double offset)
        {
            var shape = Stroke(geometry, LineCap.Round, LineJoin.Round, 1.2, [.061 * length, .03 * length, .009 * length], offset);
            return new() { Geometry = geometry, Stroke = shape.Stroke! with { PathLength = length } };
        }

        // The first contour's points move the second's dashes, because its length is a part of the whole.
        PathGeometry Two() => new()
        {
            Commands = [PathCommand.Move, PathCommand.Line, PathCommand.Move, PathCommand.Cubic],
            Points = [_b.Point(1, 9), _b.Point(5, 3), _b.Point(2, 3), _b.Point(6, -2), _b.Point(9, 3.5), _b.Point(7, 9)],
        };
    }

    [Theory]
    [MemberData(nameof(Styles))]
    public void Non_scaling_strokes_follow_points_and_transforms(LineCap cap, LineJoin join, bool closed)
    {
        foreach (var geometry in (ShapeGeometry[])[_b.Polyline(closed, _zigzag), _b.Curve(closed, _bends), _b.Circle(7, 8, 4), _b.Rect(3, 4, 9, 6, 2, 1)])
            FiniteDifferences.Check(_b.Build(NonScaling(geometry, cap, join)), _skewed);
    }

    [Fact]
    public void A_non_scaling_stroke_keeps_its_paint_in_the_shapes_space()
    {
        var paint = new LinearGradientPaint
        {
            Start = _b.Point(.1, .2), End = _b.Point(.9, .7), BoundingBoxUnits = true, Spread = SpreadMethod.Reflect,
            Transform = TransformChain.Identity,
            Stops = [new(_b.P(.1), _b.Color(1, 0, 0, 1)), new(_b.P(.8), _b.Color(0, 1, 0, .5))],
        };
        FiniteDifferences.Check(_b.Build(NonScaling(_b.Curve(false, _bends), LineCap.Round, LineJoin.Round, paint, 40)), _skewed);
    }

    private GroupNode NonScaling(ShapeGeometry geometry, LineCap cap, LineJoin join, Paint? paint = null, double? pathLength = null)
    {
        var shape = Stroke(geometry, cap, join, 1.3, [3.1, 1.3], .4);
        return new()
        {
            Transform = new([new FunctionStep(TransformFunction.SkewX, [_b.P(20)]),
                new FunctionStep(TransformFunction.Rotate, [_b.P(12), _b.P(3), _b.P(4)]),
                new FunctionStep(TransformFunction.Scale, [_b.P(1.2), _b.P(.6)])]),
            Children = [new ShapeNode
            {
                Geometry = geometry, Transform = new([new MoveStep(new(5, 5), _b.P(.3), _b.P(-.2), _b.P(.1), _b.P(.05))]),
                Stroke = shape.Stroke! with { IsNonScaling = true, Paint = paint ?? BlackPaint, PathLength = pathLength },
            }],
        };
    }

    private Scene Stroked(
        ShapeGeometry geometry, LineCap cap, LineJoin join, double width = 1.6, double[]? dashes = null, double offset = 0) =>
        _b.Build(Stroke(geometry, cap, join, width, dashes, offset));

    private ShapeNode Stroke(ShapeGeometry geometry, LineCap cap, LineJoin join, double width, double[]? dashes, double offset) => new()
    {
        Geometry = geometry,
        Stroke = new()
        {
            Paint = BlackPaint, Width = _b.P(width), Cap = cap, Join = join, MiterLimit = 2.5,
            Dashes = dashes is null ? [] : [.. dashes.Select(d => _b.P(d))], DashOffset = _b.P(offset),
        },
    };
}
