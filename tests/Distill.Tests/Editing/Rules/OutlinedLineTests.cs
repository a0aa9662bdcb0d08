using SvgDistill.Distill.Editing.Rules;
using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Scenes;
using Xunit;

namespace SvgDistill.Distill.Tests.Editing.Rules;

/// <summary>Lines that are drawn as filled outlines stay as wide as they were.</summary>
public class OutlinedLineTests
{
    // A hook of a slanted line and a bend, 4 wide, one end round in one arc, the other cut off.
    private const string Hook = "M20 20L40 30C50 35 52 45 46 54A2 2 0 0 1 42.7 51.8C47 45 46 38 38.2 33.6L18.2 23.6Z";

    private static KeptDrawing Drawing(string d, bool free = false) => new($"<path d='{d}'/>", new() { Symmetry = SymmetryMode.None, FreeForms = free });

    private static Point[] Moves(Scene before, Scene scene, double[] theta) =>
        [.. KeptDrawing.Points(scene, 0, theta).Zip(KeptDrawing.Points(before, 0, before.InitialValues()), (b, a) => b - a)];

    // Pairs across the line, a bend's handles, all of the round end, and the cut one.
    [Theory]
    [InlineData(1, 13)]
    [InlineData(2, 12)]
    [InlineData(3, 11)]
    [InlineData(4, 5, 6, 7, 8, 9, 10)]
    [InlineData(0, 14)]
    public void Nodes_that_face_each_other_move_together(params int[] points)
    {
        var drawing = Drawing(Hook);
        drawing.Always((scene, theta) =>
        {
            var moves = Moves(drawing.Svg.Scene, scene, theta);
            Assert.All(points, p => Assert.True((moves[p] - moves[points[0]]).Length < .02));
        });
        var free = Drawing(Hook, free: true);
        free.Edit(1);
        var apart = Moves(free.Svg.Scene, free.Svg.Scene, free.Theta);
        Assert.Contains(points, p => (apart[p] - apart[points[0]]).Length > .5);
    }

    [Fact]
    public void The_line_itself_bends()
    {
        var drawing = Drawing(Hook);
        drawing.Edit(1);
        var moves = Moves(drawing.Svg.Scene, drawing.Svg.Scene, drawing.Theta);
        Assert.True((moves[1] - moves[0]).Length > .5 && (moves[4] - moves[1]).Length > .5);
    }

    [Theory]
    // The letter C, whose gap is as narrow as its line; a wide form; two dots; a body with a thin tail.
    [InlineData("M20 20H50V30H30V34H50V44H20Z", 3, 4)]
    [InlineData("M20 20L60 30L54 54L14 44Z", 0, 3)]
    [InlineData("M44 40a6 6 0 1 1-12 0a6 6 0 0 1 12 0", 0, 6)]
    [InlineData("M30 40C30 37 35 34 39 36C44 38 45 43 41 45C36 47 30 44 30 40Z", 0, 6)]
    [InlineData("M20 20C40 10 60 30 50 50L52 80L48 80L46 52C30 60 20 50 14 40C10 30 12 24 20 20Z", 4, 5)]
    public void What_is_no_line_is_free(string d, int node, int other)
    {
        var drawing = Drawing(d);
        drawing.Edit(1);
        var moves = Moves(drawing.Svg.Scene, drawing.Svg.Scene, drawing.Theta);
        Assert.True((moves[node] - moves[other]).Length > .2);
    }

    /// <summary>Four panes in a frame: no pane's corner has one to face across the bars.</summary>
    [Fact]
    public void A_windows_bars_stay_as_wide_as_they_were()
    {
        const string Window = "M10 12H70V50H10ZM14 16V28H38V16ZM42 16V28H66V16ZM14 32V46H38V32ZM42 32V46H66V32Z";
        Drawing(Window).Always((scene, theta) =>
        {
            var p = KeptDrawing.Points(scene, 0, theta);
            // Frame to pane, pane to pane, level and upright.
            Assert.Equal((4, 4, 4), (p[4].X - p[0].X, p[8].X - p[6].X, p[12].Y - p[5].Y), (a, b) => Math.Abs(a.Item1 - b.Item1) + Math.Abs(a.Item2 - b.Item2) + Math.Abs(a.Item3 - b.Item3) < .06);
        });
    }

    /// <summary>A ring, a slanted frame and a bent one whose holes go the same way round.</summary>
    [Theory]
    [InlineData("M50 40a12 12 0 1 1-24 0a12 12 0 0 1 24 0M46 40a8 8 0 1 1-16 0a8 8 0 0 1 16 0")]
    [InlineData("M20 20L50 30L42 60L12 50ZM23.85 27L43.35 33.5L38.15 53L18.65 46.5Z")]
    [InlineData("M20 40C20 10 60 10 60 40C60 75 20 75 20 40ZM30 40C30 22 50 22 50 40C50 62 30 62 30 40Z")]
    public void Even_odd_holes_may_go_the_same_way_round(string d)
    {
        var drawing = new KeptDrawing($"<path fill-rule='evenodd' d='{d}'/>", new() { Symmetry = SymmetryMode.None });
        drawing.Always((scene, theta) =>
        {
            var moves = Moves(drawing.Svg.Scene, scene, theta);
            var half = moves.Length / 2;
            Assert.All(Enumerable.Range(0, half), i => Assert.True((moves[i] - moves[half + i]).Length < .03));
        });
    }

