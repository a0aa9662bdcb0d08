using SvgDistill.Rasterizer.Geometry;

namespace SvgDistill.Distill.Editing.Rules;

/// <summary>
/// What lies wholly in the canvas, its stroke included, stays there: it is shifted back, and made smaller first where it has grown too large.
/// </summary>
internal sealed class CanvasBounds : IDrawingRule
{
    // Of the canvas diagonal: what rounding makes.
    private const double Rounding = 1e-9;

    private readonly List<(PlacedContour Contour, ContourMover Mover, bool WithStroke)> _kept = [];
    private readonly Extent _canvas;
    private readonly double _tolerance;

    internal CanvasBounds(IReadOnlyList<PlacedContour> contours, ReadOnlySpan<double> source, ReadOnlySpan<bool> free, Extent canvas, double diagonal)
    {
        (_canvas, _tolerance) = (canvas, Rounding * diagonal);
        foreach (var contour in contours)
        {
            if (!canvas.Holds(contour.Extent, _tolerance) || ContourMover.Of(contour, free) is not { } mover) continue;
            _kept.Add((contour, mover, canvas.Holds(Widened(contour.Extent, contour.HalfStroke(source)), _tolerance)));
        }
    }

    /// <inheritdoc/>
    /// <remarks>Nothing: what is inside may move.</remarks>
    public void Project(ReadOnlySpan<double> theta, Span<double> gradient) { }

    /// <inheritdoc/>
    public void Restore(Span<double> theta)
    {
        foreach (var (contour, mover, withStroke) in _kept)
        {
            var stroke = withStroke ? contour.HalfStroke(theta) : 0;
            if (HandlesAreInside(contour, theta, stroke)) continue;
            var extent = ContourCurve.Extent(contour, contour.At(theta));
            if (_canvas.Holds(Widened(extent, stroke), _tolerance)) continue;
            var (room, height) = (_canvas.Right - _canvas.Left - 2 * stroke, _canvas.Bottom - _canvas.Top - 2 * stroke);
            // A stroke as wide as the canvas leaves no room: its middle stays inside.
            if (room <= 0 || height <= 0) (stroke, room, height) = (0, _canvas.Right - _canvas.Left, _canvas.Bottom - _canvas.Top);
            var factor = Math.Min(1, Math.Min(room / (extent.Right - extent.Left), height / (extent.Bottom - extent.Top)));
            if (factor < 1)
            {
                mover.Scale(new((extent.Left + extent.Right) / 2, (extent.Top + extent.Bottom) / 2), factor, theta);
                extent = ContourCurve.Extent(contour, contour.At(theta));
            }
            mover.Shift(new(
                Way(extent.Left - stroke, extent.Right + stroke, _canvas.Left, _canvas.Right),
                Way(extent.Top - stroke, extent.Bottom + stroke, _canvas.Top, _canvas.Bottom)), theta);
        }
    }

    /// <summary>The contours that lie outside, of those that were inside.</summary>
    /// <param name="theta">The parameters.</param>
    /// <param name="concerned">Which contours to look at.</param>
    internal List<PlacedContour> Outside(ReadOnlySpan<double> theta, Func<PlacedContour, bool> concerned)
    {
        var outside = new List<PlacedContour>();
        foreach (var (contour, _, withStroke) in _kept)
        {
            if (!concerned(contour)) continue;
            var stroke = withStroke ? contour.HalfStroke(theta) : 0;
            if (!HandlesAreInside(contour, theta, stroke)
                && !_canvas.Holds(Widened(ContourCurve.Extent(contour, contour.At(theta)), stroke), _tolerance)) outside.Add(contour);
        }
        return outside;
    }

    // A curve lies in its points' box; the box of the curve itself takes longer to find.
    private bool HandlesAreInside(PlacedContour contour, ReadOnlySpan<double> theta, double stroke)
    {
        if (contour.Kind == ContourKind.Ellipse) return false;
        foreach (ref readonly var p in contour.Points.AsSpan())
        {
            var (x, y) = (p.X.Value(theta), p.Y.Value(theta));
            if (x - stroke < _canvas.Left || x + stroke > _canvas.Right || y - stroke < _canvas.Top || y + stroke > _canvas.Bottom) return false;
        }
        return true;
    }

    private static Extent Widened(Extent e, double by) => new(e.Left - by, e.Top - by, e.Right + by, e.Bottom + by);

    private static double Way(double low, double high, double least, double greatest) =>
        low < least ? least - low : high > greatest ? greatest - high : 0;
}
