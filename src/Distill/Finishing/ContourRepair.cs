using SvgDistill.Distill.Metrics;
using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Outlines;
using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Distill.Finishing;

/// <summary>
/// Takes out crossings and slivers that the source had not. The points around a fault are drawn toward where the source's form, shifted,
/// turned and scaled to fit there, would have them: a few points first, then more of the contour, then all of it and the whole path; or
/// handles alone to where the source has them between the segment's ends. Each goes just as far as needed (bisection). Of those that
/// help, the one that moves the least is taken.
/// </summary>
internal static class ContourRepair
{
    // Points beside the fault that move with it, fading out.
    private static readonly int[] _reaches = [2, 6, 14];
    private const int Bisections = 6;
    private const int MostRounds = 60;

    public static void Apply(EditedDrawing drawing, FinishReport report)
    {
        report.ContourFaults = Count(drawing);
        if (report.ContourFaults == 0) return;
        for (var shape = 0; shape < drawing.SourceOutlines.Count; shape++)
        {
            var faults = drawing.Faults(shape, drawing.Outlines[shape]);
            for (var round = 0; faults.Count > 0 && round < MostRounds && !drawing.IsSpent && faults.Any(f => Mend(drawing, shape, faults.Count, f)); round++)
                faults = drawing.Faults(shape, drawing.Outlines[shape]);
        }
        // What keeps a rule with another shape that is wrong in the same way can only be mended together with it.
        MendTogether(drawing);
        DrawBack(drawing, drawing.IsFaulty);
        DrawBack(drawing, _ => true);
        report.ContourFaultsKept = Count(drawing);
    }

    private static int Count(EditedDrawing drawing) => Enumerable.Range(0, drawing.Outlines.Count).Sum(i => drawing.Faults(i, drawing.Outlines[i]).Count);

    private static bool Mend(EditedDrawing drawing, int shape, int faults, ContourFault fault)
    {
        if (drawing.Outlines[shape].Variables.IsEmpty || drawing.IsSpent) return false;
        var mends = Weights(drawing.Outlines[shape], fault).Select(w => Pull.Of(drawing, shape, w.Move, w.Fit))
            .Concat(Handles(drawing.Outlines[shape], fault).Select(s => Pull.OfHandles(drawing, shape, s)))
            .Select(p => Try(drawing, shape, faults, p)).OfType<Mending>().OrderBy(m => m.Moved).ToList();
        foreach (var (pull, least, _) in mends)
            foreach (var part in new[] { least, (1 + least) / 2, 1 })
                if (drawing.TryChange(pull.At(drawing.Theta, part), fewerFaults: true)) return true;
        return false;
    }

    private static void MendTogether(EditedDrawing drawing)
    {
        for (var part = .125; part <= 1; part += .125)
        {
            var theta = (double[])drawing.Theta.Clone();
            var pulled = 0;
            for (var shape = 0; shape < drawing.Outlines.Count; shape++)
            {
                var outline = drawing.Outlines[shape];
                if (drawing.Faults(shape, outline).Count == 0 || outline.Variables.IsEmpty) continue;
                theta = Pull.Of(drawing, shape, [.. Enumerable.Repeat(1.0, outline.Points.Length)], [.. Enumerable.Repeat(1.0, outline.Points.Length)]).At(theta, part);
                pulled++;
            }
            if (pulled < 2) return;
            drawing.TryChange(theta, fewerFaults: true);
        }
    }

    /// <summary>
    /// What rules would put back if a part alone moved: the edit's moves made smaller, of all chosen shapes alike. Relations that are linear in
    /// the moves, as symmetries and shared points are, hold on the whole way to the source.
    /// </summary>
    private static void DrawBack(EditedDrawing drawing, Func<int, bool> isChosen)
    {
        if (Count(drawing) == 0) return;
        var from = drawing.Theta;
        var numbers = Enumerable.Range(0, drawing.Outlines.Count).Where(isChosen)
            .SelectMany(shape => drawing.Outlines[shape].Variables.SelectMany(v => new[] { v.X.Index, v.Y.Index }))
            .Where(index => index >= 0 && drawing.Free[index]).ToHashSet();
        for (var part = .125; part <= 1 && !drawing.IsSpent; part += .125)
        {
            var theta = (double[])from.Clone();
            foreach (var index in numbers) theta[index] += part * (drawing.Source[index] - theta[index]);
            if (drawing.TryChange(theta, fewerFaults: true) && Count(drawing) == 0) return;
        }
    }

