namespace SvgDistill.Rasterizer.Text.Bidi;

/// <summary>
/// A paragraph with the control characters that <c>unicode-bidi</c> stands for (CSS Writing Modes Level 4 section 2.2) around its elements.
/// </summary>
internal sealed class BidiParagraph
{
    private const int Lre = 0x202A, Rle = 0x202B, Pdf = 0x202C, Lro = 0x202D, Rlo = 0x202E, Lri = 0x2066, Rli = 0x2067, Fsi = 0x2068, Pdi = 0x2069;

    private readonly List<(int CodePoint, int Position)> _units = [];

    /// <summary>Adds a character that stands at a position of the text.</summary>
    public void Add(int codePoint, int position) => _units.Add((codePoint, position));

    /// <summary>Begins an element; gives what <see cref="Close"/> ends it with.</summary>
    public int[] Open(string? unicodeBidi, bool isRtl)
    {
        var (open, close) = unicodeBidi switch
        {
            "embed" => ((int[])[isRtl ? Rle : Lre], (int[])[Pdf]),
            "bidi-override" => ([isRtl ? Rlo : Lro], [Pdf]),
            "isolate" => ([isRtl ? Rli : Lri], [Pdi]),
            "isolate-override" => ([Fsi, isRtl ? Rlo : Lro], [Pdf, Pdi]),
            "plaintext" => ([Fsi], [Pdi]),
            _ => ([], []),
        };
        foreach (var control in open) Add(control, -1);
        return close;
    }

    /// <summary>Ends an element.</summary>
    public void Close(int[] controls)
    {
        foreach (var control in controls) Add(control, -1);
    }

    /// <summary>Leaves out what stands at or behind a position.</summary>
    public void Trim(int length) => _units.RemoveAll(u => u.Position >= length);

    /// <summary>The level of each UTF-16 unit.</summary>
    public byte[] Levels(int length, bool isRtl)
    {
        var levels = BidiLevels.Of([.. _units.Select(u => u.CodePoint)], (byte)(isRtl ? 1 : 0));
        var result = new byte[length];
        for (var i = 0; i < _units.Count; i++)
        {
            var (codePoint, position) = _units[i];
            if (position < 0) continue;
            result[position] = levels[i];
            if (codePoint > 0xFFFF) result[position + 1] = levels[i];
        }
        return result;
    }
}
