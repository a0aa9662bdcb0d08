using System.Collections.Immutable;
using SvgDistill.Distill.Editing.Steps;
using SvgDistill.Distill.Tests.Support;
using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Scenes;
using Xunit;

namespace SvgDistill.Distill.Tests.Editing.Steps;

public class FairStepsTests
{
    private const double Fairness = .07;

    // An egg of four cubics that is no circle: nodes and handles, as places in a drawing of side 100.
    private static readonly Point[] _egg =
    [
        new(80, 50), new(80, 70), new(66, 84), new(48, 82), new(30, 80), new(18, 66), new(20, 50), new(22, 36),
        new(34, 12), new(50, 14), new(68, 16), new(80, 34),
    ];

    /// <summary>What pushes at a place: smooth, of no symmetry, with a turn and a bend in it.</summary>
    private static Point Push(Point p) => new(Math.Sin(.05 * p.X + .02 * p.Y), .4 + Math.Cos(.06 * p.Y - .01 * p.X));

    [Fact]
    public void A_contour_moves_alike_however_many_points_draw_it()
    {
        var (coarse, fine) = (Curve(_egg), Curve(Split(_egg)));
        var (a, b) = (Moved(coarse, Push), Moved(fine, Push));
        // The coarse one's nodes are every sixth point of the fine one.
        var largest = a.Max(p => p.Length);
        for (var i = 0; i < _egg.Length; i += 3)
            Assert.True((a[i] - b[2 * i]).Length < .06 * largest, $"{i}: {a[i]} and {b[2 * i]}");
    }

    [Fact]
    public void A_polygon_moves_alike_however_many_points_draw_it()
    {
        Point[] corners = [new(10, 10), new(40, 5), new(80, 20), new(90, 60), new(70, 90), new(30, 85), new(5, 50)];
        Point[] Halved(Point[] p) => [.. p.SelectMany((q, i) => new[] { q, .5 * (q + p[(i + 1) % p.Length]) })];
        var (coarse, fine) = (Halved(Halved(corners)), Halved(Halved(Halved(corners))));
        var (a, b) = (Moved(Polygon(coarse), Push), Moved(Polygon(fine), Push));
        var largest = a.Max(p => p.Length);
        for (var i = 0; i < coarse.Length; i++) Assert.True((a[i] - b[2 * i]).Length < .01 * largest);
    }

    [Fact]
    public void A_turned_contour_takes_turned_steps()
    {
        var (sin, cos) = Math.SinCos(.7);
        Point Turn(Point p) => new(cos * p.X - sin * p.Y, sin * p.X + cos * p.Y);
        Point Back(Point p) => new(cos * p.X + sin * p.Y, cos * p.Y - sin * p.X);
        var plain = Moved(Curve(_egg), Push);
        var turned = Moved(Curve([.. _egg.Select(Turn)]), p => Turn(Push(Back(p))));
        for (var i = 0; i < plain.Length; i++) Assert.Equal(0, (Turn(plain[i]) - turned[i]).Length, 1e-9);
    }

    [Fact]
    public void A_shift_moves_all_points_alike()
    {
        var moved = Moved(Curve(_egg), _ => new Point(.6, -.8));
        // But for the error of two ways to measure a curve.
        Assert.All(moved, p => Assert.Equal(0, (p - moved[0]).Length, 2e-3 * moved[0].Length));
        Assert.Equal(-.75, moved[0].X / moved[0].Y, 1e-9);
    }

    [Fact]
    public void Another_contour_and_what_pushes_it_change_nothing()
    {
        var builder = new Scenes();
        builder.Shape(Path(builder, _egg, 3)).Shape(Path(builder, [.. _egg.Select(p => .1 * p)], 3));
        var scene = builder.Build();
        var gradient = Gradient(scene, Push);
        var steps = Steps(scene);
        steps.Direction(gradient);
        var alone = Moved(Curve(_egg), Push);
        for (var i = 0; i < _egg.Length; i++) Assert.Equal(0, (new Point(gradient[2 * i], gradient[2 * i + 1]) - alone[i]).Length, 1e-9);
    }

