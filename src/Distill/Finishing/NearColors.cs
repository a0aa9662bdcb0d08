using SvgDistill.Distill.Editing;
using SvgDistill.Distill.Metrics;
using SvgDistill.Rasterizer.Outlines;
using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Distill.Finishing;

/// <summary>
/// Makes colours equal that are all but equal: no farther apart than <see cref="FinishOptions.SameColor"/>, or
/// <see cref="FinishOptions.OnceSameColor"/> where they are equal in the source. Each takes over the colour of the first that is near
/// enough, those that may not move coming first and then those that show most, so that no colour drifts along a chain. Stops of
/// gradients are joined only with what they equal in the source: a faint gradient is meant.
/// </summary>
internal static class NearColors
{
    // Each is held against those before it.
    private const int MostColors = 4000;

    private readonly record struct Written(ScalarColor Color, bool IsFree, bool IsStop, double Area);

    public static void Join(EditedDrawing drawing, FinishOptions options, FinishReport report)
    {
        var colors = Colors(drawing).ToList();
        if (colors.Count > MostColors) return;
        var theta = (double[])drawing.Theta.Clone();
        var joined = 0;
        var taken = new List<Written>();
        foreach (var color in colors.OrderBy(c => c.IsFree).ThenByDescending(c => c.Area))
        {
            if (!color.IsFree || taken.Where(t => Joins(t, color)).Select(t => (Written?)t).FirstOrDefault() is not { } to)
            {
                taken.Add(color);
                continue;
            }
            joined += Set(color.Color.R, to.Color.R) | Set(color.Color.G, to.Color.G) | Set(color.Color.B, to.Color.B);
        }
        if (joined == 0) return;
        drawing.Settle(theta);
        drawing.Take(theta);
        report.ColorsJoined = joined;

        bool Joins(Written a, Written b)
        {
            var equalOnce = Rgb(a.Color, drawing.Source) == Rgb(b.Color, drawing.Source);
            if (!equalOnce && (a.IsStop || b.IsStop)) return false;
            return Ciede2000.Difference(Rgb(a.Color, drawing.Theta), Rgb(b.Color, drawing.Theta)) <= (equalOnce ? options.OnceSameColor : options.SameColor);
        }

        int Set(Scalar component, Scalar like)
        {
            var value = (like.Value(drawing.Theta) - component.Offset) / component.Scale;
            if (theta[component.Index] == value) return 0;
            theta[component.Index] = value;
            return 1;
        }
    }

    // Every written colour once, with what is seen of the shapes that it paints.
    private static List<Written> Colors(EditedDrawing drawing)
    {
        var areas = drawing.Areas(drawing.Theta);
        var found = new Dictionary<ScalarColor, Written>();
        for (var shape = 0; shape < areas.Length; shape++)
        {
            var node = drawing.Outlines[shape].Shape;
            foreach (var paint in new[] { node.Fill, node.Stroke?.Paint })
                foreach (var color in SceneShapes.Colors(paint))
                {
                    var key = color with { A = default };
                    if (color.R.IsConstant || color.G.IsConstant || color.B.IsConstant) continue;
                    var area = areas[shape] + (found.TryGetValue(key, out var known) ? known.Area : 0);
                    found[key] = new(color, IsFree(color.R) && IsFree(color.G) && IsFree(color.B), paint is GradientPaint, area);
                }
        }
        return [.. found.Values];

        bool IsFree(Scalar component) => component.Scale != 0 && drawing.Free[component.Index];
    }

    private static (double R, double G, double B) Rgb(ScalarColor color, double[] theta) =>
        (color.R.Value(theta), color.G.Value(theta), color.B.Value(theta));
}
