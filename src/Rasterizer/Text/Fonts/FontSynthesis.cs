namespace SvgDistill.Rasterizer.Text.Fonts;

/// <summary>What is made of a face that its family lacks (CSS Fonts Level 4 section 2.7, <c>font-synthesis</c>).</summary>
/// <param name="Weight">Strokes grow to those of a bold face.</param>
/// <param name="Style">Letters lean as those of an oblique face.</param>
internal readonly record struct FontSynthesis(bool Weight, bool Style)
{
    /// <summary>How far x goes for one of y: 14 degrees, as CSS has <c>oblique</c>.</summary>
    public const double Lean = .25;

    /// <summary>The least weight that is bold.</summary>
    public const double Bold = 600;
}
