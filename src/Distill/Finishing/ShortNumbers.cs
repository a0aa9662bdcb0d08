using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Distill.Finishing;

/// <summary>
/// Rounds the lengths that the edit changed to the fewest decimals that move no point by more than <see cref="FinishOptions.Rounding"/>
/// pixels at the model's size. A shape whose contours would cross by that keeps its numbers, as does what a rule puts back.
/// </summary>
internal static class ShortNumbers
{
    private const int Most = 12;

    public static void Round(EditedDrawing drawing, FinishOptions options)
    {
        var scene = drawing.Scene;
        var diagonal = drawing.Scale * Math.Sqrt(scene.Width * scene.Width + scene.Height * scene.Height);
        var theta = (double[])drawing.Theta.Clone();
        for (var i = 0; i < theta.Length; i++)
            if (drawing.Free[i] && theta[i] != drawing.Source[i] && Decimals(scene.Parameters[i], diagonal, options.Rounding) is { } decimals)
                theta[i] = Math.Round(theta[i], decimals);
        Keep(drawing, theta);
        drawing.Settle(theta);
        drawing.Take(theta);
    }

    /// <summary>The fewest decimals whose rounding is no larger than allowed; null for what is no length.</summary>
    internal static int? Decimals(Parameter parameter, double diagonal, double pixels)
    {
        if (parameter.Kind is not (ParameterKind.PointX or ParameterKind.PointY or ParameterKind.Size or ParameterKind.StrokeWidth or ParameterKind.Dash))
            return null;
        var unit = pixels * parameter.Unit / diagonal;
        return Math.Clamp((int)Math.Ceiling(-Math.Log10(2 * unit)), 0, Most);
    }

    private static void Keep(EditedDrawing drawing, double[] theta)
    {
        var rounded = Rasterizer.Outlines.ShapeOutline.Of(drawing.Scene, theta);
        for (var i = 0; i < rounded.Count; i++)
        {
            if (rounded[i].Variables.IsEmpty || rounded[i].Points.AsSpan().SequenceEqual(drawing.Outlines[i].Points.AsSpan())) continue;
            if (drawing.Faults(i, rounded[i]).Count <= drawing.Faults(i, drawing.Outlines[i]).Count) continue;
            foreach (var point in rounded[i].Variables)
            {
                if (point.X.Index >= 0) theta[point.X.Index] = drawing.Theta[point.X.Index];
                if (point.Y.Index >= 0) theta[point.Y.Index] = drawing.Theta[point.Y.Index];
            }
        }
    }
}
