using System.Collections.Immutable;
using SvgDistill.Rasterizer.Text.Shaping;

namespace SvgDistill.Rasterizer.Text.Layout;

/// <summary>
/// The text of a <c>text</c> element once its white space is resolved, with everything that its layout depends on (SVG 2 section 11.5).
/// Positions are those of <see cref="Text"/>'s UTF-16 units; what belongs to a code point stands at its first unit.
/// </summary>
internal sealed class TextContent
{
    public required string Text { get; init; }
    /// <summary>Runs of one element, which together are the text.</summary>
    public required ImmutableArray<TextSpan> Spans { get; init; }
    public required double?[] X { get; init; }
    public required double?[] Y { get; init; }
    public required double[] Dx { get; init; }
    public required double[] Dy { get; init; }
    /// <summary>Degrees.</summary>
    public required double[] Rotate { get; init; }
    /// <summary><c>textLength</c> of the elements that have one, the innermost first.</summary>
    public required ImmutableArray<TextLength> Lengths { get; init; }
    /// <summary>Embedding levels of UAX #9.</summary>
    public required byte[] Levels { get; init; }
    /// <summary><c>writing-mode</c>: lines run from the top down.</summary>
    public required bool IsVertical { get; init; }
}

/// <summary>Characters of one element with its properties.</summary>
internal sealed record TextSpan(int Start, int End, TextStyle Style)
{
    /// <summary>Which element the reader painted it by.</summary>
    public required int Owner { get; init; }
    public TextAnchor Anchor { get; init; }
    /// <summary><c>direction: rtl</c>: a line begins at its right end.</summary>
    public bool IsRtl { get; init; }
    public double LetterSpacing { get; init; }
    public double WordSpacing { get; init; }
    public Baseline Baseline { get; init; }
    /// <summary><c>baseline-shift</c> of the element and those around it up to the <c>text</c>.</summary>
    public ImmutableArray<BaselineShift> Shifts { get; init; } = [];
    public ImmutableArray<TextDecoration> Decorations { get; init; } = [];
    /// <summary>True where it has no place: its characters count, but nothing of them is laid out.</summary>
    public bool IsSkipped { get; init; }
    /// <summary>The path that it is laid along, or null.</summary>
    public TextPath? Path { get; init; }
}

/// <summary><c>text-anchor</c>.</summary>
internal enum TextAnchor { Start, Middle, End }

/// <summary><c>textLength</c> of the characters [Start, End).</summary>
/// <param name="Start">The first character.</param>
/// <param name="End">Behind the last one.</param>
/// <param name="Value">The length in user units.</param>
/// <param name="StretchesGlyphs"><c>lengthAdjust="spacingAndGlyphs"</c>.</param>
internal readonly record struct TextLength(int Start, int End, double Value, bool StretchesGlyphs);

/// <summary>A line of <c>text-decoration</c>; <paramref name="Owner"/> is the element that asks for it and paints it.</summary>
internal readonly record struct TextDecoration(DecorationLine Line, int Owner);

/// <summary>Where a decoration's line runs.</summary>
internal enum DecorationLine { Overline, Underline, LineThrough }
