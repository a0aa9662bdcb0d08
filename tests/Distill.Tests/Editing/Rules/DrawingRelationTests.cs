using FsCheck;
using FsCheck.Fluent;
using SvgDistill.Distill.Editing.Rules;
using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Rasterizer.Svg;
using SvgDistill.Tests;
using Xunit;

namespace SvgDistill.Distill.Tests.Editing.Rules;

public class DrawingRelationTests
{
    // Everything at once: mirror images that meet, hold pupils, touch a head that is partly level, and reach the canvas.
    private const string Robot = """
        <rect fill="#89a" x="20" y="30" width="60" height="50" rx="6"/>
        <path fill="#567" d="M30 30L30 12L50 2L70 12L70 30Z"/>
        <path fill="#abc" d="M20 45L2 40L2 70L20 66Z"/><path fill="#abc" d="M80 45L98 40L98 70L80 66Z"/>
        <circle fill="#fff" cx="38" cy="48" r="8"/><circle fill="#fff" cx="62" cy="48" r="8"/>
        <circle fill="#111" cx="38" cy="49" r="3"/><circle fill="#111" cx="62" cy="49" r="3"/>
        <path fill="none" stroke="#111" stroke-width="2" d="M35 68L65 68"/>
        """;

    private static void Shake(KeptDrawing drawing, int seed, double by)
    {
        var random = new Random(seed);
        var parameters = drawing.Svg.Scene.Parameters;
        for (var i = 0; i < parameters.Length; i++)
            drawing.Theta[i] = Math.Clamp(parameters[i].Initial + (parameters[i].IsLeaf ? by * parameters[i].Unit * (2 * random.NextDouble() - 1) : 0),
                parameters[i].Minimum, parameters[i].Maximum);
    }

