using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Distill.Editing.Rules;

/// <summary>Closed forms that only a stroke draws stay at least a third as large as they were: smaller ones would be dots, which no edit takes away.</summary>
internal sealed class LeastSizes : IDrawingRule
{
    private const double Least = 1.0 / 3, Rounding = 1e-9;
    // What is smaller than that part of what it may be has no form to be enlarged.
    private const double Nothing = 1e-6;

    private readonly List<(PlacedContour Contour, ContourMover Mover)> _forms = [];

    internal LeastSizes(IEnumerable<PlacedContour> contours, bool[] free)
    {
        foreach (var contour in contours)
            if (contour is { IsClosed: true, Size: > 0, Shape: { Fill: null, Stroke: not null } } && ContourMover.Of(contour, free) is { } mover) _forms.Add((contour, mover));
    }

    /// <inheritdoc/>
    /// <remarks>Nothing: sizes are free above the least.</remarks>
    public void Project(ReadOnlySpan<double> theta, Span<double> gradient) { }

    /// <inheritdoc/>
    public void Restore(Span<double> theta)
    {
        foreach (var (contour, mover) in _forms)
        {
            var box = ContourCurve.Extent(contour, contour.At(theta));
            Point low = new(box.Left, box.Top), high = new(box.Right, box.Bottom);
            var (size, least) = ((high - low).Length, Least * contour.Size);
            if (size < least * (1 - Rounding) && size > Nothing * least) mover.Scale(.5 * (low + high), least / size, theta);
        }
    }
}
