using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Distill.Editing.Rules;

/// <summary>Strokes that are as wide as one another on the canvas stay so: each shape of an icon set's file often has a width of its own to say.</summary>
internal static class StrokeForms
{
    // Of a width.
    private const double Same = 1e-3, Rounding = 1e-9;

    /// <summary>Adds the rows that keep widths alike.</summary>
    internal static void Keep(IEnumerable<PlacedContour> contours, bool[] free, ReadOnlySpan<double> source, RelationRows rows)
    {
        var strokes = new List<(double Width, double Scale, LinearForm Form)>();
        foreach (var contour in contours.DistinctBy(c => c.Shape))
        {
            if (contour.Shape.Stroke is not { Width: { IsConstant: false } width } stroke || !free[width.Index] || width.Value(source) <= 0) continue;
            var scale = stroke.IsNonScaling ? 1 : contour.Frame.MeanScale;
            strokes.Add((scale * width.Value(source), scale, LinearForm.Of(width)));
        }
        strokes = [.. strokes.OrderBy(s => s.Width)];
        var first = 0;
        for (var i = 1; i < strokes.Count; i++)
        {
            if (strokes[i].Width > (1 + Same) * strokes[first].Width) first = i;
            if (i == first) continue;
            var ratio = strokes[i].Scale / strokes[first].Scale;
            rows.Add((1, strokes[first].Form), (Math.Abs(ratio - 1) < Rounding ? -1 : -ratio, strokes[i].Form));
        }
    }
}
