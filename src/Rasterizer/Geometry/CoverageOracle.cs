using SvgDistill.Rasterizer.Drawing;
using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Rasterizer.Geometry;

/// <summary>
/// The definition of coverage, written out: slow, in double precision, pixel by pixel (docs/rasterizer.md, "Coverage").
/// The fast path and the tensor path are held to it.
/// </summary>
public static class CoverageOracle
{
    /// <summary>The winding number averaged over each pixel, [height, width], of all contours of a fill.</summary>
    /// <remarks>
    /// The integral of a polygon's winding number over a half plane is the signed area of the polygon clipped to it,
    /// whether or not it crosses itself; four half planes make a pixel.
    /// </remarks>
    public static double[] MeanWinding(DrawList list, DrawFill fill)
    {
        var winding = new double[list.Width * list.Height];
        for (var c = fill.FirstContour; c < fill.FirstContour + fill.ContourCount; c++)
        {
            var contour = Contour(list, c);
            for (var y = 0; y < list.Height; y++)
            {
                var row = Clip(Clip(contour, p => p.Y - y), p => y + 1 - p.Y);
                if (row.Count == 0) continue;
                for (var x = 0; x < list.Width; x++)
                    winding[y * list.Width + x] += SignedArea(Clip(Clip(row, p => p.X - x), p => x + 1 - p.X));
            }
        }
        return winding;
    }

    /// <summary>Coverage from the mean winding number m: min(|m|, 1), or for even-odd the distance to the nearest even number.</summary>
    public static double Coverage(double m, FillRule rule) =>
        rule == FillRule.NonZero ? Math.Min(Math.Abs(m), 1) : Math.Abs(m - 2 * Math.Round(m / 2));

    /// <summary>d<see cref="Coverage"/>/dm, 0 where it is clamped or has no derivative.</summary>
    public static double CoverageSlope(double m, FillRule rule)
    {
        if (rule == FillRule.NonZero) return Math.Abs(m) < 1 ? Math.Sign(m) : 0;
        return Math.Sign(m - 2 * Math.Round(m / 2));
    }

    /// <summary>Adds dL/dvertices where dL/d(mean winding), [height, width], is given.</summary>
    /// <remarks>
    /// Where an edge e = b - a moves with velocity v, the enclosed signed area changes by the integral of v . (e_y, -e_x)
    /// along it. At a + t e the velocity is (1-t) da + t db; t runs over the part of the edge inside the pixel.
    /// </remarks>
    public static void MeanWindingBackward(DrawList list, DrawFill fill, ReadOnlySpan<double> gradient, Span<double> vertexGradient)
    {
        for (var c = fill.FirstContour; c < fill.FirstContour + fill.ContourCount; c++)
        {
            var (first, end) = (list.ContourStarts[c], list.ContourStarts[c + 1]);
            for (var i = first; i < end; i++)
            {
                var j = i + 1 < end ? i + 1 : first;
                var (a, b) = (Vertex(list, i), Vertex(list, j));
                var e = b - a;
                for (var y = 0; y < list.Height; y++)
                {
                    for (var x = 0; x < list.Width; x++)
                    {
                        var (t0, t1) = Inside(a, e, x, y);
                        if (t1 <= t0) continue;
                        var g = gradient[y * list.Width + x];
                        var ofB = .5 * g * (t1 * t1 - t0 * t0);
                        var ofA = g * (t1 - t0) - ofB;
                        vertexGradient[2 * i] += ofA * e.Y;
                        vertexGradient[2 * i + 1] -= ofA * e.X;
                        vertexGradient[2 * j] += ofB * e.Y;
                        vertexGradient[2 * j + 1] -= ofB * e.X;
                    }
                }
            }
        }
    }

    /// <summary>The picture of a list of fills under solid paints: premultiplied sRGB and alpha, [height, width, 4], source over.</summary>
    public static double[] Composite(DrawList list)
    {
        var picture = new double[4 * list.Width * list.Height];
        foreach (var node in list.Nodes)
        {
            if (node is not DrawFill { Paint: DrawSolid solid } fill)
                throw new NotSupportedException("The oracle composites fills under solid paints only.");
            var color = list.Scalars.AsSpan(solid.Color, 4);
            var alpha = color[3] * (fill.Opacity < 0 ? 1 : list.Scalars[fill.Opacity]);
            var winding = MeanWinding(list, fill);
            for (var i = 0; i < winding.Length; i++)
            {
                var a = alpha * Coverage(winding[i], fill.Rule);
                for (var k = 0; k < 4; k++)
                    picture[4 * i + k] = a * (k < 3 ? color[k] : 1) + (1 - a) * picture[4 * i + k];
            }
        }
        return picture;
    }

    private static Point Vertex(DrawList list, int i) => new(list.Vertices[2 * i], list.Vertices[2 * i + 1]);

    private static List<Point> Contour(DrawList list, int c)
    {
        List<Point> points = [];
        for (var i = list.ContourStarts[c]; i < list.ContourStarts[c + 1]; i++) points.Add(Vertex(list, i));
        return points;
    }

    /// <summary>The polygon's part where a linear function is not negative (Sutherland and Hodgman 1974).</summary>
    private static List<Point> Clip(List<Point> polygon, Func<Point, double> inside)
    {
        List<Point> kept = [];
        for (var i = 0; i < polygon.Count; i++)
        {
            var (a, b) = (polygon[i], polygon[(i + 1) % polygon.Count]);
            var (da, db) = (inside(a), inside(b));
            if (da >= 0) kept.Add(a);
            if (da >= 0 != db >= 0) kept.Add(a + da / (da - db) * (b - a));
        }
        return kept;
    }

    private static double SignedArea(List<Point> polygon)
    {
        var twice = 0.0;
        for (var i = 1; i + 1 < polygon.Count; i++)
            twice += Point.Cross(polygon[i] - polygon[0], polygon[i + 1] - polygon[0]);
        return .5 * twice;
    }

    /// <summary>The parameters between which a + t e lies in pixel (x, y); pixels own their left and top borders.</summary>
    private static (double From, double To) Inside(Point a, Point e, int x, int y)
    {
        var (from, to) = (0.0, 1.0);
        Restrict(a.X - x, e.X);
        Restrict(a.Y - y, e.Y);
        return (from, to);

        void Restrict(double position, double slope)
        {
            if (slope == 0)
            {
                if (position < 0 || position >= 1) to = from;
                return;
            }
            var (enter, leave) = (-position / slope, (1 - position) / slope);
            if (slope < 0) (enter, leave) = (leave, enter);
            (from, to) = (Math.Max(from, enter), Math.Min(to, leave));
        }
    }
}
