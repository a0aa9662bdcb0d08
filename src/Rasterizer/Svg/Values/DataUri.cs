using System.Text;

namespace SvgDistill.Rasterizer.Svg.Values;

/// <summary>RFC 2397 <c>data:</c> addresses.</summary>
internal static class DataUri
{
    /// <summary>True for a <c>data:</c> address.</summary>
    public static bool Is(string address) => address.AsSpan().TrimStart().StartsWith("data:", StringComparison.OrdinalIgnoreCase);

    /// <summary>The bytes that an address holds, or null where it is no <c>data:</c> address or damaged.</summary>
    public static byte[]? Decode(string address)
    {
        var text = address.AsSpan().TrimStart();
        if (!Is(address)) return null;
        var comma = text.IndexOf(',');
        if (comma < 0) return null;
        var bytes = PercentDecoded(text[(comma + 1)..]);
        if (!text[..comma].TrimEnd().EndsWith(";base64", StringComparison.OrdinalIgnoreCase)) return bytes;
        // Line breaks are common in long attribute values; missing padding is forgiven.
        var digits = new StringBuilder(bytes.Length);
        foreach (char c in Encoding.Latin1.GetString(bytes))
            if (!char.IsWhiteSpace(c) && c != '=') digits.Append(c);
        digits.Append('=', (4 - digits.Length % 4) % 4);
        var decoded = new byte[digits.Length / 4 * 3];
        return Convert.TryFromBase64String(digits.ToString(), decoded, out var count) ? decoded[..count] : null;
    }

    // RFC 3986, section 2.1: bytes, which need not be text.
    private static byte[] PercentDecoded(ReadOnlySpan<char> text)
    {
        var bytes = Encoding.UTF8.GetBytes(text.ToString());
        int count = 0;
        for (int i = 0; i < bytes.Length; i++)
        {
            bool isEscape = bytes[i] == '%' && i + 2 < bytes.Length && char.IsAsciiHexDigit((char)bytes[i + 1]) && char.IsAsciiHexDigit((char)bytes[i + 2]);
            bytes[count++] = isEscape ? Convert.FromHexString([(char)bytes[i + 1], (char)bytes[i + 2]])[0] : bytes[i];
            if (isEscape) i += 2;
        }
        return bytes[..count];
    }
}
