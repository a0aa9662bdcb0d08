using System.Buffers.Binary;
using System.Text;
using System.Text.RegularExpressions;

namespace SvgDistill.Rasterizer.Svg.Xml;

/// <summary>
/// How a document's characters are written as bytes. Every supported encoding is read strictly, so that decoding and
/// encoding are inverse to each other and characters that no edit touches keep their bytes.
/// </summary>
internal abstract partial class TextEncoding
{
    /// <summary>The mark before the text, kept as it was.</summary>
    public ReadOnlyMemory<byte> Preamble { get; private set; }

    public abstract byte[] Encode(string text);
    protected abstract bool TryDecode(ReadOnlySpan<byte> bytes, out string text, out int errorOffset);

    /// <summary>Finds the encoding (XML 1.0 appendix F) and decodes. Throws <see cref="SvgException"/>.</summary>
    public static (string Text, TextEncoding Encoding) Read(ReadOnlyMemory<byte> file, string name)
    {
        var bytes = file.Span;
        var (encoding, mark) = Detect(bytes, name);
        encoding.Preamble = file[..mark];
        if (encoding.TryDecode(bytes[mark..], out var text, out var offset)) return (text, encoding);
        var line = 1 + bytes[..(mark + offset)].Count((byte)'\n');
        var column = mark + offset - bytes[..(mark + offset)].LastIndexOf((byte)'\n');
        throw new SvgException(name, line, column, "These bytes are not valid in the file's encoding.",
            "Save the file as UTF-8, or declare its encoding in the XML declaration.");
    }

    private static (TextEncoding Encoding, int Mark) Detect(ReadOnlySpan<byte> bytes, string name)
    {
        if (bytes.StartsWith<byte>([0xEF, 0xBB, 0xBF])) return (Unicode(new UTF8Encoding(false, true)), 3);
        if (bytes.StartsWith<byte>([0xFF, 0xFE])) return (Unicode(new UnicodeEncoding(false, false, true)), 2);
        if (bytes.StartsWith<byte>([0xFE, 0xFF])) return (Unicode(new UnicodeEncoding(true, false, true)), 2);
        if (bytes.Length >= 2 && BinaryPrimitives.ReadUInt16LittleEndian(bytes) == '<')
            return (Unicode(new UnicodeEncoding(false, false, true)), 0);
        if (bytes.Length >= 2 && BinaryPrimitives.ReadUInt16BigEndian(bytes) == '<')
            return (Unicode(new UnicodeEncoding(true, false, true)), 0);
        var head = Encoding.Latin1.GetString(bytes[..Math.Min(bytes.Length, 256)]);
        var declared = Declaration().Match(head) is { Success: true } match ? match.Groups[1].Value : "utf-8";
        return (declared.ToUpperInvariant() switch
        {
            "UTF-8" or "UTF8" => Unicode(new UTF8Encoding(false, true)),
            // Said of text that was made in memory (.NET's writers do) and saved as UTF-8: the bytes have shown that they are no UTF-16.
            "UTF-16" or "UTF-16LE" or "UTF-16BE" or "UCS-2" or "UNICODE" => Unicode(new UTF8Encoding(false, true)),
            "US-ASCII" or "ASCII" => new SingleByte(Latin(0x80)),
            "ISO-8859-1" or "ISO_8859-1" or "LATIN1" or "LATIN-1" => new SingleByte(Latin(0x100)),
            "WINDOWS-1252" or "CP1252" => new SingleByte(Windows1252()),
            _ => throw new SvgException(name, 1, 1, $"The encoding {declared} is not supported.",
                "Save the file as UTF-8."),
        }, 0);
    }

    private static Strict Unicode(Encoding encoding) => new Strict(encoding);

    private static char[] Latin(int count) => [.. Enumerable.Range(0, count).Select(i => (char)i)];

    /// <summary>
    /// Windows-1252 as the WHATWG Encoding standard has it: its five unassigned bytes are the C1 controls.
    /// </summary>
    private static char[] Windows1252()
    {
        var map = Latin(0x100);
        ("\u20AC\u0081\u201A\u0192\u201E\u2026\u2020\u2021\u02C6\u2030\u0160\u2039\u0152\u008D\u017D\u008F"
            + "\u0090\u2018\u2019\u201C\u201D\u2022\u2013\u2014\u02DC\u2122\u0161\u203A\u0153\u009D\u017E\u0178")
            .CopyTo(0, map, 0x80, 32);
        return map;
    }

    [GeneratedRegex("""^<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z0-9._:-]+)["']""")]
    private static partial Regex Declaration();

    private sealed class Strict(Encoding encoding) : TextEncoding
    {
        public override byte[] Encode(string text) => [.. Preamble.Span, .. encoding.GetBytes(text)];

        protected override bool TryDecode(ReadOnlySpan<byte> bytes, out string text, out int errorOffset)
        {
            try
            {
                (text, errorOffset) = (encoding.GetString(bytes), 0);
                return true;
            }
            catch (DecoderFallbackException e)
            {
                (text, errorOffset) = ("", Math.Clamp(e.Index, 0, bytes.Length));
                return false;
            }
        }
    }

    private sealed class SingleByte(char[] map) : TextEncoding
    {
        public override byte[] Encode(string text)
        {
            var inverse = new Dictionary<char, byte>(map.Length);
            for (var i = 0; i < map.Length; i++) inverse[map[i]] = (byte)i;
            var bytes = new byte[text.Length];
            for (var i = 0; i < bytes.Length; i++) bytes[i] = inverse[text[i]];
            return bytes;
        }

        protected override bool TryDecode(ReadOnlySpan<byte> bytes, out string text, out int errorOffset)
        {
            var characters = new char[bytes.Length];
            for (var i = 0; i < bytes.Length; i++)
            {
                if (bytes[i] >= map.Length)
                {
                    (text, errorOffset) = ("", i);
                    return false;
                }
                characters[i] = map[bytes[i]];
            }
            (text, errorOffset) = (new string(characters), 0);
            return true;
        }
    }
}
