using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace SvgDistill.Rasterizer.Imaging;

/// <summary>Writes 8-bit RGBA PNG files (RGB where every pixel is opaque), and animated ones.</summary>
public static class PngWriter
{
    /// <summary>The file's bytes.</summary>
    public static byte[] Encode(RgbaImage image)
    {
        bool opaque = IsOpaque(image);
        var stream = new MemoryStream();
        stream.Write(PngFormat.Signature);
        WriteHeader(stream, image, opaque);
        WriteChunk(stream, "IDAT", Compress(image, opaque));
        WriteChunk(stream, "IEND", []);
        return stream.ToArray();
    }

    /// <summary>Writes a file, whole or not at all.</summary>
    /// <exception cref="SvgDistillException">The file cannot be written.</exception>
    public static void Write(string path, RgbaImage image) => AtomicFile.WriteBytes(path, Encode(image));

    /// <summary>An animated PNG that plays for ever; viewers without animation show the first frame.</summary>
    /// <param name="frames">Images of one size, at least one.</param>
    /// <param name="milliseconds">How long each is shown; the last one is held for <paramref name="lastMilliseconds"/>.</param>
    /// <param name="lastMilliseconds">How long the last is shown.</param>
    public static byte[] EncodeAnimation(IReadOnlyList<RgbaImage> frames, int milliseconds, int lastMilliseconds)
    {
        if (frames.Count == 0 || frames.Any(f => f.Width != frames[0].Width || f.Height != frames[0].Height))
            throw new ArgumentException("An animation takes at least one frame, all of one size.", nameof(frames));
        bool opaque = frames.All(IsOpaque);
        var stream = new MemoryStream();
        stream.Write(PngFormat.Signature);
        WriteHeader(stream, frames[0], opaque);
        WriteChunk(stream, "acTL", [.. Word(frames.Count), .. Word(0)]);
        int sequence = 0;
        for (int i = 0; i < frames.Count; i++)
        {
            int delay = Math.Clamp(i == frames.Count - 1 ? lastMilliseconds : milliseconds, 1, ushort.MaxValue);
            WriteChunk(stream, "fcTL",
            [
                .. Word(sequence++), .. Word(frames[i].Width), .. Word(frames[i].Height), .. Word(0), .. Word(0),
                (byte)(delay >> 8), (byte)delay, 1000 >> 8, 1000 & 255,
                0, // Leave the frame as it is after its time,
                0, // and replace what was there, alpha included.
            ]);
            byte[] pixels = Compress(frames[i], opaque);
            if (i == 0) WriteChunk(stream, "IDAT", pixels);
            else WriteChunk(stream, "fdAT", [.. Word(sequence++), .. pixels]);
        }
        WriteChunk(stream, "IEND", []);
        return stream.ToArray();
    }

    private static bool IsOpaque(RgbaImage image)
    {
        for (int i = 3; i < image.Pixels.Length; i += 4)
            if (image.Pixels[i] != 255) return false;
        return true;
    }

    private static void WriteHeader(Stream stream, RgbaImage image, bool opaque) =>
        WriteChunk(stream, "IHDR", [.. Word(image.Width), .. Word(image.Height), 8, (byte)(opaque ? 2 : 6), 0, 0, 0]);

    /// <summary>Filters each row by the rule whose result has the least sum of absolute values (section 12.7), then deflates.</summary>
    private static byte[] Compress(RgbaImage image, bool opaque)
    {
        int channels = opaque ? 3 : 4, length = channels * image.Width;
        byte[] row = new byte[length], above = new byte[length], best = new byte[length], trial = new byte[length];
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            for (int y = 0; y < image.Height; y++)
            {
                (row, above) = (above, row);
                for (int x = 0; x < image.Width; x++)
                    image.Pixels.AsSpan(4 * (y * image.Width + x), channels).CopyTo(row.AsSpan(channels * x));
                long least = long.MaxValue;
                byte bestFilter = 0;
                for (byte filter = 0; filter < 5; filter++)
                {
                    long size = Filter(filter, row, above, channels, trial);
                    if (size >= least) continue;
                    (least, bestFilter) = (size, filter);
                    (best, trial) = (trial, best);
                }
                zlib.WriteByte(bestFilter);
                zlib.Write(best);
            }
        }
        return packed.ToArray();
    }

    private static long Filter(byte filter, byte[] row, byte[] above, int step, byte[] result)
    {
        long sum = 0;
        for (int i = 0; i < row.Length; i++)
        {
            byte left = i < step ? (byte)0 : row[i - step], corner = i < step ? (byte)0 : above[i - step];
            int predicted = filter switch
            {
                0 => 0,
                1 => left,
                2 => above[i],
                3 => (left + above[i]) / 2,
                _ => PngFormat.Paeth(left, above[i], corner),
            };
            result[i] = (byte)(row[i] - predicted);
            sum += Math.Abs((int)(sbyte)result[i]);
        }
        return sum;
    }

    private static byte[] Word(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }

    private static void WriteChunk(Stream stream, string type, byte[] data)
    {
        byte[] body = [.. Encoding.ASCII.GetBytes(type), .. data];
        stream.Write(Word(data.Length));
        stream.Write(body);
        stream.Write(Word((int)PngFormat.Crc(body)));
    }
}
