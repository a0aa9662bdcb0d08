using SvgDistill.Distill.Editing.Rules;
using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Scenes;
using Xunit;

namespace SvgDistill.Distill.Tests.Editing.Rules;

/// <summary>A curve that is its own mirror image stays so though its halves have different nodes.</summary>
public class MirroredCurveTests
{
    // A bell of one curve on the right and two on the left; lying on its side; and away from the canvas's middle.
    private const string Bell = "M50 20C66 20 80 34 80 60V80H20V60C20 47 23.5 37 29 30.25C34.5 23.5 42 20 50 20Z";
    private const string Lying = "M20 50C20 66 34 80 60 80H80V20H60C47 20 37 23.5 30.25 29C23.5 34.5 20 42 20 50Z";
    private const string Beside = "M40 20C56 20 70 34 70 60V80H10V60C10 47 13.5 37 19 30.25C24.5 23.5 32 20 40 20Z";

    private static KeptDrawing Drawing(string d, SymmetryMode mode = SymmetryMode.Auto) => new($"<path d='{d}'/>", new() { Symmetry = mode }, viewBox: "0 0 100 100");

    /// <summary>How far the curve lies from its mirror image, and where its middle is.</summary>
    private static (double Off, double Middle) Symmetry(Scene scene, bool upright)
    {
        var contour = PlacedContours.Of(scene, new bool[scene.Parameters.Length])[0];
        var middle = upright ? contour.Middle.X : contour.Middle.Y;
        var pieces = new FilledOutline([contour]).Pieces;
        var image = pieces.SelectMany(p => p.Flat).Select(p => upright ? new Point(2 * middle - p.X, p.Y) : new Point(p.X, 2 * middle - p.Y));
        return (image.Max(p => FilledOutline.Nearest(pieces, p, double.PositiveInfinity)!.Value.Distance), middle);
    }

    [Theory]
    [InlineData(Bell, true, SymmetryMode.Y)]
    [InlineData(Lying, false, SymmetryMode.X)]
    public void It_stays_symmetric_about_the_middle(string d, bool upright, SymmetryMode other)
    {
        var forms = new List<double>();
        Drawing(d).Always((scene, theta) =>
        {
            var (off, middle) = Symmetry(scene, upright);
            Assert.InRange(off, 0, .35);
            Assert.Equal(50, middle, .2);
            var p = KeptDrawing.Points(scene, 0, theta);
            forms.Add((p[3] - p[0]).Length);
        }, rate: .0004);
        // It changes all the same.
        Assert.True(forms.Max() - forms.Min() > .4);
        foreach (var mode in new[] { SymmetryMode.None, other })
        {
            var free = Drawing(d, mode);
            free.Edit(1, rate: .0004);
            Assert.True(Symmetry(free.Written().Scene, upright).Off > .6);
        }
    }

    [Fact]
    public void An_axis_of_its_own_moves_with_it()
    {
        // The dot makes the drawing's middle another one.
        var drawing = new KeptDrawing($"<path d='{Beside}'/><circle cx='90' cy='50' r='4'/>");
        var middles = new List<double>();
        drawing.Always((scene, _) =>
        {
            var (off, middle) = Symmetry(scene, upright: true);
            Assert.InRange(off, 0, .35);
            middles.Add(middle);
        }, rate: .0004);
        Assert.True(middles.Max() - middles.Min() > .2);
    }

    [Fact]
    public void What_is_not_symmetric_need_not_become_so()
    {
        const string Leaning = "M56 20C70 20 80 34 80 60V80H20V60C20 47 23.5 37 29 30.25C34.5 23.5 44 20 56 20Z";
        var drawing = Drawing(Leaning);
        drawing.Edit(1, rate: .0004);
        Assert.True(Symmetry(drawing.Written().Scene, upright: true).Off > 1.5);
    }
}
