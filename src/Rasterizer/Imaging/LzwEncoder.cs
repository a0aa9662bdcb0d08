namespace SvgDistill.Rasterizer.Imaging;

/// <summary>GIF's variant of LZW (GIF89a, appendix F): codes of growing width, the lowest bit first.</summary>
internal static class LzwEncoder
{
    private const int MostCodes = 4096;

    /// <summary>The codes of a row of numbers below 2^<paramref name="codeSize"/>, packed into bytes.</summary>
    public static byte[] Encode(ReadOnlySpan<byte> values, int codeSize)
    {
        int clear = 1 << codeSize, end = clear + 1;
        var packed = new List<byte>(values.Length / 2);
        uint bits = 0;
        int bitCount = 0, width = codeSize + 1, next = end + 1;
        var codes = new Dictionary<int, int>();

        void Put(int code)
        {
            bits |= (uint)code << bitCount;
            for (bitCount += width; bitCount >= 8; bitCount -= 8, bits >>= 8) packed.Add((byte)bits);
        }

        Put(clear);
        int current = -1;
        foreach (byte value in values)
        {
            if (current < 0)
            {
                current = value;
                continue;
            }
            int key = current << 8 | value;
            if (codes.TryGetValue(key, out int known))
            {
                current = known;
                continue;
            }
            Put(current);
            if (next < MostCodes)
            {
                // The reader is one entry behind: a code of the greater width comes when the table outgrows the smaller.
                if (next == 1 << width) width++;
                codes[key] = next++;
            }
            else
            {
                Put(clear);
                codes.Clear();
                (width, next) = (codeSize + 1, end + 1);
            }
            current = value;
        }
        if (current >= 0)
        {
            Put(current);
            if (next == 1 << width && next < MostCodes) width++;
        }
        Put(end);
        if (bitCount > 0) packed.Add((byte)bits);
        return [.. packed];
    }
}
