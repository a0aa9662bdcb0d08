namespace SvgDistill.Distill.Editing.Control;

/// <summary>What an edit keeps of every shape (<c>--lock</c>).</summary>
[Flags]
public enum Aspects
{
    /// <summary>Nothing.</summary>
    None = 0,
    /// <summary>Points and sizes.</summary>
    Shape = 1,
    /// <summary>Red, green and blue of every colour, gradients' and filters' included.</summary>
    Color = 2,
    /// <summary>Widths and dashes of strokes, and what strokes are painted with.</summary>
    Stroke = 4,
    /// <summary>Opacities, those of colours included.</summary>
    Opacity = 8,
    /// <summary>Where each shape's centre lies; its form may change.</summary>
    Position = 16,
}
