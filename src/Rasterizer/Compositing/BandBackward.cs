using System.Numerics;
using SvgDistill.Rasterizer.Coverage;
using SvgDistill.Rasterizer.Drawing;

namespace SvgDistill.Rasterizer.Compositing;

/// <summary>
/// Goes through one band's ops from last to first, turning dL/dpicture into dL/dbackdrop op by op, and leaves the gradients of edges and
/// scalars in the band.
/// </summary>
internal sealed unsafe class BandBackward(BandPlan plan, DrawList list)
{
    /// <summary>Needs dL/dpicture in <paramref name="root"/>, which is overwritten.</summary>
    public void Run(Band band, Canvas root, BandScratch scratch)
    {
        band.ScalarGradients.Clear();
        band.EdgeGradients.Reserve(4 * band.EdgeCount);
        var outer = new Stack<Canvas>();
        var canvas = root;
        for (int i = band.OpCount - 1; i >= 0; i--)
        {
            ref readonly var at = ref band.Ops[i];
            ref readonly var op = ref plan[at.Op];
            switch (op.Kind)
            {
                case OpKind.Fill:
                    Fill(band, at, op, canvas, scratch);
                    break;
                case OpKind.EndLayer:
                    outer.Push(canvas);
                    var inner = NewGradient(band, op, scratch, outer.Count);
                    LayerCompositor.Backward(band, at, op, list, canvas, inner, scratch);
                    canvas = inner;
                    break;
                case OpKind.EndMask:
                    outer.Push(canvas);
                    inner = NewGradient(band, op, scratch, outer.Count);
                    MaskFactors.Backward(band, at, op, inner);
                    canvas = inner;
                    break;
                case OpKind.BeginLayer:
                case OpKind.BeginMask:
                    canvas = outer.Pop();
                    break;
            }
        }
    }

    private static Canvas NewGradient(Band band, in Op op, BandScratch scratch, int depth)
    {
        int rows = Math.Min(op.Y1, band.Y1) - Math.Max(op.Y0, band.Y0);
        return BandForward.View(band, op, scratch.Gradient(depth, Canvas.Length(op.X1 - op.X0, rows, op.AlphaOnly)));
    }

    private void Fill(Band band, in BandOp at, in Op op, in Canvas g, BandScratch scratch)
    {
        var source = op.Source!;
        double* sums = scratch.Sums(source.GradientSize);
        var span = band.Spans.Pointer;
        if (source is SolidSource solid)
        {
            for (int s = at.SpanStart; s < at.SpanEnd; s++) Solid(band, span[s], op, solid, g, scratch, sums);
        }
        else
        {
            for (int s = at.SpanStart; s < at.SpanEnd;)
            {
                int end = BandForward.Stretch(span, s, at.SpanEnd, out int x0, out int x1), row = span[s].Row;
                source.Evaluate(row, x0, x1 - x0, scratch.Paints, scratch.Work);
                var gradients = scratch.PaintGradients;
                for (int plane = 0; plane < 4; plane++) Kernels.Fill(gradients[plane] + x0, x1 - x0, 0);
                for (; s < end; s++) Varying(band, span[s], op, source.IsOpaque, g, scratch);
                source.Backward(row, x0, x1 - x0, gradients, sums, scratch.Work);
            }
        }
        source.Flush(sums, band.ScalarGradients);
        if (!op.CoversAll) Edges(band, at, op, scratch);
    }

    /// <summary>Where dL/dm of a span's pixels is gathered, zeroed.</summary>
    private float* Slopes(Band band, in Span span, CoverageGrid grid)
    {
        float* slopes = grid.Slopes + (span.Row - band.Y0 + plan.Padding) * grid.Columns + span.X + 1 + plan.Padding;
        Kernels.Fill(slopes, span.Count, 0);
        return slopes;
    }

    /// <summary>The cells that pixels of the op in the band depend on through the filter.</summary>
    private float* Reach(Band band, in Op op, CoverageGrid grid, out int rows, out int columns)
    {
        int y0 = Math.Max(op.Y0, band.Y0);
        (rows, columns) = (Math.Min(op.Y1, band.Y1) - y0 + 2 * plan.Padding, op.X1 - op.X0 + 2 * plan.Padding);
        return grid.Slopes + (y0 - band.Y0) * grid.Columns + op.X0 + 1;
    }

    private static void TimesSlope(float* slopes, float* windings, int count, Scenes.FillRule rule)
    {
        for (int i = 0; i < count; i++) slopes[i] *= Windings.Slope(windings[i], rule);
    }

