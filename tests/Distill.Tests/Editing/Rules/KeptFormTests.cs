using SvgDistill.Distill.Editing.Rules;
using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Scenes;
using Xunit;

namespace SvgDistill.Distill.Tests.Editing.Rules;

public class KeptFormTests
{
    private const string Circle = "M50 20a15 15 0 1 1 0 30a15 15 0 1 1 0-30";
    // Away from the canvas's axes, so that no symmetry helps.
    private const string RoundedRectangle = "M20 15H50A6 6 0 0 1 56 21V37A6 6 0 0 1 50 43H20A6 6 0 0 1 14 37V21A6 6 0 0 1 20 15Z";

    private static KeptDrawing Drawing(string d, bool free = false) =>
        new($"<path d=\"{d}\"/>", new() { Symmetry = SymmetryMode.None, FreeForms = free });

    private static double Roundness(Scene scene, double[] theta)
    {
        var contour = PlacedContours.Of(scene, new bool[theta.Length])[0];
        var points = contour.At(theta);
        var extent = ContourCurve.Extent(contour, points);
        var (center, radius) = (new Point((extent.Left + extent.Right) / 2, (extent.Top + extent.Bottom) / 2), (extent.Right - extent.Left) / 2);
        return ContourCurve.Flatten(contour, points).Max(p => Math.Abs((p - center).Length - radius)) / radius;
    }

    /// <summary>Handles at thirds tie each node to the one before it; along a chain of them rounding would grow to whole units.</summary>
    [Fact]
    public void Written_numbers_of_a_chain_of_ties_stay_where_they_were()
    {
        var d = "M0 0" + string.Concat(Enumerable.Range(0, 20).Select(i => FormattableString.Invariant(
            $"C{3 + 9 * i} {(i % 2 == 0 ? 1 : 2)} {6 + 9 * i} {(i % 2 == 0 ? 2 : 1)} {9 + 9 * i} {(i % 2 == 0 ? 3 : 0)}")));
        var drawing = Drawing(d);
        drawing.Edit(3, rate: .001);
        var written = (double[])drawing.Theta.Clone();
        drawing.Relations.Settle(written);
        Assert.All(drawing.Theta.Zip(written), pair => Assert.Equal(pair.First, pair.Second, .02));
    }

    [Fact]
    public void A_circle_of_curves_stays_one()
    {
        Drawing(Circle).Always((scene, theta) => Assert.True(Roundness(scene, theta) < 2e-3));
        // As optimisers leave it: no z, and back where it began but for a digit.
        foreach (var rounded in new[] { "M50 20.01a15 15 0 1 1 0 30a15 15 0 1 1 .01-30", "M50 20.01a15 15 0 1 1 0 30a15 15 0 1 1 .01-30z" })
            Drawing(rounded).Always((scene, theta) =>
            {
                Assert.True(Roundness(scene, theta) < .01);
                var p = KeptDrawing.Points(scene, 0, theta);
                Assert.Equal(.01, p[^1].X - p[0].X, 2e-3);
                Assert.Equal(0, p[^1].Y - p[0].Y, 2e-3);
            });
        var free = Drawing(Circle, free: true);
        free.Edit(1);
        Assert.True(Roundness(free.Svg.Scene, free.Theta) > .02);
    }

    [Theory]
    [InlineData("M40 11a24 24 0 1 1 0 48a24 24 0 1 1 0-48M40 29a6 6 0 1 0 0 12a6 6 0 1 0 0-12z")]
    [InlineData("M40 15a30 20 0 1 1 0 40a30 20 0 1 1 0-40zM40 30a5 5 0 1 0 .02 10a5 5 0 1 0 0-10z")]
    public void A_hole_stays_in_the_middle_of_its_circle(string d)
    {
        Drawing(d).Always((scene, theta) => Assert.True(Apart(scene, theta).Length < .06));
        var free = Drawing(d, free: true);
        free.Edit(1);
        Assert.True(Apart(free.Svg.Scene, free.Theta).Length > .2);

        static Point Apart(Scene scene, double[] theta)
        {
            var contours = PlacedContours.Of(scene, new bool[theta.Length]);
            var (outer, hole) = (ContourCurve.Extent(contours[0], contours[0].At(theta)), ContourCurve.Extent(contours[1], contours[1].At(theta)));
            return new((outer.Left + outer.Right - hole.Left - hole.Right) / 2, (outer.Top + outer.Bottom - hole.Top - hole.Bottom) / 2);
        }
    }

