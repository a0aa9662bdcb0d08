using SvgDistill.Distill.Editing.Rules;
using SvgDistill.Distill.Metrics;
using SvgDistill.Rasterizer;
using SvgDistill.Rasterizer.Outlines;
using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Rasterizer.Svg.Values;

namespace SvgDistill.Distill.Editing.Control;

/// <summary>
/// What stands out from the ground stays seen: strokes at the drawing's edge, and fills that make up a good part of it (a small one may go, as a tear does), keep a distance from the background's in Oklab, or half of what they had
/// where that was less; strokes twice the distance. A colour that comes nearer goes away from the background's again, the way it lies.
/// </summary>
public sealed class GroundContrast : IDrawingRule
{
    /// <summary>What is kept where nothing else is asked: light grey on white (#dddddd) has as much.</summary>
    public const double Default = .1;

    // What is less transparent belongs to the drawing; its edge is this wide, in pixels.
    private const float Opaque = .05f;
    private const int Width = 2;
    // The part of the edge from which on a fill makes the silhouette, and the part of what is seen of a stroke that lies at the edge.
    private const double PartOfEdge = .15, PartOfStroke = .2, Pixel = 1;
    // Distances that count as none, and what rounding makes of one.
    private const double Nothing = 1e-3, Rounding = 1e-6;
    private const int Bisections = 40;
    private const double Farthest = 1e4;
    // A line takes more than a surface to be seen.
    private const double OfStroke = 2;

    private readonly (double R, double G, double B) _ground;
    private readonly (int Index, (double R, double G, double B) Source, double Least)[] _colors;

    /// <summary>Finds the colours at a drawing's edge.</summary>
    /// <param name="scene">The drawing.</param>
    /// <param name="side">The side of the model's picture in pixels.</param>
    /// <param name="margin">The margin around the drawing in it, in fractions of the side.</param>
    /// <param name="ground">The background, sRGB, 0..1.</param>
    /// <param name="least">The distance in Oklab, 0..1.</param>
    public GroundContrast(Scene scene, int side, double margin, (double R, double G, double B) ground, double least)
    {
        ArgumentNullException.ThrowIfNull(scene);
        var source = scene.InitialValues();
        _ground = ground;
        _colors = [.. Shapes(scene, source, side, margin).SelectMany(Colors).Where(c => IsFree(c.Color, scene)).GroupBy(c => c.Color.R.Index).Select(c =>
        {
            var color = (source[c.Key], source[c.Key + 1], source[c.Key + 2]);
            return (c.Key, color, Math.Min(c.Max(of => of.Factor) * least, Distance(color) / 2));
        }).Where(c => c.Item3 > Nothing)];
    }

    /// <inheritdoc/>
    /// <remarks>Nothing: colours are free beyond the distance.</remarks>
    public void Project(ReadOnlySpan<double> theta, Span<double> gradient) { }

    /// <inheritdoc/>
    public void Restore(Span<double> theta)
    {
        foreach (var (i, source, least) in _colors)
        {
            var color = (R: theta[i], G: theta[i + 1], B: theta[i + 2]);
            if (Distance(color) >= least * (1 - Rounding)) continue;
            (theta[i], theta[i + 1], theta[i + 2]) = Away(color, least) ?? Away(source, least) ?? source;
        }
    }

    // The shapes that are seen beside the ground.
    private static IEnumerable<ShapeOutline> Shapes(Scene scene, double[] source, int side, double margin)
    {
        var alpha = new SceneRasterizer(scene, side, side, scene.ToSquare(side, margin)).Forward(source, keep: false).Plane(3).ToArray();
        var edge = new float[alpha.Length];
        for (var i = 0; i < alpha.Length; i++) edge[i] = alpha[i] >= Opaque && IsBesideGround(alpha, i % side, i / side, side) ? 1 : 0;
        var areas = new VisibleAreas(scene, side, margin);
        var (whole, atEdge) = (areas.At(source), areas.At(source, edge));
        var all = atEdge.Sum();
        return ShapeOutline.Of(scene, source).Where((o, s) => atEdge[s] >= Pixel && atEdge[s] >= (o.StrokeIsSeen ? PartOfStroke * whole[s] : PartOfEdge * all));
    }

    private static bool IsBesideGround(float[] alpha, int x, int y, int side)
    {
        for (var v = Math.Max(0, y - Width); v <= Math.Min(side - 1, y + Width); v++)
            for (var u = Math.Max(0, x - Width); u <= Math.Min(side - 1, x + Width); u++)
                if (alpha[v * side + u] < Opaque) return true;
        return false;
    }

    // A stroke is what lies outside, and thin.
    private static IEnumerable<(ScalarColor Color, double Factor)> Colors(ShapeOutline outline) => outline.StrokeIsSeen
        ? SceneShapes.Colors(outline.Shape.Stroke!.Paint).Select(c => (c, OfStroke)) : SceneShapes.Colors(outline.Shape.Fill).Select(c => (c, 1.0));

    private static bool IsFree(ScalarColor c, Scene scene) =>
        c.R == Scalar.Of(c.R.Index) && c.G == Scalar.Of(c.R.Index + 1) && c.B == Scalar.Of(c.R.Index + 2) && scene.Parameters[c.R.Index].IsLeaf;

    private double Distance((double R, double G, double B) color)
    {
        var (p, q) = (new CssColor(color.R, color.G, color.B, 1, false).ToOklab(), new CssColor(_ground.R, _ground.G, _ground.B, 1, false).ToOklab());
        return Math.Sqrt((p.L - q.L) * (p.L - q.L) + (p.A - q.A) * (p.A - q.A) + (p.B - q.B) * (p.B - q.B));
    }

    /// <summary>The nearest colour on the way from the ground through another that is as far as it must be; null where that way leads nowhere.</summary>
    private (double, double, double)? Away((double R, double G, double B) color, double least)
    {
        if (Distance(color) < Rounding) return null;
        var (low, high) = (0.0, Farthest);
        if (Distance(On(high)) < least) return null;
        for (var i = 0; i < Bisections; i++)
        {
            var middle = (low + high) / 2;
            if (Distance(On(middle)) >= least) high = middle;
            else low = middle;
        }
        return On(high);

        (double, double, double) On(double t) => (At(_ground.R, color.R, t), At(_ground.G, color.G, t), At(_ground.B, color.B, t));
    }

    private static double At(double ground, double color, double t) => Math.Clamp(ground + t * (color - ground), 0, 1);
}
