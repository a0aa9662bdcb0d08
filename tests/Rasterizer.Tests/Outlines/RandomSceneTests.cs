using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using SvgDistill.Rasterizer.Drawing;
using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Outlines;
using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Tests;
using Xunit;

namespace SvgDistill.Rasterizer.Tests.Outlines;

/// <summary>Random scenes of everything at once.</summary>
public class RandomSceneTests
{
    /// <summary>
    /// The derivative of a random weighting of all vertices and scalars along a random direction of theta, against
    /// Richardson's difference. A step may change the structure (another number of segments, a flip) or pass a kink that does
    /// not (another place on a bounding box's edge): then a smaller one decides. A scene whose structure changes under the
    /// smallest is passed over, which must stay the exception.
    /// </summary>
    [Fact]
    public void The_directional_derivative_is_that_of_finite_differences()
    {
        var (checkedScenes, passedOver) = (0, 0);
        Prop.ForAll(Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), seed =>
        {
            var random = new System.Random(seed);
            var scene = RandomScene(random);
            var stage = new GeometryStage(scene);
            var theta = scene.InitialValues();
            var direction = theta.Select(_ => 2 * random.NextDouble() - 1).ToArray();
            var map = new Matrix(1 + random.NextDouble(), random.NextDouble() - .5, random.NextDouble() - .5, 1 + random.NextDouble(), 0, 0);
            var list = stage.Build(theta, map, 32, 32);
            if (list.VertexCount == 0) return true;
            var (vertices, scalars) = (Weights(2 * list.VertexCount), Weights(list.ScalarCount));
            var structure = Structure(list);
            var gradient = new double[theta.Length];
            stage.Backward(vertices, scalars, gradient);
            var exact = gradient.Zip(direction, (g, d) => g * d).Sum();
            var wasCompared = false;
            foreach (var h in (double[])[3e-5, 3e-6, 3e-7])
            {
                if (Loss(h) is not { } a || Loss(-h) is not { } b || Loss(2 * h) is not { } c || Loss(-2 * h) is not { } e) continue;
                wasCompared = true;
                var difference = (8 * (a - b) - (c - e)) / (12 * h);
                if (Math.Abs(exact - difference) > 1e-4 * (1 + gradient.Sum(Math.Abs))) continue;
                checkedScenes++;
                return true;
            }
            if (wasCompared) return false;
            passedOver++;
            return true;

            double[] Weights(int count) => [.. Enumerable.Range(0, count).Select(_ => 2 * random.NextDouble() - 1)];

            double? Loss(double h)
            {
                var at = stage.Build(theta.Zip(direction, (t, d) => t + h * d).ToArray(), map, 32, 32);
                if (!Structure(at).SequenceEqual(structure)) return null;
                var sum = 0.0;
                for (var i = 0; i < vertices.Length; i++) sum += vertices[i] * at.Vertices[i];
                for (var i = 0; i < scalars.Length; i++) sum += scalars[i] * at.Scalars[i];
                return sum;
            }
        }).Check(RandomCases.Of(200));
        Assert.True(checkedScenes > 10 * passedOver, $"{checkedScenes} scenes checked, {passedOver} passed over");
    }

    [Fact]
    public void The_same_theta_gives_the_same_list_whatever_came_before() => Prop.ForAll(
        Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), seed =>
    {
        var random = new System.Random(seed);
        var scene = RandomScene(random);
        var (theta, stage) = (scene.InitialValues(), new GeometryStage(scene));
        var fresh = new GeometryStage(scene).Build(theta, Matrix.Identity, 32, 32);
        for (var i = 0; i < 3; i++) stage.Build([.. theta.Select(t => t + 5 * random.NextDouble() - 2.5)], Matrix.Scaling(3, 1), 32, 32);
        var again = stage.Build(theta, Matrix.Identity, 32, 32);
        return Structure(fresh).SequenceEqual(Structure(again))
            && fresh.Vertices.Take(2 * fresh.VertexCount).SequenceEqual(again.Vertices.Take(2 * again.VertexCount))
            && fresh.Scalars.Take(fresh.ScalarCount).SequenceEqual(again.Scalars.Take(again.ScalarCount));
    }).Check(RandomCases.Of(100));

    [Fact]
    public void A_step_allocates_nothing_once_the_arrays_have_grown()
    {
        var scene = RandomScene(new System.Random(7));
        var (theta, stage) = (scene.InitialValues(), new GeometryStage(scene));
        var gradient = new double[theta.Length];
        double[] vertices = [], scalars = [];
        for (var i = 0; i < 3; i++) Step();
        // Where another thread's test brings a collection about, the unused rest of this thread's own piece of memory counts as allocated.
        Assert.Equal(0, Enumerable.Range(0, 5).Min(_ => Allocated()));

        long Allocated()
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 10; i++) Step();
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        void Step()
        {
            var list = stage.Build(theta, Matrix.Identity, 32, 32);
            if (vertices.Length < 2 * list.VertexCount) vertices = new double[2 * list.VertexCount];
            if (scalars.Length < list.ScalarCount) scalars = new double[list.ScalarCount];
            stage.Backward(vertices, scalars, gradient);
        }
    }

    /// <summary>Numbers from 1e-300 to NaN anywhere: no exception, no hang, and what is drawn is finite.</summary>
    [Fact]
    public void Absurd_numbers_neither_throw_nor_draw_what_is_not_finite() => Prop.ForAll(
        Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), seed =>
    {
        double[] absurd = [0, -1, 1e-300, 1e-9, 1e9, -1e30, 1e300, double.MaxValue, double.NaN, double.NegativeInfinity];
        var random = new System.Random(seed);
        var scene = RandomScene(random);
        var theta = scene.InitialValues();
        for (var i = 0; i < 1 + theta.Length / 20; i++) theta[random.Next(theta.Length)] = absurd[random.Next(absurd.Length)];
        var stage = new GeometryStage(scene);
        var list = stage.Build(theta, Matrix.Identity, 32, 32);
        stage.Backward(new double[2 * list.VertexCount], new double[list.ScalarCount], new double[theta.Length]);
        return list.Vertices.Take(2 * list.VertexCount).All(double.IsFinite);
    }).Check(RandomCases.Of(200));

    private static int[] Structure(DrawList list) =>
        [list.VertexCount, list.ScalarCount, .. list.ContourStarts.AsSpan(0, list.ContourCount + 1)];

    private static Scene RandomScene(System.Random random)
    {
        var b = new SceneBuilder();
        double Next(double from, double to) => from + (to - from) * random.NextDouble();
        bool Chance(double p) => random.NextDouble() < p;
        var values = Enum.GetValues<LineJoin>();

        ShapeGeometry Geometry() => random.Next(5) switch
        {
            0 => b.Circle(Next(2, 14), Next(2, 14), Next(.5, 6)),
            1 => b.Rect(Next(0, 8), Next(0, 8), Next(2, 8), Next(2, 8), Chance(.5) ? Next(.1, 3) : 0, Next(.1, 3)),
            2 => b.Polyline(Chance(.5), [.. Enumerable.Range(0, 2 * random.Next(2, 6)).Select(_ => Next(0, 16))]),
            _ => b.Curve(Chance(.5), [.. Enumerable.Range(0, 2 + 6 * random.Next(1, 4)).Select(_ => Next(0, 16))]),
        };

        Paint Fill(int depth)
        {
            var box = Chance(.5);
            var unit = box ? .1 : 1;
            var turn = new TransformChain([new FunctionStep(TransformFunction.Rotate, [b.P(Next(-40, 40)), b.P(0), b.P(0)])]);
            ImmutableArray<GradientStop> stops = [new(b.P(.1), b.Color(.1, .2, .3, .4)), new(b.P(.8), b.Color(.5, .6, .7, .8))];
            return random.Next(depth > 0 ? 5 : 3) switch
            {
                1 => new LinearGradientPaint { BoundingBoxUnits = box, Spread = default, Stops = stops, Transform = turn, Start = b.Point(unit, 2 * unit), End = b.Point(7 * unit, 5 * unit) },
                2 => new RadialGradientPaint
                {
                    BoundingBoxUnits = box, Spread = default, Stops = stops, Transform = turn, Center = b.Point(5 * unit, 5 * unit), Radius = b.P(4 * unit),
                    Focus = b.Point(4 * unit, 4 * unit), FocusRadius = b.P(.5 * unit),
                },
                3 => new PatternPaint
                {
                    X = b.P(.3 * unit), Y = b.P(.4 * unit), Width = b.P(6.3 * unit), Height = b.P(5.1 * unit),
                    BoundingBoxUnits = box, BoundingBoxContent = false, ViewBox = null, Transform = turn, Content = new() { Children = [Shape(0)] },
                },
                _ => new SolidPaint { Color = b.Color(.1, .5, .9, .7) },
            };
        }

        ShapeNode Shape(int depth) => new()
        {
            Geometry = Geometry(), Fill = Chance(.7) ? Fill(depth) : null, FillOpacity = b.P(.9), FillRule = Chance(.5) ? FillRule.EvenOdd : FillRule.NonZero,
            Stroke = Chance(.6)
                ? new()
                {
                    Paint = Fill(depth), Width = b.P(Next(.2, 4)), Cap = (LineCap)random.Next(3), Join = values[random.Next(4)], MiterLimit = Next(1, 5),
                    Dashes = Chance(.3) ? [b.P(Next(.5, 3)), b.P(Next(.5, 3))] : [], DashOffset = b.P(Next(-2, 9)),
                }
                : null,
        };

        GroupNode Group(int depth) => new()
        {
            Transform = Chance(.5) ? new([new MoveStep(new(8, 8), b.P(Next(-1, 1)), b.P(Next(-1, 1)), b.P(Next(-1, 1)), b.P(Next(-.3, .3)))]) : TransformChain.Identity,
            Opacity = Chance(.5) ? b.P(.6) : Scalar.Constant(1),
            Clip = Chance(.3) ? new() { BoundingBoxUnits = true, Children = [new ShapeNode { Geometry = b.Circle(.5, .5, .4), Fill = SceneBuilder.BlackPaint }] } : null,
            Mask = Chance(.2)
                ? new()
                {
                    Alpha = Chance(.5), X = b.P(-.1), Y = b.P(-.1), Width = b.P(1.2), Height = b.P(1.2), BoundingBoxUnits = true, BoundingBoxContent = false,
                    Children = [Shape(0)],
                }
                : null,
            Children = [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => depth > 0 && Chance(.4) ? (SceneNode)Group(depth - 1) : Shape(depth))],
        };

        return b.Build(Group(2));
    }
}
