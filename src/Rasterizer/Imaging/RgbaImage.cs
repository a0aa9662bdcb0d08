using SvgDistill.Rasterizer.Compositing;

namespace SvgDistill.Rasterizer.Imaging;

/// <summary>An image of 8-bit straight-alpha sRGB RGBA pixels, row by row from the top.</summary>
public sealed class RgbaImage
{
    /// <summary>A transparent image, or one over the given bytes (4 a pixel).</summary>
    public RgbaImage(int width, int height, byte[]? pixels = null)
    {
        if (pixels is not null && pixels.Length != 4 * width * height)
            throw new ArgumentException($"{width} x {height} pixels take {4 * width * height} bytes, not {pixels.Length}.", nameof(pixels));
        (Width, Height, Pixels) = (width, height, pixels ?? new byte[4 * width * height]);
    }

    /// <summary>Columns.</summary>
    public int Width { get; }
    /// <summary>Rows.</summary>
    public int Height { get; }
    /// <summary>Red, green, blue, alpha, pixel by pixel.</summary>
    public byte[] Pixels { get; }

    /// <summary>Rounds a picture to bytes; colours of wholly transparent pixels become 0.</summary>
    public static RgbaImage FromPicture(Picture picture) => FromPremultiplied(picture.Data, picture.Width, picture.Height);

    /// <summary>The same from planar premultiplied values 0..1, [4, H, W].</summary>
    public static RgbaImage FromPremultiplied(ReadOnlySpan<float> planes, int width, int height)
    {
        var image = new RgbaImage(width, height);
        int count = width * height;
        for (int i = 0; i < count; i++)
        {
            float alpha = Math.Clamp(planes[3 * count + i], 0, 1);
            byte rounded = ToByte(alpha);
            if (rounded == 0) continue;
            for (int c = 0; c < 3; c++) image.Pixels[4 * i + c] = ToByte(planes[c * count + i] / alpha);
            image.Pixels[4 * i + 3] = rounded;
        }
        return image;
    }

    /// <summary>Rounds opaque planar values 0..1, [3, H, W].</summary>
    public static RgbaImage FromOpaque(ReadOnlySpan<float> planes, int width, int height)
    {
        var image = new RgbaImage(width, height);
        int count = width * height;
        for (int i = 0; i < count; i++)
        {
            for (int c = 0; c < 3; c++) image.Pixels[4 * i + c] = ToByte(planes[c * count + i]);
            image.Pixels[4 * i + 3] = 255;
        }
        return image;
    }

    /// <summary>Planar premultiplied values 0..1, [4, H, W].</summary>
    public float[] ToPremultiplied()
    {
        int count = Width * Height;
        var planes = new float[4 * count];
        for (int i = 0; i < count; i++)
        {
            float alpha = Pixels[4 * i + 3] / 255f;
            for (int c = 0; c < 3; c++) planes[c * count + i] = Pixels[4 * i + c] / 255f * alpha;
            planes[3 * count + i] = alpha;
        }
        return planes;
    }

    /// <summary>Planar values 0..1 over a background colour, [3, H, W].</summary>
    public float[] ToOpaque(ReadOnlySpan<float> background)
    {
        int count = Width * Height;
        var (planes, opaque) = (ToPremultiplied(), new float[3 * count]);
        for (int i = 0; i < 3 * count; i++) opaque[i] = planes[i] + (1 - planes[3 * count + i % count]) * background[i / count];
        return opaque;
    }

    private static byte ToByte(float value) => (byte)(Math.Clamp(value, 0, 1) * 255 + .5f);
}