    private void Solid(Band band, in Span span, in Op op, SolidSource paint, in Canvas g, BandScratch scratch, double* sums)
    {
        int first = g.FirstPlane, count = span.Count;
        float hidden = 0;
        if (span.IsRun)
        {
            for (int plane = first; plane < 4; plane++)
            {
                float* line = g.Row(plane, span.Row) + span.X;
                if (span.Behind >= 0)
                    hidden += Kernels.Dot(line, band.Behind.Pointer + span.Behind + (plane - first) * count, count);
                sums[plane] += Kernels.Sum(line, count);
                if (paint.IsOpaque) Kernels.Fill(line, count, 0);
                else Kernels.Scale(line, count, 1 - paint.A);
            }
            sums[3] -= hidden;
            return;
        }
        float* windings = band.Windings.Pointer + span.Winding, behind = band.Behind.Pointer + span.Behind;
        float* slopes = Slopes(band, span, scratch.Grid);
        Kernels.Coverages(windings, scratch.Coverages, count, op.Rule);
        for (int plane = first; plane < 4; plane++)
        {
            var (sum, hid) = Kernels.BlendBackward(
                g.Row(plane, span.Row) + span.X, scratch.Coverages, behind + (plane - first) * count, slopes, count,
                paint[plane], paint.A);
            sums[plane] += sum;
            hidden += hid;
        }
        sums[3] -= hidden;
        TimesSlope(slopes, windings, count, op.Rule);
    }

    private void Varying(Band band, in Span span, in Op op, bool opaque, in Canvas g, BandScratch scratch)
    {
        int first = g.FirstPlane, count = span.Count, x = span.X;
        var (paints, gradients) = (scratch.Paints, scratch.PaintGradients);
        float* windings = null, behind = null, slopes = null, coverages = null;
        if (span.IsRun)
        {
            if (span.Behind >= 0) behind = band.Behind.Pointer + span.Behind;
        }
        else
        {
            windings = band.Windings.Pointer + span.Winding;
            behind = band.Behind.Pointer + span.Behind;
            slopes = Slopes(band, span, scratch.Grid);
            coverages = scratch.Coverages;
            Kernels.Coverages(windings, coverages, count, op.Rule);
        }
        // The alphas' own plane is written by the last call only after the others have subtracted what they hide.
        float* alphaGradients = scratch.Work.Weight + x;
        Kernels.Fill(alphaGradients, count, 0);
        for (int plane = first; plane < 4; plane++)
        {
            float* line = g.Row(plane, span.Row) + x;
            Kernels.BlendBackward(
                line, coverages, behind == null ? null : behind + (plane - first) * count, slopes, count,
                paints[plane] + x, paints[3] + x, gradients[plane] + x, alphaGradients);
            if (span.IsRun && opaque) Kernels.Fill(line, count, 0);
        }
        for (int i = 0; i < count; i++) gradients[3][x + i] += alphaGradients[i];
        if (!span.IsRun) TimesSlope(slopes, windings, count, op.Rule);
    }

    private void Edges(Band band, in BandOp at, in Op op, BandScratch scratch)
    {
        double* gradients = band.EdgeGradients.Pointer;
        var grid = scratch.Grid;
        // Pixels that are in or out by their centres have no derivative.
        if (!op.AntiAlias || op.Source is ImageSource { Moves: false })
        {
            new Span<double>(gradients + 4 * at.EdgeStart, 4 * (at.EdgeEnd - at.EdgeStart)).Clear();
        }
        else
        {
            scratch.Filter?.Apply(Reach(band, op, grid, out int rows, out int columns), rows, columns, grid.Columns);
            var (ox, oy) = SpanWriter.Origin(band, plan.Padding);
            int* edges = band.Edges.Pointer;
            fixed (double* v = list.Vertices)
            {
                for (int e = at.EdgeStart; e < at.EdgeEnd; e++)
                {
                    double* from = v + 2 * edges[2 * e], to = v + 2 * edges[2 * e + 1];
                    grid.Gather(from[0] + ox, from[1] + oy, to[0] + ox, to[1] + oy, gradients + 4 * e);
                }
            }
        }
        if (scratch.Filter is not null)
        {
            float* reach = Reach(band, op, grid, out int rows, out int columns);
            for (int y = 0; y < rows; y++) Kernels.Fill(reach + y * grid.Columns, columns, 0);
            return;
        }
        for (int s = at.SpanStart; s < at.SpanEnd; s++)
            if (!band.Spans.Pointer[s].IsRun) Slopes(band, band.Spans.Pointer[s], grid);
    }
}
