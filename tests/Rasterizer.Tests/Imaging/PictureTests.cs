using System.Buffers.Binary;
using SkiaSharp;
using SvgDistill.Rasterizer.Imaging;
using SvgDistill.Tests;
using Xunit;

namespace SvgDistill.Rasterizer.Tests.Imaging;

/// <summary>What formats other than plain PNG hold.</summary>
public sealed class PictureTests
{
    private static readonly byte[] _red = [255, 0, 0, 255], _green = [0, 255, 0, 255];

    [Theory]
    [InlineData("image.jpg", 3.5)]
    [InlineData("image.webp", 4)]
    [InlineData("image.gif", 3)]
    public void Formats_hold_the_same_picture(string name, double limit)
    {
        // The four are one drawing, saved with losses of their own.
        string folder = Path.Combine(TestPaths.Root, "tests", "conformance", "resources");
        var (image, png) = (PictureReader.Read(Path.Combine(folder, name)), PictureReader.Read(Path.Combine(folder, "image.png")));
        Assert.Equal((64, 64), (image.Width, image.Height));
        float[] white = [1, 1, 1];
        Assert.True(255 * image.ToOpaque(white).Zip(png.ToOpaque(white), (a, b) => Math.Abs(a - b)).Average() < limit);
    }

    [Fact]
    public void An_animated_gif_is_its_first_frame()
    {
        Assert.Equal(_red, PictureReader.Decode(Gif([255, 0, 0], [0, 255, 0]), "a.gif").Pixels);
        Assert.Equal(_green, PictureReader.Decode(Gif([0, 255, 0], [255, 0, 0]), "a.gif").Pixels);
    }

