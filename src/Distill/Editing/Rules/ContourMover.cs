using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Distill.Editing.Rules;

/// <summary>Moves and scales a contour as a whole by its own numbers.</summary>
internal sealed class ContourMover : IRoomFit
{
    private readonly PlacedContour _contour;
    private readonly Matrix _inverse;
    private readonly Scalar[] _xs, _ys, _sizes;

    private ContourMover(PlacedContour contour, Matrix inverse, Scalar[] xs, Scalar[] ys, Scalar[] sizes) =>
        (_contour, _inverse, _xs, _ys, _sizes) = (contour, inverse, xs, ys, sizes);

    /// <summary>A contour's mover; null where not all of its numbers may move.</summary>
    internal static ContourMover? Of(PlacedContour contour, ReadOnlySpan<bool> free)
    {
        if (!contour.Frame.TryInvert(out var inverse)) return null;
        Scalar[] xs, ys, sizes = [];
        switch (contour.Shape.Geometry)
        {
            case RectGeometry r:
                (xs, ys, sizes) = ([r.X], [r.Y], [r.Width, r.Height, r.Rx, r.Ry]);
                break;
            case EllipseGeometry e:
                (xs, ys, sizes) = ([e.Center.X], [e.Center.Y], [e.Rx, e.Ry]);
                break;
            default:
                var points = PathPoints(contour);
                (xs, ys) = ([.. points.Select(p => p.X)], [.. points.Select(p => p.Y)]);
                break;
        }
        sizes = [.. sizes.Where(s => s != Scalar.Constant(0))];
        foreach (var number in xs.Concat(ys).Concat(sizes))
            if (number.IsConstant || number.Scale == 0 || !free[number.Index]) return null;
        return new(contour, inverse, [.. xs.DistinctBy(s => s.Index)], [.. ys.DistinctBy(s => s.Index)], [.. sizes.DistinctBy(s => s.Index)]);
    }

    /// <summary>Moves by a vector of the canvas.</summary>
    internal void Shift(Point by, Span<double> theta)
    {
        var local = _inverse.ApplyVector(by);
        foreach (var x in _xs) theta[x.Index] += local.X / x.Scale;
        foreach (var y in _ys) theta[y.Index] += local.Y / y.Scale;
    }

    /// <summary>Scales about a point of the canvas.</summary>
    internal void Scale(Point center, double factor, Span<double> theta)
    {
        var local = _inverse.Apply(center);
        foreach (var x in _xs) theta[x.Index] = (local.X + factor * (x.Value(theta) - local.X) - x.Offset) / x.Scale;
        foreach (var y in _ys) theta[y.Index] = (local.Y + factor * (y.Value(theta) - local.Y) - y.Offset) / y.Scale;
        foreach (var size in _sizes) theta[size.Index] = (factor * size.Value(theta) - size.Offset) / size.Scale;
    }

    /// <inheritdoc/>
    public void Fit(in Extent room, Span<double> theta)
    {
        var extent = ContourCurve.Extent(_contour, _contour.At(theta));
        var factor = Math.Min(1, Math.Min((room.Right - room.Left) / (extent.Right - extent.Left), (room.Bottom - room.Top) / (extent.Bottom - extent.Top)));
        if (factor < 1)
        {
            Scale(new((extent.Left + extent.Right) / 2, (extent.Top + extent.Bottom) / 2), factor, theta);
            extent = ContourCurve.Extent(_contour, _contour.At(theta));
        }
        Shift(new(Way(extent.Left, extent.Right, room.Left, room.Right), Way(extent.Top, extent.Bottom, room.Top, room.Bottom)), theta);
    }

    // A contour's points by their terms: what a frame has mixed is undone by the inverse.
    private static List<ScalarPoint> PathPoints(PlacedContour contour)
    {
        var mine = new HashSet<int>();
        foreach (var p in contour.Repeated is { } last ? contour.Points.Append(last) : contour.Points)
            foreach (var term in p.X.Terms.Concat(p.Y.Terms)) mine.Add(term.Index);
        return ((PathGeometry)contour.Shape.Geometry).Points
            .Where(p => p.X.IsConstant || p.Y.IsConstant || mine.Contains(p.X.Index) || mine.Contains(p.Y.Index)).ToList();
    }

    private static double Way(double low, double high, double least, double greatest) =>
        low < least ? least - low : high > greatest ? greatest - high : 0;
}
