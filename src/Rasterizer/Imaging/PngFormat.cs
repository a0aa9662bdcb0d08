namespace SvgDistill.Rasterizer.Imaging;

/// <summary>Checksums and predictors of PNG (ISO/IEC 15948, third edition for animation).</summary>
internal static class PngFormat
{
    public static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', (byte)'\r', (byte)'\n', 0x1A, (byte)'\n'];

    private static readonly uint[] _crcTable = MakeCrcTable();

    /// <summary>CRC-32 of a chunk's type and data (annex D).</summary>
    public static uint Crc(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte b in bytes) crc = _crcTable[(crc ^ b) & 255] ^ (crc >> 8);
        return ~crc;
    }

    /// <summary>The Paeth predictor (section 9.4).</summary>
    public static byte Paeth(byte left, byte above, byte corner)
    {
        int estimate = left + above - corner;
        int dl = Math.Abs(estimate - left), da = Math.Abs(estimate - above), dc = Math.Abs(estimate - corner);
        return dl <= da && dl <= dc ? left : da <= dc ? above : corner;
    }

    private static uint[] MakeCrcTable()
    {
        var table = new uint[256];
        for (uint n = 0; n < 256; n++)
        {
            uint c = n;
            for (int k = 0; k < 8; k++) c = (c & 1) != 0 ? 0xEDB88320 ^ (c >> 1) : c >> 1;
            table[n] = c;
        }
        return table;
    }
}