    /// <summary>A pull that mends, the least part of it that does, and how much it moves.</summary>
    private sealed record Mending(Pull Pull, double Part, double Moved);

    private static Mending? Try(EditedDrawing drawing, int shape, int faults, Pull pull)
    {
        if (!Mends(1)) return null;
        var (no, yes) = (0.0, 1.0);
        for (var i = 0; i < Bisections; i++)
        {
            var middle = (no + yes) / 2;
            if (Mends(middle)) yes = middle;
            else no = middle;
        }
        return new(pull, yes, pull.Moved(yes));

        bool Mends(double part) => drawing.Faults(shape, pull.Outline(part)).Count < faults;
    }

    // For each reach: how far each point of the path goes with the pull, and how much it says about where the form should lie.
    private static IEnumerable<(double[] Move, double[] Fit)> Weights(ShapeOutline outline, ContourFault fault)
    {
        foreach (var reach in _reaches)
        {
            var (move, fit) = (new double[outline.Points.Length], new double[outline.Points.Length]);
            foreach (var span in fault.Spans)
            {
                Fade(outline, span, reach, move);
                Fade(outline, span, 2 * reach + 2, fit);
            }
            yield return (move, fit);
        }
        var whole = new double[outline.Points.Length];
        foreach (var contour in fault.Spans.Select(s => outline.Contours[s.Contour]).Distinct())
            Array.Fill(whole, 1, contour.FirstPoint, contour.LastPoint - contour.FirstPoint + 1);
        yield return (whole, whole);
        var path = Enumerable.Repeat(1.0, outline.Points.Length).ToArray();
        if (!path.AsSpan().SequenceEqual(whole)) yield return (path, path);
    }

    // Segments whose handles may be what is wrong: those of the fault, with their neighbours, and all of the contours.
    private static IEnumerable<IEnumerable<(int Start, int Order)>> Handles(ShapeOutline outline, ContourFault fault)
    {
        foreach (var beside in new[] { 0, 1, int.MaxValue })
            yield return fault.Spans.SelectMany(span =>
            {
                var segments = outline.Contours[span.Contour].Segments;
                var count = (span.Last - span.First + segments.Length) % Math.Max(segments.Length, 1) + 1;
                return beside >= segments.Length ? segments
                    : Enumerable.Range(span.First - beside, Math.Min(count + 2 * beside, segments.Length)).Select(s => segments[(s + segments.Length) % segments.Length]);
            });
    }

    private static void Fade(ShapeOutline outline, ContourSpan span, int reach, double[] weights)
    {
        var contour = outline.Contours[span.Contour];
        if (contour.Segments.IsEmpty) return;
        var count = contour.LastPoint - contour.FirstPoint + 1;
        // A closed contour whose last point is its first goes round without it.
        var around = contour.IsClosed && outline.Points[contour.FirstPoint] == outline.Points[contour.LastPoint] ? count - 1 : count;
        var from = contour.Segments[span.First].Start - contour.FirstPoint;
        var to = contour.Segments[span.Last].Start + contour.Segments[span.Last].Order - contour.FirstPoint;
        if (to < from) to += around;
        for (var i = from - reach; i <= to + reach; i++)
        {
            if (!contour.IsClosed && (i < 0 || i >= count)) continue;
            var beyond = Math.Max(0, Math.Max(from - i, i - to));
            var point = contour.FirstPoint + (contour.IsClosed ? ((i % around) + around) % around : i);
            weights[point] = Math.Max(weights[point], (1 + Math.Cos(Math.PI * beyond / (reach + 1))) / 2);
        }
        if (around < count) weights[contour.LastPoint] = Math.Max(weights[contour.LastPoint], weights[contour.FirstPoint]);
    }

