using SvgDistill.Distill.Editing.Rules;
using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Scenes;
using Xunit;

namespace SvgDistill.Distill.Tests.Editing.Rules;

/// <summary>What is drawn several times keeps one form, and strokes of one width keep one width.</summary>
public class CopyFormTests
{
    // No symmetry helps, since there is none, and none is kept.
    private static KeptDrawing Drawing(string content, bool free = false, params int[] locked) =>
        new(content, new() { Symmetry = SymmetryMode.None, FreeForms = free, Locked = locked.ToHashSet() });

    private const string Drop = "<path fill='#36c' d='M20 20C27 26 25 33 20 34C15 33 16 28 20 20Z'/>";

    private static Point[] Form(Scene scene, double[] theta, int shape, bool backwards)
    {
        var points = KeptDrawing.Points(scene, shape, theta);
        if (backwards) points.Reverse();
        return [.. points.Select(p => p - points[0])];
    }

    private static double Apart(Point[] a, Point[] b) => a.Zip(b, (p, q) => (p - q).Length).Max();

    private static Point Size(Scene scene, double[] theta, int shape)
    {
        var contour = PlacedContours.Of(scene, new bool[theta.Length])[shape];
        var extent = ContourCurve.Extent(contour, contour.At(theta));
        return new(extent.Right - extent.Left, extent.Bottom - extent.Top);
    }

    private static Func<Point, Point, bool> Near(double tolerance) => (a, b) => (a - b).Length <= tolerance;

    [Theory]
    // The same elsewhere, in another colour, the other way round, under a shift, and to a digit.
    [InlineData("<path fill='#36c' d='M51 43C58 49 56 56 51 57C46 56 47 51 51 43Z'/>", false)]
    [InlineData("<path fill='#d33' d='M51 43C58 49 56 56 51 57C46 56 47 51 51 43Z'/>", false)]
    [InlineData("<path fill='#36c' d='M51 43C47 51 46 56 51 57C56 56 58 49 51 43Z'/>", true)]
    [InlineData("<path fill='#36c' transform='translate(31 23)' d='M20 20C27 26 25 33 20 34C15 33 16 28 20 20Z'/>", false)]
    [InlineData("<path fill='#36c' d='M51 43.1C58 49 56 56 51 57C46.1 56 47 51 51 43.1Z'/>", false)]
    public void Copies_keep_one_form(string copy, bool backwards)
    {
        var drawing = Drawing(Drop + copy);
        var source = drawing.Svg.Scene.InitialValues();
        var asDrawn = Apart(Form(drawing.Svg.Scene, source, 0, false), Form(drawing.Svg.Scene, source, 1, backwards));
        drawing.Always((scene, theta) => Assert.Equal(asDrawn, Apart(Form(scene, theta, 0, false), Form(scene, theta, 1, backwards)), .01));
        drawing.Edit(1);
        // They change, and go each its own way.
        Assert.True(Apart(Form(drawing.Svg.Scene, drawing.Theta, 0, false), Form(drawing.Svg.Scene, source, 0, false)) > .5);
        var moves = Enumerable.Range(0, 2).Select(i => KeptDrawing.Points(drawing.Svg.Scene, i, drawing.Theta)[0] - KeptDrawing.Points(drawing.Svg.Scene, i, source)[0]).ToArray();
        Assert.True((moves[0] - moves[1]).Length > .5);

        var free = Drawing(Drop + copy, free: true);
        free.Edit(1);
        Assert.True(Apart(Form(free.Svg.Scene, free.Theta, 0, false), Form(free.Svg.Scene, free.Theta, 1, backwards)) > asDrawn + .5);
    }

    [Theory]
    // Another size, another form, a mirror image.
    [InlineData("<path fill='#36c' d='M51 43C61.5 52 58.5 62.5 51 64C43.5 62.5 45 55 51 43Z'/>")]
    [InlineData("<path fill='#36c' d='M51 43C54 49 56 56 51 57C49 56 47 51 51 43Z'/>")]
    [InlineData("<path fill='#36c' d='M51 43C55 51 56 56 51 57C46 56 44 49 51 43Z'/>")]
    public void Other_forms_are_no_copies(string other)
    {
        var drawing = Drawing(Drop + other);
        var source = drawing.Svg.Scene.InitialValues();
        drawing.Edit(1);
        Point[] Changes(int shape) => [.. Form(drawing.Svg.Scene, drawing.Theta, shape, false).Zip(Form(drawing.Svg.Scene, source, shape, false), (a, b) => a - b)];
        Assert.True(Apart(Changes(0), Changes(1)) > .5);
    }

