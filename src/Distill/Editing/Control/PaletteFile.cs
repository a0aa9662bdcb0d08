using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using SvgDistill.Rasterizer;
using SvgDistill.Rasterizer.Svg.Values;

namespace SvgDistill.Distill.Editing.Control;

/// <summary>
/// Reads and writes palettes: GIMP's (.gpl, text of "red green blue name" lines) and Adobe's Swatch Exchange (.ase: blocks of big-endian numbers, after
/// the format's public descriptions; Adobe has published none). CMYK becomes sRGB by the plain formula, without a profile.
/// </summary>
public static class PaletteFile
{
    private const int MostBytes = 1 << 20;
    private const ushort ColorBlock = 1, GroupStart = 0xC001, GroupEnd = 0xC002;

    /// <summary>Reads a file; its first bytes tell what it is.</summary>
    /// <exception cref="SvgDistillException">It cannot be read, or is no palette: the message names the place.</exception>
    public static Palette Read(string path)
    {
        byte[] bytes;
        try
        {
            if (new FileInfo(path) is { Exists: true, Length: > MostBytes })
                throw new SvgDistillException($"{path}: it has more than {MostBytes} bytes, too many for a palette.");
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new SvgDistillException($"{path}: cannot be read: {error.Message}");
        }
        return Parse(bytes, path);
    }

    /// <summary>Reads bytes; <paramref name="name"/> stands for them in errors.</summary>
    /// <exception cref="SvgDistillException">They are no palette.</exception>
    public static Palette Parse(ReadOnlySpan<byte> bytes, string name)
    {
        var colors = bytes.StartsWith("ASEF"u8) ? Swatches(bytes, name)
            : Text(bytes).StartsWith("GIMP Palette", StringComparison.Ordinal) ? Gimp(Text(bytes), name)
            : throw new SvgDistillException($"{name}:1: neither a GIMP palette (\"GIMP Palette\" in its first line) nor an Adobe swatch file (\"ASEF\").");
        if (colors.Count == 0) throw new SvgDistillException($"{name}: it holds no colour.");
        if (colors.Count > Palette.MostColors) throw new SvgDistillException($"{name}: it holds {colors.Count} colours; give at most {Palette.MostColors}.");
        return new Palette(colors);
    }

    /// <summary>A palette as GIMP's files have it.</summary>
    /// <param name="name">What it is called; of several lines the first.</param>
    /// <param name="colors">The colours with what each is called.</param>
    public static string Gimp(string name, IEnumerable<(ByteColor Color, string Name)> colors)
    {
        var text = new StringBuilder("GIMP Palette\n").Append("Name: ").Append(OneLine(name)).Append("\n#\n");
        foreach (var (color, called) in colors) text.Append(CultureInfo.InvariantCulture, $"{color.R,3} {color.G,3} {color.B,3}\t{OneLine(called)}\n");
        return text.ToString();

        static string OneLine(string words) => words.Split('\n', '\r')[0];
    }

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes).TrimStart('\uFEFF');

    private static List<CssColor> Gimp(string text, string name)
    {
        var colors = new List<CssColor>();
        var lines = text.Split('\n');
        for (var i = 1; i < lines.Length; i++)
        {
            var line = lines[i].Trim();
            if (line.Length == 0 || line[0] == '#' || line.StartsWith("Name:", StringComparison.Ordinal) || line.StartsWith("Columns:", StringComparison.Ordinal)
                || line.StartsWith("Channels:", StringComparison.Ordinal)) // Aseprite's; a fourth number is opacity, which is no colour's
                continue;
            var fields = line.Split((char[]?)null, 4, StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length < 3 || Byte(fields[0]) is not { } r || Byte(fields[1]) is not { } g || Byte(fields[2]) is not { } b)
                throw new SvgDistillException($"{name}:{i + 1}: a line of a palette is \"red green blue name\" with numbers of 0 to 255, not \"{Short(line)}\".");
            colors.Add(new CssColor(r, g, b, 1, false));
        }
        return colors;

        static double? Byte(string field) => int.TryParse(field, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value <= 255 ? value / 255.0 : null;
        static string Short(string line) => line.Length <= 40 ? line : line[..40] + "...";
    }

    private static List<CssColor> Swatches(ReadOnlySpan<byte> bytes, string name)
    {
        if (bytes.Length < 12) throw Broken(0, "it ends within its header");
        var colors = new List<CssColor>();
        var (blocks, at) = (BinaryPrimitives.ReadUInt32BigEndian(bytes[8..]), 12);
        for (uint i = 0; i < blocks; i++)
        {
            if (bytes.Length - at < 6) throw Broken(at, $"it ends before block {i + 1} of {blocks}");
            var (type, length) = (BinaryPrimitives.ReadUInt16BigEndian(bytes[at..]), BinaryPrimitives.ReadUInt32BigEndian(bytes[(at + 2)..]));
            if (type is not (ColorBlock or GroupStart or GroupEnd)) throw Broken(at, $"block {i + 1} is of an unknown type {type:x4}");
            if (length > bytes.Length - at - 6) throw Broken(at, $"block {i + 1} is longer than the file");
            if (type == ColorBlock) colors.Add(Swatch(bytes.Slice(at + 6, (int)length), at + 6));
            at += 6 + (int)length;
        }
        return colors;

        // A name's length in UTF-16 units, the name, a colour model of four letters, its numbers.
        CssColor Swatch(ReadOnlySpan<byte> block, int place)
        {
            var start = block.Length < 2 ? 0 : 2 + 2 * BinaryPrimitives.ReadUInt16BigEndian(block);
            if (block.Length < 2 || block.Length < start + 4) throw Broken(place, "a colour ends within its name");
            var model = Encoding.ASCII.GetString(block.Slice(start, 4));
            var count = model switch { "RGB " or "LAB " => 3, "CMYK" => 4, "Gray" => 1, _ => throw Broken(place + start, $"a colour model that is none of RGB, CMYK, LAB and Gray: \"{model}\"") };
            if (block.Length < start + 4 + 4 * count) throw Broken(place, "a colour ends within its numbers");
            var n = new double[count];
            for (var k = 0; k < count; k++)
            {
                n[k] = BinaryPrimitives.ReadSingleBigEndian(block[(start + 4 + 4 * k)..]);
                if (!double.IsFinite(n[k])) throw Broken(place + start + 4 + 4 * k, "a number that is not finite");
            }
            return model switch
            {
                "RGB " => Rgb(n[0], n[1], n[2]),
                "Gray" => Rgb(n[0], n[0], n[0]),
                "CMYK" => Rgb((1 - n[0]) * (1 - n[3]), (1 - n[1]) * (1 - n[3]), (1 - n[2]) * (1 - n[3])),
                _ => CssColor.OfLab(100 * n[0], n[1], n[2]), // lightness of 0 to 1
            };
        }

        SvgDistillException Broken(int place, string what) => new($"{name}: byte {place}: {what}. Export the swatches anew.");
    }

    private static CssColor Rgb(double r, double g, double b) => new(Rounded(r), Rounded(g), Rounded(b), 1, false);

    // Programs keep floats of what they show in bytes.
    private static double Rounded(double value) => Math.Round(255 * Math.Clamp(value, 0, 1)) / 255;
}
