using SvgDistill.Rasterizer.Geometry;

namespace SvgDistill.Distill.Editing.Rules;

/// <summary>
/// What lies within an edge of the canvas, its stroke included, stays within it: it is shifted back, and made smaller first where it has grown too large. What has
/// sizes but no place of its own in the file (a tile without x and y) only gets smaller.
/// </summary>
internal sealed class CanvasBounds : IDrawingRule
{
    // Of the canvas diagonal: what rounding makes.
    private const double Rounding = 1e-9;

    // Of the canvas diagonal, a pixel of 128: files round, and an arc that is meant to touch the edge reaches over it by a digit. It goes no farther.
    private const double Hair = .005;

    private sealed record Kept(PlacedContour Contour, Extent Room, ContourMover? Mover, SizeLimits? Sizes, bool WithStroke);

    private readonly List<Kept> _kept = [];
    private readonly double _tolerance;

    internal CanvasBounds(IReadOnlyList<PlacedContour> contours, ReadOnlySpan<double> source, ReadOnlySpan<bool> free, Extent canvas, double diagonal)
    {
        _tolerance = Rounding * diagonal;
        foreach (var contour in contours)
        {
            var room = Room(contour.Extent, canvas, Hair * diagonal);
            if (room == _everywhere) continue;
            var mover = ContourMover.Of(contour, free);
            var sizes = mover is null ? SizeLimits.Of(contour, free) : null;
            if (mover is not null || sizes is not null)
                _kept.Add(new(contour, room, mover, sizes, room.Holds(Widened(contour.Extent, contour.HalfStroke(source)), _tolerance)));
        }
    }

    /// <inheritdoc/>
    /// <remarks>Nothing: what is inside may move.</remarks>
    public void Project(ReadOnlySpan<double> theta, Span<double> gradient) { }

    /// <inheritdoc/>
    public void Restore(Span<double> theta)
    {
        foreach (var (contour, room, mover, sizes, withStroke) in _kept)
        {
            var stroke = withStroke ? contour.HalfStroke(theta) : 0;
            if (HandlesAreInside(contour, room, theta, stroke)) continue;
            var extent = ContourCurve.Extent(contour, contour.At(theta));
            if (room.Holds(Widened(extent, stroke), _tolerance)) continue;
            // A stroke as wide as the canvas leaves no room: its middle stays inside.
            if (room.Right - room.Left <= 2 * stroke || room.Bottom - room.Top <= 2 * stroke) stroke = 0;
            var inner = Widened(room, -stroke);
            if (mover is null)
            {
                sizes!.Fit(inner, theta);
                continue;
            }
            var factor = Math.Min(1, Math.Min((inner.Right - inner.Left) / (extent.Right - extent.Left), (inner.Bottom - inner.Top) / (extent.Bottom - extent.Top)));
            if (factor < 1)
            {
                mover.Scale(new((extent.Left + extent.Right) / 2, (extent.Top + extent.Bottom) / 2), factor, theta);
                extent = ContourCurve.Extent(contour, contour.At(theta));
            }
            mover.Shift(new(Way(extent.Left, extent.Right, inner.Left, inner.Right), Way(extent.Top, extent.Bottom, inner.Top, inner.Bottom)), theta);
        }
    }

    /// <summary>The contours that lie outside, of those that were inside.</summary>
    /// <param name="theta">The parameters.</param>
    /// <param name="concerned">Which contours to look at.</param>
    internal List<PlacedContour> Outside(ReadOnlySpan<double> theta, Func<PlacedContour, bool> concerned)
    {
        var outside = new List<PlacedContour>();
        foreach (var (contour, room, _, _, withStroke) in _kept)
        {
            if (!concerned(contour)) continue;
            var stroke = withStroke ? contour.HalfStroke(theta) : 0;
            if (!HandlesAreInside(contour, room, theta, stroke)
                && !room.Holds(Widened(ContourCurve.Extent(contour, contour.At(theta)), stroke), _tolerance)) outside.Add(contour);
        }
        return outside;
    }

    // A curve lies in its points' box; the box of the curve itself takes longer to find.
    private static bool HandlesAreInside(PlacedContour contour, in Extent room, ReadOnlySpan<double> theta, double stroke)
    {
        if (contour.Kind == ContourKind.Ellipse) return false;
        foreach (ref readonly var p in contour.Points.AsSpan())
        {
            var (x, y) = (p.X.Value(theta), p.Y.Value(theta));
            if (x - stroke < room.Left || x + stroke > room.Right || y - stroke < room.Top || y + stroke > room.Bottom) return false;
        }
        return true;
    }

    private static readonly Extent _everywhere = new(double.NegativeInfinity, double.NegativeInfinity, double.PositiveInfinity, double.PositiveInfinity);

    // Beyond an edge that the source lies across it may go on as it likes.
    private static Extent Room(in Extent source, in Extent canvas, double hair)
    {
        return new(Least(source.Left, canvas.Left), Least(source.Top, canvas.Top), -Least(-source.Right, -canvas.Right), -Least(-source.Bottom, -canvas.Bottom));

        double Least(double from, double edge) => from >= edge ? edge : from >= edge - hair ? from : double.NegativeInfinity;
    }

    private static Extent Widened(Extent e, double by) => new(e.Left - by, e.Top - by, e.Right + by, e.Bottom + by);

    private static double Way(double low, double high, double least, double greatest) =>
        low < least ? least - low : high > greatest ? greatest - high : 0;
}
