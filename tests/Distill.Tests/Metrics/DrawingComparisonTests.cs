using SvgDistill.Distill.Metrics;
using SvgDistill.Rasterizer.Geometry;
using Xunit;

namespace SvgDistill.Distill.Tests.Metrics;

public class DrawingComparisonTests
{
    private static readonly double[] _square = [0, 0, 10, 0, 10, 10, 0, 10];
    private static readonly (double, double, double) _black = (0, 0, 0), _white = (1, 1, 1);

    [Fact]
    public void A_drawing_against_itself_has_no_difference()
    {
        var scene = new SceneMaker().Path(_square, _black).Circle(5, 5, 2).Scene;
        Assert.Equal(new(0, 0, 0, 0, 1, 0), DrawingComparison.Between(scene, scene, out var difference));
        Assert.Null(difference);
    }

    [Fact]
    public void Displacement_is_in_percent_of_the_canvas_diagonal_and_after_transforms()
    {
        // One of four points moves by (3, 4) in a space scaled by 2: 10 of a diagonal of 50, that is 20 %.
        var transform = Matrix.Scaling(2, 2) * Matrix.Rotation(.7);
        var before = new SceneMaker().Path(_square, _black, transform: transform).Scene;
        var after = new SceneMaker().Path([0, 0, 13, 4, 10, 10, 0, 10], _black, transform: transform).Scene;
        var comparison = DrawingComparison.Between(before, after, out _)!;
        Assert.Equal(20, comparison.LargestDisplacement, 10);
        Assert.Equal(5, comparison.MeanDisplacement, 10);
        Assert.Equal(0, comparison.UntouchedElements);
    }

    [Fact]
    public void Sizes_of_the_canvas_do_not_matter()
    {
        var before = new SceneMaker(30, 40).Path(_square, _black).Scene;
        var after = new SceneMaker(60, 80).Path([.. _square.Select(v => 2 * v)], _black).Scene;
        Assert.Equal(0, DrawingComparison.Between(before, after, out _)!.LargestDisplacement, 10);
    }

    [Fact]
    public void Palette_change_is_the_colour_difference_of_corresponding_fills()
    {
        var before = new SceneMaker().Path(_square, _black).Path(_square, _white).Scene;
        var after = new SceneMaker().Path(_square, _white).Path(_square, _white).Scene;
        var comparison = DrawingComparison.Between(before, after, out _)!;
        Assert.Equal(100, comparison.LargestPaletteChange, 2); // black to white
        Assert.Equal(50, comparison.MeanPaletteChange, 2);
        Assert.Equal(.5, comparison.UntouchedElements);
        Assert.Equal(0, comparison.LargestDisplacement);
    }

    [Fact]
    public void One_scene_at_two_parameter_vectors_is_compared_alike()
    {
        var scene = new SceneMaker().Path(_square, _black).Circle(15, 20, 5).Scene;
        var after = scene.InitialValues();
        after[^1] += 5; // cy
        var comparison = DrawingComparison.Between(scene, scene.InitialValues(), after);
        Assert.Equal(10, comparison.LargestDisplacement, 10);
        Assert.Equal(.5, comparison.UntouchedElements);
    }

    [Fact]
    public void Other_trees_are_not_compared_and_the_place_is_named()
    {
        var scene = new SceneMaker().Path(_square, _black).Scene;
        Assert.Null(DrawingComparison.Between(scene, new SceneMaker().Path(_square, _black).Circle(1, 1, 1).Scene, out var difference));
        Assert.Equal("1 shapes against 2", difference);
        Assert.Null(DrawingComparison.Between(scene, new SceneMaker().Circle(1, 1, 1).Scene, out difference));
        Assert.Contains("<path> in line 2, against <circle>", difference, StringComparison.Ordinal);
        Assert.Null(DrawingComparison.Between(scene, new SceneMaker().Path(_square, _black, id: "wing").Scene, out difference));
        Assert.Contains("id=\"wing\"", difference, StringComparison.Ordinal);
        Assert.Null(DrawingComparison.Between(scene, new SceneMaker().Path([.. _square, 3, 4], _black).Scene, out difference));
        Assert.EndsWith(": 4 points against 5", difference, StringComparison.Ordinal);
    }

    [Fact]
    public void Nodes_and_self_intersections_are_counted_over_all_shapes()
    {
        // A bow tie, an ellipse, and one cubic whose handles cross so far that it makes a loop.
        var scene = new SceneMaker().Path([0, 0, 10, 10, 10, 0, 0, 10], _black).Circle(5, 5, 2)
            .Path([0, 0, 30, 20, -20, 20, 10, 0], _black, cubics: true, closed: false).Scene;
        var complexity = DrawingComplexity.Of(scene);
        Assert.Equal(4 + 4 + 2, complexity.Nodes);
        Assert.Equal(new CrossingCount(2, true), complexity.SelfIntersections);
    }

    [Fact]
    public void A_repeated_end_is_no_node_of_its_own()
    {
        var scene = new SceneMaker().Path([0, 0, 10, 0, 10, 10, 0, 0], _black).Scene;
        Assert.Equal(3, DrawingComplexity.Of(scene).Nodes);
    }

    [Fact]
    public void Two_curves_that_cross_at_their_middles_cross_once()
    {
        // Symmetric halves of a figure of eight: both middles, vertices of the flattening, are the point (5, 0).
        var scene = new SceneMaker().Path([0, -4, 0, 0, 10, 0, 10, 4, 10, 9, 0, 9, 0, 4, 0, 0, 10, 0, 10, -4], _black, cubics: true, closed: false).Scene;
        Assert.Equal(1, DrawingComplexity.Of(scene).SelfIntersections.Crossings);
    }
}