    [Fact]
    public void A_second_time_changes_nothing_bit_for_bit()
    {
        var drawing = new KeptDrawing(Robot);
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            Shake(drawing, seed, .05);
            drawing.Relations.Restore(drawing.Theta);
            var once = (double[])drawing.Theta.Clone();
            drawing.Relations.Restore(drawing.Theta);
            Assert.Equal(once, drawing.Theta);
            drawing.Relations.Settle(drawing.Theta);
            var settled = (double[])drawing.Theta.Clone();
            drawing.Relations.Settle(drawing.Theta);
            Assert.Equal(settled, drawing.Theta);
        }).Check(RandomCases.Of(100));
    }

    /// <summary>More numbers than a basis is made for hang together in a wheel of round parts: what iteration leaves is no reason to move again.</summary>
    [Fact]
    public void A_second_time_changes_nothing_in_a_large_wheel()
    {
        var parts = Enumerable.Range(0, 24).Select(i => FormattableString.Invariant(
            $"<path transform=\"rotate({15 * i} 50 50)\" d=\"M50 8a3 2 0 1 1 0 4a3 2 0 1 1 0-4\"/><path transform=\"rotate({15 * i} 50 50)\" d=\"M50 20l1.5 1 .5 2 -1 3 -1 2 -1-2 -1-3 .5-2z\"/>"));
        var drawing = new KeptDrawing(string.Concat(parts));
        for (var seed = 0; seed < 6; seed++)
        {
            Shake(drawing, seed, .02);
            drawing.Relations.Restore(drawing.Theta);
            var once = (double[])drawing.Theta.Clone();
            drawing.Relations.Restore(drawing.Theta);
            Assert.Equal(once, drawing.Theta);
        }
    }

    [Fact]
    public void No_movement_is_no_change()
    {
        var drawing = new KeptDrawing(Robot);
        drawing.Relations.Restore(drawing.Theta);
        drawing.Relations.Settle(drawing.Theta);
        Assert.Equal(drawing.Svg.Scene.InitialValues(), drawing.Theta);
        Assert.Equal(drawing.Text, System.Text.Encoding.UTF8.GetString(SvgWriter.Write(drawing.Svg, drawing.Theta)));
    }

    [Fact]
    public void Project_is_an_orthogonal_projection()
    {
        var drawing = new KeptDrawing(Robot);
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            var random = new Random(seed);
            double[] Vector() => [.. drawing.Theta.Select(_ => random.NextDouble() - .5)];
            var (a, b) = (Vector(), Vector());
            double[] pa = [.. a], pb = [.. b];
            drawing.Relations.Project(drawing.Theta, pa);
            drawing.Relations.Project(drawing.Theta, pb);
            double[] twice = [.. pa];
            drawing.Relations.Project(drawing.Theta, twice);
            for (var i = 0; i < pa.Length; i++) Assert.Equal(pa[i], twice[i], 1e-12);
            Assert.Equal(a.Zip(pb).Sum(p => p.First * p.Second), pa.Zip(b).Sum(p => p.First * p.Second), 1e-10);
            Assert.True(pa.Sum(x => x * x) < a.Sum(x => x * x));
            // What it leaves keeps the relations: a move along it needs no putting back.
            var moved = drawing.Svg.Scene.InitialValues();
            for (var i = 0; i < moved.Length; i++) moved[i] -= 1e-4 * drawing.Svg.Scene.Parameters[i].Unit * pa[i];
            for (var i = 0; i < moved.Length; i++) moved[i] = Math.Clamp(moved[i], drawing.Svg.Scene.Parameters[i].Minimum, drawing.Svg.Scene.Parameters[i].Maximum);
            var restored = (double[])moved.Clone();
            drawing.Relations.Restore(restored);
            for (var i = 0; i < moved.Length; i++) Assert.Equal(moved[i], restored[i], 1e-9);
        }).Check(RandomCases.Of(30));
    }

    [Fact]
    public void Everything_holds_at_once()
    {
        var drawing = new KeptDrawing(Robot);
        drawing.Always((scene, theta) =>
        {
            var eyes = KeptDrawing.Shapes(scene.Root).Select(s => s.Geometry).OfType<EllipseGeometry>().ToList();
            for (var i = 0; i < 2; i++)
            {
                var distance = (eyes[i].Center.Value(theta) - eyes[i + 2].Center.Value(theta)).Length;
                Assert.True(distance + eyes[i + 2].Rx.Value(theta) <= eyes[i].Rx.Value(theta) + .8, "a pupil left its eye");
            }
            Assert.Equal(100, eyes[0].Center.X.Value(theta) + eyes[1].Center.X.Value(theta), 1e-9);
            foreach (var shape in new[] { 1, 2, 3, 8 })
                foreach (var p in KeptDrawing.Points(scene, shape, theta))
                    Assert.True(p.X is >= -2e-3 and <= 100.002 && p.Y is >= -2e-3 and <= 100.002, $"{p} lies outside");
            var mouth = KeptDrawing.Points(scene, 8, theta);
            Assert.Equal(mouth[0].Y, mouth[1].Y);
        }, tests: 20, rate: .03);
    }

    [Fact]
    public void Two_halves_of_a_heart_share_their_edge()
    {
        var drawing = new KeptDrawing("""
            <path fill="#e11" d="M50 90C10 60 5 30 30 20C40 17 48 25 50 32Z"/><path fill="#b00" d="M50 90C85 60 95 35 72 21C60 17 52 25 50 32Z"/>
            """);
        drawing.Always((scene, theta) =>
        {
            var (a, b) = (KeptDrawing.Points(scene, 0, theta), KeptDrawing.Points(scene, 1, theta));
            Assert.Equal(a[0], b[0]);
            Assert.Equal(a[^1], b[^1]);
        });
    }

    [Fact]
    public void An_outline_and_its_fill_stay_one_form()
    {
        var drawing = new KeptDrawing("""
            <path fill="#e11" d="M10 10L60 15L45 80Z"/><path fill="none" stroke="#000" d="M60 15L45 80L10 10Z"/>
            """);
        drawing.Always((scene, theta) =>
            Assert.Equal(KeptDrawing.Points(scene, 0, theta).Order(new ByPlace()), KeptDrawing.Points(scene, 1, theta).Order(new ByPlace())));
    }

    private sealed class ByPlace : IComparer<Point>
    {
        public int Compare(Point a, Point b) => (a.X, a.Y).CompareTo((b.X, b.Y));
    }

    [Fact]
    public void What_touches_keeps_touching()
    {
        // A leaf on a fruit, its foot inside it.
        var drawing = new KeptDrawing("""
            <path fill="#d24" d="M50 40C75 35 85 55 80 70C75 90 25 92 20 70C16 50 30 36 50 40Z"/>
            <path fill="#7b5" d="M50 45C52 30 60 20 74 18C76 30 66 42 50 45Z"/>
            """);
        drawing.Always((scene, theta) => Assert.True(Touch(scene, theta)), rate: .04);
        // Without the rule they come apart.
        var apart = drawing.Svg.Scene.InitialValues();
        for (var i = 0; i < apart.Length; i++)
            if (drawing.Svg.Scene.Parameters[i] is { Kind: ParameterKind.PointY, Element.Order: 2 }) apart[i] -= 30;
        Assert.False(Touch(drawing.Svg.Scene, apart));
        drawing.Relations.Restore(apart);
        Assert.True(Touch(drawing.Svg.Scene, apart));
    }

    private static bool Touch(Scene scene, double[] theta)
    {
        var contours = PlacedContours.Of(scene, new bool[theta.Length]);
        var flat = contours.Select(c => ContourCurve.Flatten(c, c.At(theta))).ToList();
        return flat[1].Any(p => Polygon.Depth(p, flat[0]).Depth >= -.3) || flat[0].Any(p => Polygon.Depth(p, flat[1]).Depth >= -.3);
    }

    [Fact]
    public void Shapes_stay_in_a_canvas_of_any_view_box()
    {
        var drawing = new KeptDrawing("""
            <path fill="#d24" d="M-40 -40C-20 -50 0 -45 5 -20C8 0 -30 10 -40 -40Z"/><ellipse cx="30" cy="20" rx="15" ry="8"/>
            <rect x="-30" y="20" width="30" height="20"/><path fill="none" stroke="#000" stroke-width="4" d="M10 -30C20 -45 35 -10 40 -35"/>
            """, viewBox: "-50 -50 100 100", attributes: "width=\"400\" height=\"200\"");
        drawing.Always((scene, theta) =>
        {
            foreach (var contour in PlacedContours.Of(scene, new bool[theta.Length]))
            {
                var (e, s) = (ContourCurve.Extent(contour, contour.At(theta)), contour.HalfStroke(theta));
                if (2 * s >= 200) continue; // no room for such a stroke
                Assert.True(e.Left - s >= -.01 && e.Right + s <= 400.01 && e.Top - s >= -.01 && e.Bottom + s <= 200.01, $"{e} is outside");
            }
        }, rate: .03);
    }

    /// <summary>Over an edge by a rounded digit it goes no farther; where it lies across one, the other three hold all the same.</summary>
    [Theory]
    [InlineData("M-.02 20C20 -8 60 5 60 50S20 80 10 60Z", -.03)]
    [InlineData("M-20 20C20 -8 60 5 60 50S20 80 10 60Z", double.NegativeInfinity)]
    public void What_reaches_over_one_edge_stays_within_the_others(string d, double left) => new KeptDrawing($"<path d=\"{d}\"/>").Always((scene, theta) =>
    {
        var contour = PlacedContours.Of(scene, new bool[theta.Length])[0];
        var e = ContourCurve.Extent(contour, contour.At(theta));
        Assert.True(e.Left >= left && e.Top >= -.01 && e.Right <= 100.01 && e.Bottom <= 100.01, $"{e} is outside");
    }, rate: .05);

    /// <summary>A ground fills the canvas after an edit as before: its sides stay where they lie, on the edge or beyond it.</summary>
    [Theory]
    [InlineData("<rect x=\"0\" y=\"0\" width=\"100\" height=\"100\" rx=\"20\"/>", true, true, true, true)]
    [InlineData("<rect width=\"100\" height=\"100\"/>", true, true, true, true)]
    [InlineData("<path d=\"M0 33H100V66H0Z\"/>", true, false, true, false)]
    [InlineData("<path d=\"M-4 -3H103V40H-4Z\"/>", true, true, true, false)]
    [InlineData("<path d=\"M0 0 60 50 0 100Z\"/>", true, false, false, false)]
    [InlineData("<path fill=\"none\" stroke=\"#000\" stroke-width=\"8\" d=\"M0 50C30 40 70 60 100 50\"/>", true, false, true, false)]
    [InlineData("<path d=\"M20 100V60L50 30 80 60V100Z\"/>", false, false, false, true)]
    [InlineData("<path d=\"M30 0 70 50 40 0Z\"/>", false, false, false, false)]
    public void Grounds_go_on_filling_the_canvas(string content, bool left, bool top, bool right, bool bottom)
    {
        // Another shape lies beside it, so that the drawing's own symmetries tie nothing.
        var drawing = new KeptDrawing(content + "<path fill=\"#d22\" d=\"M10 12 60 20 30 70z\"/>", new() { Symmetry = SymmetryMode.None });
        var before = PlacedContours.Of(drawing.Svg.Scene, new bool[drawing.Theta.Length])[0].Extent;
        bool[] stayed = [true, true, true, true];
        for (var i = 0; i < 8; i++)
        {
            Shake(drawing, i, .1);
            drawing.Relations.Restore(drawing.Theta);
            drawing.Relations.Settle(drawing.Theta);
            var contour = PlacedContours.Of(drawing.Svg.Scene, new bool[drawing.Theta.Length])[0];
            var after = ContourCurve.Extent(contour, contour.At(drawing.Theta));
            bool[] stays = [before.Left == after.Left, before.Top == after.Top, before.Right == after.Right, before.Bottom == after.Bottom];
            stayed = [.. stayed.Zip(stays, (a, b) => a && b)];
        }
        Assert.Equal([left, top, right, bottom], stayed);
    }

    /// <summary>Design tools leave x and y out where they are 0 (a tile behind an icon): what has no place to shift by gets smaller, along that axis alone.</summary>
    [Theory]
    [InlineData("<rect width=\"100\" height=\"80\" rx=\"20\"/><path d=\"M10 12 60 20 30 70z\"/>")]
    [InlineData("<rect y=\"10\" width=\"98\" height=\"89\" stroke=\"#000\" stroke-width=\"2\" transform=\"translate(1)\"/><path d=\"M10 12 60 20 30 70z\"/>")]
    [InlineData("<circle r=\"40\" transform=\"translate(60 45)\"/><path d=\"M10 12 60 20 30 70z\"/>")]
    [InlineData("<ellipse cy=\"3\" rx=\"40\" ry=\"38\" transform=\"translate(60 45)\"/><path d=\"M10 12 60 20 30 70z\"/>")]
    public void What_has_sizes_but_no_place_stays_in_the_canvas(string content)
    {
        var drawing = new KeptDrawing(content);
        drawing.Always((scene, theta) =>
        {
            var contour = PlacedContours.Of(scene, new bool[theta.Length])[0];
            var (e, s) = (ContourCurve.Extent(contour, contour.At(theta)), contour.HalfStroke(theta));
            Assert.True(new Extent(0, 0, 100, 100).Holds(new(e.Left - s, e.Top - s, e.Right + s, e.Bottom + s), .01), $"{e} is outside");
        }, rate: .03);
        // The size along the other axis is left as it is.
        var width = Array.FindIndex([.. drawing.Svg.Scene.Parameters], p => p.Kind == ParameterKind.Size);
        drawing.Svg.Scene.InitialValues().CopyTo(drawing.Theta, 0);
        drawing.Theta[width] *= 1.4;
        var grown = (double[])drawing.Theta.Clone();
        drawing.Relations.Restore(drawing.Theta);
        for (var i = 0; i < grown.Length; i++)
            if (i == width) Assert.True(drawing.Theta[i] < grown[i]);
            else Assert.Equal(grown[i], drawing.Theta[i]);
        var once = (double[])drawing.Theta.Clone();
        drawing.Relations.Restore(drawing.Theta);
        Assert.Equal(once, drawing.Theta);
    }

    /// <summary>A spinner's dots have no radius until an animation gives them one.</summary>
    [Theory]
    [InlineData("<circle cx=\"50\" cy=\"50\" r=\"0\"/><circle cx=\"20\" cy=\"50\" r=\"0\"/><circle cx=\"80\" cy=\"50\" r=\"0\"/>")]
    [InlineData("<circle cx=\"31\" cy=\"22\" r=\"0\"/>")]
    public void Contours_without_a_size_are_symmetric_about_nothing(string dots)
    {
        var drawing = new KeptDrawing(dots);
        Assert.All(drawing.Relations.Symmetries, s => Assert.NotEmpty(s.Pairs));
        drawing.Relations.Restore(drawing.Theta);
        Assert.Equal(drawing.Svg.Scene.InitialValues(), drawing.Theta);
    }

    [Fact]
    public void What_is_tied_to_something_else_comes_back_into_the_canvas_too()
    {
        // They share an edge, so that a shift of one is evened out by the other: only drawing both back helps.
        var drawing = new KeptDrawing("<path d=\"M10 10L90 12L90 50L10 48Z\"/><path d=\"M10 48L90 50L88 95L12 93Z\"/>", new() { FreeForms = true });
        var theta = drawing.Theta;
        for (var i = 0; i < theta.Length; i++) theta[i] = 50 + 1.7 * (theta[i] - 50);
        drawing.Relations.Restore(theta);
        foreach (var shape in new[] { 0, 1 })
            foreach (var p in KeptDrawing.Points(drawing.Svg.Scene, shape, theta)) Assert.True(p.X is >= -1e-6 and <= 100 + 1e-6 && p.Y is >= -1e-6 and <= 100 + 1e-6, $"{p}");
        Assert.Equal(KeptDrawing.Points(drawing.Svg.Scene, 0, theta)[2], KeptDrawing.Points(drawing.Svg.Scene, 1, theta)[1]);
    }

    [Fact]
    public void Thirty_thousand_paths_are_bounded_work()
    {
        var text = new System.Text.StringBuilder();
        var random = new Random(1);
        for (var i = 0; i < 30_000; i++)
            text.Append(System.Globalization.CultureInfo.InvariantCulture,
                $"<path d=\"M{random.Next(900) / 10.0} {random.Next(900) / 10.0}l{1 + random.Next(50) / 10.0} 1l-1 {1 + random.Next(50) / 10.0}z\"/>");
        var drawing = new KeptDrawing(text.ToString());
        Shake(drawing, 1, .01);
        drawing.Relations.Restore(drawing.Theta);
        Assert.All(drawing.Theta, v => Assert.True(double.IsFinite(v)));
    }
}