    /// <summary>A path's points on their way to where the source's form would have them.</summary>
    private sealed class Pull
    {
        private readonly ShapeOutline _outline;
        private readonly Point[] _points;
        private readonly Dictionary<int, (double From, double To)> _numbers = [];

        private Pull(ShapeOutline outline, Point[] points) => (_outline, _points) = (outline, points);

        public static Pull Of(EditedDrawing drawing, int shape, double[] move, double[] fit)
        {
            var outline = drawing.Outlines[shape];
            var source = outline.Variables.Select(v => v.Value(drawing.Source)).ToArray();
            var now = outline.Variables.Select(v => v.Value(drawing.Theta)).ToArray();
            var pull = new Pull(outline, now);
            var form = Similarity.Fit(source, now, fit);
            for (var i = 0; i < now.Length; i++)
            {
                if (move[i] == 0) continue;
                var to = now[i] + move[i] * (form.Apply(source[i]) - now[i]);
                pull.Add(drawing, outline.Variables[i].X, now[i].X, to.X);
                pull.Add(drawing, outline.Variables[i].Y, now[i].Y, to.Y);
            }
            return pull;
        }

        public static Pull OfHandles(EditedDrawing drawing, int shape, IEnumerable<(int Start, int Order)> segments)
        {
            var outline = drawing.Outlines[shape];
            var now = outline.Variables.Select(v => v.Value(drawing.Theta)).ToArray();
            var pull = new Pull(outline, now);
            foreach (var (start, order) in segments.Where(s => s.Order == 3))
            {
                Point[] ends = [outline.Variables[start].Value(drawing.Source), outline.Variables[start + order].Value(drawing.Source)];
                if (ends[0] == ends[1]) continue;
                var form = Similarity.Fit(ends, [now[start], now[start + order]], [1, 1]);
                for (var i = start + 1; i < start + order; i++)
                {
                    var to = form.Apply(outline.Variables[i].Value(drawing.Source));
                    pull.Add(drawing, outline.Variables[i].X, now[i].X, to.X);
                    pull.Add(drawing, outline.Variables[i].Y, now[i].Y, to.Y);
                }
            }
            return pull;
        }

        /// <summary>Parameters with the pull's numbers at a part of the way.</summary>
        public double[] At(double[] theta, double part)
        {
            var moved = (double[])theta.Clone();
            foreach (var (index, (from, to)) in _numbers) moved[index] = from + part * (to - from);
            return moved;
        }

        /// <summary>The outline at a part of the way.</summary>
        public ShapeOutline Outline(double part) => _outline.Through([.. _outline.Variables.Select((v, i) =>
            _outline.ToScene.Apply(new(At(v.X, _points[i].X, part), At(v.Y, _points[i].Y, part))))]);

        /// <summary>How much the contours move: an area, each segment's length times how far its points go.</summary>
        public double Moved(double part)
        {
            var outline = Outline(part);
            var sum = 0.0;
            foreach (var contour in outline.Contours)
                foreach (var (start, order) in contour.Segments)
                    for (var i = start; i < start + order; i++)
                        sum += ((outline.Points[i] - _outline.Points[i]).Length + (outline.Points[i + 1] - _outline.Points[i + 1]).Length)
                            * (_outline.Points[i + 1] - _outline.Points[i]).Length;
            return sum;
        }

        private double At(Scalar scalar, double unmoved, double part) =>
            scalar.Index >= 0 && _numbers.TryGetValue(scalar.Index, out var way)
                ? scalar.Offset + scalar.Scale * (way.From + part * (way.To - way.From)) : unmoved;

        private void Add(EditedDrawing drawing, Scalar scalar, double from, double to)
        {
            if (scalar.Index < 0 || scalar.Scale == 0 || !drawing.Free[scalar.Index]) return;
            _numbers.TryAdd(scalar.Index, ((from - scalar.Offset) / scalar.Scale, (to - scalar.Offset) / scalar.Scale));
        }
    }
}
