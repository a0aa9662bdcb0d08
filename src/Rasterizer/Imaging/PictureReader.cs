namespace SvgDistill.Rasterizer.Imaging;

/// <summary>
/// Reads PNG, JPEG, WebP, GIF (its first frame) and BMP pictures into 8-bit straight sRGB: colour profiles and gamma are applied. The bytes
/// tell the format, whatever the name. Sizes are checked before memory is spent on them.
/// </summary>
public static class PictureReader
{
    /// <summary>Reads a file.</summary>
    /// <exception cref="SvgDistillException">It is missing or no picture that can be read.</exception>
    public static RgbaImage Read(string path)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SvgDistillException($"{path}: cannot be read: {error.Message}", error);
        }
        return Decode(bytes, path);
    }

    /// <summary>Reads bytes, turned as their EXIF orientation says; <paramref name="name"/> stands for them in errors.</summary>
    /// <exception cref="SvgDistillException">They are no picture that can be read.</exception>
    public static RgbaImage Decode(ReadOnlySpan<byte> bytes, string name)
    {
        try
        {
            using var file = PictureFile.Open(bytes);
            return file.Decode(upright: true);
        }
        catch (FormatException error)
        {
            throw new SvgDistillException($"{name}: not a readable picture: {error.Message}", error);
        }
    }

    /// <summary>True where the first bytes are those of a picture that can be read.</summary>
    public static bool Knows(ReadOnlySpan<byte> bytes) => PictureFile.FormatOf(bytes) is not null;
}