    /// <summary>Three quarters of a circle about (40, 35), and a ring with two gaps.</summary>
    [Theory]
    [InlineData("M40 20A15 15 0 1 1 25 35")]
    [InlineData("M40 20A15 15 0 0 1 40 50M32.5 22.01A15 15 0 0 0 32.5 47.99")]
    // With a piece of six degrees in it.
    [InlineData("M40 20A15 15 0 1 1 25 35A15 15 0 0 1 25.0822 33.4321")]
    public void Arcs_that_go_more_than_half_round_stay_arcs_of_one_circle(string d)
    {
        Drawing(d).Always((scene, theta) => Assert.True(OffCircle(scene, theta) < .012), rate: .01);
        var free = Drawing(d, free: true);
        free.Edit(1, rate: .01);
        Assert.True(OffCircle(free.Svg.Scene, free.Theta) > .03);

        static double OffCircle(Scene scene, double[] theta)
        {
            var flat = PlacedContours.Of(scene, new bool[theta.Length]).SelectMany(c => ContourCurve.Flatten(c, c.At(theta))).ToArray();
            // The circle through three of them.
            var (a, b) = (flat[flat.Length / 3] - flat[0], flat[2 * flat.Length / 3] - flat[0]);
            var (area, aa, bb) = (2 * Point.Cross(a, b), Point.Dot(a, a), Point.Dot(b, b));
            var toCenter = new Point((b.Y * aa - a.Y * bb) / area, (a.X * bb - b.X * aa) / area);
            return flat.Max(p => Math.Abs((p - flat[0] - toCenter).Length / toCenter.Length - 1));
        }
    }

    [Fact]
    public void A_stroke_stays_between_a_third_and_twice_its_width()
    {
        const string Line = "<path d='M10 20L60 30' stroke='#000' stroke-width='6'/>";
        Assert.Equal((2, 12), Widths(new(Line)));
        var (thinnest, widest) = Widths(new(Line, new() { FreeForms = true }));
        Assert.True(thinnest < 1 && widest > 13);

        static (double, double) Widths(KeptDrawing drawing)
        {
            var all = new List<double>();
            drawing.Always((scene, theta) => all.Add(KeptDrawing.Shapes(scene.Root)[0].Stroke!.Width.Value(theta)), tests: 30);
            return (all.Min(), all.Max());
        }
    }

    [Fact]
    public void A_smile_is_free_to_bend()
    {
        var drawing = Drawing("M30 40A20 20 0 0 0 60 40");
        drawing.Edit(1, rate: .01);
        var p = KeptDrawing.Points(drawing.Svg.Scene, 0, drawing.Theta);
        var before = KeptDrawing.Points(drawing.Svg.Scene, 0, drawing.Svg.Scene.InitialValues());
        Assert.True(((p[1] - p[0]).Length / (p[^1] - p[0]).Length) / ((before[1] - before[0]).Length / (before[^1] - before[0]).Length) is < .98 or > 1.02);
    }

    /// <summary>A shield within a shield, drawn the other way round from another node; a frame; a coin's rim.</summary>
    [Theory]
    [InlineData("<path d='M20 20L60 24L56 60L36 80L16 56Z'/><path d='M20.4 54.8L36.4 74L52.4 58L55.6 29.2L23.6 26Z'/>", new[] { 4, 3, 2, 1, 0 })]
    [InlineData("<rect x='20' y='20' width='50' height='24'/><rect x='22' y='22' width='46' height='20'/>", new[] { 0, 1, 2, 3 })]
    [InlineData("<circle cx='40' cy='40' r='20'/><circle cx='40' cy='40' r='17'/>", new[] { 0, 1, 2, 3 })]
    public void A_border_stays_as_wide_as_it_was(string content, int[] match)
    {
        var drawing = new KeptDrawing(content, new() { Symmetry = SymmetryMode.None });
        var source = Offsets(drawing.Svg.Scene, drawing.Svg.Scene.InitialValues());
        drawing.Always((scene, theta) => Assert.All(source.Zip(Offsets(scene, theta)), o =>
        {
            Assert.Equal(o.First.X, o.Second.X, .011);
            Assert.Equal(o.First.Y, o.Second.Y, .011);
        }), rate: .004);
        var free = new KeptDrawing(content, new() { Symmetry = SymmetryMode.None, FreeForms = true });
        free.Edit(1, rate: .004);
        Assert.Contains(source.Zip(Offsets(free.Svg.Scene, free.Theta)), o => (o.First - o.Second).Length > .3);

        Point[] Offsets(Scene scene, double[] theta)
        {
            var contours = PlacedContours.Of(scene, new bool[theta.Length]);
            var (outer, inner) = (contours[0].At(theta), contours[1].At(theta));
            return [.. inner.Select((p, i) => p - outer[match[i]])];
        }
    }

