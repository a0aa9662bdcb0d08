using SvgDistill.Rasterizer.Coverage;

namespace SvgDistill.Rasterizer.Compositing;

/// <summary>An op as it appears in one band, with what the forward pass leaves for the backward pass.</summary>
internal struct BandOp
{
    /// <summary>The op's position in the plan.</summary>
    public int Op;
    /// <summary>Fills: its edges, positions in <see cref="Band.Edges"/> (pairs of vertices).</summary>
    public int EdgeStart, EdgeEnd;
    /// <summary>Fills: its spans, positions in <see cref="Band.Spans"/>.</summary>
    public int SpanStart, SpanEnd;
    /// <summary>Fills: the same fill with the same outline among the ops of the last pass, or -1.</summary>
    public int Last;
    /// <summary>Layers and masks: the content's canvas, its number in <see cref="Band.Canvases"/>.</summary>
    public int Canvas;
    /// <summary>End of a layer: the canvas that keeps what was behind it. End of a luminance mask: its factors (else its canvas).</summary>
    public int Kept;
    /// <summary>End of a layer: its last mask's end, a position in the band's ops; end of a mask: the mask before it; else -1.</summary>
    public int Mask;
}

/// <summary>Pixels of one row that are covered alike: a run of whole coverage, or pixels that edges cross.</summary>
internal struct Span
{
    public int Row, X, Count;
    /// <summary>Pixels that edges cross: where their winding numbers begin in <see cref="Band.Windings"/>. Runs: -1.</summary>
    public int Winding;
    /// <summary>Where what lay behind begins in <see cref="Band.Behind"/>, plane by plane, or -1.</summary>
    public int Behind;

    public readonly bool IsRun => Winding < 0;
}

/// <summary>
/// Some rows of the picture, drawn by one thread from first op to last. Its memory grows with the pixels that edges cross or that
/// translucent paint covers, never with shapes x pixels, and is kept between steps. Edges, spans and winding numbers are kept in two
/// copies, this pass's and the last one's: fills whose outline has not changed take them over.
/// </summary>
internal sealed class Band
{
    private readonly CanvasPool _ownCanvases = new();
    private BandOp[] _lastOps = new BandOp[16];
    private PinnedBuffer<int> _lastEdges = new();
    private PinnedBuffer<Span> _lastSpans = new();
    private PinnedBuffer<float> _lastWindings = new();
    private int _lastOpCount, _lastOp;

    public int Y0, Y1;
    public BandOp[] Ops = new BandOp[16];
    public int OpCount;
    public PinnedBuffer<int> Edges { get; private set; } = new();
    public int EdgeCount;
    public PinnedBuffer<Span> Spans { get; private set; } = new();
    public int SpanCount;
    public PinnedBuffer<float> Windings { get; private set; } = new();
    public int WindingCount;
    public readonly PinnedBuffer<float> Behind = new();
    public int BehindCount;
    /// <summary>dL/d(x0, y0, x1, y1) of each edge.</summary>
    public readonly PinnedBuffer<double> EdgeGradients = new();
    /// <summary>Pairs (scalar, dL/dscalar) in a fixed order.</summary>
    public readonly List<(int Index, double Value)> ScalarGradients = [];

    /// <summary>The buffers of layers and masks: the band's own, or the thread's where no backward pass will need them.</summary>
    public CanvasPool Canvases { get; private set; } = null!;

    /// <summary>Begins a new plan; the last one's ops and edges can be taken over.</summary>
    public void Reset(int y0, int y1)
    {
        (Y0, Y1) = (y0, y1);
        (Ops, _lastOps) = (_lastOps, Ops);
        (Edges, _lastEdges) = (_lastEdges, Edges);
        _lastOpCount = OpCount;
        OpCount = EdgeCount = _lastOp = 0;
    }