    [Fact]
    public void A_point_that_two_contours_share_takes_the_mean_of_their_steps()
    {
        var builder = new Scenes();
        var points = new[] { (10, 10), (50, 50), (10, 90), (90, 10), (90, 90) }.Select(p => builder.Point(p.Item1, p.Item2)).ToArray();
        var scene = builder.Shape(new PathGeometry
        {
            Commands = [.. Enumerable.Repeat(new[] { PathCommand.Move, PathCommand.Line, PathCommand.Line, PathCommand.Close }, 2).SelectMany(c => c)],
            Points = [points[0], points[1], points[2], points[3], points[1], points[4]],
        }).Build();
        // Both halves are pushed to the right: one shift.
        var gradient = new double[10];
        foreach (var i in new[] { 0, 2, 4, 6, 8 }) gradient[i] = i == 2 ? 2 : 1;
        var mirrored = (double[])gradient.Clone();
        (mirrored[0], mirrored[4], mirrored[2]) = (-1, -1, 0);

        Steps(scene).Direction(gradient);
        Steps(scene).Direction(mirrored);

        // The middle goes as far as what it belongs to; pulled apart by equal halves, it stays.
        Assert.InRange(gradient[2], .5 * gradient[0], 2 * gradient[0]);
        Assert.Equal(gradient[0], gradient[6], 1e-12);
        Assert.Equal(0, mirrored[2], 1e-12);
        Assert.Equal(-mirrored[0], mirrored[6], 1e-12);
    }

    [Fact]
    public void An_edge_of_a_rectangle_moves_alone_and_halves_of_a_drawing_alike()
    {
        var builder = new Scenes();
        foreach (var x in new[] { 10, 70 })
            builder.Shape(new RectGeometry
            {
                X = builder.Length(x, ParameterKind.PointX), Y = builder.Length(30, ParameterKind.PointY),
                Width = builder.Length(20, ParameterKind.Size), Height = builder.Length(10, ParameterKind.Size),
                Rx = Scalar.Constant(0), Ry = Scalar.Constant(0),
            });
        var scene = builder.Build();
        // The left one's right edge and the right one's left edge are both pulled to the middle.
        double[] gradient = [-1, 0, -1, 0, 1, 0, 0, 0];
        var steps = Steps(scene);
        steps.Direction(gradient);
        Assert.Equal(0, gradient[0], 1e-12);
        Assert.True(gradient[2] < 0);
        Assert.Equal(-gradient[2], gradient[4], 1e-12);
        Assert.Equal(gradient[2], gradient[6], 1e-12);
    }

    [Fact]
    public void A_circle_moves_along_its_gradient_and_a_color_along_its_own()
    {
        var builder = new Scenes();
        var r = builder.Length(10, ParameterKind.Size);
        var circle = new EllipseGeometry { Center = builder.Point(50, 50), Rx = r, Ry = r };
        var color = builder.Color(.2, .4, .6);
        var scene = builder.Shape(circle, new SolidPaint { Color = color }).Build();
        double[] pushed = [.1, 3, -4, .5, -.01, .002];
        var gradient = (double[])pushed.Clone();
        Steps(scene).Direction(gradient);
        foreach (var group in new[] { new[] { 0, 1, 2 }, [3, 4, 5] })
            foreach (var i in group) Assert.Equal(pushed[i] / pushed[group[0]], gradient[i] / gradient[group[0]], 1e-9);
        // A colour's largest component goes its rate's way.
        Assert.Equal(1, gradient[3], 1e-6);
    }

    [Fact]
    public void What_may_not_move_does_not_and_nothing_divides_by_nothing()
    {
        var builder = new Scenes();
        var locked = builder.Point(50, 50, leaf: false);
        var scene = builder
            .Shape(new PathGeometry { Commands = [PathCommand.Move, PathCommand.Line, PathCommand.Line], Points = [builder.Point(1, 2), locked, builder.Point(3, 4)] })
            .Shape(new PathGeometry { Commands = [PathCommand.Move, PathCommand.Close], Points = [builder.Point(5, 5)] })
            .Shape(new PathGeometry { Commands = [PathCommand.Move, PathCommand.Cubic], Points = [.. Enumerable.Range(0, 4).Select(_ => builder.Point(7, 7))] })
            .Build();
        var gradient = Enumerable.Repeat(1.0, scene.Parameters.Length).ToArray();
        (gradient[0], gradient[1]) = (0, 0);
        var steps = Steps(scene);
        for (var step = 0; step < 3; step++)
        {
            var direction = (double[])gradient.Clone();
            steps.Direction(direction);
            Assert.All(direction, d => Assert.True(double.IsFinite(d)));
            Assert.Equal([0.0, 0.0], direction[..2]);
            Assert.True(direction[^1] > 0);
        }
    }

