namespace SvgDistill.Rasterizer.Svg;

/// <summary>A file that was read because a document names it.</summary>
/// <param name="Address">The address as the document has it.</param>
/// <param name="Sha256">The hash of its bytes, hexadecimal.</param>
public sealed record ResourceFile(string Address, string Sha256);
