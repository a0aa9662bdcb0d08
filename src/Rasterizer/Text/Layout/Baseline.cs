using SvgDistill.Rasterizer.Text.Fonts;

namespace SvgDistill.Rasterizer.Text.Layout;

/// <summary>The line of a font that is put on the text's line (<c>dominant-baseline</c>, <c>alignment-baseline</c>).</summary>
internal enum Baseline { Alphabetic, Ideographic, Hanging, Mathematical, Central, Middle, TextTop, TextBottom }

/// <summary><c>baseline-shift</c> of one element: a length up, or a line that the font gives.</summary>
internal readonly record struct BaselineShift(BaselineShiftKind Kind, double Length);

/// <summary>What a <see cref="BaselineShift"/> is.</summary>
internal enum BaselineShiftKind { Length, Sub, Super }

/// <summary>
/// Baselines as browsers and resvg have them: made from ascent, descent and x-height, since hardly a font has a table of them
/// (CSS Inline Layout Level 3, appendix A.1, lets them be synthesized).
/// </summary>
internal static class Baselines
{
    /// <summary>How far down a span's glyphs go from the line, in user units.</summary>
    public static double Shift(TextSpan span, FontMetrics metrics, bool isVertical)
    {
        var up = 0.0;
        foreach (var shift in span.Shifts)
            up += shift.Kind switch
            {
                BaselineShiftKind.Sub => -metrics.Subscript * span.Style.Size,
                BaselineShiftKind.Super => metrics.Superscript * span.Style.Size,
                _ => shift.Length,
            };
        return (isVertical ? 0 : Position(span.Baseline, metrics) * span.Style.Size) - up;
    }

    private static double Position(Baseline baseline, FontMetrics m) => baseline switch
    {
        Baseline.Ideographic or Baseline.TextBottom => m.Descent,
        Baseline.Hanging => .8 * m.Ascent,
        Baseline.Mathematical => .5 * m.Ascent,
        Baseline.Central => .5 * (m.Ascent + m.Descent),
        Baseline.Middle => .5 * m.XHeight,
        Baseline.TextTop => m.Ascent,
        _ => 0,
    };
}
