using FsCheck;
using FsCheck.Fluent;
using SvgDistill.Distill.Editing;
using SvgDistill.Distill.Tests.Support;
using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Tests;
using Xunit;

namespace SvgDistill.Distill.Tests.Editing;

public class SmoothNodeProjectionTests
{
    /// <summary>Four nodes with two handles each; all smooth, the last one beside a straight line.</summary>
    private static (Scene Scene, PathGeometry Path) Build(bool lockFirstOut = false)
    {
        var builder = new Scenes();
        ScalarPoint P(double x, double y, bool leaf = true) => builder.Point(x, y, leaf);
        var path = new PathGeometry
        {
            Commands = [PathCommand.Move, PathCommand.Cubic, PathCommand.Cubic, PathCommand.Cubic, PathCommand.Line],
            Points =
            [
                P(10, 50), P(10, 30, !lockFirstOut), P(30, 10), P(50, 10),
                P(70, 10), P(90, 30), P(90, 50),
                P(90, 70), P(70, 90), P(50, 90),
                P(20, 90),
            ],
            SmoothNodes = [new(2, 3, 4, true, true), new(5, 6, 7, true, true), new(8, 9, 10, true, false)],
        };
        return (builder.Shape(path).Build(), path);
    }

    [Fact]
    public void Shaken_nodes_become_smooth_with_their_handles_lengths_kept_and_a_second_time_changes_nothing()
    {
        var (scene, path) = Build();
        var projection = new SmoothNodeProjection(scene, [.. scene.Parameters.Select(p => p.IsLeaf)]);
        Assert.Equal(3, projection.Count);
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            var random = new Random(seed);
            var shaken = scene.InitialValues().Select(v => v + 12 * (2 * random.NextDouble() - 1)).ToArray();
            var theta = (double[])shaken.Clone();
            projection.Apply(theta);
            foreach (var node in path.SmoothNodes)
            {
                var (a, at, b) = (path.Points[node.In].Value(theta), path.Points[node.Node].Value(theta), path.Points[node.Out].Value(theta));
                var (before, after) = (at - a, b - at);
                Assert.Equal(0, Point.Cross(before, after) / (before.Length * after.Length), 1e-9);
                Assert.True(Point.Dot(before, after) > 0);
                Assert.Equal(path.Points[node.Node].Value(shaken), at);
                Assert.Equal((path.Points[node.Node].Value(shaken) - path.Points[node.In].Value(shaken)).Length, before.Length, 1e-9);
            }
            // The straight line's other end stays where it is.
            Assert.Equal(path.Points[10].Value(shaken), path.Points[10].Value(theta));
            var again = (double[])theta.Clone();
            projection.Apply(again);
            Assert.Equal(theta, again);
        }).Check(RandomCases.Of(100));
    }

    [Fact]
    public void What_is_smooth_is_left_alone_bit_for_bit()
    {
        var (scene, _) = Build();
        var theta = scene.InitialValues();
        new SmoothNodeProjection(scene, [.. scene.Parameters.Select(p => p.IsLeaf)]).Apply(theta);
        Assert.Equal(scene.InitialValues(), theta);
    }

    [Fact]
    public void A_locked_handle_is_not_turned_the_other_one_follows_it()
    {
        var builder = new Scenes();
        var path = new PathGeometry
        {
            Commands = [PathCommand.Move, PathCommand.Cubic, PathCommand.Cubic],
            Points =
            [
                builder.Point(0, 0), builder.Point(0, 10), builder.Point(10, 20), builder.Point(20, 20),
                builder.Point(30, 20, leaf: false), builder.Point(40, 10), builder.Point(40, 0),
            ],
            SmoothNodes = [new(2, 3, 4, true, true)],
        };
        var scene = builder.Shape(path).Build();
        var theta = scene.InitialValues();
        theta[path.Points[2].Y.Index] = 10;
        new SmoothNodeProjection(scene, [.. scene.Parameters.Select(p => p.IsLeaf)]).Apply(theta);
        Assert.Equal(new Point(30, 20), path.Points[4].Value(theta));
        var handle = path.Points[2].Value(theta);
        Assert.Equal(20, handle.Y, 1e-12);
        Assert.Equal(20 - Math.Sqrt(200), handle.X, 1e-12);
    }
}
