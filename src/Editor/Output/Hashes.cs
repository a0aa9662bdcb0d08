using System.Security.Cryptography;

namespace SvgDistill.Editor.Output;

/// <summary>SHA-256 as lower-case hexadecimal.</summary>
internal static class Hashes
{
    public static string Of(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
