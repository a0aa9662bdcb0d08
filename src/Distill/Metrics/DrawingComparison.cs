using SvgDistill.Rasterizer.Outlines;
using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Distill.Metrics;

/// <summary>What differs between two drawings of the same tree: an original and its edit.</summary>
/// <param name="MeanDisplacement">
/// Mean move of nodes and handles, in % of the canvas diagonal. A shape that vanished counts with the points that it shrank to.
/// </param>
/// <param name="LargestDisplacement">The largest move, likewise.</param>
/// <param name="MeanPaletteChange">
/// Mean CIEDE2000 difference of corresponding colours of fills, strokes and gradient stops that are seen in both.
/// </param>
/// <param name="LargestPaletteChange">The largest, likewise.</param>
/// <param name="UntouchedElements">Share of the elements with numbers to draw none of which changed, 0..1.</param>
/// <param name="VanishedShapes">Shapes of the original of which the edit leaves nothing (<see cref="ShapeOutline.HasVanished"/>).</param>
public sealed record DrawingComparison(
    double MeanDisplacement, double LargestDisplacement, double MeanPaletteChange, double LargestPaletteChange, double UntouchedElements,
    int VanishedShapes)
{
    /// <summary>Compares one scene at two parameter vectors.</summary>
    public static DrawingComparison Between(Scene scene, double[] before, double[] after) =>
        Measure(scene, before, scene, after, [.. ShapeOutline.Of(scene, before).Zip(ShapeOutline.Of(scene, after))]);

    /// <summary>
    /// Compares two scenes at their files' values. Null where their shapes do not correspond one to one; then
    /// <paramref name="difference"/> says where they part.
    /// </summary>
    public static DrawingComparison? Between(Scene before, Scene after, out string? difference)
    {
        var (thetaBefore, thetaAfter) = (before.InitialValues(), after.InitialValues());
        var (a, b) = (ShapeOutline.Of(before, thetaBefore), ShapeOutline.Of(after, thetaAfter));
        difference = a.Count == b.Count ? null : $"{a.Count} shapes against {b.Count}";
        if (difference is not null) return null;
        for (var i = 0; i < a.Count && difference is null; i++)
            if (Difference(a[i], b[i]) is { } parts) difference = $"shape {i + 1}, {Describe(a[i].Shape)}, against {Describe(b[i].Shape)}: {parts}";
        return difference is null ? Measure(before, thetaBefore, after, thetaAfter, [.. a.Zip(b)]) : null;
    }

    private static DrawingComparison Measure(
        Scene before, double[] thetaBefore, Scene after, double[] thetaAfter, List<(ShapeOutline, ShapeOutline)> pairs)
    {
        var points = new Running();
        var colors = new Running();
        var seen = new HashSet<ScalarColor>();
        var vanished = 0;
        // Both pictures are taken as stretched onto the first one's canvas.
        var (sx, sy) = (before.Width / after.Width, before.Height / after.Height);
        var diagonal = Math.Sqrt(before.Width * before.Width + before.Height * before.Height);
        foreach (var (a, b) in pairs)
        {
            if (a.HasVanished && b.HasVanished) continue;
            if (b.HasVanished) vanished++;
            for (var p = 0; p < a.Points.Length; p++)
            {
                var (dx, dy) = (sx * b.Points[p].X - a.Points[p].X, sy * b.Points[p].Y - a.Points[p].Y);
                points.Add(100 * Math.Sqrt(dx * dx + dy * dy) / diagonal);
            }
            if (a.FillIsSeen && b.FillIsSeen) AddColors(a.Shape.Fill, b.Shape.Fill);
            if (a.StrokeIsSeen && b.StrokeIsSeen) AddColors(a.Shape.Stroke?.Paint, b.Shape.Stroke?.Paint);
        }
        return new(points.Mean, points.Largest, colors.Mean, colors.Largest, Untouched(before, thetaBefore, after, thetaAfter), vanished);

        void AddColors(Paint? a, Paint? b)
        {
            foreach (var (x, y) in Colors(a).Zip(Colors(b)))
                if (seen.Add(x)) colors.Add(Ciede2000.Difference(Rgb(x, thetaBefore), Rgb(y, thetaAfter)));
        }
    }

    /// <summary>In what two shapes do not correspond; null where they do.</summary>
    private static string? Difference(ShapeOutline a, ShapeOutline b)
    {
        if (a.Shape.Element?.TagName != b.Shape.Element?.TagName) return "another kind of element";
        if (a.Shape.Element?.Id != b.Shape.Element?.Id) return $"the id {a.Shape.Element?.Id ?? "(none)"} against {b.Shape.Element?.Id ?? "(none)"}";
        foreach (var (what, from, to) in new[]
                 {
                     ("points", a.Points.Length, b.Points.Length), ("colours of the fill", Colors(a.Shape.Fill).Length, Colors(b.Shape.Fill).Length),
                     ("colours of the stroke", Colors(a.Shape.Stroke?.Paint).Length, Colors(b.Shape.Stroke?.Paint).Length),
                 })
            if (from != to) return $"{from} {what} against {to}";
        return null;
    }

    private static string Describe(ShapeNode shape) =>
        shape.Element is { } e ? $"<{e.TagName}{(e.Id is null ? "" : $" id=\"{e.Id}\"")}> in line {e.Line}" : "a shape without an element";

    private static ScalarColor[] Colors(Paint? paint) => paint switch
    {
        SolidPaint solid => [solid.Color],
        GradientPaint gradient => [.. gradient.Stops.Select(s => s.Color)],
        _ => [],
    };

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
