using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Rasterizer.Imaging;

/// <summary>
/// Reads PNG files of every colour type, bit depth and interlacing into 8-bit straight RGBA (16-bit samples are rounded). Colour
/// profiles and gamma are not applied. Sizes, chunk sums and the amount of pixel data are checked before memory is spent on them.
/// </summary>
public static class PngReader
{
    /// <summary>Reads a file.</summary>
    /// <exception cref="SvgDistillException">It is missing or no valid PNG.</exception>
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

    /// <summary>Reads bytes; <paramref name="name"/> stands for them in errors.</summary>
    /// <exception cref="SvgDistillException">They are no valid PNG.</exception>
    public static RgbaImage Decode(ReadOnlySpan<byte> bytes, string name)
    {
        try
        {
            return DecodeChunks(bytes);
        }
        catch (FormatException error)
        {
            throw new SvgDistillException($"{name}: not a readable PNG: {error.Message}", error);
        }
    }

    private sealed class Header(ReadOnlySpan<byte> data)
    {
        public readonly int Width = BinaryPrimitives.ReadInt32BigEndian(data), Height = BinaryPrimitives.ReadInt32BigEndian(data[4..]);
        public readonly int Depth = data[8], ColorType = data[9];
        public readonly bool Interlaced = data[12] == 1;
        public byte[] Palette = [], Transparency = [];

        public int Channels => ColorType switch { 2 => 3, 4 => 2, 6 => 4, _ => 1 };

        public int RowBytes(int width) => (width * Channels * Depth + 7) / 8;

        public void Validate(ReadOnlySpan<byte> data)
        {
            bool known = ColorType switch
            {
                0 => Depth is 1 or 2 or 4 or 8 or 16,
                3 => Depth is 1 or 2 or 4 or 8,
                2 or 4 or 6 => Depth is 8 or 16,
                _ => false,
            };
            if (!known) throw new FormatException($"colour type {ColorType} with {Depth} bits does not exist.");
            if (data[10] != 0 || data[11] != 0 || data[12] > 1) throw new FormatException("unknown compression, filter or interlace method.");
            if (Width < 1 || Height < 1 || Width > CanvasLimits.MaximumSide || Height > CanvasLimits.MaximumSide
                || (long)Width * Height > CanvasLimits.MaximumPixels)
                throw new FormatException($"a size of {Width} x {Height} pixels is outside the limits.");
        }
    }

    private static RgbaImage DecodeChunks(ReadOnlySpan<byte> bytes)
    {
        if (!bytes.StartsWith(PngFormat.Signature)) throw new FormatException("it does not begin with PNG's signature.");
        bytes = bytes[PngFormat.Signature.Length..];
        Header? header = null;
        var packed = new MemoryStream();
        while (true)
        {
            if (bytes.Length < 12) throw new FormatException("it is cut off.");
            uint length = BinaryPrimitives.ReadUInt32BigEndian(bytes);
            if (length > bytes.Length - 12) throw new FormatException("a chunk reaches beyond the end of the file.");
            var body = bytes.Slice(4, (int)length + 4);
            if (PngFormat.Crc(body) != BinaryPrimitives.ReadUInt32BigEndian(bytes[(8 + (int)length)..]))
                throw new FormatException("a chunk's check sum is wrong.");
            string type = Encoding.Latin1.GetString(body[..4]);
            var data = body[4..];
            bytes = bytes[(12 + (int)length)..];
            if (header is null != (type == "IHDR")) throw new FormatException("its header is missing or doubled.");
            switch (type)
            {
                case "IHDR":
                    if (length != 13) throw new FormatException("its header has a wrong length.");
                    header = new(data);
                    header.Validate(data);
                    break;
                case "PLTE":
                    if (length % 3 != 0 || length is 0 or > 768) throw new FormatException("its palette has a wrong length.");
                    header!.Palette = data.ToArray();
                    break;
                case "tRNS":
                    header!.Transparency = data.ToArray();
                    break;
                case "IDAT":
                    packed.Write(data);
                    break;
                case "IEND":
                    packed.Position = 0;
                    return DecodePixels(header!, packed);
                default:
                    if (char.IsUpper(type[0])) throw new FormatException($"it needs chunk '{type}', which is unknown.");
                    break;
            }
        }
    }

