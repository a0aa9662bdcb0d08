using SvgDistill.Distill.Editing.Rules;
using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Scenes;
using Xunit;

namespace SvgDistill.Distill.Tests.Editing.Rules;

/// <summary>What ends on another contour goes on ending there.</summary>
public class TouchingNodeTests
{
    private static KeptDrawing Drawing(string content) => new(content, new() { Symmetry = SymmetryMode.None });

    private static Point[] Contour(Scene scene, int shape, double[] theta)
    {
        var contour = PlacedContours.Of(scene, new bool[theta.Length]).First(c => c.Order == shape);
        return contour.At(theta);
    }

    [Fact]
    public void Lines_from_side_to_side_of_a_frame_stay_so() =>
        Drawing("<rect x='12' y='20' width='60' height='50' rx='4' fill='none' stroke='#000'/><path d='M12 36H72M30 20V70' fill='none' stroke='#000'/>").Always((scene, theta) =>
        {
            var (frame, level) = (Contour(scene, 0, theta), KeptDrawing.Points(scene, 1, theta));
            Assert.Equal((frame[0].X, frame[1].X), (level[0].X, level[1].X), Near(.011));
            Assert.Equal((frame[0].Y, frame[2].Y), (level[2].Y, level[3].Y), Near(.011));
        });

    [Fact]
    public void They_slide_along_level_and_upright_sides()
    {
        var drawing = Drawing("<rect x='12' y='20' width='60' height='50' fill='none' stroke='#000'/><path d='M12 36H72M30 20V70' fill='none' stroke='#000'/>");
        drawing.Edit(2);
        var (frame, lines) = (Contour(drawing.Svg.Scene, 0, drawing.Theta), KeptDrawing.Points(drawing.Svg.Scene, 1, drawing.Theta));
        Assert.True(Math.Abs((lines[0].Y - frame[0].Y) / (frame[2].Y - frame[0].Y) - .32) > .02);
        Assert.True(Math.Abs((lines[2].X - frame[0].X) / (frame[1].X - frame[0].X) - .3) > .02);
    }

    [Fact]
    public void An_end_on_a_slanted_side_keeps_its_place_between_the_sides_ends() =>
        Drawing("<path d='M10 20L70 50L30 80Z' fill='none' stroke='#000'/><path d='M40 35L50 12' fill='none' stroke='#000'/>").Always((scene, theta) =>
        {
            var (triangle, line) = (KeptDrawing.Points(scene, 0, theta), KeptDrawing.Points(scene, 1, theta));
            var middle = .5 * (triangle[0] + triangle[1]);
            Assert.Equal((middle.X, middle.Y), (line[0].X, line[0].Y), Near(.011));
        });

    [Theory]
    // On a curve: the middle of a cubic, (1 3 3 1)/8; and (35, 30) on a circle about (20, 22) of radius 17.
    [InlineData("<path d='M10 40C20 20 60 20 70 40' fill='none' stroke='#000'/><path d='M40 25L50 80' fill='none' stroke='#000'/>", false)]
    [InlineData("<ellipse cx='20' cy='22' rx='17' ry='17' fill='none' stroke='#000'/><path d='M35 30L50 80' fill='none' stroke='#000'/>", true)]
    public void An_end_on_a_curve_stays_on_it(string content, bool isEllipse) => Drawing(content).Always((scene, theta) =>
    {
        var (under, line) = (Contour(scene, 0, theta), KeptDrawing.Points(scene, 1, theta));
        if (isEllipse) Assert.Equal((under[0].X - under[2].X) / 2, (line[0] - .5 * (under[0] + under[2])).Length, .02);
        else
        {
            var middle = ContourCurve.Cubic(under[0], under[1], under[2], under[3], .5);
            Assert.Equal((middle.X, middle.Y), (line[0].X, line[0].Y), Near(.011));
        }
    }, rate: .004);

    [Fact]
    public void A_wheel_stands_on_the_ground() =>
        Drawing("<path d='M10 62H80' stroke='#000'/><circle cx='40' cy='50' r='12'/>").Always((scene, theta) =>
        {
            var (ground, wheel) = (KeptDrawing.Points(scene, 0, theta), Contour(scene, 1, theta));
            Assert.Equal(ground[0].Y, wheel[1].Y, .011);
        });

    // Near a slanted line; at the corner that a frame has not, being round there.
    [Theory]
    [InlineData("<path d='M10 50L80 71' stroke='#000'/>", "M30 20L40 58.7")]
    [InlineData("<rect x='12' y='20' width='60' height='50' rx='12' fill='none' stroke='#000'/>", "M50 8L15 20")]
    public void What_only_comes_near_is_free(string under, string line)
    {
        var drawing = Drawing($"<path d='{line}' stroke='#000'/>{under}");
        var end = ((PathGeometry)KeptDrawing.Shapes(drawing.Svg.Scene.Root)[0].Geometry).Points[^1];
        var moved = drawing.Svg.Scene.InitialValues();
        (moved[end.X.Index], moved[end.Y.Index]) = (moved[end.X.Index] + 1, moved[end.Y.Index] + 2);
        var restored = (double[])moved.Clone();
        drawing.Relations.Restore(restored);
        Assert.Equal(moved, restored);
    }

    private static Func<(double, double), (double, double), bool> Near(double tolerance) =>
        (a, b) => Math.Abs(a.Item1 - b.Item1) <= tolerance && Math.Abs(a.Item2 - b.Item2) <= tolerance;
}
