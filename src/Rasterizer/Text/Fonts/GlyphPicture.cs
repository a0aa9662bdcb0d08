using SkiaSharp;
using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Imaging;

namespace SvgDistill.Rasterizer.Text.Fonts;

/// <summary>A glyph as pixels that Skia draws.</summary>
/// <param name="Pixels">The pixels.</param>
/// <param name="Place">From pixels to ems, the glyph's origin at zero, y down.</param>
internal sealed record GlyphPicture(RgbaImage Pixels, Matrix Place)
{
    private const int LargestSide = 4096;

    /// <summary>Draws a glyph at a number of pixels an em; null where that shows nothing.</summary>
    public static GlyphPicture? Of(SKTypeface typeface, ushort glyph, int pixelsPerEm)
    {
        using var font = new SKFont(typeface, pixelsPerEm) { EmbeddedBitmaps = true, Hinting = SKFontHinting.None, Subpixel = true };
        using var paint = new SKPaint { IsAntialias = true, Color = SKColors.Black };
        Span<SKRect> bounds = stackalloc SKRect[1];
        font.GetGlyphWidths([glyph], stackalloc float[1], bounds, paint);
        var box = SKRectI.Ceiling(bounds[0], outwards: true);
        if (box.Width <= 0 || box.Height <= 0 || box.Width > LargestSide || box.Height > LargestSide) return null;
        using var bitmap = new SKBitmap(new SKImageInfo(box.Width, box.Height, SKColorType.Rgba8888, SKAlphaType.Premul));
        using (var canvas = new SKCanvas(bitmap))
        {
            canvas.Clear(SKColors.Transparent);
            canvas.Translate(-box.Left, -box.Top);
            using var text = SKTextBlob.Create(BitConverter.GetBytes(glyph), SKTextEncoding.GlyphId, font);
            canvas.DrawText(text, 0, 0, paint);
        }
        var pixels = new byte[4 * box.Width * box.Height];
        unsafe
        {
            fixed (byte* p = pixels)
                bitmap.PeekPixels().ReadPixels(new SKImageInfo(box.Width, box.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul), (nint)p, 4 * box.Width, 0, 0);
        }
        return new GlyphPicture(new RgbaImage(box.Width, box.Height, pixels), Matrix.Scaling(1.0 / pixelsPerEm, 1.0 / pixelsPerEm) * Matrix.Translation(box.Left, box.Top));
    }
}
