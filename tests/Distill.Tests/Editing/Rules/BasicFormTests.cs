using SvgDistill.Distill.Editing.Rules;
using SvgDistill.Rasterizer.Scenes;
using Xunit;

namespace SvgDistill.Distill.Tests.Editing.Rules;

/// <summary>Rectangles and ellipses keep their form by their own numbers, however the loop moves them.</summary>
public class BasicFormTests
{
    // Away from the canvas's axes, so that no symmetry helps.
    private static KeptDrawing Drawing(string element, bool free = false) => new(element, new() { Symmetry = SymmetryMode.None, FreeForms = free });

    private static Func<(double X, double Y), (double X, double Y), bool> Near(double tolerance) =>
        (a, b) => Math.Abs(a.X - b.X) <= tolerance && Math.Abs(a.Y - b.Y) <= tolerance;

    private static RectGeometry Rectangle(Scene scene) => (RectGeometry)KeptDrawing.Shapes(scene.Root)[0].Geometry;

    [Theory]
    // A tile, a lying and a standing pill, two radii; one number that is cut along the shorter side.
    [InlineData("<rect x='20' y='15' width='40' height='24' rx='6'/>", "height", .25, "height", .25)]
    [InlineData("<rect x='20' y='15' width='40' height='24' rx='12'/>", "height", .5, "height", .5)]
    [InlineData("<rect x='20' y='15' width='24' height='40' ry='12'/>", "width", .5, "width", .5)]
    [InlineData("<rect x='20' y='15' width='40' height='20' rx='8' ry='3'/>", "width", .2, "height", .15)]
    [InlineData("<rect x='20' y='15' width='16' height='40' ry='16'/>", "width", .5, "height", .4)]
    public void Corners_stay_as_round_as_they_were_in_proportion(string element, string sideOfRx, double partRx, string sideOfRy, double partRy)
    {
        var drawing = Drawing(element);
        // Half the other side is the most that is drawn, which the edit may make the shorter one.
        static double Expected(RectGeometry r, double[] theta, string of, double part, Scalar along) =>
            Math.Min(part * (of == "width" ? r.Width : r.Height).Value(theta), along.Value(theta) / 2);
        (double Width, double Height) SideMoves(int seed)
        {
            drawing.Edit(seed, rate: .002);
            var (r, source) = (Rectangle(drawing.Svg.Scene), drawing.Svg.Scene.InitialValues());
            return (r.Width.Value(drawing.Theta) - r.Width.Value(source), r.Height.Value(drawing.Theta) - r.Height.Value(source));
        }

        static (double X, double Y) Drawn(RectGeometry r, double[] theta) => (Math.Min(r.Rx.Value(theta), r.Width.Value(theta) / 2), Math.Min(r.Ry.Value(theta), r.Height.Value(theta) / 2));

        drawing.Always((scene, theta) =>
        {
            var r = Rectangle(scene);
            Assert.Equal((Expected(r, theta, sideOfRx, partRx, r.Width), Expected(r, theta, sideOfRy, partRy, r.Height)), Drawn(r, theta), Near(5e-3));
        }, rate: .002);
        // The sides themselves move as they like: not in one proportion.
        var (first, second) = (SideMoves(1), SideMoves(2));
        Assert.True(Math.Abs(first.Width * second.Height - first.Height * second.Width) > .1);

        var free = Drawing(element, free: true);
        free.Edit(1, rate: .002);
        var q = Rectangle(free.Svg.Scene);
        Assert.NotEqual((Expected(q, free.Theta, sideOfRx, partRx, q.Width), Expected(q, free.Theta, sideOfRy, partRy, q.Height)), Drawn(q, free.Theta), Near(.05));
    }

    [Fact]
    public void A_disc_made_of_a_rectangle_stays_one() =>
        Drawing("<rect x='20' y='15' width='24' height='24' rx='12'/>").Always((scene, theta) =>
        {
            var r = Rectangle(scene);
            Assert.Equal(r.Width.Value(theta), r.Height.Value(theta), 1e-9);
            Assert.Equal(r.Width.Value(theta) / 2, r.Rx.Value(theta), 5e-3);
        });

    [Fact]
    public void Sharp_corners_stay_sharp() =>
        Drawing("<rect x='20' y='15' width='40' height='24' rx='0'/>").Always((scene, theta) => Assert.Equal(0, Rectangle(scene).Rx.Value(theta)));

    [Theory]
    [InlineData("<ellipse cx='40' cy='30' rx='12' ry='12'/>", 1)]
    [InlineData("<ellipse cx='40' cy='30' rx='12' ry='12' transform='rotate(30)'/>", 1)]
    [InlineData("<ellipse cx='40' cy='30' rx='6' ry='12' transform='scale(2 1)'/>", 2)]
    public void An_ellipse_of_equal_radii_stays_a_circle(string element, double ratio)
    {
        Drawing(element).Always((scene, theta) =>
        {
            var e = (EllipseGeometry)KeptDrawing.Shapes(scene.Root)[0].Geometry;
            Assert.Equal(e.Ry.Value(theta), ratio * e.Rx.Value(theta), 5e-3);
        });
        var free = Drawing(element, free: true);
        free.Edit(1);
        var moved = (EllipseGeometry)KeptDrawing.Shapes(free.Svg.Scene.Root)[0].Geometry;
        Assert.True(Math.Abs(moved.Ry.Value(free.Theta) - ratio * moved.Rx.Value(free.Theta)) > .1);
    }

    [Fact]
    public void An_ellipse_of_two_radii_is_free_to_change_its_proportion()
    {
        var drawing = Drawing("<ellipse cx='40' cy='30' rx='12' ry='9'/>");
        drawing.Edit(1);
        var e = (EllipseGeometry)KeptDrawing.Shapes(drawing.Svg.Scene.Root)[0].Geometry;
        Assert.True(Math.Abs(e.Ry.Value(drawing.Theta) - 9 - (e.Rx.Value(drawing.Theta) - 12)) > .1);
    }

    /// <summary>A stroke stays to be seen however small its form gets: a wheel would be a dot.</summary>
    [Theory]
    [InlineData("<circle cx='40' cy='30' r='12' fill='none' stroke='#000'/>", true)]
    [InlineData("<path d='M40 18a12 12 0 1 1 0 24a12 12 0 1 1 0-24z' fill='none' stroke='#000'/>", true)]
    [InlineData("<path d='M28 18L52 20L50 42L30 44Z' fill='none' stroke='#000'/>", true)]
    [InlineData("<circle cx='40' cy='30' r='12'/>", false)]
    [InlineData("<circle cx='40' cy='30' r='12' fill='#fc0' stroke='#000'/>", false)]
    public void A_form_that_only_a_stroke_draws_stays_a_third_as_large(string element, bool isKept)
    {
        var drawing = Drawing(element);
        var source = drawing.Svg.Scene.InitialValues();
        var contour = PlacedContours.Of(drawing.Svg.Scene, new bool[source.Length])[0];
        Assert.Equal(isKept ? 1.0 / 3 : .1, Shrunk(drawing), 1e-6);
        Assert.Equal(.1, Shrunk(Drawing(element, free: true)), 1e-6);

        double Shrunk(KeptDrawing shrinking)
        {
            var theta = (double[])source.Clone();
            var mover = ContourMover.Of(contour, [.. source.Select(_ => true)])!;
            mover.Scale(contour.Middle, .1, theta);
            shrinking.Relations.Restore(theta);
            var box = ContourCurve.Extent(contour, contour.At(theta));
            return (box.Right - box.Left) / (contour.Extent.Right - contour.Extent.Left);
        }
    }
}
