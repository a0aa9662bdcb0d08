using System.Text;

namespace SvgDistill.Rasterizer.Svg.Values;

/// <summary>RFC 2397 <c>data:</c> addresses.</summary>
internal static class DataUri
{
    /// <summary>The bytes that an address holds, or null where it is no <c>data:</c> address or damaged.</summary>
    public static byte[]? Decode(string address)
    {
        var text = address.AsSpan().TrimStart();
        if (!text.StartsWith("data:", StringComparison.OrdinalIgnoreCase)) return null;
        var comma = text.IndexOf(',');
        if (comma < 0) return null;
        var content = text[(comma + 1)..];
        if (!text[..comma].TrimEnd().EndsWith(";base64", StringComparison.OrdinalIgnoreCase))
            return Encoding.UTF8.GetBytes(Uri.UnescapeDataString(content.ToString()));
        // Line breaks are common in long attribute values; missing padding is forgiven.
        var digits = new StringBuilder(content.Length);
        foreach (var c in content)
            if (!char.IsWhiteSpace(c) && c != '=') digits.Append(c);
        digits.Append('=', (4 - digits.Length % 4) % 4);
        var bytes = new byte[digits.Length / 4 * 3];
        return Convert.TryFromBase64String(digits.ToString(), bytes, out var count) ? bytes[..count] : null;
    }
}
