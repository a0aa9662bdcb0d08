using SvgDistill.Distill.Editing.Control;

namespace SvgDistill.Editor.Controlling;

/// <summary>What an edit may change, besides which elements and kinds of numbers (<see cref="Rasterizer.Svg.SceneOptions"/>).</summary>
public sealed record ControlRequest
{
    /// <summary>The soft edge of masks where none is given, in canvas diagonals.</summary>
    public const double DefaultSoftness = .02;

    /// <summary>No limits.</summary>
    public static ControlRequest None { get; } = new();

    /// <summary>What every shape keeps.</summary>
    public Aspects Lock { get; init; }
    /// <summary>Which colours there may be.</summary>
    public PaletteChoice Palette { get; init; } = PaletteChoice.Free;
    /// <summary>
    /// How far colours at the drawing's edge stay from the background's, in Oklab, 0..1; strokes twice as far, none farther than half as far as it was. 0 lets them fade. A palette, or a family's
    /// colours, come first.
    /// </summary>
    public double GroundContrast { get; init; } = Distill.Editing.Control.GroundContrast.Default;
    /// <summary>The colours of a family of drawings that are edited one after another and stay equal where they were equal; null for a drawing alone.</summary>
    public SharedColors? Shared { get; init; }
    /// <summary>Where something may change: a picture's file, or <c>#id</c>; null for everywhere.</summary>
    public string? Mask { get; init; }
    /// <summary>The width of the mask's soft edge, in canvas diagonals, 0..1: inside a picture's white, around an element.</summary>
    public double MaskSoftness { get; init; } = DefaultSoftness;
    /// <summary>How far to go on the way from the source to the result, 0..1.</summary>
    public double Strength { get; init; } = 1;

    /// <summary>The mask's file; null where it is an element, or there is none.</summary>
    internal string? MaskFile => Mask is null or ['#', ..] ? null : Mask;

    /// <summary>Refuses numbers out of their ranges.</summary>
    /// <exception cref="EditorException">There is one.</exception>
    internal void Check()
    {
        if (!(Strength is >= 0 and <= 1)) throw EditorException.Usage(FormattableString.Invariant($"{nameof(Strength)} takes a number from 0 to 1, not {Strength}"));
        if (!(GroundContrast is >= 0 and <= 1)) throw EditorException.Usage(FormattableString.Invariant($"{nameof(GroundContrast)} takes a number from 0 to 1, not {GroundContrast}"));
        if (!(MaskSoftness is >= 0 and <= 1)) throw EditorException.Usage(FormattableString.Invariant($"{nameof(MaskSoftness)} takes a number from 0 to 1, not {MaskSoftness}"));
    }
}
