using SvgDistill.Rasterizer.Outlines;
using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Distill.Metrics;

/// <summary>What differs between two drawings of the same tree: an original and its edit.</summary>
/// <param name="MeanDisplacement">Mean move of nodes and handles, in % of the canvas diagonal.</param>
/// <param name="LargestDisplacement">The largest move, likewise.</param>
/// <param name="MeanPaletteChange">Mean CIEDE2000 difference of corresponding colours of fills, strokes and gradient stops.</param>
/// <param name="LargestPaletteChange">The largest, likewise.</param>
/// <param name="UntouchedElements">Share of the elements with numbers to draw none of which changed, 0..1.</param>
public sealed record DrawingComparison(
    double MeanDisplacement, double LargestDisplacement, double MeanPaletteChange, double LargestPaletteChange, double UntouchedElements)
{
    /// <summary>Compares one scene at two parameter vectors.</summary>
    public static DrawingComparison Between(Scene scene, double[] before, double[] after) =>
        Between(scene, before, scene, after, out _)!;

    /// <summary>
    /// Compares two scenes at their files' values. Null where their shapes do not correspond one to one; then
    /// <paramref name="difference"/> says where they part.
    /// </summary>
    public static DrawingComparison? Between(Scene before, Scene after, out string? difference) =>
        Between(before, before.InitialValues(), after, after.InitialValues(), out difference);

    /// <summary>The same at any values.</summary>
    public static DrawingComparison? Between(Scene before, double[] thetaBefore, Scene after, double[] thetaAfter,
        out string? difference)
    {
        var (shapesBefore, shapesAfter) = (ShapeOutline.Of(before, thetaBefore), ShapeOutline.Of(after, thetaAfter));
        difference = shapesBefore.Count == shapesAfter.Count ? null : $"{shapesBefore.Count} shapes against {shapesAfter.Count}";
        if (difference is not null) return null;

        var points = new Running();
        var colors = new Running();
        var seen = new HashSet<ScalarColor>();
        // Both pictures are taken as stretched onto the first one's canvas.
        var (sx, sy) = (before.Width / after.Width, before.Height / after.Height);
        var diagonal = Math.Sqrt(before.Width * before.Width + before.Height * before.Height);
        for (var i = 0; i < shapesBefore.Count; i++)
        {
            var (a, b) = (shapesBefore[i], shapesAfter[i]);
            var (colorsBefore, colorsAfter) = (Colors(a.Shape), Colors(b.Shape));
            if (!Correspond(a, b) || colorsBefore.Count != colorsAfter.Count)
            {
                difference = $"shape {i + 1}, {Describe(a.Shape)}, against {Describe(b.Shape)}";
                return null;
            }
            for (var p = 0; p < a.Points.Length; p++)
            {
                var (dx, dy) = (sx * b.Points[p].X - a.Points[p].X, sy * b.Points[p].Y - a.Points[p].Y);
                points.Add(100 * Math.Sqrt(dx * dx + dy * dy) / diagonal);
            }
            foreach (var (x, y) in colorsBefore.Zip(colorsAfter))
                if (seen.Add(x)) colors.Add(Ciede2000.Difference(Rgb(x, thetaBefore), Rgb(y, thetaAfter)));
        }
        return new(points.Mean, points.Largest, colors.Mean, colors.Largest, Untouched(before, thetaBefore, after, thetaAfter));
    }

    private static bool Correspond(ShapeOutline a, ShapeOutline b) =>
        a.Points.Length == b.Points.Length && a.Shape.Element?.TagName == b.Shape.Element?.TagName && a.Shape.Element?.Id == b.Shape.Element?.Id;

    private static string Describe(ShapeNode shape) =>
        shape.Element is { } e ? $"<{e.TagName}{(e.Id is null ? "" : $" id=\"{e.Id}\"")}> in line {e.Line}" : "a shape without an element";

    private static List<ScalarColor> Colors(ShapeNode shape)
    {
        var found = new List<ScalarColor>();
        foreach (var paint in new[] { shape.Fill, shape.Stroke?.Paint })
            if (paint is SolidPaint solid) found.Add(solid.Color);
            else if (paint is GradientPaint gradient) found.AddRange(gradient.Stops.Select(s => s.Color));
        return found;
    }

    private static (double R, double G, double B) Rgb(ScalarColor c, double[] theta) => (c.R.Value(theta), c.G.Value(theta), c.B.Value(theta));

    private static double Untouched(Scene before, double[] thetaBefore, Scene after, double[] thetaAfter)
    {
        var (a, b) = (ByElement(before, thetaBefore), ByElement(after, thetaAfter));
        return a.Count == 0 ? 1 : a.Count(e => b.TryGetValue(e.Key, out var numbers) && numbers.SequenceEqual(e.Value)) / (double)a.Count;
    }

    private static Dictionary<int, List<(string Name, double Value)>> ByElement(Scene scene, double[] theta)
    {
        var elements = new Dictionary<int, List<(string, double)>>();
        for (var i = 0; i < theta.Length; i++)
        {
            var order = scene.Parameters[i].Element.Order;
            if (!elements.TryGetValue(order, out var numbers)) elements.Add(order, numbers = []);
            numbers.Add((scene.Parameters[i].Name, theta[i]));
        }
        return elements;
    }

    private sealed class Running
    {
        private double _sum;
        private int _count;

        public double Mean => _count == 0 ? 0 : _sum / _count;
        public double Largest { get; private set; }

        public void Add(double value)
        {
            _sum += value;
            _count++;
            Largest = Math.Max(Largest, value);
        }
    }
}
