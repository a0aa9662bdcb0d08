using SvgDistill.Distill.Metrics;
using SvgDistill.Rasterizer.Compositing;

namespace SvgDistill.Distill.Fitting;

/// <summary>A premultiplied sRGB colour with components 0..1.</summary>
internal readonly record struct Rgba(float R, float G, float B, float A)
{
    public static Rgba operator +(in Rgba a, in Rgba b) => new(a.R + b.R, a.G + b.G, a.B + b.B, a.A + b.A);

    public static Rgba operator *(in Rgba a, float s) => new(a.R * s, a.G * s, a.B * s, a.A * s);

    public static Rgba operator -(in Rgba a, in Rgba b) => new(a.R - b.R, a.G - b.G, a.B - b.B, a.A - b.A);

    public static float Dot(in Rgba a, in Rgba b) => a.R * b.R + a.G * b.G + a.B * b.B + a.A * b.A;

    public static float SquaredDistance(in Rgba a, in Rgba b)
    {
        var (r, g, bl, al) = (a.R - b.R, a.G - b.G, a.B - b.B, a.A - b.A);
        return r * r + g * g + bl * bl + al * al;
    }

    public static float Distance(in Rgba a, in Rgba b) => MathF.Sqrt(SquaredDistance(a, b));
}

/// <summary>A picture as a list of colours, row by row.</summary>
internal sealed class PixelGrid
{
    private readonly Rgba[] _colors;

    private PixelGrid(int width, int height, Rgba[] colors) => (Width, Height, _colors) = (width, height, colors);

    public int Width { get; }

    public int Height { get; }

    public int Count => _colors.Length;

    public Rgba this[int index] => _colors[index];

    public static PixelGrid From(Picture picture)
    {
        var colors = new Rgba[picture.Width * picture.Height];
        var planes = picture.Data;
        for (var i = 0; i < colors.Length; i++)
            colors[i] = new(planes[i], planes[i + colors.Length], planes[i + 2 * colors.Length], planes[i + 3 * colors.Length]);
        return new(picture.Width, picture.Height, colors);
    }

    public static PixelGrid From(RgbPicture picture)
    {
        var colors = new Rgba[picture.Width * picture.Height];
        for (var i = 0; i < colors.Length; i++) colors[i] = new(picture.Channel(0)[i], picture.Channel(1)[i], picture.Channel(2)[i], 1);
        return new(picture.Width, picture.Height, colors);
    }

    /// <summary>True for pixels whose eight neighbours all have nearly their own colour.</summary>
    public bool[] FlatPixels()
    {
        const float Tolerance = .06f;
        var flat = new bool[Count];
        for (var y = 0; y < Height; y++)
            for (var x = 0; x < Width; x++)
            {
                var center = _colors[y * Width + x];
                var same = true;
                for (var dy = -1; dy <= 1 && same; dy++)
                    for (var dx = -1; dx <= 1 && same; dx++)
                    {
                        var (nx, ny) = (Math.Clamp(x + dx, 0, Width - 1), Math.Clamp(y + dy, 0, Height - 1));
                        same = Rgba.Distance(center, _colors[ny * Width + nx]) < Tolerance;
                    }
                flat[y * Width + x] = same;
            }
        return flat;
    }
}