    /// <summary>Adam7 (section 8.2): origin and step of each pass.</summary>
    private static readonly (int X, int Y, int StepX, int StepY)[] Passes =
        [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];

    private static RgbaImage DecodePixels(Header header, Stream packed)
    {
        if (header.ColorType == 3 && header.Palette.Length == 0) throw new FormatException("its palette is missing.");
        if (header.ColorType is 0 or 2 && header.Transparency.Length is not 0 && header.Transparency.Length < 2 * header.Channels)
            throw new FormatException("its transparent colour is cut off.");
        var image = new RgbaImage(header.Width, header.Height);
        using var zlib = new ZLibStream(packed, CompressionMode.Decompress);
        foreach (var (x0, y0, stepX, stepY) in header.Interlaced ? Passes : [(0, 0, 1, 1)])
        {
            int columns = (header.Width - x0 + stepX - 1) / stepX, rows = (header.Height - y0 + stepY - 1) / stepY;
            if (columns <= 0 || rows <= 0) continue;
            byte[] row = new byte[header.RowBytes(columns)], above = new byte[row.Length];
            for (int j = 0; j < rows; j++)
            {
                (row, above) = (above, row);
                ReadRow(zlib, row, above, Math.Max(1, header.Channels * header.Depth / 8));
                for (int i = 0; i < columns; i++)
                    Pixel(header, row, i, image.Pixels.AsSpan(4 * ((y0 + j * stepY) * header.Width + x0 + i * stepX), 4));
            }
        }
        return image;
    }

    private static void ReadRow(ZLibStream zlib, byte[] row, byte[] above, int step)
    {
        int filter;
        try
        {
            filter = zlib.ReadByte();
            zlib.ReadExactly(row);
        }
        catch (Exception error) when (error is InvalidDataException or EndOfStreamException)
        {
            throw new FormatException("its pixel data is damaged or cut off.", error);
        }
        if (filter is < 0 or > 4) throw new FormatException("its pixel data is damaged.");
        if (filter == 0) return;
        for (int i = 0; i < row.Length; i++)
        {
            byte left = i < step ? (byte)0 : row[i - step], corner = i < step ? (byte)0 : above[i - step];
            row[i] += filter switch
            {
                1 => left,
                2 => above[i],
                3 => (byte)((left + above[i]) / 2),
                _ => PngFormat.Paeth(left, above[i], corner),
            };
        }
    }

    private static void Pixel(Header header, byte[] row, int i, Span<byte> rgba)
    {
        int channels = header.Channels;
        rgba[3] = 255;
        if (header.ColorType == 3)
        {
            int index = Sample(header, row, i);
            if (3 * index + 2 >= header.Palette.Length) throw new FormatException("a pixel's colour is not in the palette.");
            header.Palette.AsSpan(3 * index, 3).CopyTo(rgba);
            if (index < header.Transparency.Length) rgba[3] = header.Transparency[index];
            return;
        }
        int colors = channels >= 3 ? 3 : 1;
        bool matches = header.Transparency.Length > 0;
        for (int c = 0; c < colors; c++)
        {
            int sample = Sample(header, row, i * channels + c);
            rgba[c] = ToByte(sample, header.Depth);
            matches = matches && sample == BinaryPrimitives.ReadUInt16BigEndian(header.Transparency.AsSpan(2 * c));
        }
        if (colors == 1) rgba[1] = rgba[2] = rgba[0];
        if (channels is 2 or 4) rgba[3] = ToByte(Sample(header, row, i * channels + channels - 1), header.Depth);
        else if (matches) rgba[3] = 0;
    }

    private static int Sample(Header header, byte[] row, int index)
    {
        if (header.Depth == 8) return row[index];
        if (header.Depth == 16) return row[2 * index] << 8 | row[2 * index + 1];
        int bit = index * header.Depth;
        return row[bit >> 3] >> (8 - header.Depth - (bit & 7)) & ((1 << header.Depth) - 1);
    }

    private static byte ToByte(int sample, int depth) => depth switch
    {
        8 => (byte)sample,
        16 => (byte)((sample * 255 + 32767) / 65535),
        _ => (byte)(sample * 255 / ((1 << depth) - 1)),
    };
}
