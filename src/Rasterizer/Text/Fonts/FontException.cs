namespace SvgDistill.Rasterizer.Text.Fonts;

/// <summary>A folder of fonts that cannot be used.</summary>
public sealed class FontException(string message) : SvgDistillException(message);
