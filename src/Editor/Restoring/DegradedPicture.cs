using SvgDistill.Editor.Output;
using SvgDistill.Rasterizer.Compositing;
using SvgDistill.Rasterizer.Imaging;

namespace SvgDistill.Editor.Restoring;

/// <summary>y as it was read: premultiplied pixels and the file's bytes.</summary>
internal sealed record DegradedPicture(Picture Pixels, byte[] Bytes)
{
    /// <summary>The longest side that is drawn; every step works through all of the picture.</summary>
    public const int LargestSide = 2048;

    // Below this nothing but a blot is left to draw, and SSIM's window does not fit.
    private const int SmallestSide = 16;

    /// <summary>Reads y and refuses what cannot be restored by the request's factor.</summary>
    /// <exception cref="EditorException">It is missing, too small or too large.</exception>
    public static DegradedPicture Read(RestoreRequest request)
    {
        var y = Read(request.Input);
        var (width, height) = (y.Pixels.Width, y.Pixels.Height);
        var least = Math.Max(request.LeastSide, (SmallestSide + request.Factor - 1) / request.Factor);
        var most = LargestSide / request.Factor;
        if (Math.Min(width, height) < least || Math.Max(width, height) > most)
            throw new EditorException(EditorErrorKind.Input, $"{request.Input}: {width} x {height} pixels; " +
                $"{request.Command} ({request.Degradation.Description}) takes sides of {least} to {most}. Scale the picture first.");
        return y;
    }

    /// <summary>Reads the undamaged picture, which must have the restored size.</summary>
    /// <exception cref="EditorException">It is missing or of another size.</exception>
    public static Picture ReadReference(string path, int width, int height)
    {
        var picture = Read(path).Pixels;
        if (picture.Width != width || picture.Height != height)
            throw new EditorException(EditorErrorKind.Input, $"{path}: {picture.Width} x {picture.Height} pixels; " +
                $"the restored picture has {width} x {height}, and --reference must have the same.");
        return picture;
    }

    private static DegradedPicture Read(string path)
    {
        var bytes = InputFile.Picture(path);
        var image = PictureReader.Decode(bytes, InputFile.Words(path));
        var picture = new Picture(image.Width, image.Height);
        image.ToPremultiplied().CopyTo(picture.Data);
        return new DegradedPicture(picture, bytes);
    }
}
