using SvgDistill.Distill.Metrics;
using SvgDistill.Rasterizer.Outlines;

namespace SvgDistill.Distill.Styles;

/// <summary>What a drawing has of a style: its colours, how thick its lines are, how round its corners.</summary>
/// <param name="Colors">The colours that it shows, by share.</param>
/// <param name="Widths">Logarithms to base 2 of line widths in parts of the canvas's diagonal, by length of edge (<see cref="LineWidths"/>); null where nothing is drawn.</param>
/// <param name="Corners">Radii in % of the canvas's diagonal, by angle turned (<see cref="CornerRadii"/>); null where nothing turns.</param>
public sealed record StyleProfile(IReadOnlyList<ShownColor> Colors, Histogram? Widths, Histogram? Corners)
{
    /// <summary>The radius, in % of the diagonal, from which on a contour counts as just that round: form, no corner.</summary>
    public const double RoundestCorner = 10;

    // Side of the picture that colours are counted in.
    private const int Side = 256;

    // Below the diagonal; a step is 1 % of the width.
    private const int Octaves = 12, StepsAnOctave = 64;

    /// <summary>Takes a drawing's profile, at the file's values.</summary>
    public static StyleProfile Of(MeasuredDrawing drawing)
    {
        ArgumentNullException.ThrowIfNull(drawing);
        var scene = drawing.Scene;
        var (diagonal, scale) = (Math.Sqrt(scene.Width * scene.Width + scene.Height * scene.Height), DrawingComplexity.Scale(scene));
        var outlines = ShapeOutline.Of(scene, scene.InitialValues()).Where(o => o.FillIsSeen || o.StrokeIsSeen).ToArray();
        return new(ShownColors.Of(drawing.Draw(Side)),
            Histogram.Of(outlines.SelectMany(o => LineWidths.Of(o, scale)).Where(w => w.Width > 0).Select(w => (Math.Log2(w.Width / diagonal), w.Length)), -Octaves, 0, StepsAnOctave * Octaves),
            Histogram.Of(outlines.SelectMany(CornerRadii.Of).Select(c => (100 * c.Radius / diagonal, c.Angle)), 0, RoundestCorner, 200));
    }
}
