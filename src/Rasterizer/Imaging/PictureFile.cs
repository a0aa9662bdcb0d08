using System.Runtime.InteropServices;
using SkiaSharp;
using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Rasterizer.Imaging;

/// <summary>A picture that asks for more than may be spent on it.</summary>
internal sealed class PictureSizeException(string message) : FormatException(message);

/// <summary>A PNG, JPEG, WebP, GIF or BMP picture whose header is read; its size is known, and acceptable, before memory is spent on pixels.</summary>
internal sealed class PictureFile : IDisposable
{
    // A progressive JPEG of some kilobytes may ask for thousands of passes over all pixels.
    private const long MostScannedPixels = 1L << 33;

    private readonly SKCodec _codec;
    private readonly bool _isDeep;

    private PictureFile(SKCodec codec, bool isDeep) => (_codec, _isDeep) = (codec, isDeep);

    /// <summary>Columns as they are stored.</summary>
    public int StoredWidth => _codec.Info.Width;
    /// <summary>Rows as they are stored.</summary>
    public int StoredHeight => _codec.Info.Height;

    /// <summary>PNG, JPEG, WebP, GIF or BMP by the first bytes; null for all else.</summary>
    public static string? FormatOf(ReadOnlySpan<byte> bytes) => bytes switch
    {
        [0x89, (byte)'P', (byte)'N', (byte)'G', ..] => "PNG",
        [0xFF, 0xD8, 0xFF, ..] => "JPEG",
        [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', (byte)'E', (byte)'B', (byte)'P', ..] => "WebP",
        [(byte)'G', (byte)'I', (byte)'F', (byte)'8', ..] => "GIF",
        [(byte)'B', (byte)'M', _, _, _, _, 0, 0, 0, 0, ..] => "BMP",
        _ => null,
    };

    /// <summary>Reads the header.</summary>
    /// <exception cref="FormatException">It is none of the formats, damaged, or too large.</exception>
    public static PictureFile Open(ReadOnlySpan<byte> bytes)
    {
        var format = FormatOf(bytes) ?? throw new FormatException("it is no PNG, JPEG, WebP, GIF or BMP picture.");
        using var data = SKData.CreateCopy(bytes);
        var codec = SKCodec.Create(data) ?? throw new FormatException($"its {format} header is damaged or cut off.");
        try
        {
            var (width, height) = (codec.Info.Width, codec.Info.Height);
            if (!CanvasLimits.Allow(width, height)) throw new PictureSizeException($"a size of {width} x {height} pixels is outside the limits.");
            if (format == "JPEG" && Scans(bytes) * width * height > MostScannedPixels)
                throw new PictureSizeException("it is a progressive JPEG of far too many passes.");
            // IHDR's bit depth stands at a fixed place.
            return new(codec, format == "PNG" && bytes[24] == 16);
        }
        catch
        {
            codec.Dispose();
            throw;
        }
    }

    /// <summary>The pixels in sRGB: of an animation the first frame's.</summary>
    /// <param name="upright">Turned as EXIF says the picture is seen.</param>
    /// <exception cref="FormatException">They are damaged or cut off.</exception>
    public RgbaImage Decode(bool upright)
    {
        var image = Stored();
        return upright && _codec.EncodedOrigin is var origin and not (SKEncodedOrigin.Default or SKEncodedOrigin.TopLeft) ? Turned(image, origin) : image;
    }

    public void Dispose() => _codec.Dispose();

    private RgbaImage Stored()
    {
        using var space = SKColorSpace.CreateSrgb();
        var (width, height) = (StoredWidth, StoredHeight);
        // Asked for bytes, Skia gives the upper 8 of 16 bits; asked for more, it rounds none away but those of grey.
        if (!_isDeep)
        {
            var image = new RgbaImage(width, height);
            Read(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Unpremul, space), image.Pixels);
            return image;
        }
        var wide = new Half[4 * width * height];
        Read(new SKImageInfo(width, height, SKColorType.RgbaF16, SKAlphaType.Unpremul, space), MemoryMarshal.AsBytes(wide.AsSpan()));
        return new(width, height, Array.ConvertAll(wide, value => (byte)(Math.Clamp((float)value, 0, 1) * 255 + .5f)));
    }

    private unsafe void Read(SKImageInfo info, Span<byte> pixels)
    {
        SKCodecResult result;
        fixed (byte* first = pixels) result = _codec.GetPixels(info, (nint)first);
        if (result != SKCodecResult.Success)
            throw new FormatException(result == SKCodecResult.IncompleteInput ? "it is cut off." : "its pixel data is damaged.");
    }

    // The origins of TIFF 6.0, tag Orientation: what the stored first row and first column are in the picture as it is seen.
    private static RgbaImage Turned(RgbaImage image, SKEncodedOrigin origin)
    {
        var (w, h) = (image.Width, image.Height);
        bool swaps = origin is SKEncodedOrigin.LeftTop or SKEncodedOrigin.RightTop or SKEncodedOrigin.RightBottom or SKEncodedOrigin.LeftBottom;
        var turned = swaps ? new RgbaImage(h, w) : new RgbaImage(w, h);
        Span<int> from = MemoryMarshal.Cast<byte, int>(image.Pixels.AsSpan()), to = MemoryMarshal.Cast<byte, int>(turned.Pixels.AsSpan());
        for (int y = 0, i = 0; y < turned.Height; y++)
            for (int x = 0; x < turned.Width; x++, i++)
            {
                var (column, row) = origin switch
                {
                    SKEncodedOrigin.TopRight => (w - 1 - x, y),
                    SKEncodedOrigin.BottomRight => (w - 1 - x, h - 1 - y),
                    SKEncodedOrigin.BottomLeft => (x, h - 1 - y),
                    SKEncodedOrigin.LeftTop => (y, x),
                    SKEncodedOrigin.RightTop => (y, h - 1 - x),
                    SKEncodedOrigin.RightBottom => (w - 1 - y, h - 1 - x),
                    SKEncodedOrigin.LeftBottom => (w - 1 - y, x),
                    _ => (x, y),
                };
                to[i] = from[row * w + column];
            }
        return turned;
    }

    /// <summary>Start-of-scan markers (ITU-T T.81, B.1.1): segments are stepped over by their length, pixel data byte by byte.</summary>
    private static long Scans(ReadOnlySpan<byte> bytes)
    {
        long scans = 0;
        for (int i = 2; i + 3 < bytes.Length;)
        {
            if (bytes[i] != 0xFF || bytes[i + 1] is 0 or 0xFF or (>= 0xD0 and <= 0xD9))
            {
                i++;
                continue;
            }
            if (bytes[i + 1] == 0xDA) scans++;
            i += 2 + (bytes[i + 2] << 8 | bytes[i + 3]);
        }
        return scans;
    }
}
