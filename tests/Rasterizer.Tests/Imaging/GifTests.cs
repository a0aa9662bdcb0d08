using SkiaSharp;
using SvgDistill.Rasterizer.Imaging;
using Xunit;

namespace SvgDistill.Rasterizer.Tests.Imaging;

public sealed class GifTests
{
    // A disc that moves over stripes of a few flat colours.
    private static RgbaImage Frame(int width, int height, int moved)
    {
        var image = new RgbaImage(width, height);
        for (int y = 0; y < height; y++)
            for (int x = 0; x < width; x++)
            {
                int dx = x - 10 - moved, dy = y - 12;
                byte[] color = dx * dx + dy * dy < 64 ? [200, (byte)(2 * x), 40] : x / 7 % 2 == 0 ? [250, 240, 230] : [17, 34, 51];
                for (int c = 0; c < 3; c++) image.Pixels[4 * (y * width + x) + c] = color[c];
                image.Pixels[4 * (y * width + x) + 3] = 255;
            }
        return image;
    }

    /// <summary>The frames as Skia shows them, each over those before it.</summary>
    private static List<byte[]> Decode(byte[] gif, out SKCodecFrameInfo[] infos)
    {
        using var codec = SKCodec.Create(new SKMemoryStream(gif));
        infos = codec.FrameInfo;
        var info = new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul);
        var frames = new List<byte[]>();
        for (int i = 0; i < infos.Length; i++)
        {
            using var bitmap = new SKBitmap(info);
            Assert.Equal(SKCodecResult.Success, codec.GetPixels(info, bitmap.GetPixels(), new SKCodecOptions(i)));
            frames.Add(bitmap.GetPixelSpan().ToArray());
        }
        return frames;
    }

    [Fact]
    public void Frames_of_few_colours_come_back_exactly()
    {
        RgbaImage[] images = [.. Enumerable.Range(0, 9).Select(k => Frame(61, 33, 4 * (k / 2)))];
        var frames = Decode(GifWriter.Encode(images, 80, 1500), out var infos);
        Assert.Equal(9, frames.Count);
        for (int i = 0; i < frames.Count; i++) Assert.Equal(images[i].Pixels, frames[i]);
        Assert.Equal([80, 80, 80, 80, 80, 80, 80, 80, 1500], infos.Select(f => f.Duration));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(16)]
    [InlineData(255)]
    public void Noise_that_fills_the_code_table_again_and_again_comes_back(int colors)
    {
        var random = new Random(colors);
        var image = new RgbaImage(200, 150);
        for (int i = 0; i < image.Pixels.Length; i += 4)
        {
            int color = random.Next(colors);
            (image.Pixels[i], image.Pixels[i + 1], image.Pixels[i + 2], image.Pixels[i + 3]) = ((byte)color, (byte)(255 - color), (byte)(7 * color), 255);
        }
        Assert.Equal(image.Pixels, Assert.Single(Decode(GifWriter.Encode([image], 50, 50), out _)));
    }

    [Fact]
    public void More_colours_than_a_palette_holds_come_near()
    {
        var image = new RgbaImage(128, 128);
        for (int i = 0; i < 128 * 128; i++)
            (image.Pixels[4 * i], image.Pixels[4 * i + 1], image.Pixels[4 * i + 2], image.Pixels[4 * i + 3]) = ((byte)(2 * (i % 128)), (byte)(2 * (i / 128)), 90, 255);
        var frame = Assert.Single(Decode(GifWriter.Encode([image], 50, 50), out _));
        Assert.InRange(image.Pixels.Zip(frame).Average(p => Math.Abs(p.First - p.Second)), 0, 5);
    }

    [Fact]
    public void A_flat_area_keeps_its_colour_among_thousands()
    {
        var random = new Random(1);
        var image = new RgbaImage(100, 100);
        for (int i = 0; i < 10_000; i++)
            for (int c = 0; c < 4; c++)
                image.Pixels[4 * i + c] = c == 3 ? (byte)255 : i < 5000 ? (byte)(40 + 33 * c) : (byte)random.Next(256);
        var palette = MedianCut.Of([image], 64);
        Assert.InRange(palette.Colors.Count, 2, 64);
        Assert.Contains(40 << 16 | 73 << 8 | 106, palette.Colors);
    }

    [Fact]
    public void Frames_of_two_sizes_are_refused() =>
        Assert.Throws<ArgumentException>(() => GifWriter.Encode([new(2, 2), new(2, 3)], 50, 50));
}
