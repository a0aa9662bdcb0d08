using FsCheck;
using FsCheck.Fluent;
using SvgDistill.Rasterizer.Drawing;
using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Outlines;
using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Tests;
using Xunit;

namespace SvgDistill.Rasterizer.Tests.Outlines;

/// <summary>Strokes have no holes and no seams, however tight the bends.</summary>
public class StrokeCoverTests
{
    /// <summary>
    /// Points on the normals of random curves, .9 of the way to the rim, must have a winding number of at least 1. The curve
    /// is walked independently of the flattening, whose normals pass up to .15 pixels away where the curve turns fast.
    /// </summary>
    [Fact]
    public void The_winding_number_is_at_least_1_wherever_a_random_curves_normal_reaches() => Prop.ForAll(
        Coordinates(8).ToArbitrary(), Gen.Choose(2, 80).Select(w => .1 * w).ToArbitrary(),
        (c, width) =>
        {
            var list = Outline(b => b.Curve(false, c), width);
            for (var k = 1; k < 400; k++)
            {
                var t = k / 400.0;
                var (p, d) = (Cubic(c, t), Derivative(c, t));
                // Near a cusp the flattened curve's normals are not the curve's.
                if (d.Length < 8) continue;
                var n = 1 / d.Length * new Point(-d.Y, d.X);
                foreach (var side in (double[])[-.9, -.4, 0, .4, .9])
                {
                    var q = p + side * (.5 * width - .06) * n;
                    if (!Array.Exists(_nearby, d => Winding(list, q + d) >= 1)) return false;
                }
            }
            return true;
        }).Check(RandomCases.Of(300));

    [Fact]
    public void No_part_of_a_random_polygons_stroke_winds_negatively() => Prop.ForAll(
        Coordinates(12).ToArbitrary(), Gen.Choose(1, 80).Select(w => .1 * w).ToArbitrary(), Gen.Elements(Enum.GetValues<LineJoin>()).ToArbitrary(),
        (c, width, join) =>
        {
            var list = Outline(b => b.Polyline(true, c), width, join);
            var random = new System.Random(5);
            for (var k = 0; k < 200; k++)
            {
                var q = new Point(24 * random.NextDouble() - 4, 24 * random.NextDouble() - 4);
                var winding = Winding(list, q);
                var isInside = DistanceToPolygon(c, q) < .5 * width - 1e-9;
                if (winding < (isInside && IsBesideAnEdge(c, q, .5 * width) ? 1 : 0)) return false;
            }
            return true;
        }).Check(RandomCases.Of(100));

    /// <summary>
    /// The stroke of a polyline with round joins and caps is the set of points within w/2 of it. Arcs are flattened to within
    /// .06 pixels inside. So that the area is exact, their points between lie outside the circle: the middle one of two
    /// triangles of angle e by r (e / sin e - 1), that of more by less.
    /// </summary>
    [Fact]
    public void Round_strokes_are_the_points_near_the_line() => Prop.ForAll(
        Coordinates(8).ToArbitrary(), Gen.Choose(5, 60).Select(w => .1 * w).ToArbitrary(),
        (c, width) =>
        {
            var list = Outline(b => b.Polyline(false, c), width, LineJoin.Round, LineCap.Round);
            var (random, e) = (new System.Random(6), RoundSector.Turn(.5 * width));
            var outside = .5 * width * (e / Math.Sin(e) - 1) + 1e-9;
            for (var k = 0; k < 300; k++)
            {
                var q = new Point(24 * random.NextDouble() - 4, 24 * random.NextDouble() - 4);
                var distance = DistanceToLines(c, q);
                if (distance < .5 * width - .06 && Winding(list, q) < 1) return false;
                if (distance > .5 * width + outside && Winding(list, q) != 0) return false;
            }
            return true;
        }).Check(RandomCases.Of(100));

    private static readonly Point[] _nearby = [new(0, 0), new(.15, 0), new(-.15, 0), new(0, .15), new(0, -.15)];

    private static Gen<double[]> Coordinates(int count) => Gen.Choose(0, 1600).Select(i => .01 * i).ArrayOf(count);

    private static DrawList Outline(
        Func<SceneBuilder, ShapeGeometry> geometry, double width, LineJoin join = LineJoin.Miter, LineCap cap = LineCap.Butt)
    {
        var builder = new SceneBuilder();
        var scene = builder.Build(StrokeShapeTests.Stroke(geometry(builder), Scalar.Constant(width), cap, join));
        return new GeometryStage(scene).Build(scene.InitialValues(), Matrix.Identity, 16, 16);
    }

    private static int Winding(DrawList list, Point q)
    {
        var winding = 0;
        for (var c = 0; c < list.ContourCount; c++)
        {
            for (int i = list.ContourStarts[c], end = list.ContourStarts[c + 1], j = end - 1; i < end; j = i++)
            {
                var (a, b) = (new Point(list.Vertices[2 * j], list.Vertices[2 * j + 1]), new Point(list.Vertices[2 * i], list.Vertices[2 * i + 1]));
                if (a.Y <= q.Y != b.Y <= q.Y)
                {
                    var isLeft = Point.Cross(b - a, q - a) > 0;
                    if (isLeft == b.Y > a.Y) winding += b.Y > a.Y ? 1 : -1;
                }
            }
        }
        return winding;
    }

    private static Point Cubic(double[] c, double t)
    {
        var s = 1 - t;
        Point At(int i) => new(c[2 * i], c[2 * i + 1]);
        return s * s * s * At(0) + 3 * s * s * t * At(1) + 3 * s * t * t * At(2) + t * t * t * At(3);
    }

    private static Point Derivative(double[] c, double t)
    {
        var s = 1 - t;
        Point At(int i) => new(c[2 * i], c[2 * i + 1]);
        return 3 * s * s * (At(1) - At(0)) + 6 * s * t * (At(2) - At(1)) + 3 * t * t * (At(3) - At(2));
    }

    private static double DistanceToLines(double[] c, Point q)
    {
        var least = double.PositiveInfinity;
        for (var i = 0; i + 3 < c.Length; i += 2)
        {
            var (a, b) = (new Point(c[i], c[i + 1]), new Point(c[i + 2], c[i + 3]));
            var e = b - a;
            var t = Point.Dot(e, e) == 0 ? 0 : Math.Clamp(Point.Dot(q - a, e) / Point.Dot(e, e), 0, 1);
            least = Math.Min(least, (q - (a + t * e)).Length);
        }
        return least;
    }

    private static double DistanceToPolygon(double[] c, Point q) => DistanceToLines([.. c, c[0], c[1]], q);

    private static bool IsBesideAnEdge(double[] c, Point q, double halfWidth)
    {
        double[] closed = [.. c, c[0], c[1]];
        for (var i = 0; i + 3 < closed.Length; i += 2)
        {
            var (a, b) = (new Point(closed[i], closed[i + 1]), new Point(closed[i + 2], closed[i + 3]));
            var e = b - a;
            if (e.Length < 1e-6) continue;
            var (along, across) = (Point.Dot(q - a, e) / e.Length, Math.Abs(Point.Cross(e, q - a)) / e.Length);
            if (along > 1e-9 && along < e.Length - 1e-9 && across < halfWidth - 1e-9) return true;
        }
        return false;
    }
}
