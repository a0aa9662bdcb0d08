namespace SvgDistill.Rasterizer.Text.Fonts;

/// <summary>A font file that text was drawn with.</summary>
/// <param name="Path">Where it lies; below the folder that was given, the path in it.</param>
/// <param name="Family">The family that its face says it is of.</param>
/// <param name="Sha256">The hash of its bytes in hexadecimal digits.</param>
public sealed record FontFile(string Path, string Family, string Sha256);
