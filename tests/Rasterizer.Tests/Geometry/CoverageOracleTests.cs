using SvgDistill.Rasterizer.Drawing;
using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Outlines;
using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Rasterizer.Tests.Outlines;
using Xunit;
using static SvgDistill.Rasterizer.Tests.Outlines.SceneBuilder;

namespace SvgDistill.Rasterizer.Tests.Geometry;

/// <summary>The oracle and the geometry stage together against closed forms.</summary>
public class CoverageOracleTests
{
    private readonly SceneBuilder _b = new();

    [Theory]
    [InlineData(.7)]
    [InlineData(2.5)]
    [InlineData(6.3)]
    public void A_disc_has_area_pi_r_squared_and_derivative_2_pi_r(double radius)
    {
        var (area, gradient) = Area(_b.Build(Filled(_b.Circle(8.3, 7.6, radius))), Matrix.Identity);
        Assert.Equal(1, area / (Math.PI * radius * radius), 1e-9);
        Assert.Equal(1, gradient[0] / (2 * Math.PI * radius), 1e-9);
        Assert.Equal(0, gradient[1], 1e-9);
        Assert.Equal(0, gradient[2], 1e-9);
    }

    [Fact]
    public void The_derivative_is_the_same_at_every_sub_pixel_offset_and_across_borders()
    {
        var scene = _b.Build(Filled(_b.Circle(8, 8, 4.5)));
        var (area, gradient) = Area(scene, Matrix.Identity);
        foreach (var shift in (double[])[.1, .25, .5, .77, .999, 1, 1.5])
        {
            var (shiftedArea, shifted) = Area(scene, Matrix.Translation(shift, .31 * shift));
            Assert.Equal(area, shiftedArea, 1e-9);
            Assert.Equal(gradient[0], shifted[0], 1e-9);
        }
    }

    [Fact]
    public void A_ring_is_the_difference_of_two_discs()
    {
        var (outer, inner) = (_b.P(6), _b.P(3));
        PathGeometry Ring()
        {
            // Two squares, the inner one the other way round, so that non-zero leaves a hole.
            ScalarPoint At(Scalar r, double x, double y) => new(x * r + 8, y * r + 8);
            return new()
            {
                Commands = [PathCommand.Move, PathCommand.Line, PathCommand.Line, PathCommand.Line, PathCommand.Close,
                    PathCommand.Move, PathCommand.Line, PathCommand.Line, PathCommand.Line, PathCommand.Close],
                Points = [At(outer, -1, -1), At(outer, 1, -1), At(outer, 1, 1), At(outer, -1, 1),
                    At(inner, -1, -1), At(inner, -1, 1), At(inner, 1, 1), At(inner, 1, -1)],
            };
        }
        foreach (var rule in (FillRule[])[FillRule.NonZero, FillRule.EvenOdd])
        {
            var (area, gradient) = Area(_b.Build(Filled(Ring(), rule: rule)), Matrix.Identity);
            Assert.Equal(4 * (36 - 9), area, 1e-9);
            // Edges on pixel borders: the derivative is that of one side or the other, so shift the drawing off them.
            (_, gradient) = Area(_b.Build(Filled(Ring(), rule: rule)), Matrix.Translation(.4, .3));
            Assert.Equal(8 * 6, gradient[0], 1e-9);
            Assert.Equal(-8 * 3, gradient[1], 1e-9);
        }
    }

    [Fact]
    public void Areas_and_derivatives_grow_with_the_determinant()
    {
        var scene = _b.Build(Filled(_b.Rect(4.1, 3.2, 5.3, 4.4)));
        var map = new Matrix(1.2, .3, -.5, .9, 3, 1);
        var (area, gradient) = Area(scene, map);
        Assert.Equal(map.Determinant * 5.3 * 4.4, area, 1e-9);
        Assert.Equal(map.Determinant * 4.4, gradient[2], 1e-9);
        Assert.Equal(map.Determinant * 5.3, gradient[3], 1e-9);
    }

    [Fact]
    public void The_oracles_gradient_is_the_difference_quotient_of_its_coverage()
    {
        var scene = _b.Build(Filled(_b.Curve(true, 2, 3, 12, -4, 14, 9, 8, 9, 2, 14, -1, 8, 4, 6), rule: FillRule.EvenOdd));
        var list = new GeometryStage(scene).Build(scene.InitialValues(), Matrix.Identity, 16, 16);
        var fill = (DrawFill)list.Nodes[0];
        var random = new Random(3);
        var weights = Enumerable.Range(0, 256).Select(_ => random.NextDouble()).ToArray();
        var gradient = new double[2 * list.VertexCount];
        CoverageOracle.MeanWindingBackward(list, fill, weights.Zip(CoverageOracle.MeanWinding(list, fill),
            (w, m) => w * CoverageOracle.CoverageSlope(m, fill.Rule)).ToArray(), gradient);
        for (var i = 0; i < gradient.Length; i++)
        {
            var (at, h) = (list.Vertices[i], 1e-6);
            list.Vertices[i] = at + h;
            var up = Loss();
            list.Vertices[i] = at - h;
            var difference = (up - Loss()) / (2 * h);
            list.Vertices[i] = at;
            Assert.Equal(difference, gradient[i], 1e-5);
        }
        double Loss() => weights.Zip(CoverageOracle.MeanWinding(list, fill), (w, m) => w * CoverageOracle.Coverage(m, fill.Rule)).Sum();
    }

    [Fact]
    public void Fills_are_composited_source_over()
    {
        var scene = _b.Build(
            Filled(_b.Rect(0, 0, 16, 16), new SolidPaint { Color = ScalarColor.Constant(1, 0, 0, 1) }),
            Filled(_b.Rect(0, 0, 8.5, 16), new SolidPaint { Color = ScalarColor.Constant(0, 0, 1, .5) }));
        var picture = CoverageOracle.Composite(new GeometryStage(scene).Build(scene.InitialValues(), Matrix.Identity, 16, 16));
        Assert.Equal([.5, 0, .5, 1], picture[0..4]);
        Assert.Equal([.75, 0, .25, 1], picture[32..36]);
        Assert.Equal([1, 0, 0, 1], picture[36..40]);
    }

    /// <summary>The covered area of a scene of one fill and its derivative.</summary>
    internal static (double Area, double[] Gradient) Area(Scene scene, Matrix map, int size = 24)
    {
        var stage = new GeometryStage(scene);
        var list = stage.Build(scene.InitialValues(), map, size, size);
        var fill = Assert.IsType<DrawFill>(Assert.Single(list.Nodes));
        var winding = CoverageOracle.MeanWinding(list, fill);
        var vertexGradient = new double[2 * list.VertexCount];
        CoverageOracle.MeanWindingBackward(
            list, fill, winding.Select(m => CoverageOracle.CoverageSlope(m, fill.Rule)).ToArray(), vertexGradient);
        var gradient = new double[scene.Parameters.Length];
        stage.Backward(vertexGradient, new double[list.ScalarCount], gradient);
        return (winding.Sum(m => CoverageOracle.Coverage(m, fill.Rule)), gradient);
    }
}
