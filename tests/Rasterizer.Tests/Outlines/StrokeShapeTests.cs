using System.Collections.Immutable;
using SvgDistill.Rasterizer.Drawing;
using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Outlines;
using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Rasterizer.Tests.Geometry;
using Xunit;
using static SvgDistill.Rasterizer.Tests.Outlines.SceneBuilder;

namespace SvgDistill.Rasterizer.Tests.Outlines;

/// <summary>What strokes cover, against closed forms.</summary>
public class StrokeShapeTests
{
    private readonly SceneBuilder _b = new();

    [Theory]
    [InlineData(LineCap.Butt, 0)]
    [InlineData(LineCap.Square, 1)]
    [InlineData(LineCap.Round, Math.PI / 4)]
    public void A_line_has_area_length_times_width_and_its_caps(LineCap cap, double capArea)
    {
        var width = _b.P(3);
        var scene = _b.Build(Stroke(_b.Polyline(false, 5, 6, 14, 18), width, cap, LineJoin.Miter));
        var (area, gradient) = CoverageOracleTests.Area(scene, Matrix.Identity);
        // dA/dw = length + 2 c w where the two caps have area c w^2.
        Assert.Equal(15 * 3 + capArea * 9, area, 1e-9);
        Assert.Equal(15 + 2 * capArea * 3, gradient[width.Index], 1e-9);
    }

    [Theory]
    [InlineData(LineJoin.Bevel)]
    [InlineData(LineJoin.Miter)]
    [InlineData(LineJoin.MiterClip)]
    [InlineData(LineJoin.Round)]
    public void A_corner_has_the_area_of_its_join(LineJoin join)
    {
        // Two legs of length 10 and 12 that turn by a right angle; the inner overlap is a square of side w/2.
        var width = _b.P(4);
        var scene = _b.Build(Stroke(_b.Polyline(false, 4.3, 4.2, 14.3, 4.2, 14.3, 16.2), width, LineCap.Butt, join));
        var (area, gradient) = CoverageOracleTests.Area(scene, Matrix.Identity);
        var outer = join switch { LineJoin.Bevel => .5, LineJoin.Round => Math.PI / 4, _ => 1 };
        // One pixel at the inner corner is covered partly by both legs: its winding exceeds its area.
        Assert.Equal(22 * 4 - 4 + outer * 4, area, .25);
        Assert.Equal(22 - 2 + outer * 2, gradient[width.Index], .5);
    }

    [Theory]
    [InlineData(LineJoin.Bevel, 0)]
    [InlineData(LineJoin.Miter, 0)]
    [InlineData(LineJoin.MiterClip, 1.5)]
    [InlineData(LineJoin.Round, Math.PI / 4)]
    public void A_line_there_and_back_is_a_line_whose_ends_are_its_joins(LineJoin join, double endArea)
    {
        // As icon sets have it: M5 6L14 18z. A clipped mitre reaches half its limit of widths.
        var width = _b.P(3);
        var scene = _b.Build(Stroke(_b.Polyline(true, 5, 6, 14, 18), width, LineCap.Square, join, limit: 1.5));
        var (area, gradient) = CoverageOracleTests.Area(scene, Matrix.Identity, 48);
        Assert.Equal(15 * 3 + endArea * 9, area, 1e-9);
        Assert.Equal(15 + 2 * endArea * 3, gradient[width.Index], 1e-9);
    }

    [Fact]
    public void A_mitre_beyond_its_limit_is_clipped_or_bevelled()
    {
        // The direction turns by 150 degrees, so the tip would be w/2 / sin 15 = 3.86 w/2 from the corner.
        var (sin, cos) = Math.SinCos(Math.PI / 12);
        double Area(LineJoin join, double limit) => CoverageOracleTests.Area(_b.Build(Stroke(
            _b.Polyline(false, 30 - 20 * cos, 20 - 20 * sin, 30, 20, 30 - 20 * cos, 20 + 20 * sin),
            _b.P(2), LineCap.Butt, join, limit)), Matrix.Identity, 48).Area;
        // Beyond the bevel: a triangle of half base b and height h, clipped at distance limit from the corner.
        var (b, bevel, tip) = (Math.Sin(75 * Math.PI / 180), Math.Cos(75 * Math.PI / 180), 1 / Math.Sin(15 * Math.PI / 180));
        var full = b * (tip - bevel);
        var clipped = full * (1 - Math.Pow((tip - 2.5) / (tip - bevel), 2));
        Assert.Equal(full, Area(LineJoin.Miter, 4) - Area(LineJoin.Miter, 2.5), 1e-9);
        Assert.Equal(clipped, Area(LineJoin.MiterClip, 2.5) - Area(LineJoin.Bevel, 2.5), 1e-9);
        Assert.Equal(full, Area(LineJoin.MiterClip, 4) - Area(LineJoin.Bevel, 4), 1e-9);
    }

