using SvgDistill.Rasterizer.Coverage;

namespace SvgDistill.Rasterizer.Compositing;

/// <summary>Buffers for the pixels of layers and masks, handed out in order and taken back from the last on.</summary>
internal sealed class CanvasPool
{
    private readonly List<PinnedBuffer<float>> _buffers = [];

    /// <summary>How many are handed out.</summary>
    public int Count { get; private set; }

    public PinnedBuffer<float> this[int index] => _buffers[index];

    /// <summary>A buffer of at least the given length, and its number.</summary>
    public PinnedBuffer<float> Take(int length, bool clear, out int index)
    {
        if (Count == _buffers.Count) _buffers.Add(new());
        index = Count++;
        var buffer = _buffers[index];
        buffer.Reserve(length);
        if (clear) buffer.AsSpan(length).Clear();
        return buffer;
    }

    /// <summary>Takes back all but the first <paramref name="count"/>.</summary>
    public void Release(int count) => Count = count;
}