    /// <summary>
    /// Forgets the last forward pass but for the spans that can be taken over; <paramref name="shared"/> takes the place of the band's own
    /// canvases.
    /// </summary>
    public void Rewind(CanvasPool? shared)
    {
        (Spans, _lastSpans) = (_lastSpans, Spans);
        (Windings, _lastWindings) = (_lastWindings, Windings);
        ClearSpans();
        Canvases = shared ?? _ownCanvases;
        Canvases.Release(0);
    }

    public void ClearSpans() => SpanCount = WindingCount = BehindCount = 0;

    public void Add(int op)
    {
        if (OpCount == Ops.Length) Array.Resize(ref Ops, 2 * OpCount);
        Ops[OpCount++] =
            new BandOp { Op = op, EdgeStart = EdgeCount, EdgeEnd = EdgeCount, Last = -1, Canvas = -1, Kept = -1, Mask = -1 };
    }

    /// <summary>Takes over the edges of the last op, whose vertices' numbers have shifted.</summary>
    public unsafe void TakeEdges(int shift)
    {
        ref var at = ref Ops[OpCount - 1];
        while (_lastOp < _lastOpCount && _lastOps[_lastOp].Op < at.Op) _lastOp++;
        at.Last = _lastOp;
        int from = 2 * _lastOps[_lastOp].EdgeStart, count = 2 * _lastOps[_lastOp].EdgeEnd - from;
        Edges.Reserve(2 * EdgeCount + count);
        int* source = _lastEdges.Pointer + from, target = Edges.Pointer + 2 * EdgeCount;
        for (int i = 0; i < count; i++) target[i] = source[i] + shift;
        EdgeCount += count / 2;
        at.EdgeEnd = EdgeCount;
    }

    /// <summary>Takes over the spans of a fill from the last pass.</summary>
    public unsafe void TakeSpans(ref BandOp at)
    {
        ref readonly var last = ref _lastOps[at.Last];
        int count = last.SpanEnd - last.SpanStart;
        Spans.Reserve(SpanCount + count);
        Span* source = _lastSpans.Pointer + last.SpanStart, target = Spans.Pointer + SpanCount;
        (at.SpanStart, SpanCount) = (SpanCount, SpanCount + count);
        at.SpanEnd = SpanCount;
        // A fill's winding numbers lie side by side, in the order of its spans.
        int first = -1, end = 0;
        for (int i = 0; i < count; i++)
        {
            target[i] = source[i] with { Behind = -1 };
            if (source[i].IsRun) continue;
            if (first < 0) first = source[i].Winding;
            end = source[i].Winding + source[i].Count;
            target[i].Winding += WindingCount - first;
        }
        if (first < 0) return;
        Windings.Reserve(WindingCount + end - first);
        new ReadOnlySpan<float>(_lastWindings.Pointer + first, end - first).CopyTo(new(Windings.Pointer + WindingCount, end - first));
        WindingCount += end - first;
    }

    /// <summary>Room for what lies behind some pixels in some planes.</summary>
    public int TakeBehind(int length)
    {
        Behind.Reserve(BehindCount + length);
        BehindCount += length;
        return BehindCount - length;
    }

    /// <summary>Adds an edge to the last op.</summary>
    public unsafe void AddEdge(int from, int to)
    {
        if (2 * EdgeCount + 2 > Edges.Capacity) Edges.Reserve(2 * EdgeCount + 512);
        Edges.Pointer[2 * EdgeCount] = from;
        Edges.Pointer[2 * EdgeCount + 1] = to;
        Ops[OpCount - 1].EdgeEnd = ++EdgeCount;
    }

    /// <summary>Makes room for what one more row can add.</summary>
    public void ReserveRow(int columns)
    {
        if (SpanCount + columns + 2 > Spans.Capacity) Spans.Reserve(SpanCount + columns + 64);
        if (WindingCount + columns > Windings.Capacity) Windings.Reserve(WindingCount + columns + 1024);
    }
}
