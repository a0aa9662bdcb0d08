using System.Security.Cryptography;
using SkiaSharp;

namespace SvgDistill.Rasterizer.Text.Fonts;

/// <summary>One face of a font file, as the file describes it. Its bytes are read when it is first drawn with.</summary>
internal sealed class FontFace
{
    private readonly string _path;
    private readonly Lazy<FontBytes> _bytes;
    private readonly Lazy<SKFont?> _font;

    private FontFace(string path, string name, int index, SKTypeface face)
    {
        (_path, Name, Index) = (path, name, index);
        (Family, Weight, Slant, IsMonospaced) = (face.FamilyName, face.FontWeight, face.FontSlant, face.IsFixedPitch);
        Stretch = face.FontWidth switch { 1 => 50, 2 => 62.5, 3 => 75, 4 => 87.5, 6 => 112.5, 7 => 125, 8 => 150, >= 9 => 200, _ => 100 };
        (MinimumWeight, MaximumWeight, MinimumStretch, MaximumStretch) = (Weight, Weight, Stretch, Stretch);
        foreach (var axis in face.VariationDesignParameters ?? [])
            switch (axis.Tag.ToString())
            {
                case "wght":
                    (MinimumWeight, MaximumWeight) = (axis.Min, axis.Max);
                    break;
                case "wdth":
                    (MinimumStretch, MaximumStretch) = (axis.Min, axis.Max);
                    break;
                case "slnt" or "ital":
                    Leans = true;
                    break;
                case "opsz":
                    IsOpticallySized = true;
                    break;
            }
        IsVariable = face.VariationDesignParameterCount > 0;
        _font = new Lazy<SKFont?>(() => SKTypeface.FromFile(_path, Index)?.ToFont());
        _bytes = new Lazy<FontBytes>(() => new FontBytes(System.IO.File.ReadAllBytes(_path)));
    }

    /// <summary>The path as reports name it.</summary>
    public string Name { get; }
    /// <summary>The number of the face in a collection.</summary>
    public int Index { get; }
    public string Family { get; }
    public double Weight { get; }
    /// <summary><c>font-stretch</c> in percent.</summary>
    public double Stretch { get; }
    public SKFontStyleSlant Slant { get; }
    public bool IsMonospaced { get; }
    /// <summary>What its axes reach; the face's own values where it has none.</summary>
    public double MinimumWeight { get; }
    public double MaximumWeight { get; }
    public double MinimumStretch { get; }
    public double MaximumStretch { get; }
    /// <summary>True where an axis leans it.</summary>
    public bool Leans { get; }

    /// <summary>True where an axis fits it to a size.</summary>
    public bool IsOpticallySized { get; }
    public bool IsVariable { get; }

    /// <summary>Whether it has a glyph for a character; its file is not kept for that.</summary>
    public bool Has(int codePoint) => _font.Value?.ContainsGlyph(codePoint) == true;

    public FontBytes Bytes => _bytes.Value;

    /// <summary>The file as a record names it.</summary>
    public FontFile File => field ??= new FontFile(Name, Family, Convert.ToHexStringLower(SHA256.HashData(Bytes.Array)));

    /// <summary>The faces of a file; none where it is no font.</summary>
    public static IEnumerable<FontFace> Read(string path, string name)
    {
        for (var index = 0; index < CountFaces(path); index++)
        {
            using var face = SKTypeface.FromFile(path, index);
            if (face is { GlyphCount: > 0, UnitsPerEm: > 0 }) yield return new FontFace(path, name, index, face);
        }
    }

    // OpenType, "Font collections": the tag, the version, the number of fonts.
    private static int CountFaces(string path)
    {
        Span<byte> header = stackalloc byte[12];
        try
        {
            using var file = System.IO.File.OpenRead(path);
            if (file.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) < header.Length) return 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A font that may not be read is none of this user's fonts.
            return 0;
        }
        if (!header.StartsWith("ttcf"u8)) return 1;
        var count = header[8] << 24 | header[9] << 16 | header[10] << 8 | header[11];
        return Math.Clamp(count, 0, 256);
    }
}