    private static Scene Curve(Point[] points)
    {
        var builder = new Scenes();
        return builder.Shape(Path(builder, points, 3)).Build();
    }

    private static Scene Polygon(Point[] points)
    {
        var builder = new Scenes();
        return builder.Shape(Path(builder, points, 1)).Build();
    }

    private static PathGeometry Path(Scenes builder, Point[] points, int order)
    {
        ImmutableArray<ScalarPoint> scalars = [.. points.Select(p => builder.Point(p.X, p.Y))];
        return order == 3 ? Scenes.Closed(scalars)
            : new PathGeometry { Commands = [PathCommand.Move, .. Enumerable.Repeat(PathCommand.Line, points.Length - 1), PathCommand.Close], Points = scalars };
    }

    private static IStepDirection Steps(Scene scene) => FairSteps.Or(scene, [.. scene.Parameters.Select(p => p.IsLeaf)], Fairness, .999);

    /// <summary>The first step's direction at each point under a push along the curve.</summary>
    private static Point[] Moved(Scene scene, Func<Point, Point> push)
    {
        var gradient = Gradient(scene, push);
        Steps(scene).Direction(gradient);
        return [.. Enumerable.Range(0, gradient.Length / 2).Select(i => new Point(gradient[2 * i], gradient[2 * i + 1]))];
    }

    /// <summary>The integral of a push along every contour, by points: a force's part in each is the weight of the point in the curve.</summary>
    private static double[] Gradient(Scene scene, Func<Point, Point> push)
    {
        const int Samples = 400;
        var theta = scene.InitialValues();
        var gradient = new double[theta.Length];
        foreach (var contour in scene.Root.Children.OfType<ShapeNode>().SelectMany(s => PathContour.Of((PathGeometry)s.Geometry)))
        {
            var (first, segments) = (0, contour.Orders.ToList());
            var points = contour.Points.ToList();
            if (contour.IsClosed && points[^1] != points[0])
            {
                points.Add(points[0]);
                segments.Add(1);
            }
            foreach (var order in segments)
            {
                var segment = points.GetRange(first, order + 1);
                for (var k = 0; k < Samples; k++)
                {
                    var (weights, near) = (Weights(order, (k + .5) / Samples), (Weights(order, (double)k / Samples), Weights(order, (k + 1.0) / Samples)));
                    Point At(double[] w) => w.Select((v, i) => v * segment[i].Value(theta)).Aggregate((a, b) => a + b);
                    var force = (At(near.Item2) - At(near.Item1)).Length * push(At(weights));
                    for (var i = 0; i <= order; i++)
                    {
                        gradient[segment[i].X.Index] += weights[i] * force.X;
                        gradient[segment[i].Y.Index] += weights[i] * force.Y;
                    }
                }
                first += order;
            }
        }
        return gradient;
    }

    private static double[] Weights(int order, double t) => order == 1 ? [1 - t, t]
        : [(1 - t) * (1 - t) * (1 - t), 3 * t * (1 - t) * (1 - t), 3 * t * t * (1 - t), t * t * t];

    /// <summary>Each cubic cut into two (de Casteljau).</summary>
    private static Point[] Split(Point[] p)
    {
        List<Point> result = [];
        for (var i = 0; i < p.Length; i += 3)
        {
            var (a, b, c, d) = (p[i], p[i + 1], p[i + 2], p[(i + 3) % p.Length]);
            var (ab, bc, cd) = (.5 * (a + b), .5 * (b + c), .5 * (c + d));
            var (abc, bcd) = (.5 * (ab + bc), .5 * (bc + cd));
            result.AddRange([a, ab, abc, .5 * (abc + bcd), bcd, cd]);
        }
        return [.. result];
    }
}