    [Fact]
    public void A_bitmap_is_read_from_its_bottom_row_up()
    {
        byte[] bytes = new byte[54 + 8];
        (bytes[0], bytes[1], bytes[10], bytes[14], bytes[18], bytes[22], bytes[26], bytes[28]) = ((byte)'B', (byte)'M', 54, 40, 1, 2, 1, 24);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(2), bytes.Length);
        bytes[54 + 1] = 255; // the lower row: green of BGR
        bytes[58 + 2] = 255; // the upper row: red
        var image = PictureReader.Decode(bytes, "a.bmp");
        Assert.Equal((1, 2), (image.Width, image.Height));
        Assert.Equal([.. _red, .. _green], image.Pixels);
    }

    /// <summary>A picture of 3 x 2 blocks, turned back by what EXIF says was done to it, is the same picture.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public void Exif_orientation_is_honoured(int orientation)
    {
        const int block = 16, columns = 3, rows = 2;
        bool swaps = orientation >= 5;
        var stored = swaps ? new RgbaImage(block * rows, block * columns) : new RgbaImage(block * columns, block * rows);
        for (int y = 0; y < block * rows; y++)
        {
            for (int x = 0; x < block * columns; x++)
            {
                // TIFF 6.0, Orientation: which side of what is seen the first stored row and the first stored column are.
                int mirroredX = block * columns - 1 - x, mirroredY = block * rows - 1 - y;
                var (column, row) = orientation switch
                {
                    1 => (x, y), // row: top, column: left
                    2 => (mirroredX, y), // top, right
                    3 => (mirroredX, mirroredY), // bottom, right
                    4 => (x, mirroredY), // bottom, left
                    5 => (y, x), // left, top
                    6 => (y, mirroredX), // right, top
                    7 => (mirroredY, mirroredX), // right, bottom
                    _ => (mirroredY, x), // left, bottom
                };
                Seen(x / block, y / block).CopyTo(stored.Pixels, 4 * (row * stored.Width + column));
            }
        }
        var image = PictureReader.Decode(WithOrientation(PictureWriter.Encode(stored, "a.jpg"), orientation), "a.jpg");
        Assert.Equal((block * columns, block * rows), (image.Width, image.Height));
        for (int i = 0; i < columns * rows; i++)
        {
            int at = 4 * ((i / columns * block + block / 2) * image.Width + i % columns * block + block / 2);
            Assert.All(Seen(i % columns, i / columns).Zip(image.Pixels[at..(at + 4)]), p => Assert.InRange(p.Second - p.First, -4, 4));
        }

        static byte[] Seen(int column, int row) => [(byte)(100 * column + 20), (byte)(120 * row + 60), (byte)(40 * column + 50 * row), 255];
    }

    [Fact]
    public void Gamma_and_profiles_are_applied()
    {
        byte[] plain = PngWriter.Encode(new RgbaImage(1, 1, [128, 128, 128, 255]));
        // Samples proportional to light: .502 of it is .735 in sRGB.
        byte[] linear = [.. plain[..33], .. Chunk("gAMA", [0, 1, 0x86, 0xA0]), .. plain[33..]];
        Assert.Equal([128, 128, 128, 255], PictureReader.Decode(plain, "a.png").Pixels);
        Assert.All(PictureReader.Decode(linear, "a.png").Pixels[..3], value => Assert.InRange(value, 187, 189));
        using var bitmap = new SKBitmap(new SKImageInfo(8, 8, SKColorType.Rgba8888, SKAlphaType.Opaque,
            SKColorSpace.CreateRgb(SKColorSpaceTransferFn.Srgb, SKColorSpaceXyz.DisplayP3)));
        for (int i = 0; i < 64; i++) bitmap.SetPixel(i % 8, i / 8, new SKColor(200, 100, 100));
        using var pixels = bitmap.PeekPixels();
        using var wide = pixels.Encode(new SKPngEncoderOptions())!;
        // Display-P3 (200, 100, 100) in sRGB.
        var read = PictureReader.Decode(wide.ToArray(), "p3.png").Pixels[..3];
        Assert.All(read.Zip(new byte[] { 213, 95, 97 }), p => Assert.InRange(p.First - p.Second, -2, 2));
    }

    [Theory]
    [InlineData("a.webp", "WebP")]
    [InlineData("a.jpg", "JPEG")]
    [InlineData("a.JPEG", "JPEG")]
    [InlineData("a.png", "PNG")]
    [InlineData("-", "PNG")]
    public void The_ending_says_the_format_and_the_same_picture_gives_the_same_bytes(string name, string format)
    {
        var image = new RgbaImage(40, 30);
        new Random(5).NextBytes(image.Pixels);
        byte[] bytes = PictureWriter.Encode(image, name);
        Assert.Equal(format, PictureFile.FormatOf(bytes));
        Assert.Equal(bytes, PictureWriter.Encode(image, name));
        if (format != "JPEG") Assert.Equal(image.ToPremultiplied(), PictureReader.Decode(bytes, name).ToPremultiplied());
    }

    [Fact]
    public void A_jpeg_lies_over_white()
    {
        var read = PictureReader.Decode(PictureWriter.Encode(new RgbaImage(8, 8), "a.jpg"), "a.jpg");
        Assert.All(read.Pixels, value => Assert.Equal(255, value));
    }

    [Fact]
    public void Bombs_are_refused_by_their_headers()
    {
        byte[] gif = Gif([255, 0, 0], [0, 255, 0]);
        BinaryPrimitives.WriteUInt16LittleEndian(gif.AsSpan(6), 60000);
        BinaryPrimitives.WriteUInt16LittleEndian(gif.AsSpan(8), 60000);
        Assert.Contains("60000 x 60000", Message(gif), StringComparison.Ordinal);
        // A large progressive JPEG with scan after scan: each would pass over all of it.
        byte[] large = PictureWriter.Encode(new RgbaImage(4000, 4000), "a.jpg");
        byte[] scan = [0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 63, 0];
        Assert.Contains("passes", Message([.. large[..^2], .. Enumerable.Repeat(scan, 1000).SelectMany(s => s), 0xFF, 0xD9]), StringComparison.Ordinal);

        static string Message(byte[] bytes) => Assert.Throws<SvgDistillException>(() => PictureReader.Decode(bytes, "bomb")).Message;
    }

    [Fact]
    public void Damaged_bytes_give_a_picture_or_the_documented_error() => Damage(150);

    [Fact]
    [Trait("Category", "Slow")]
    public void Many_damaged_bytes_give_a_picture_or_the_documented_error() => Damage(2500);

    private static void Damage(int times)
    {
        string folder = Path.Combine(TestPaths.Root, "tests", "conformance", "resources");
        var random = new Random(8);
        foreach (string name in (string[])["image.jpg", "image.webp", "image.gif", "image.png"])
        {
            byte[] good = File.ReadAllBytes(Path.Combine(folder, name));
            for (int i = 0; i < times; i++)
            {
                byte[] bad = [.. good[..(i % 3 == 0 ? random.Next(good.Length) : good.Length)]];
                for (int k = 0; k < 3 && bad.Length > 0; k++) bad[random.Next(bad.Length)] ^= (byte)random.Next(1, 256);
                try
                {
                    var image = PictureReader.Decode(bad, name);
                    Assert.Equal(4 * image.Width * image.Height, image.Pixels.Length);
                }
                catch (SvgDistillException error)
                {
                    Assert.StartsWith($"{name}: not a readable picture", error.Message, StringComparison.Ordinal);
                }
            }
        }
    }

    /// <summary>Two frames of one pixel.</summary>
    private static byte[] Gif(byte[] first, byte[] second) =>
    [
        .. "GIF89a"u8, 1, 0, 1, 0, 0x80, 0, 0, .. first, .. second,
        .. Frame(0), .. Frame(1), 0x3B,
    ];

    // Codes of 3 bits, the lowest first: clear (4), the pixel, end (5).
    private static byte[] Frame(int pixel) => [0x2C, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, (byte)(4 | pixel << 3 | (5 & 3) << 6), 5 >> 2, 0];

    /// <summary>A JPEG with an APP1 segment (Exif 2.3) whose only entry is Orientation.</summary>
    private static byte[] WithOrientation(byte[] jpeg, int orientation) =>
    [
        .. jpeg[..2], 0xFF, 0xE1, 0, 34, .. "Exif\0\0MM\0*"u8, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, (byte)orientation, 0, 0, 0, 0, 0, 0,
        .. jpeg[2..],
    ];

    private static byte[] Chunk(string type, byte[] data)
    {
        byte[] body = [.. System.Text.Encoding.ASCII.GetBytes(type), .. data], word = new byte[8];
        BinaryPrimitives.WriteInt32BigEndian(word, data.Length);
        BinaryPrimitives.WriteUInt32BigEndian(word.AsSpan(4), PngFormat.Crc(body));
        return [.. word[..4], .. body, .. word[4..]];
    }
}
