using SvgDistill.Rasterizer.Coverage;

namespace SvgDistill.Rasterizer.Compositing;

/// <summary>A picture of premultiplied sRGB RGBA in 0..1, plane after plane: [4, H, W] in float32.</summary>
public sealed unsafe class Picture
{
    private readonly PinnedBuffer<float> _data = new();

    /// <summary>A transparent picture.</summary>
    public Picture(int width, int height)
    {
        Scenes.CanvasLimits.Check(width, height);
        (Width, Height) = (width, height);
        _data.Reserve(4 * width * height);
    }

    /// <summary>Columns.</summary>
    public int Width { get; }
    /// <summary>Rows.</summary>
    public int Height { get; }
    /// <summary>All values: red, green, blue and alpha planes, each row by row from the top.</summary>
    public Span<float> Data => _data.AsSpan(4 * Width * Height);

    internal float* Pointer => _data.Pointer;

    /// <summary>One plane (0 red, 1 green, 2 blue, 3 alpha), [H, W].</summary>
    public Span<float> Plane(int index) => Data.Slice(index * Width * Height, Width * Height);
}
