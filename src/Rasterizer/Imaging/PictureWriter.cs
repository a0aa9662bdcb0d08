using SkiaSharp;

namespace SvgDistill.Rasterizer.Imaging;

/// <summary>Writes pictures in the format that a name's ending says.</summary>
public static class PictureWriter
{
    private const int JpegQuality = 92;

    /// <summary>The endings that a picture's name may have.</summary>
    public static IReadOnlyList<string> Extensions { get; } = [".png", ".jpg", ".jpeg", ".webp"];

    /// <summary>
    /// The file's bytes: PNG, or by its ending JPEG (quality 92, colours not subsampled, over white: it has no transparency) or WebP
    /// (lossless).
    /// </summary>
    public static byte[] Encode(RgbaImage image, string name) => Path.GetExtension(name).ToLowerInvariant() switch
    {
        ".jpg" or ".jpeg" => Encoded(RgbaImage.FromOpaque(image.ToOpaque([1, 1, 1]), image.Width, image.Height), SKAlphaType.Opaque,
            pixels => pixels.Encode(new SKJpegEncoderOptions(JpegQuality, SKJpegEncoderDownsample.Downsample444, SKJpegEncoderAlphaOption.Ignore))),
        ".webp" => Encoded(image, SKAlphaType.Unpremul, pixels => pixels.Encode(new SKWebpEncoderOptions(SKWebpEncoderCompression.Lossless, 75))),
        _ => PngWriter.Encode(image),
    };

    private static unsafe byte[] Encoded(RgbaImage image, SKAlphaType alpha, Func<SKPixmap, SKData?> encode)
    {
        using var space = SKColorSpace.CreateSrgb();
        fixed (byte* first = image.Pixels)
        {
            using var pixels = new SKPixmap(new SKImageInfo(image.Width, image.Height, SKColorType.Rgba8888, alpha, space), (nint)first);
            using var data = encode(pixels) ?? throw new SvgDistillException(
                $"A picture of {image.Width} x {image.Height} pixels cannot be written in this format. Give it a name that ends in .png.");
            return data.ToArray();
        }
    }
}
