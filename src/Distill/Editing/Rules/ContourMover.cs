using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Distill.Editing.Rules;

/// <summary>Moves and scales a contour as a whole by its own numbers.</summary>
internal sealed class ContourMover
{
    private readonly Matrix _inverse;
    private readonly Scalar[] _xs, _ys, _sizes;

    private ContourMover(Matrix inverse, Scalar[] xs, Scalar[] ys, Scalar[] sizes) =>
        (_inverse, _xs, _ys, _sizes) = (inverse, xs, ys, sizes);

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
        return new(inverse, [.. xs.DistinctBy(s => s.Index)], [.. ys.DistinctBy(s => s.Index)], [.. sizes.DistinctBy(s => s.Index)]);
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

    // A contour's points by their terms: what a frame has mixed is undone by the inverse.
    private static List<ScalarPoint> PathPoints(PlacedContour contour)
    {
        var mine = new HashSet<int>();
        foreach (var p in contour.Repeated is { } last ? contour.Points.Append(last) : contour.Points)
            foreach (var term in p.X.Terms.Concat(p.Y.Terms)) mine.Add(term.Index);
        return ((PathGeometry)contour.Shape.Geometry).Points
            .Where(p => p.X.IsConstant || p.Y.IsConstant || mine.Contains(p.X.Index) || mine.Contains(p.Y.Index)).ToList();
    }
}
