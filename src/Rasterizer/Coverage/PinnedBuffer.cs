namespace SvgDistill.Rasterizer.Coverage;

/// <summary>A growing array that the garbage collector never moves, so that inner loops may use its address.</summary>
internal sealed unsafe class PinnedBuffer<T> where T : unmanaged
{
    private T[] _array = [];

    public PinnedBuffer() => Pointer = null;

    /// <summary>The first element's address; valid until the next <see cref="Reserve"/> that grows.</summary>
    public T* Pointer { get; private set; }

    public int Capacity => _array.Length;

    public Span<T> AsSpan(int length) => _array.AsSpan(0, length);

    /// <summary>Makes room for <paramref name="length"/> elements; what was written is kept, new elements are zero.</summary>
    public void Reserve(int length)
    {
        if (length <= _array.Length) return;
        var grown = GC.AllocateArray<T>(Math.Max(length, Math.Min(2 * _array.Length, 1 << 28)), pinned: true);
        _array.CopyTo(grown, 0);
        _array = grown;
        fixed (T* p = grown) Pointer = p;
    }
}
