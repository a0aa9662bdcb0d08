using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Outlines;

namespace SvgDistill.Distill.Styles;

/// <summary>
/// With which radius contours turn, by the angle that they turn: 0 at a sharp corner, a rounded rectangle's radius at its corners, a circle's
/// all around. A closed convex contour turns once in all, whatever its size.
/// </summary>
public static class CornerRadii
{
    // Into how many equal parts of its parameter a curve is cut.
    private const int Parts = 16;

    /// <summary>The radii of a shape's contours, in the units of the outline, each with the angle (radians) that turns with it.</summary>
    public static IEnumerable<(double Radius, double Angle)> Of(ShapeOutline outline)
    {
        ArgumentNullException.ThrowIfNull(outline);
        return outline.Contours.SelectMany(c => Of(outline.Points.AsSpan(), c));
    }

    private static List<(double, double)> Of(ReadOnlySpan<Point> points, OutlineContour contour)
    {
        var radii = new List<(double, double)>();
        Point? first = null, last = null;
        foreach (var (start, order) in contour.Segments)
        {
            if (order == 1) Straight(points[start], points[start + 1]);
            else Curve(points[start], points[start + 1], points[start + 2], points[start + 3]);
        }
        if (!contour.IsClosed) return radii;
        Straight(points[contour.LastPoint], points[contour.FirstPoint]);
        if (first is { } direction) Corner(direction);
        return radii;

        void Straight(Point a, Point b)
        {
            if (a != b) Corner(b - a);
        }

        // A turn on the spot.
        void Corner(Point direction)
        {
            if (last is { } before) radii.Add((0, Angle(before, direction)));
            first ??= direction;
            last = direction;
        }

        void Curve(Point p0, Point p1, Point p2, Point p3)
        {
            var isFirst = true;
            for (var i = 0; i <= Parts; i++)
            {
                if (Direction(p0, p1, p2, p3, (double)i / Parts) is not { } direction) continue;
                if (isFirst) Corner(direction);
                else if (Angle(last!.Value, direction) is > 0 and var angle)
                {
                    radii.Add(((At(p0, p1, p2, p3, (double)i / Parts) - At(p0, p1, p2, p3, (i - 1.0) / Parts)).Length / (2 * Math.Sin(angle / 2)), angle));
                    last = direction;
                }
                isFirst = false;
            }
        }
    }

    private static double Angle(Point a, Point b) => Math.Abs(Math.Atan2(Point.Cross(a, b), Point.Dot(a, b)));

    private static Point At(Point p0, Point p1, Point p2, Point p3, double t) =>
        (1 - t) * (1 - t) * (1 - t) * p0 + 3 * t * (1 - t) * (1 - t) * p1 + 3 * t * t * (1 - t) * p2 + t * t * t * p3;

    // Where a handle lies on its node the derivative vanishes; the next difference has the direction.
    private static Point? Direction(Point p0, Point p1, Point p2, Point p3, double t)
    {
        Point[] candidates = t switch
        {
            0 => [p1 - p0, p2 - p0, p3 - p0],
            1 => [p3 - p2, p3 - p1, p3 - p0],
            _ => [(1 - t) * (1 - t) * (p1 - p0) + 2 * t * (1 - t) * (p2 - p1) + t * t * (p3 - p2)],
        };
        foreach (var d in candidates)
            if (d.Length > 0) return d;
        return null;
    }
}
