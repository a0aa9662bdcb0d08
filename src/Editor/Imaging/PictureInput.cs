using SvgDistill.Editor.Output;
using SvgDistill.Rasterizer.Imaging;
using SvgDistill.Rasterizer.Svg;

namespace SvgDistill.Editor.Imaging;

/// <summary>A picture file, read and decoded: pixels, or a drawing.</summary>
internal sealed class PictureInput
{
    // What is larger is scaled down by whole steps while it is still bytes: a model sees at most about a thousand pixels a side.
    private const int LargestSide = 4096;

    private PictureInput(byte[] bytes, RgbaImage? image, SvgDocument? document) => (Bytes, Image, Document) = (bytes, image, document);

    /// <summary>The file's bytes.</summary>
    public byte[] Bytes { get; }

    /// <summary>The pixels, perhaps scaled down; null for a drawing.</summary>
    public RgbaImage? Image { get; }

    /// <summary>The picture's own columns and rows.</summary>
    public (int Width, int Height) Size { get; private init; }

    /// <summary>The drawing; null for a picture of pixels.</summary>
    public SvgDocument? Document { get; }

    /// <summary>Reads a picture of pixels or an SVG. The bytes tell which it is; what is neither is an SVG where its name says so.</summary>
    /// <exception cref="EditorException">There is no such file.</exception>
    public static PictureInput Read(string path)
    {
        var bytes = InputFile.Read(path, "a picture or SVG file", InputFile.MostPictureBytes);
        if (IsSvg(bytes, path))
        {
            var document = SvgDocument.Parse(bytes, InputFile.Words(path));
            return new(bytes, null, document);
        }
        var image = PictureReader.Decode(bytes, InputFile.Words(path));
        return new(bytes, Smaller(image), null) { Size = (image.Width, image.Height) };
    }

    // An XML file begins with a sign, a byte-order mark or white space; a compressed one with gzip's.
    private static bool IsSvg(byte[] bytes, string path) => !PictureReader.Knows(bytes)
        && (Path.GetExtension(path).ToLowerInvariant() is ".svg" or ".svgz" || bytes is [0x1F, 0x8B, ..] or [(byte)'<', ..] or [0xEF, 0xBB, 0xBF, ..]
            or [0xFE, 0xFF, ..] or [0xFF, 0xFE, ..] or [(byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n', ..]);

    /// <summary>Means of k x k pixels, weighted by alpha, with the smallest k that brings the picture within the largest side.</summary>
    private static RgbaImage Smaller(RgbaImage image)
    {
        var k = (Math.Max(image.Width, image.Height) + LargestSide - 1) / LargestSide;
        if (k <= 1) return image;
        var (width, height) = ((image.Width + k - 1) / k, (image.Height + k - 1) / k);
        var smaller = new RgbaImage(width, height);
        Span<long> sum = stackalloc long[4];
        for (var i = 0; i < width * height; i++)
        {
            var (left, top) = (i % width * k, i / width * k);
            var (right, bottom) = (Math.Min(left + k, image.Width), Math.Min(top + k, image.Height));
            sum.Clear();
            for (var y = top; y < bottom; y++)
                for (var x = left; x < right; x++)
                {
                    var pixel = image.Pixels.AsSpan(4 * (y * image.Width + x), 4);
                    for (var c = 0; c < 3; c++) sum[c] += pixel[c] * pixel[3];
                    sum[3] += pixel[3];
                }
            if (sum[3] == 0) continue;
            for (var c = 0; c < 3; c++) smaller.Pixels[4 * i + c] = (byte)((sum[c] + sum[3] / 2) / sum[3]);
            smaller.Pixels[4 * i + 3] = (byte)(sum[3] / ((right - left) * (bottom - top)));
        }
        return smaller;
    }
}
