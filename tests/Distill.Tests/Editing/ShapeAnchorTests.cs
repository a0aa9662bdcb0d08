using SvgDistill.Distill.Editing;
using SvgDistill.Distill.Tests.Support;
using SvgDistill.Rasterizer.Scenes;
using Xunit;

namespace SvgDistill.Distill.Tests.Editing;

public class ShapeAnchorTests
{
    private static readonly Scene _scene = Build();

    [Fact]
    public void The_gradient_is_that_of_finite_differences()
    {
        var anchor = new ShapeAnchor(_scene, _scene.InitialValues());
        var theta = Shaken(_scene.InitialValues(), 5, seed: 1);
        var gradient = new double[theta.Length];
        Assert.Equal(anchor.Energy(theta), anchor.AddGradient(theta, gradient));
        Assert.Contains(gradient, g => Math.Abs(g) > 1e-3);
        for (var i = 0; i < theta.Length; i++)
        {
            var at = theta[i];
            double At(double x)
            {
                theta[i] = x;
                return anchor.Energy(theta);
            }
            var numeric = (At(at + 1e-4) - At(at - 1e-4)) / 2e-4;
            theta[i] = at;
            Assert.Equal(numeric, gradient[i], 1e-7 * (1 + Math.Abs(numeric)));
        }
    }

    [Theory]
    [InlineData(1, 0, 0, 0)]
    [InlineData(1, .8, 3, -7)]
    [InlineData(.3, -2, 0, 9)]
    [InlineData(2, 3.1, -40, 0)]
    public void Similar_shapes_cost_nothing(double scale, double angle, double dx, double dy)
    {
        // Of the path only: a rectangle's sides stay upright.
        var builder = new Scenes();
        var path = builder.Shape(Blob(builder, 30, 40, 10)).Build();
        var theta = path.InitialValues();
        var anchor = new ShapeAnchor(path, theta);
        for (var i = 0; i < theta.Length; i += 2)
        {
            var (x, y) = (theta[i], theta[i + 1]);
            theta[i] = scale * (Math.Cos(angle) * x - Math.Sin(angle) * y) + dx;
            theta[i + 1] = scale * (Math.Sin(angle) * x + Math.Cos(angle) * y) + dy;
        }
        Assert.Equal(0, anchor.Energy(theta), 1e-20);
    }

    [Fact]
    public void The_energy_does_not_depend_on_the_size_of_the_drawing()
    {
        double Bent(double size)
        {
            var builder = new Scenes();
            var path = builder.Shape(Blob(builder, 0, 0, size)).Build();
            var theta = path.InitialValues();
            var anchor = new ShapeAnchor(path, theta);
            theta[0] += .3 * size;
            return anchor.Energy(theta);
        }
        Assert.True(Bent(1) > .01);
        Assert.Equal(Bent(1), Bent(250), 1e-12);
    }

    [Fact]
    public void A_mirror_image_is_not_similar()
    {
        var builder = new Scenes();
        var path = builder.Shape(Blob(builder, 0, 0, 10)).Build();
        var theta = path.InitialValues();
        var anchor = new ShapeAnchor(path, theta);
        for (var i = 0; i < theta.Length; i += 2) theta[i] = -theta[i];
        Assert.True(anchor.Energy(theta) > .1);
    }

    [Theory]
    [InlineData(1e-4)]
    [InlineData(1)]
    [InlineData(1e6)]
    public void A_pull_lowers_the_energy_however_strong_and_leaves_locked_values(double strength)
    {
        var anchor = new ShapeAnchor(_scene, _scene.InitialValues());
        var theta = Shaken(_scene.InitialValues(), 2, seed: 2);
        var locked = theta[1];
        var free = Enumerable.Repeat(true, theta.Length).ToArray();
        free[1] = false;
        var before = anchor.Energy(theta);
        anchor.Pull(theta, [.. _scene.Parameters.Select(p => p.Unit)], free, strength);
        Assert.True(anchor.Energy(theta) < before);
        Assert.Equal(locked, theta[1]);
    }

    /// <summary>What a mask lets move slowly the anchor moves as slowly, however strong it is.</summary>
    [Theory]
    [InlineData(1e-4)]
    [InlineData(1e6)]
    public void A_pull_goes_as_far_as_a_parameters_factor_says(double strength)
    {
        double[] Pulled(IReadOnlyDictionary<int, double>? factors)
        {
            var theta = Shaken(_scene.InitialValues(), 2, seed: 2);
            new ShapeAnchor(_scene, _scene.InitialValues()).Pull(theta, [.. _scene.Parameters.Select(p => p.Unit)], Enumerable.Repeat(true, theta.Length).ToArray(), strength, factors);
            return theta;
        }
        var (start, whole, part) = (Shaken(_scene.InitialValues(), 2, seed: 2), Pulled(null), Pulled(new Dictionary<int, double> { [1] = .25 }));
        Assert.NotEqual(start[1], whole[1]);
        Assert.Equal(.25 * (whole[1] - start[1]), part[1] - start[1], 1e-12);
        Assert.Equal(whole[2], part[2]);
    }

    private static Scene Build()
    {
        var builder = new Scenes();
        builder.Shape(Blob(builder, 30, 40, 10)).Shape(Blob(builder, 70, 20, 2));
        builder.Shape(new RectGeometry
        {
            X = builder.Length(5, ParameterKind.PointX),
            Y = builder.Length(6, ParameterKind.PointY),
            Width = builder.Length(20, ParameterKind.Size),
            Height = builder.Length(8, ParameterKind.Size),
            Rx = Scalar.Constant(0),
            Ry = Scalar.Constant(0),
        });
        builder.Shape(new EllipseGeometry
        {
            Center = builder.Point(50, 50),
            Rx = builder.Length(7, ParameterKind.Size),
            Ry = builder.Length(3, ParameterKind.Size),
        });
        return builder.Build();
    }

    /// <summary>A closed curve without symmetry.</summary>
    private static PathGeometry Blob(Scenes builder, double x, double y, double size) => Scenes.Closed(
        [.. new[] { (1.0, 0.0), (1, .6), (.5, 1.2), (0, 1), (-.6, .8), (-1.3, .5), (-1, 0), (-.9, -.7), (.8, -1) }
            .Select(p => builder.Point(x + size * p.Item1, y + size * p.Item2))]);

    private static double[] Shaken(double[] theta, double by, int seed)
    {
        var random = new Random(seed);
        return [.. theta.Select(v => v + by * (2 * random.NextDouble() - 1))];
    }
}
