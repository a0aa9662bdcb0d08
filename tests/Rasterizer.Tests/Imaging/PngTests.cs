using System.Buffers.Binary;
using System.IO.Compression;
using SvgDistill.Rasterizer.Imaging;
using Xunit;

namespace SvgDistill.Rasterizer.Tests.Imaging;

public sealed class PngTests
{
    private static RgbaImage Noise(int width, int height, bool opaque)
    {
        var image = new RgbaImage(width, height);
        new Random(width).NextBytes(image.Pixels);
        for (int i = 3; opaque && i < image.Pixels.Length; i += 4) image.Pixels[i] = 255;
        return image;
    }

    [Theory]
    [InlineData(1, 1, true)]
    [InlineData(7, 5, false)]
    [InlineData(64, 33, true)]
    [InlineData(33, 64, false)]
    public void What_is_written_reads_back(int width, int height, bool opaque)
    {
        var image = Noise(width, height, opaque);
        var read = PictureReader.Decode(PngWriter.Encode(image), "test");
        Assert.Equal((width, height), (read.Width, read.Height));
        Assert.Equal(image.Pixels, read.Pixels);
    }

    [Fact]
    public void An_animation_shows_its_first_frame_to_readers_without_animation()
    {
        RgbaImage first = Noise(9, 8, opaque: false), second = Noise(9, 8, opaque: true);
        byte[] bytes = PngWriter.EncodeAnimation([first, second, first], 40, 1000);
        Assert.Equal(first.Pixels, PictureReader.Decode(bytes, "test").Pixels);
        Assert.Equal(["IHDR", "acTL", "fcTL", "IDAT", "fcTL", "fdAT", "fcTL", "fdAT", "IEND"], Chunks(bytes).Select(c => c.Type));
    }

