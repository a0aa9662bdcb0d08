using System.Text;

namespace SvgDistill.Rasterizer.Imaging;

/// <summary>Writes animated GIF files (GIF89a): one palette for all frames, and of each frame only what differs from the one before.</summary>
public static class GifWriter
{
    // One place of the palette is "as before".
    private const int MostColors = 255;

    /// <summary>An animation of opaque pictures that plays for ever.</summary>
    /// <param name="frames">Images of one size, at least one; their alpha is not looked at.</param>
    /// <param name="milliseconds">How long each is shown, to 10 ms; the last one is held for <paramref name="lastMilliseconds"/>.</param>
    /// <param name="lastMilliseconds">How long the last is shown.</param>
    public static byte[] Encode(IReadOnlyList<RgbaImage> frames, int milliseconds, int lastMilliseconds)
    {
        if (frames.Count == 0 || frames.Any(f => f.Width != frames[0].Width || f.Height != frames[0].Height))
            throw new ArgumentException("An animation takes at least one frame, all of one size.", nameof(frames));
        int width = frames[0].Width, height = frames[0].Height;
        if (width > ushort.MaxValue || height > ushort.MaxValue) throw new SvgDistillException($"A GIF has at most 65535 pixels a side, not {Math.Max(width, height)}.");
        var palette = MedianCut.Of(frames, MostColors);
        int same = palette.Colors.Count, bits = 1;
        while (1 << bits <= same) bits++;
        var stream = new MemoryStream();
        stream.Write("GIF89a"u8);
        WriteHeader(stream, width, height, palette, bits);
        byte[] before = [];
        for (int i = 0; i < frames.Count; i++)
        {
            var places = palette.Map(frames[i]);
            var box = i == 0 ? new Box(0, 0, width, height) : Changed(before, places, width, height);
            // Graphic control (section 23): keep the frame; the place "as before" shows what was there.
            int delay = Math.Clamp((i == frames.Count - 1 ? lastMilliseconds : milliseconds) / 10, 1, ushort.MaxValue);
            stream.Write([0x21, 0xF9, 4, 1 << 2 | 1, (byte)delay, (byte)(delay >> 8), (byte)same, 0]);
            stream.Write([0x2C, .. Word(box.X), .. Word(box.Y), .. Word(box.Width), .. Word(box.Height), 0]);
            var part = new byte[box.Width * box.Height];
            for (int y = 0; y < box.Height; y++)
                for (int x = 0; x < box.Width; x++)
                {
                    int at = (box.Y + y) * width + box.X + x;
                    part[y * box.Width + x] = i > 0 && before[at] == places[at] ? (byte)same : places[at];
                }
            WriteBlocks(stream, Math.Max(2, bits), LzwEncoder.Encode(part, Math.Max(2, bits)));
            before = places;
        }
        stream.WriteByte(0x3B);
        return stream.ToArray();
    }

    private static void WriteHeader(MemoryStream stream, int width, int height, MedianCut palette, int bits)
    {
        stream.Write([.. Word(width), .. Word(height), (byte)(0x80 | 7 << 4 | bits - 1), 0, 0]);
        for (int i = 0; i < 1 << bits; i++)
        {
            int color = i < palette.Colors.Count ? palette.Colors[i] : 0;
            stream.Write([(byte)(color >> 16), (byte)(color >> 8), (byte)color]);
        }
        // The application extension that all viewers take for "again and again".
        stream.Write([0x21, 0xFF, 11, .. Encoding.ASCII.GetBytes("NETSCAPE2.0"), 3, 1, 0, 0, 0]);
    }

    private static void WriteBlocks(MemoryStream stream, int codeSize, byte[] data)
    {
        stream.WriteByte((byte)codeSize);
        for (int at = 0; at < data.Length; at += 255)
        {
            int count = Math.Min(255, data.Length - at);
            stream.WriteByte((byte)count);
            stream.Write(data, at, count);
        }
        stream.WriteByte(0);
    }

    private readonly record struct Box(int X, int Y, int Width, int Height);

    // Where two frames differ; one pixel where they do not, since a frame must hold one.
    private static Box Changed(byte[] before, byte[] after, int width, int height)
    {
        int left = width, top = height, right = -1, bottom = -1;
        for (int i = 0; i < after.Length; i++)
        {
            if (before[i] == after[i]) continue;
            (left, right) = (Math.Min(left, i % width), Math.Max(right, i % width));
            (top, bottom) = (Math.Min(top, i / width), i / width);
        }
        return right < 0 ? new(0, 0, 1, 1) : new(left, top, right - left + 1, bottom - top + 1);
    }

    private static byte[] Word(int value) => [(byte)value, (byte)(value >> 8)];
}
