using SvgDistill.Distill.Editing.Control;
using SvgDistill.Distill.Metrics;

namespace SvgDistill.Distill.Styles;

/// <summary>How far a drawing lies from a set's style; null where the drawing, or the set, has nothing of the kind.</summary>
/// <param name="Colors">Each shown pixel's colour from the nearest of the set's, on average, in CIEDE2000.</param>
/// <param name="Widths">Line widths, in octaves: 1 is twice or half as thick.</param>
/// <param name="Corners">Corners' radii, in % of the canvas's diagonal.</param>
public readonly record struct StyleDistance(double? Colors, double? Widths, double? Corners);

/// <summary>The style that drawings of a set share.</summary>
public sealed class StyleSet
{
    // A colour that fills less of each drawing that has it is an edge's or a gradient's, no colour of the set.
    private const double LeastShare = .01;

    // CIEDE2000: nearer colours are one in a palette. A trained eye tells 1 apart side by side.
    private const double Alike = 2.3;

    private readonly IReadOnlyList<StyleProfile> _drawings;
    private readonly (double R, double G, double B)[] _palette;

    /// <summary>Takes the set together.</summary>
    /// <param name="drawings">One or more.</param>
    /// <exception cref="ArgumentException">There is none.</exception>
    public StyleSet(IReadOnlyList<StyleProfile> drawings)
    {
        if (drawings is not { Count: > 0 }) throw new ArgumentException("A set of no drawings has no style.", nameof(drawings));
        _drawings = drawings;
        _palette = [.. drawings.SelectMany(d => d.Colors).Where(c => c.Share >= LeastShare).DistinctBy(c => c.Bytes).Select(c => c.Color)];
        (Widths, Corners) = (Mean(drawings.Select(d => d.Widths)), Mean(drawings.Select(d => d.Corners)));
    }

    /// <summary>How many drawings.</summary>
    public int Count => _drawings.Count;

    /// <summary>Line widths of the set, each drawing with the same weight, as in <see cref="StyleProfile.Widths"/>.</summary>
    public Histogram? Widths { get; }

    /// <summary>Corners likewise.</summary>
    public Histogram? Corners { get; }

    /// <summary>The colours of the set and which part of its drawings they fill on average, the largest first.</summary>
    public IReadOnlyList<ShownColor> Colors => [.. _drawings.SelectMany(d => d.Colors).GroupBy(c => c.Bytes)
        .Select(g => new ShownColor(g.First().Color, g.Sum(c => c.Share) / _drawings.Count)).OrderByDescending(c => c.Share)];

    /// <summary>
    /// The set's colours for other drawings to have: those that fill a hundredth of some drawing, without those that look like a larger one, the
    /// largest first; the shares are those of <see cref="Colors"/>.
    /// </summary>
    /// <param name="most">How many at most.</param>
    public IReadOnlyList<ShownColor> Palette(int most)
    {
        var own = _palette.Select(c => ByteColor.Of(c.R, c.G, c.B)).ToHashSet();
        var taken = new List<ShownColor>();
        foreach (var color in Colors.Where(c => own.Contains(c.Bytes)))
        {
            if (taken.Count == most) break;
            if (taken.TrueForAll(t => Ciede2000.Difference(t.Color, color.Color) >= Alike)) taken.Add(color);
        }
        return taken;
    }

    /// <summary>A drawing's distance from the set.</summary>
    public StyleDistance To(StyleProfile drawing)
    {
        ArgumentNullException.ThrowIfNull(drawing);
        return new(drawing.Colors.Count > 0 && _palette.Length > 0 ? ShownColors.Distance(drawing.Colors, _palette) : null,
            Widths is { } widths ? drawing.Widths?.DistanceTo(widths) : null, Corners is { } corners ? drawing.Corners?.DistanceTo(corners) : null);
    }

    /// <summary>
    /// The distances of some of the set's drawings, evenly chosen, from the others: what no drawing by the same hand needs to undercut.
    /// Empty for a set of one.
    /// </summary>
    /// <param name="most">Of how many at most.</param>
    /// <param name="stop">Ends it.</param>
    public IReadOnlyList<StyleDistance> Own(int most, CancellationToken stop = default)
    {
        if (Count < 2) return [];
        var own = new List<StyleDistance>();
        for (var (i, some) = (0, Math.Min(Count, most)); i < some; i++)
        {
            stop.ThrowIfCancellationRequested();
            var one = (int)((long)i * Count / some);
            own.Add(new StyleSet([.. _drawings.Where((_, k) => k != one)]).To(_drawings[one]));
        }
        return own;
    }

    private static Histogram? Mean(IEnumerable<Histogram?> histograms)
    {
        var there = histograms.OfType<Histogram>().ToArray();
        return there.Length == 0 ? null : Histogram.Mean(there);
    }
}