    /// <summary>
    /// Every colour type and depth, interlaced and not: pixel (x, y) has sample x + 3 y (+ channel), within the depth. 16 bits may be one of
    /// 255 off: of grey Skia gives the upper 8.
    /// </summary>
    [Theory]
    [InlineData(0, 1)]
    [InlineData(0, 2)]
    [InlineData(0, 4)]
    [InlineData(0, 8)]
    [InlineData(0, 16)]
    [InlineData(2, 8)]
    [InlineData(2, 16)]
    [InlineData(3, 1)]
    [InlineData(3, 2)]
    [InlineData(3, 4)]
    [InlineData(3, 8)]
    [InlineData(4, 8)]
    [InlineData(4, 16)]
    [InlineData(6, 8)]
    [InlineData(6, 16)]
    public void Every_kind_of_pixel_is_read(int colorType, int depth)
    {
        const int width = 11, height = 9;
        int channels = colorType switch { 2 => 3, 4 => 2, 6 => 4, _ => 1 }, top = (1 << depth) - 1;
        int Sample(int x, int y, int c) => depth == 16 ? (x * 5000 + y * 1234 + c * 20000) & top : (x + 3 * y + 17 * c) & top;
        byte[] palette = [.. Enumerable.Range(0, 768).Select(i => (byte)(i * 7))];
        foreach (bool interlaced in new[] { false, true })
        {
            var raw = new MemoryStream();
            (int, int, int, int)[] passes = interlaced
                ? [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
                : [(0, 0, 1, 1)];
            foreach (var (x0, y0, stepX, stepY) in passes)
            {
                for (int y = y0; y < height && x0 < width; y += stepY)
                {
                    raw.WriteByte(0);
                    int bits = 0, filled = 0;
                    for (int x = x0; x < width; x += stepX)
                    {
                        for (int c = 0; c < channels; c++)
                        {
                            int sample = Sample(x, y, c);
                            if (depth == 16) raw.WriteByte((byte)(sample >> 8));
                            bits = bits << Math.Min(depth, 8) | (sample & 255 & top);
                            filled += Math.Min(depth, 8);
                            if (filled < 8) continue;
                            raw.WriteByte((byte)bits);
                            (bits, filled) = (0, 0);
                        }
                    }
                    if (filled > 0) raw.WriteByte((byte)(bits << (8 - filled)));
                }
            }
            var image = PictureReader.Decode(File(width, height, depth, colorType, interlaced, raw.ToArray(), palette), "test");
            for (int y = 0; y < height; y++)
            {
                for (int x = 0; x < width; x++)
                {
                    byte Value(int c) => (byte)Math.Round(Sample(x, y, c) * 255.0 / top, MidpointRounding.ToEven);
                    byte[] expected = colorType switch
                    {
                        0 => [Value(0), Value(0), Value(0), 255],
                        2 => [Value(0), Value(1), Value(2), 255],
                        3 => [.. palette.AsSpan(3 * Sample(x, y, 0), 3), 255],
                        4 => [Value(0), Value(0), Value(0), Value(1)],
                        _ => [Value(0), Value(1), Value(2), Value(3)],
                    };
                    byte[] read = image.Pixels[(4 * (y * width + x))..(4 * (y * width + x) + 4)];
                    if (depth < 16) Assert.Equal(expected, read);
                    else Assert.All(expected.Zip(read), p => Assert.InRange(p.Second - p.First, -1, 1));
                }
            }
        }
    }

    [Fact]
    public void One_colour_or_palette_entry_can_be_transparent()
    {
        var grey = PictureReader.Decode(File(2, 1, 8, 0, false, [0, 40, 41], [], [0, 41]), "test");
        Assert.Equal([40, 40, 40, 255, 41, 41, 41, 0], grey.Pixels);
        var indexed = PictureReader.Decode(File(2, 1, 8, 3, false, [0, 0, 1], [1, 2, 3, 4, 5, 6], [77]), "test");
        Assert.Equal([1, 2, 3, 77, 4, 5, 6, 255], indexed.Pixels);
    }

    [Fact]
    public void Damaged_files_end_in_one_clear_error()
    {
        byte[] good = PngWriter.Encode(Noise(20, 20, opaque: false));
        Assert.Contains("no PNG, JPEG, WebP, GIF or BMP", Message([1, 2, 3]), StringComparison.Ordinal);
        Assert.Contains("damaged", Message([.. good[..60], (byte)(good[60] ^ 1), .. good[61..]]), StringComparison.Ordinal);
        Assert.Contains("limits", Message(File(1_000_000, 1_000_000, 8, 6, false, [0])), StringComparison.Ordinal);
        Assert.Contains("header", Message(File(1, 1, 16, 3, false, [0, 9])), StringComparison.Ordinal);
        // Behind the pixels stand a check sum and the end mark, which may be missing.
        for (int length = 0; length < good.Length - 20; length += 7) Message(good[..length]);
        Assert.Contains("cannot be read", Assert.Throws<SvgDistillException>(() => PictureReader.Read("/nowhere/none.png")).Message, StringComparison.Ordinal);

        static string Message(byte[] bytes) => Assert.Throws<SvgDistillException>(() => PictureReader.Decode(bytes, "x.png")).Message;
    }

    [Fact]
    public void A_file_appears_whole_or_not_at_all()
    {
        string folder = Directory.CreateTempSubdirectory("svgdistill").FullName;
        string path = Path.Combine(folder, "a.txt");
        AtomicFile.WriteText(path, "first");
        Assert.Throws<InvalidOperationException>(() => AtomicFile.Write(path, stream =>
        {
            stream.WriteByte(1);
            throw new InvalidOperationException();
        }));
        Assert.Equal("first", System.IO.File.ReadAllText(path));
        Assert.Single(Directory.GetFiles(folder));
        Directory.Delete(folder, recursive: true);
        Assert.Throws<SvgDistillException>(() => AtomicFile.WriteText(path, "nowhere"));
    }

    private static byte[] File(
        int width, int height, int depth, int colorType, bool interlaced, byte[] raw, byte[]? palette = null, byte[]? transparency = null)
    {
        var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true)) zlib.Write(raw);
        byte[] size = new byte[8];
        BinaryPrimitives.WriteInt32BigEndian(size, width);
        BinaryPrimitives.WriteInt32BigEndian(size.AsSpan(4), height);
        var file = new MemoryStream();
        file.Write([0x89, 0x50, 0x4E, 0x47, 13, 10, 26, 10]);
        Chunk("IHDR", [.. size, (byte)depth, (byte)colorType, 0, 0, (byte)(interlaced ? 1 : 0)]);
        if (palette is { Length: > 0 }) Chunk("PLTE", palette);
        if (transparency is not null) Chunk("tRNS", transparency);
        Chunk("IDAT", packed.ToArray());
        Chunk("IEND", []);
        return file.ToArray();

        void Chunk(string type, byte[] data)
        {
            byte[] word = new byte[4], body = [.. System.Text.Encoding.ASCII.GetBytes(type), .. data];
            BinaryPrimitives.WriteInt32BigEndian(word, data.Length);
            file.Write(word);
            file.Write(body);
            // CRC-32 bit by bit, another way than the writer's table.
            uint crc = uint.MaxValue;
            foreach (byte b in body)
            {
                crc ^= b;
                for (int k = 0; k < 8; k++) crc = (crc & 1) != 0 ? 0xEDB88320 ^ (crc >> 1) : crc >> 1;
            }
            BinaryPrimitives.WriteUInt32BigEndian(word, ~crc);
            file.Write(word);
        }
    }

    private static IEnumerable<(string Type, int Length)> Chunks(byte[] bytes)
    {
        for (int at = 8; at < bytes.Length;)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(at));
            yield return (System.Text.Encoding.ASCII.GetString(bytes, at + 4, 4), length);
            at += 12 + length;
        }
    }
}