    [Fact]
    public void What_may_not_move_is_no_copy()
    {
        const string Copies = "<path fill='#36c' d='M51 43C58 49 56 56 51 57C46 56 47 51 51 43Z'/><path fill='#36c' d='M71 23C78 29 76 36 71 37C66 36 67 31 71 23Z'/>";
        var first = (PathGeometry)KeptDrawing.Shapes(Drawing(Drop + Copies).Svg.Scene.Root)[0].Geometry;
        var drawing = Drawing(Drop + Copies, false, [.. first.Points.SelectMany(p => new[] { p.X.Index, p.Y.Index })]);
        drawing.Edit(1);
        Assert.True(Apart(Form(drawing.Svg.Scene, drawing.Theta, 1, false), Form(drawing.Svg.Scene, drawing.Theta, 2, false)) < 1e-9);
        Assert.True(Apart(Form(drawing.Svg.Scene, drawing.Theta, 1, false), Form(drawing.Svg.Scene, drawing.Svg.Scene.InitialValues(), 1, false)) > .5);
    }

    [Theory]
    [InlineData("<circle cx='20' cy='30' r='6'/><ellipse cx='60' cy='22' rx='6' ry='6'/>", "<circle cx='80' cy='60' r='9'/>")]
    // In two arcs from the right and in three from the left.
    [InlineData("<path d='M26 30a6 6 0 1 1-12 0a6 6 0 0 1 12 0z'/><path d='M54 22a6 6 0 0 1 6-6a6 6 0 0 1 4.243 10.243A6 6 0 0 1 54 22z'/>", "<path d='M89 60a9 9 0 1 1-18 0a9 9 0 0 1 18 0z'/>")]
    [InlineData("<ellipse cx='20' cy='30' rx='6' ry='4'/><ellipse cx='60' cy='22' rx='6' ry='4'/>", "<ellipse cx='80' cy='60' rx='6' ry='9'/>")]
    public void Round_forms_keep_one_size(string alike, string other)
    {
        var source = Drawing(alike + other);
        source.Always((scene, theta) =>
        {
            Assert.Equal(Size(scene, theta, 0), Size(scene, theta, 1), Near(.03));
            Assert.NotEqual(Change(scene, theta, 0), Change(scene, theta, 2), Near(.05));
        }, rate: .005);
        var free = Drawing(alike + other, free: true);
        free.Edit(1, rate: .005);
        Assert.NotEqual(Size(free.Svg.Scene, free.Theta, 0), Size(free.Svg.Scene, free.Theta, 1), Near(.1));

        Point Change(Scene scene, double[] theta, int shape) => Size(scene, theta, shape) - Size(source.Svg.Scene, source.Svg.Scene.InitialValues(), shape);
    }

    [Fact]
    public void Bars_keep_one_length() =>
        Drawing("<path fill='none' stroke='#000' d='M10 20h50M20 40h50M15 60h50'/>").Always((scene, theta) =>
        {
            var p = KeptDrawing.Points(scene, 0, theta);
            Assert.Equal(p[1].X - p[0].X, p[3].X - p[2].X, .021);
            Assert.Equal(p[1].X - p[0].X, p[5].X - p[4].X, .021);
        });

    [Fact]
    public void Strokes_of_one_width_keep_one_width()
    {
        const string Lines = """
            <g fill="none" stroke="#000"><path stroke-width="4" d="M10 20C30 10 40 40 60 20"/><path stroke-width="4" d="M20 50L70 62"/>
            <path stroke-width="2" transform="scale(2)" d="M10 40L30 44"/><path stroke-width="3" d="M70 20L90 70"/></g>
            """;
        Drawing(Lines).Always((scene, theta) =>
        {
            var widths = Widths(scene, theta);
            Assert.Equal(widths[0], widths[1]);
            Assert.Equal(widths[0], 2 * widths[2], .02);
            Assert.NotEqual(widths[0] - 1, widths[3], .05);
        });
        var free = Drawing(Lines, free: true);
        free.Edit(1);
        var apart = Widths(free.Svg.Scene, free.Theta);
        Assert.NotEqual(apart[0], apart[1], .1);

        static double[] Widths(Scene scene, double[] theta) => [.. KeptDrawing.Shapes(scene.Root).Select(s => s.Stroke!.Width.Value(theta))];
    }
}
