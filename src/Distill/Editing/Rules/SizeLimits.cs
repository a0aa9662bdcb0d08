using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Distill.Editing.Rules;

/// <summary>
/// Makes rectangles and ellipses fit that have no place of their own along an axis (<c>x</c> left out is 0): along it their size alone gives way, along
/// the other one they are shifted, too.
/// </summary>
internal sealed class SizeLimits : IRoomFit
{
    private readonly record struct Axis(bool IsUpright, Scalar Place, double PerPlace, Scalar Size, double PerSize);

    private readonly PlacedContour _contour;
    private readonly Axis[] _axes;

    private SizeLimits(PlacedContour contour, Axis[] axes) => (_contour, _axes) = (contour, axes);

    /// <summary>A contour's limits; null where it is of another kind, turned, or has a number that is there and may not move.</summary>
    internal static SizeLimits? Of(PlacedContour contour, ReadOnlySpan<bool> free)
    {
        var (frame, round) = (contour.Frame, contour.Shape.Geometry is EllipseGeometry);
        if (frame.B != 0 || frame.C != 0) return null;
        Axis[] axes = contour.Shape.Geometry switch
        {
            RectGeometry r => [Along(false, r.X, r.Width), Along(true, r.Y, r.Height)],
            EllipseGeometry e => [Along(false, e.Center.X, e.Rx), Along(true, e.Center.Y, e.Ry)],
            _ => [],
        };
        foreach (var axis in axes)
            if (!axis.Place.IsConstant && !free[axis.Place.Index] || !axis.Size.IsConstant && !free[axis.Size.Index]) return null;
        return axes.Length > 0 ? new(contour, axes) : null;

        // An ellipse grows to both sides of its place.
        Axis Along(bool isUpright, Scalar place, Scalar size)
        {
            var scale = isUpright ? frame.D : frame.A;
            return new(isUpright, place, scale * place.Scale, size, Math.Abs(scale) * size.Scale * (round && !place.IsConstant ? 2 : 1));
        }
    }

    /// <inheritdoc/>
    public void Fit(in Extent room, Span<double> theta)
    {
        foreach (var axis in _axes)
        {
            var (from, to) = axis.IsUpright ? (room.Top, room.Bottom) : (room.Left, room.Right);
            var (low, high) = Ends(axis, theta);
            var beyond = axis.Place.IsConstant ? Math.Max(from - low, high - to) : high - low - (to - from);
            if (beyond > 0 && axis is { Size.IsConstant: false, PerSize: > 0 })
            {
                theta[axis.Size.Index] -= beyond / axis.PerSize;
                (low, high) = Ends(axis, theta);
            }
            if (axis.PerPlace != 0) theta[axis.Place.Index] += (low < from ? from - low : Math.Min(0, to - high)) / axis.PerPlace;
        }
    }

    private (double Low, double High) Ends(in Axis axis, ReadOnlySpan<double> theta)
    {
        var extent = ContourCurve.Extent(_contour, _contour.At(theta));
        return axis.IsUpright ? (extent.Top, extent.Bottom) : (extent.Left, extent.Right);
    }
}
