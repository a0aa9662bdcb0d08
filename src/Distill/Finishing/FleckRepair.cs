using SvgDistill.Distill.Metrics;
using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Outlines;
using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Distill.Finishing;

/// <summary>
/// Puts back shapes of which the edit left less than a quarter pixel to see (<see cref="Flecks"/>): each takes its source's form again
/// where it lies now or, where that does not show (it lies under another, or off the canvas), goes back to its place; in both cases
/// only as far as it takes to show a quarter of what it showed, four pixels at most (bisection).
/// </summary>
internal static class FleckRepair
{
    private const int Bisections = 10;
    private const double Share = .25, Most = 4;

    public static void Apply(EditedDrawing drawing, FinishOptions options, FinishReport report)
    {
        var before = drawing.Areas(drawing.Source);
        var now = drawing.Areas(drawing.Theta);
        var flecks = Enumerable.Range(0, before.Length).Where(i => Flecks.IsOne(before[i], now[i])).ToArray();
        report.Flecks = flecks.Length;
        report.Pruned = Pruned(drawing, options, flecks);
        foreach (var shape in flecks)
        {
            if (drawing.IsSpent) break;
            if (drawing.Outlines[shape].Shape.Element is { } element && report.Pruned.Contains(element.Order)) continue;
            // One may be back already, because it is kept together with another.
            if (drawing.Areas(drawing.Theta)[shape] >= Flecks.Area) continue;
            var goal = Math.Clamp(Share * before[shape], Flecks.Area, Most);
            foreach (var way in Ways(drawing, shape).Select(w => Shortened(drawing, shape, w, goal)).OfType<Way>())
                if (drawing.TryChange(way.At(drawing.Theta, 1), fewerFaults: false, settled => Fewer(before, drawing.Areas(drawing.Theta), drawing.Areas(settled))))
                    break;
        }
        if (flecks.Length == 0) return;
        var after = drawing.Areas(drawing.Theta);
        report.FlecksKept = Enumerable.Range(0, after.Length).Count(i => Flecks.IsOne(before[i], after[i])
            && !(drawing.Outlines[i].Shape.Element is { } element && report.Pruned.Contains(element.Order)));
    }

    // Elements all of whose shapes are flecks, one of them moved by the edit.
    private static int[] Pruned(EditedDrawing drawing, FinishOptions options, int[] flecks)
    {
        var moved = drawing.Scene.Parameters.Where((p, i) => drawing.Free[i] && drawing.Theta[i] != drawing.Source[i]).Select(p => p.Element.Order).ToHashSet();
        return [.. Enumerable.Range(0, drawing.Outlines.Count).Where(i => drawing.Outlines[i].Shape.Element is not null)
            .GroupBy(i => drawing.Outlines[i].Shape.Element!.Order)
            .Where(g => options.Prunable.Contains(g.Key) && moved.Contains(g.Key) && g.All(flecks.Contains)).Select(g => g.Key).Order()];
    }

    private static bool Fewer(double[] before, double[] now, double[] changed) => Flecks.Of(before, changed) < Flecks.Of(before, now);

    /// <summary>Numbers of a shape on their way to others.</summary>
    private sealed record Way(IReadOnlyList<(int Index, double From, double To)> Numbers)
    {
        public double[] At(double[] theta, double part)
        {
            var moved = (double[])theta.Clone();
            foreach (var (index, from, to) in Numbers) moved[index] = from + part * (to - from);
            return moved;
        }

        public Way Part(double part) => new([.. Numbers.Select(n => n with { To = n.From + part * (n.To - n.From) })]);
    }

    // The least part of a way that shows enough; null where all of it does not.
    private static Way? Shortened(EditedDrawing drawing, int shape, Way way, double goal)
    {
        if (!Shows(1)) return null;
        var (no, yes) = (0.0, 1.0);
        for (var i = 0; i < Bisections; i++)
        {
            var middle = (no + yes) / 2;
            if (Shows(middle)) yes = middle;
            else no = middle;
        }
        return way.Part(yes);

        bool Shows(double part) => drawing.Areas(way.At(drawing.Theta, part))[shape] >= goal;
    }

    private static IEnumerable<Way> Ways(EditedDrawing drawing, int shape)
    {
        var outline = drawing.Outlines[shape];
        var (then, now) = (Center(outline, drawing.Source), Center(outline, drawing.Theta));
        yield return To(drawing, outline.Shape, now - then);
        yield return To(drawing, outline.Shape, default);
    }

    // To the source's form, shifted in the shape's own space; its stroke's width and its opacities come back, too.
    private static Way To(EditedDrawing drawing, ShapeNode shape, Point shift)
    {
        var numbers = new List<(int, double, double)>();
        switch (shape.Geometry)
        {
            case PathGeometry path:
                foreach (var p in path.Points)
                {
                    Add(p.X, shift.X);
                    Add(p.Y, shift.Y);
                }
                break;
            case RectGeometry r:
                Add(r.X, shift.X);
                Add(r.Y, shift.Y);
                foreach (var size in new[] { r.Width, r.Height, r.Rx, r.Ry }) Add(size, 0);
                break;
            case EllipseGeometry e:
                Add(e.Center.X, shift.X);
                Add(e.Center.Y, shift.Y);
                Add(e.Rx, 0);
                Add(e.Ry, 0);
                break;
        }
        if (shape.Stroke is { } stroke)
        {
            Add(stroke.Width, 0);
            Add(stroke.Opacity, 0);
            if (stroke.Paint is SolidPaint paint) Add(paint.Color.A, 0);
        }
        if (shape.Fill is { }) Add(shape.FillOpacity, 0);
        if (shape.Fill is SolidPaint fill) Add(fill.Color.A, 0);
        return new([.. numbers.DistinctBy(n => n.Item1)]);

        void Add(Scalar scalar, double by)
        {
            if (scalar.Index < 0 || scalar.Scale == 0 || !drawing.Free[scalar.Index]) return;
            numbers.Add((scalar.Index, drawing.Theta[scalar.Index], drawing.Source[scalar.Index] + by / scalar.Scale));
        }
    }

    private static Point Center(ShapeOutline outline, double[] theta) => outline.Shape.Geometry switch
    {
        EllipseGeometry e => e.Center.Value(theta),
        RectGeometry r => new(r.X.Value(theta) + r.Width.Value(theta) / 2, r.Y.Value(theta) + r.Height.Value(theta) / 2),
        PathGeometry path => new(path.Points.Average(p => p.X.Value(theta)), path.Points.Average(p => p.Y.Value(theta))),
        _ => default,
    };
}