    [Fact]
    public void A_circle_has_the_area_of_a_ring_and_so_has_its_derivative()
    {
        var width = _b.P(2.5);
        var scene = _b.Build(Stroke(_b.Circle(16.2, 15.7, 9), width, LineCap.Butt, LineJoin.Miter));
        var (area, gradient) = CoverageOracleTests.Area(scene, Matrix.Identity, 32);
        Assert.Equal(1, area / (2 * Math.PI * 9 * 2.5), 1e-3);
        Assert.Equal(1, gradient[width.Index] / (2 * Math.PI * 9), 1e-3);
    }

    [Theory]
    [InlineData(2.4, 1e-3)]
    [InlineData(1, 1e-3)]
    // The inner rim comes within a pixel of the outer one, so that pixels there count the overlap twice.
    [InlineData(.3, 2e-2)]
    public void A_circle_under_a_wider_stroke_is_a_disc(double radius, double tolerance)
    {
        var scene = _b.Build(Stroke(_b.Circle(16.2, 15.7, radius), _b.P(10), LineCap.Butt, LineJoin.Miter));
        Assert.Equal(1, CoverageOracleTests.Area(scene, Matrix.Identity, 32).Area / (Math.PI * Math.Pow(5 + radius, 2)), tolerance);
    }

    [Fact]
    public void A_skew_scales_a_strokes_area_by_the_determinant()
    {
        var map = new Matrix(1.1, .3, -.5, .8, 6, 1);
        var scene = _b.Build(Stroke(_b.Polyline(false, 5, 6, 14, 18), _b.P(3), LineCap.Square, LineJoin.Miter));
        Assert.Equal(map.Determinant * (45 + 9), CoverageOracleTests.Area(scene, map, 32).Area, 1e-9);
    }

    [Theory]
    [InlineData(LineCap.Butt, 0)]
    [InlineData(LineCap.Square, 9)]
    [InlineData(LineCap.Round, Math.PI / 4 * 9)]
    public void A_point_is_its_caps(LineCap cap, double expected)
    {
        PathGeometry[] points =
        [
            new() { Commands = [PathCommand.Move, PathCommand.Close], Points = [_b.Point(8, 9)] },
            _b.Polyline(false, 8, 9, 8, 9), _b.Curve(true, 8, 9, 8, 9, 8, 9, 8, 9),
        ];
        foreach (var point in points)
        {
            var scene = _b.Build(Stroke(point, _b.P(3), cap, LineJoin.Miter));
            var list = new GeometryStage(scene).Build(scene.InitialValues(), Matrix.Identity, 24, 24);
            if (expected == 0) Assert.Empty(list.Nodes);
            else Assert.Equal(expected, CoverageOracleTests.Area(scene, Matrix.Identity).Area, 1e-9);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4.5)]
    [InlineData(-1)]
    [InlineData(52.25)]
    public void Dashes_cover_their_lengths(double offset)
    {
        // Pattern 4 on, 1 off along a line of length 12.
        var scene = _b.Build(Stroke(_b.Polyline(false, 5, 10, 17, 10), _b.P(2), LineCap.Butt, LineJoin.Miter, 4, [4, 1], offset));
        var list = new GeometryStage(scene).Build(scene.InitialValues(), Matrix.Identity, 24, 24);
        var lengths = Enumerable.Range(0, list.ContourCount).Select(c =>
        {
            var xs = Enumerable.Range(list.ContourStarts[c], list.ContourStarts[c + 1] - list.ContourStarts[c]).Select(i => list.Vertices[2 * i]).ToArray();
            return xs.Max() - xs.Min();
        });
        List<double> expected = [];
        for (var start = -offset - 5; start < 12; start += 5)
            if (Math.Min(12, start + 4) > Math.Max(0, start)) expected.Add(Math.Min(12, start + 4) - Math.Max(0, start));
        Assert.Equal(expected, lengths.Select(l => Math.Round(l, 9)));
    }

    [Fact]
    public void A_dash_over_the_closing_point_is_one_piece()
    {
        // Perimeter 32; the pattern starts 2 into a dash of 6, so the last dash (30..32 of a period of 10) meets the first.
        var scene = _b.Build(Stroke(_b.Polyline(true, 6, 6, 14, 6, 14, 14, 6, 14), _b.P(1), LineCap.Butt, LineJoin.Miter, 4, [6, 4], 2));
        var list = new GeometryStage(scene).Build(scene.InitialValues(), Matrix.Identity, 24, 24);
        // On in 0..4, 8..14, 18..24, 28..32: the last and the first are one, with the corner's mitre.
        Assert.Equal(3, list.ContourCount);
        Assert.Equal(6 + 6 + 8, CoverageOracleTests.Area(scene, Matrix.Identity).Area, .6);
    }

    internal static ShapeNode Stroke(
        ShapeGeometry geometry, Scalar width, LineCap cap, LineJoin join, double limit = 4, double[]? dashes = null, double offset = 0) => new()
    {
        Geometry = geometry,
        Stroke = new()
        {
            Paint = BlackPaint, Width = width, Cap = cap, Join = join, MiterLimit = limit,
            Dashes = dashes is null ? [] : [.. dashes.Select(Scalar.Constant)], DashOffset = Scalar.Constant(offset),
        },
    };
}