    [Fact]
    public void A_rectangle_with_round_corners_stays_one()
    {
        Drawing(RoundedRectangle).Always((scene, theta) =>
        {
            var p = KeptDrawing.Points(scene, 0, theta);
            // M, H, arc, V, arc, H, arc, V, arc: the nodes of sides.
            var (start, side, corner, down) = (p[0], p[1], p[4], p[5]);
            Assert.Equal(start.Y, side.Y);
            Assert.Equal(corner.X, down.X);
            // Quarter circles of one radius, their handles where a circle has them.
            var radius = corner.X - side.X;
            Assert.Equal(radius, corner.Y - side.Y, 2e-3);
            Assert.Equal(side.Y, p[2].Y, 1e-9);
            Assert.Equal(corner.X, p[3].X, 1e-9);
            Assert.Equal(.5523 * Math.Abs(radius), Math.Abs(p[2].X - side.X), 4e-3);
            Assert.Equal(radius, down.X - p[8].X, 3e-3);
        });
        var free = Drawing(RoundedRectangle, free: true);
        free.Edit(1);
        var q = KeptDrawing.Points(free.Svg.Scene, 0, free.Theta);
        Assert.True(Math.Abs(q[0].Y - q[1].Y) > .5);
    }

    [Fact]
    public void A_right_angle_stays_one_level_or_turned()
    {
        Drawing("M20 20H70V60H20Z").Always((scene, theta) => Right(KeptDrawing.Points(scene, 0, theta), 4e-4));
        Drawing("M50 15L80 45L60 65L30 35Z").Always((scene, theta) => Right(KeptDrawing.Points(scene, 0, theta), 1e-3));

        static void Right(List<Point> p, double tolerance)
        {
            for (var i = 0; i < 4; i++)
            {
                var (a, b) = (p[(i + 1) % 4] - p[i], p[(i + 2) % 4] - p[(i + 1) % 4]);
                if (a.Length > 1 && b.Length > 1) Assert.Equal(0, Point.Dot(a, b) / (a.Length * b.Length), tolerance * 10);
            }
        }
    }

    [Fact]
    public void A_straight_line_stays_straight_through_nodes_and_as_a_curve()
    {
        // Two nodes on the slope, one of its pieces a curve that is none.
        Drawing("M10 80L30 60L50 40C60 30 65 25 70 20L80 85Z").Always((scene, theta) =>
        {
            var p = KeptDrawing.Points(scene, 0, theta);
            var slope = p[5] - p[0];
            foreach (var i in new[] { 1, 2 }) Assert.Equal(0, Point.Cross(slope, p[i] - p[0]) / slope.Length, 3e-3);
            var piece = p[5] - p[2];
            foreach (var i in new[] { 3, 4 }) Assert.Equal(0, Point.Cross(piece, p[i] - p[2]) / Math.Max(piece.Length, 1), 3e-3);
        });
    }

    [Fact]
    public void An_ellipse_of_curves_keeps_its_axes()
    {
        Drawing("M20 40a25 12 0 1 1 50 0a25 12 0 1 1-50 0").Always((scene, theta) =>
        {
            var contour = PlacedContours.Of(scene, new bool[theta.Length])[0];
            var e = ContourCurve.Extent(contour, contour.At(theta));
            if (e.Right - e.Left < 2 || e.Bottom - e.Top < 2) return;
            foreach (var p in ContourCurve.Flatten(contour, contour.At(theta)))
            {
                var (x, y) = (2 * (p.X - (e.Left + e.Right) / 2) / (e.Right - e.Left), 2 * (p.Y - (e.Top + e.Bottom) / 2) / (e.Bottom - e.Top));
                Assert.Equal(1, Math.Sqrt(x * x + y * y), 5e-3);
            }
        });
    }

    /// <summary>A corner between a level and an upright line, in a form that has a slanted one, too; one between a level line and a bow.</summary>
    [Theory]
    [InlineData("M20 20H50A6 6 0 0 1 56 26V52L30 64L14 48Z", 1)]
    [InlineData("M20 20H50A6 6 0 0 1 56 26C56 50 44 64 30 64L14 48Z", 1)]
    public void A_rounded_corner_stays_round(string d, int from)
    {
        Drawing(d).Always((scene, theta) =>
        {
            var p = KeptDrawing.Points(scene, 0, theta);
            var (across, down) = (p[from + 3].X - p[from].X, p[from + 3].Y - p[from].Y);
            Assert.Equal(across, down, .02);
            Assert.Equal((.5523 * across, 0), (p[from + 1].X - p[from].X, p[from + 1].Y - p[from].Y), (a, b) => Math.Abs(a.Item1 - b.Item1) + Math.Abs(a.Item2 - b.Item2) < .02 * (1 + Math.Abs(across)));
        });
        var free = Drawing(d, free: true);
        free.Edit(1);
        var q = KeptDrawing.Points(free.Svg.Scene, 0, free.Theta);
        Assert.NotEqual(q[from + 3].X - q[from].X, q[from + 3].Y - q[from].Y, .2);
    }
}
