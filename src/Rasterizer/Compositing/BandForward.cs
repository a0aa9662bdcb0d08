using SvgDistill.Rasterizer.Coverage;
using SvgDistill.Rasterizer.Drawing;

namespace SvgDistill.Rasterizer.Compositing;

/// <summary>Draws one band, first op to last, and leaves in the band what the backward pass needs.</summary>
internal sealed unsafe class BandForward(BandPlan plan, DrawList list, bool keep)
{
    private readonly record struct Frame(int BandOp, Canvas Canvas, int Canvases);

    /// <summary>Draws onto <paramref name="root"/>, which holds the backdrop.</summary>
    public void Run(Band band, Canvas root, BandScratch scratch)
    {
        band.Rewind(keep ? null : scratch.Canvases);
        var frames = new Stack<Frame>();
        var canvas = root;
        // The last mask finished in each open layer.
        int lastMask = -1;
        var outerMasks = new Stack<int>();
        for (int i = 0; i < band.OpCount; i++)
        {
            ref var at = ref band.Ops[i];
            ref readonly var op = ref plan[at.Op];
            switch (op.Kind)
            {
                case OpKind.Fill:
                    if (at.Last >= 0) band.TakeSpans(ref at);
                    else SpanWriter.Write(band, ref at, op, plan, list.Vertices, scratch);
                    Composite(band, at, op, canvas, scratch);
                    if (!keep) band.ClearSpans();
                    break;
                case OpKind.BeginLayer:
                case OpKind.BeginMask:
                    frames.Push(new(i, canvas, band.Canvases.Count));
                    outerMasks.Push(lastMask);
                    canvas = NewCanvas(band, op, clear: true, out at.Canvas);
                    lastMask = -1;
                    break;
                case OpKind.EndMask:
                    var frame = frames.Pop();
                    at.Canvas = band.Ops[frame.BandOp].Canvas;
                    at.Kept = MaskFactors.Write(band, op, canvas);
                    at.Mask = outerMasks.Pop();
                    (lastMask, canvas) = (i, frame.Canvas);
                    break;
                case OpKind.EndLayer:
                    frame = frames.Pop();
                    at.Canvas = band.Ops[frame.BandOp].Canvas;
                    at.Mask = lastMask;
                    LayerCompositor.Composite(band, ref at, op, list, frame.Canvas, canvas, scratch);
                    (lastMask, canvas) = (outerMasks.Pop(), frame.Canvas);
                    if (!keep) band.Canvases.Release(frame.Canvases);
                    break;
            }
        }
    }

    /// <summary>A canvas of the op's pixels in the band.</summary>
    public static Canvas NewCanvas(Band band, in Op op, bool clear, out int index)
    {
        int y0 = Math.Max(op.Y0, band.Y0), y1 = Math.Min(op.Y1, band.Y1);
        var buffer = band.Canvases.Take(Canvas.Length(op.X1 - op.X0, y1 - y0, op.AlphaOnly), clear, out index);
        return View(band, op, buffer);
    }

    /// <summary>A buffer seen as a canvas of the op's pixels in the band.</summary>
    public static Canvas View(Band band, in Op op, PinnedBuffer<float> buffer)
    {
        int y0 = Math.Max(op.Y0, band.Y0), y1 = Math.Min(op.Y1, band.Y1), width = op.X1 - op.X0;
        return new(buffer.Pointer, width * (y1 - y0), width, op.X0, op.X1, y0, y1, op.AlphaOnly);
    }

    private void Composite(Band band, in BandOp at, in Op op, in Canvas canvas, BandScratch scratch)
    {
        bool keepRuns = keep && op.AlphaMoves;
        if (op.Source is SolidSource solid)
        {
            for (int s = at.SpanStart; s < at.SpanEnd; s++)
                Solid(band, ref band.Spans.Pointer[s], op, solid, canvas, scratch.Coverages, keepRuns);
            return;
        }
        var source = op.Source!;
        for (int s = at.SpanStart; s < at.SpanEnd;)
        {
            int end = Stretch(band.Spans.Pointer, s, at.SpanEnd, out int x0, out int x1);
            int row = band.Spans.Pointer[s].Row;
            source.Evaluate(row, x0, x1 - x0, scratch.Paints, scratch.Work);
            for (; s < end; s++)
                Varying(band, ref band.Spans.Pointer[s], op, source.IsOpaque, canvas, scratch, keepRuns);
        }
    }

    /// <summary>The end of the spans from s on that lie in one row with small gaps between them: their paint is computed at once.</summary>
    public static int Stretch(Span* spans, int s, int end, out int x0, out int x1)
    {
        const int gap = 16;
        (x0, x1) = (spans[s].X, spans[s].X + spans[s].Count);
        int next = s + 1;
        for (; next < end && spans[next].Row == spans[s].Row && spans[next].X - x1 <= gap; next++)
            x1 = spans[next].X + spans[next].Count;
        return next;
    }

    private static void Solid(
        Band band, ref Span span, in Op op, SolidSource paint, in Canvas canvas, float* coverages, bool keepRuns)
    {
        int first = canvas.FirstPlane, count = span.Count;
        if (span.IsRun)
        {
            float* kept = keepRuns ? Keep(band, ref span, 4 - first) : null;
            for (int plane = first; plane < 4; plane++)
            {
                float* line = canvas.Row(plane, span.Row) + span.X;
                if (kept != null) Kernels.Copy(line, kept + (plane - first) * count, count);
                if (paint.IsOpaque) Kernels.Fill(line, count, paint[plane]);
                else Kernels.BlendRun(line, count, paint[plane], paint.A);
            }
            return;
        }
        float* windings = band.Windings.Pointer + span.Winding, behind = Keep(band, ref span, 4 - first);
        Kernels.Coverages(windings, coverages, count, op.Rule);
        for (int plane = first; plane < 4; plane++)
        {
            float* line = canvas.Row(plane, span.Row) + span.X;
            Kernels.Copy(line, behind + (plane - first) * count, count);
            Kernels.Blend(line, coverages, count, paint[plane], paint.A);
        }
    }

    private static void Varying(
        Band band, ref Span span, in Op op, bool opaque, in Canvas canvas, BandScratch scratch, bool keepRuns)
    {
        int first = canvas.FirstPlane, count = span.Count;
        var paints = scratch.Paints;
        float* alphas = paints[3] + span.X;
        if (span.IsRun)
        {
            float* kept = keepRuns ? Keep(band, ref span, 4 - first) : null;
            for (int plane = first; plane < 4; plane++)
            {
                float* line = canvas.Row(plane, span.Row) + span.X;
                if (kept != null) Kernels.Copy(line, kept + (plane - first) * count, count);
                if (opaque) Kernels.Copy(paints[plane] + span.X, line, count);
                else Kernels.BlendRun(line, count, paints[plane] + span.X, alphas);
            }
            return;
        }
        float* windings = band.Windings.Pointer + span.Winding, behind = Keep(band, ref span, 4 - first);
        Kernels.Coverages(windings, scratch.Coverages, count, op.Rule);
        for (int plane = first; plane < 4; plane++)
        {
            float* line = canvas.Row(plane, span.Row) + span.X;
            Kernels.Copy(line, behind + (plane - first) * count, count);
            Kernels.Blend(line, scratch.Coverages, count, paints[plane] + span.X, alphas);
        }
    }

    /// <summary>Where to keep what lies behind a span.</summary>
    private static float* Keep(Band band, ref Span span, int planes)
    {
        span.Behind = band.TakeBehind(planes * span.Count);
        return band.Behind.Pointer + span.Behind;
    }
}
