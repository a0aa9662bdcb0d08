using System.Numerics;
using SvgDistill.Rasterizer.Coverage;

namespace SvgDistill.Rasterizer.Compositing;

/// <summary>One thread's working memory, kept between steps.</summary>
internal sealed unsafe class BandScratch
{
    private readonly PinnedBuffer<float> _rows = new();
    private readonly List<PinnedBuffer<float>> _gradients = [];
    private readonly PinnedBuffer<double> _sums = new(), _exact = new();
    private int _rowLength;

    public CoverageGrid Grid { get; } = new();

    /// <summary>Layers' buffers where no backward pass will need them.</summary>
    public CanvasPool Canvases { get; } = new();

    public BoxFilter? Filter { get; private set; }

    /// <summary>Coverages of a span.</summary>
    public float* Coverages => _rows.Pointer;

    public PlaneRows Paints => new(_rows.Pointer + _rowLength, _rowLength);

    public PlaneRows PaintGradients => new(_rows.Pointer + 5 * _rowLength, _rowLength);

    public PaintWork Work => new()
    {
        Raw = _rows.Pointer + 9 * _rowLength,
        Spread = _rows.Pointer + 10 * _rowLength,
        Sign = _rows.Pointer + 11 * _rowLength,
        Weight = _rows.Pointer + 12 * _rowLength,
        Exact = _exact.Pointer,
    };

    public void Resize(int width, int bandRows, double filterWidth)
    {
        if (filterWidth <= 1) Filter = null;
        else if (Filter is null || Filter.Width != filterWidth) Filter = new(filterWidth);
        int padding = Filter?.Padding ?? 0;
        Grid.Resize(bandRows + 2 * padding, width + 2 * padding);
        _rowLength = width + 2 * Vector<float>.Count;
        _rows.Reserve(13 * _rowLength);
        _exact.Reserve(_rowLength);
    }

    /// <summary>Sums for a paint's gradient, zeroed.</summary>
    public double* Sums(int count)
    {
        _sums.Reserve(count);
        _sums.AsSpan(count).Clear();
        return _sums.Pointer;
    }

    /// <summary>A gradient canvas for a nesting depth.</summary>
    public PinnedBuffer<float> Gradient(int depth, int length)
    {
        while (_gradients.Count <= depth) _gradients.Add(new());
        _gradients[depth].Reserve(length);
        return _gradients[depth];
    }
}
