using SvgDistill.Rasterizer.Drawing;

namespace SvgDistill.Rasterizer.Compositing;

/// <summary>
/// A draw list written out in line and dealt to horizontal bands: each band gets the ops that may change it, in order, and each fill's
/// edges that cross it. Bands depend on the picture's size alone, so that nothing depends on the number of threads.
/// </summary>
internal sealed class BandPlan
{
    /// <summary>
    /// Every coordinate is shifted by this many pixels (2^-20): edges on pixel borders, which drawings made on a grid are full of, then lie
    /// inside a pixel, and their gradient is one-sided instead of missing. Coverage changes by at most 2e-6.
    /// </summary>
    public const double Nudge = 1.0 / (1 << 20);

    private readonly List<Band> _bands = [];
    private readonly OutlineMemory _memory = new();
    private Op[] _ops = new Op[64];
    private int _opCount;
    private DrawList _list = null!;
    private PaintRun _run;

    public ReadOnlySpan<Op> Ops => _ops.AsSpan(0, _opCount);
    public IReadOnlyList<Band> Bands => _bands;
    public int BandCount { get; private set; }
    public int BandHeight { get; private set; }
    /// <summary>Cells on each side of a pixel that its coverage depends on.</summary>
    public int Padding { get; private set; }
    /// <summary>Fills whose edges and spans are those of the last pass.</summary>
    public int ReusedFills { get; private set; }

    public ref readonly Op this[int index] => ref _ops[index];

    /// <summary>Nothing is taken over from the last plan: another canvas or filter, or its spans were not kept.</summary>
    public void Forget() => _memory.Forget();

    /// <summary>Writes out and deals a list.</summary>
    /// <param name="list">What to draw.</param>
    /// <param name="bandHeight">Rows a band.</param>
    /// <param name="padding">Cells on each side of a pixel that its coverage depends on.</param>
    /// <param name="remember">True where the next plan may take over the spans that will be made of this one.</param>
    /// <param name="run">How paints that must be drawn first are drawn.</param>
    public void Build(DrawList list, int bandHeight, int padding, bool remember, in PaintRun run)
    {
        (_list, _run, BandHeight, Padding, _opCount, ReusedFills) = (list, run, bandHeight, padding, 0, 0);
        foreach (var node in list.Nodes) Write(node, alphaOnly: false);
        CutToLayers();
        BandCount = (list.Height + bandHeight - 1) / bandHeight;
        while (_bands.Count < BandCount) _bands.Add(new());
        for (int b = 0; b < BandCount; b++)
            _bands[b].Reset(b * bandHeight, Math.Min((b + 1) * bandHeight, list.Height));
        for (int i = 0; i < _opCount; i++)
        {
            if (_ops[i].IsEmpty) continue;
            int first = _ops[i].Y0 / bandHeight, last = (_ops[i].Y1 - 1) / bandHeight;
            for (int b = first; b <= last; b++) _bands[b].Add(i);
            if (_memory.Knows(list, i, _ops[i], out int shift))
            {
                ReusedFills++;
                for (int b = first; b <= last; b++) _bands[b].TakeEdges(shift);
            }
            else if (_ops[i].Kind == OpKind.Fill) DealEdges(_ops[i], first, last);
        }
        if (remember) _memory.Remember(list, Ops);
        else _memory.Forget();
    }

    private int Append(in Op op)
    {
        if (_opCount == _ops.Length) Array.Resize(ref _ops, 2 * _opCount);
        // The paint's working object is kept from the last step where its kind is the same.
        var source = _ops[_opCount].Source;
        _ops[_opCount] = op;
        _ops[_opCount].Source = source;
        return _opCount++;
    }

    /// <summary>Appends a node's ops; the last of them then bounds the node.</summary>
    private int Write(DrawNode node, bool alphaOnly)
    {
        switch (node)
        {
            case DrawFill fill:
                int at = Append(Bounded(_list, fill.FirstContour, fill.ContourCount, Padding));
                _ops[at].AlphaOnly = alphaOnly;
                _ops[at].Rule = fill.Rule;
                _ops[at].AntiAlias = fill.AntiAlias;
                _ops[at].AlphaMoves = fill.AlphaMoves;
                // What is not seen needs no paint, which may cost something to make.
                if (!_ops[at].IsEmpty) _ops[at].Source = PaintSource.Prepare(_ops[at].Source, fill, _list, _run);
                return at;
            case DrawImage image:
                at = Append(Bounded(_list, image.Contour, 1, Padding));
                _ops[at].AlphaOnly = alphaOnly;
                _ops[at].AntiAlias = true;
                _ops[at].AlphaMoves = image.Moves;
                _ops[at].Source = PaintSource.Prepare(_ops[at].Source, image, _list);
                return at;
            case DrawLayer layer:
                return Write(layer, alphaOnly);
            case DrawFilter filter:
                var region = filter.Region;
                var covered = new Op { Kind = OpKind.Fill, Opacity = -1, AlphaOnly = alphaOnly, AlphaMoves = true, X0 = region.X, Y0 = region.Y, X1 = region.Right, Y1 = region.Bottom };
                covered.Cut(0, 0, _list.Width, _list.Height);
                at = Append(covered);
                if (!covered.IsEmpty) _ops[at].Source = PaintSource.Prepare(_ops[at].Source, filter, _list, _run);
                return at;
            default:
                throw new ArgumentException($"Unknown draw node {node.GetType().Name}.", nameof(node));
        }
    }

