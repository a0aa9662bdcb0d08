namespace SvgDistill.Rasterizer.Filters;

/// <summary>Premultiplied pixels of a filter region: red, green, blue and alpha planes. Its memory grows and is kept.</summary>
internal sealed class FilterImage<T> where T : unmanaged
{
    private T[] _data = [];

    /// <summary>Columns.</summary>
    public int Width { get; private set; }
    /// <summary>Rows.</summary>
    public int Height { get; private set; }
    /// <summary>Pixels.</summary>
    public int Count => Width * Height;
    /// <summary>All planes.</summary>
    public Span<T> Data => _data.AsSpan(0, 4 * Count);

    /// <summary>Takes a size; what it holds is undefined then.</summary>
    public void Resize(int width, int height)
    {
        (Width, Height) = (width, height);
        if (_data.Length < 4 * Count) _data = new T[4 * Count];
    }

    /// <summary>Takes a size, transparent.</summary>
    public void Clear(int width, int height)
    {
        Resize(width, height);
        Data.Clear();
    }

    /// <summary>0 red, 1 green, 2 blue, 3 alpha.</summary>
    public Span<T> Plane(int plane) => _data.AsSpan(plane * Count, Count);

    /// <summary>A row of a plane.</summary>
    public Span<T> Row(int plane, int row) => _data.AsSpan(plane * Count + row * Width, Width);
}
