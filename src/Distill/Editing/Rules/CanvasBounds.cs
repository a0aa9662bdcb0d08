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

    private static readonly Extent _everywhere = new(double.NegativeInfinity, double.NegativeInfinity, double.PositiveInfinity, double.PositiveInfinity);

    private sealed record Kept(PlacedContour Contour, Extent Room, IRoomFit Fit, bool WithStroke);

    private readonly List<Kept> _kept = [];
    private readonly double _tolerance;

    internal CanvasBounds(IReadOnlyList<PlacedContour> contours, ReadOnlySpan<double> source, ReadOnlySpan<bool> free, Extent canvas, double diagonal)
    {
        _tolerance = Rounding * diagonal;
        foreach (var contour in contours)
        {
            var room = Room(contour.Extent, canvas, Hair * diagonal);
            if (room == _everywhere) continue;
            if ((ContourMover.Of(contour, free) ?? (IRoomFit?)SizeLimits.Of(contour, free)) is { } fit)
                _kept.Add(new(contour, room, fit, room.Holds(Widened(contour.Extent, contour.HalfStroke(source)), _tolerance)));
        }
    }

    /// <inheritdoc/>
    /// <remarks>Nothing: what is inside may move.</remarks>
    public void Project(ReadOnlySpan<double> theta, Span<double> gradient) { }

    /// <inheritdoc/>
    public void Restore(Span<double> theta)
    {
        foreach (var kept in _kept)
        {
            if (IsInside(kept, theta)) continue;
            var (room, stroke) = (kept.Room, Stroke(kept, theta));
            // A stroke as wide as the canvas leaves no room: its middle stays inside.
            if (room.Right - room.Left <= 2 * stroke || room.Bottom - room.Top <= 2 * stroke) stroke = 0;
            kept.Fit.Fit(Widened(room, -stroke), theta);
        }
    }

    /// <summary>The contours that lie outside, of those that were inside.</summary>
    /// <param name="theta">The parameters.</param>
    /// <param name="concerned">Which contours to look at.</param>
    internal List<PlacedContour> Outside(ReadOnlySpan<double> theta, Func<PlacedContour, bool> concerned)
    {
        var outside = new List<PlacedContour>();
        foreach (var kept in _kept)
            if (concerned(kept.Contour) && !IsInside(kept, theta)) outside.Add(kept.Contour);
        return outside;
    }

    private bool IsInside(Kept kept, ReadOnlySpan<double> theta)
    {
        var (contour, stroke) = (kept.Contour, Stroke(kept, theta));
        return HandlesAreInside(contour, kept.Room, theta, stroke)
            || kept.Room.Holds(Widened(ContourCurve.Extent(contour, contour.At(theta)), stroke), _tolerance);
    }

    private static double Stroke(Kept kept, ReadOnlySpan<double> theta) => kept.WithStroke ? kept.Contour.HalfStroke(theta) : 0;

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

    // Beyond an edge that the source lies across it may go on as it likes.
    private static Extent Room(in Extent source, in Extent canvas, double hair)
    {
        return new(Least(source.Left, canvas.Left), Least(source.Top, canvas.Top), -Least(-source.Right, -canvas.Right), -Least(-source.Bottom, -canvas.Bottom));

        double Least(double from, double edge) => from >= edge ? edge : from >= edge - hair ? from : double.NegativeInfinity;
    }

    private static Extent Widened(Extent e, double by) => new(e.Left - by, e.Top - by, e.Right + by, e.Bottom + by);
}