    private int Write(DrawLayer layer, bool alphaOnly)
    {
        var bounds = new Op { Kind = OpKind.BeginLayer, AlphaOnly = alphaOnly };
        int begin = Append(bounds);
        // Masks come first when drawing, so that the reverse pass reaches them after the content.
        var masked = new Op { X1 = _list.Width, Y1 = _list.Height };
        foreach (var mask in layer.Masks)
        {
            bool maskAlphaOnly = mask.Kind == MaskKind.Alpha;
            var extent = new Op { Kind = OpKind.BeginMask, AlphaOnly = maskAlphaOnly, Mask = mask.Kind };
            Append(extent);
            foreach (var child in mask.Children) Join(ref extent, Write(child, maskAlphaOnly));
            Append(extent with { Kind = OpKind.EndMask });
            masked.Cut(extent.X0, extent.Y0, extent.X1, extent.Y1);
        }
        foreach (var child in layer.Children) Join(ref bounds, Write(child, alphaOnly));
        bounds.Cut(masked.X0, masked.Y0, masked.X1, masked.Y1);
        _ops[begin] = bounds;
        return Append(bounds with { Kind = OpKind.EndLayer, Opacity = layer.Opacity, Blend = layer.Blend });
    }

    private void Join(ref Op extent, int op) => extent.Join(_ops[op]);

    /// <summary>Content cannot reach beyond its layer, and a mask's canvas is its layer's.</summary>
    private void CutToLayers()
    {
        var open = new Stack<int>();
        for (int i = 0; i < _opCount; i++)
        {
            ref var op = ref _ops[i];
            if (open.TryPeek(out int outer))
            {
                ref readonly var layer = ref _ops[outer];
                bool takesLayers = op.Kind is OpKind.BeginMask or OpKind.EndMask or OpKind.EndLayer;
                if (takesLayers) (op.X0, op.Y0, op.X1, op.Y1) = (layer.X0, layer.Y0, layer.X1, layer.Y1);
                else op.Cut(layer.X0, layer.Y0, layer.X1, layer.Y1);
            }
            if (op.Kind is OpKind.BeginLayer or OpKind.BeginMask) open.Push(i);
            if (op.Kind is OpKind.EndLayer or OpKind.EndMask) open.Pop();
        }
    }

    /// <summary>A fill with the pixels that it may change: none where it has no contours or a number that is not finite.</summary>
    public static Op Bounded(DrawList list, int firstContour, int contourCount, int padding)
    {
        var op = new Op { Kind = OpKind.Fill, FirstContour = firstContour, ContourCount = contourCount, Opacity = -1 };
        if (contourCount == 0) return op;
        var vertices = list.Vertices.AsSpan(0, 2 * list.VertexCount);
        int from = list.ContourStarts[firstContour], to = list.ContourStarts[firstContour + contourCount];
        if (from == to) return op;
        double minX = double.PositiveInfinity, minY = minX, maxX = double.NegativeInfinity, maxY = maxX;
        for (int i = 2 * from; i < 2 * to; i += 2)
        {
            double x = vertices[i], y = vertices[i + 1];
            minX = Math.Min(minX, x);
            maxX = Math.Max(maxX, x);
            minY = Math.Min(minY, y);
            maxY = Math.Max(maxY, y);
        }
        // Math.Min and Max pass on NaN.
        if (!double.IsFinite(maxX - minX) || !double.IsFinite(maxY - minY)) return op;
        op.X0 = Pixel(minX - padding, list.Width);
        op.X1 = Pixel(maxX + padding + 1, list.Width);
        op.Y0 = Pixel(minY - padding, list.Height);
        op.Y1 = Pixel(maxY + padding + 1, list.Height);
        (op.EdgeX0, op.EdgeX1) = (op.X0, op.X1);
        op.Cut(0, 0, list.Width, list.Height);
        return op;
    }

    private static int Pixel(double coordinate, int limit) => (int)Math.Clamp(Math.Floor(coordinate + Nudge), 0, limit);

    private void DealEdges(in Op op, int firstBand, int lastBand)
    {
        double[] vertices = _list.Vertices;
        double perBand = 1.0 / BandHeight, right = _list.Width + Padding;
        for (int contour = op.FirstContour; contour < op.FirstContour + op.ContourCount; contour++)
        {
            int start = _list.ContourStarts[contour], end = _list.ContourStarts[contour + 1];
            for (int from = end - 1, to = start; to < end; from = to++)
            {
                double x0 = vertices[2 * from], y0 = vertices[2 * from + 1], x1 = vertices[2 * to], y1 = vertices[2 * to + 1];
                if (Math.Min(x0, x1) + Nudge >= right || (x0 == x1 && y0 == y1)) continue;
                // Bounds first, while the numbers may be huge; then whole bands.
                double top = (Math.Min(y0, y1) + Nudge - Padding) * perBand, bottom = (Math.Max(y0, y1) + Nudge + Padding) * perBand;
                if (bottom < firstBand || top >= lastBand + 1) continue;
                int first = top <= firstBand ? firstBand : (int)top, last = bottom >= lastBand ? lastBand : (int)bottom;
                for (int b = first; b <= last; b++) _bands[b].AddEdge(from, to);
            }
        }
    }
}
