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
    /// <summary>
    /// Where its numbers begin in <see cref="Band.Data"/>, or -1: winding numbers (crossed pixels only), then, plane by plane, what lay behind.
    /// </summary>
    public int Data;
    public bool IsRun;
}

/// <summary>
/// Some rows of the picture, drawn by one thread from first op to last. Its memory grows with the pixels that edges cross or that
/// translucent paint covers, never with shapes x pixels, and is kept between steps.
/// </summary>
internal sealed class Band
{
    private readonly CanvasPool _ownCanvases = new();

    public int Y0, Y1;
    public BandOp[] Ops = new BandOp[16];
    public int OpCount;
    public readonly PinnedBuffer<int> Edges = new();
    public int EdgeCount;
    public readonly PinnedBuffer<Span> Spans = new();
    public int SpanCount;
    public readonly PinnedBuffer<float> Data = new();
    public int DataCount;
    /// <summary>dL/d(x0, y0, x1, y1) of each edge.</summary>
    public readonly PinnedBuffer<double> EdgeGradients = new();
    /// <summary>Pairs (scalar, dL/dscalar) in a fixed order.</summary>
    public readonly List<(int Index, double Value)> ScalarGradients = [];

    /// <summary>The buffers of layers and masks: the band's own, or the thread's where no backward pass will need them.</summary>
    public CanvasPool Canvases { get; private set; } = null!;

    public void Reset(int y0, int y1)
    {
        (Y0, Y1) = (y0, y1);
        OpCount = EdgeCount = 0;
    }

    /// <summary>Forgets the last forward pass; <paramref name="shared"/> takes the place of the band's own canvases.</summary>
    public void Rewind(CanvasPool? shared)
    {
        SpanCount = DataCount = 0;
        Canvases = shared ?? _ownCanvases;
        Canvases.Release(0);
    }

    public void Add(int op)
    {
        if (OpCount == Ops.Length) Array.Resize(ref Ops, 2 * OpCount);
        Ops[OpCount++] = new BandOp { Op = op, EdgeStart = EdgeCount, EdgeEnd = EdgeCount, Canvas = -1, Kept = -1, Mask = -1 };
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
        if (DataCount + 5 * columns > Data.Capacity) Data.Reserve(DataCount + 5 * columns + 1024);
    }
}