    private static double Width(Scene scene, double[] theta, int node, int from, int to)
    {
        var p = KeptDrawing.Points(scene, 0, theta);
        var side = p[to] - p[from];
        return Math.Abs(Point.Cross(side, p[node] - p[from])) / side.Length;
    }

    /// <summary>A bar on a base: the nodes at its foot face none.</summary>
    [Fact]
    public void Slanted_sides_keep_their_distance_whatever_their_nodes()
    {
        const string Bar = "M10 40H30L52 18L55.5 21.5L37 40H70V44H10Z";
        var drawing = Drawing(Bar);
        var width = Width(drawing.Svg.Scene, drawing.Svg.Scene.InitialValues(), 4, 1, 2);
        // Exact where the line does not turn; the cosine of what it does is the rest.
        drawing.Always((scene, theta) => Assert.Equal(width, Width(scene, theta, 4, 1, 2), .05 * width), rate: .001);
        var free = Drawing(Bar, free: true);
        free.Edit(1, rate: .001);
        Assert.NotEqual(width, Width(free.Svg.Scene, free.Theta, 4, 1, 2), .1 * width);
    }

    // A bow of one curve outside and two inside, 4 wide.
    private const string Bow = "M10 40C10 10 70 10 70 40L66 40C66 28.8 52.9 21.5 40 21.5C27.1 21.5 14 28.8 14 40Z";

    [Fact]
    public void A_bow_keeps_its_width_and_bends()
    {
        static (double, double) Thickness(Scene scene, double[] theta)
        {
            var p = KeptDrawing.Points(scene, 0, theta);
            var outer = Enumerable.Range(0, 101).Select(i => ContourCurve.Cubic(p[0], p[1], p[2], p[3], i / 100.0)).ToArray();
            double Nearest(Point q) => outer.Min(o => (o - q).Length);
            return (Nearest(ContourCurve.Cubic(p[4], p[5], p[6], p[7], .5)), Nearest(p[7]));
        }

        var drawing = Drawing(Bow);
        var (before, top) = Thickness(drawing.Svg.Scene, drawing.Svg.Scene.InitialValues());
        var bends = new List<double>();
        for (var seed = 0; seed < 6; seed++)
        {
            drawing.Edit(seed, rate: .001);
            var (after, afterTop) = Thickness(drawing.Svg.Scene, drawing.Theta);
            Assert.Equal(before, after, .15 * before);
            Assert.Equal(top, afterTop, .15 * top);
            var p = KeptDrawing.Points(drawing.Svg.Scene, 0, drawing.Theta);
            bends.Add(ContourCurve.Cubic(p[0], p[1], p[2], p[3], .5).Y - (p[0].Y + p[3].Y) / 2);
        }
        Assert.True(bends.Max() - bends.Min() > 1, string.Join(' ', bends));
        var free = Drawing(Bow, free: true);
        Assert.Contains(Enumerable.Range(0, 6), seed =>
        {
            free.Edit(seed, rate: .001);
            return Math.Abs(Thickness(free.Svg.Scene, free.Theta).Item2 - top) > .2 * top;
        });
    }

    /// <summary>A frame of one path and the colour that ends within its ink: corner for corner, and where the colour is round.</summary>
    [Theory]
    [InlineData("M22 22L58 30L52 62L16 54Z")]
    [InlineData("M22 22C34 25 46 27 58 30C56 41 54 51 52 62C40 59 28 57 16 54C18 43 20 33 22 22Z")]
    public void A_second_colour_goes_with_the_line_that_it_ends_under(string colour)
    {
        const string Frame = "M20.3 19.3L61 28.3L54 64.4L13.3 55.4ZM23.7 24.7L17.1 52.4L49.6 59.6L55.5 31.8Z";
        static KeptDrawing Both(string colour, bool free) => new($"<path d='{Frame}'/><path fill='#fc0' d='{colour}'/>", new() { Symmetry = SymmetryMode.None, FreeForms = free });

        var drawing = Both(colour, false);
        var before = Apart(drawing.Svg.Scene, drawing.Svg.Scene.InitialValues());
        drawing.Always((scene, theta) =>
        {
            foreach (var (now, then) in Apart(scene, theta).Zip(before)) Assert.True((now - then).Length < .6);
        }, rate: .001);
        drawing.Edit(1, rate: .001);
        Assert.True((KeptDrawing.Points(drawing.Svg.Scene, 0, drawing.Theta)[0] - KeptDrawing.Points(drawing.Svg.Scene, 0, drawing.Svg.Scene.InitialValues())[0]).Length > 1);
        var free = Both(colour, true);
        free.Edit(1, rate: .001);
        Assert.Contains(Apart(free.Svg.Scene, free.Theta).Zip(before), p => (p.First - p.Second).Length > 1);

        // From the frame's corners to the colour's.
        static Point[] Apart(Scene scene, double[] theta)
        {
            var (frame, within) = (KeptDrawing.Points(scene, 0, theta), KeptDrawing.Points(scene, 1, theta));
            return [.. Enumerable.Range(0, 4).Select(i => within[i * (within.Count / 4)] - frame[i])];
        }
    }
}
