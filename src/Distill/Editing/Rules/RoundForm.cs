using SvgDistill.Rasterizer.Geometry;

namespace SvgDistill.Distill.Editing.Rules;

/// <summary>
/// A contour that is a circle, or an ellipse with an upright axis. Such a form moves and grows: a circle stays a circle, an ellipse keeps its
/// axes' directions. Middle and radius are sums over two of its points that lie apart.
/// </summary>
internal sealed class RoundForm
{
    // Of the radius: four cubics differ from a circle by .0003, numbers with two digits behind the point by more.
    private const double Tolerance = .012;
    private const double SameRadii = .01;

    /// <summary>A sum of forms.</summary>
    internal readonly record struct Sum(LinearForm A, double FactorA = 1, LinearForm B = default, double FactorB = 0)
    {
        internal (double, LinearForm)[] Times(double s) => s == 0 ? [] : FactorB == 0 ? [(s * FactorA, A)] : [(s * FactorA, A), (s * FactorB, B)];
    }

    private readonly PlacedContour _contour;
    private readonly int _left, _right, _top, _bottom;

    private RoundForm(PlacedContour contour, bool isCircle)
    {
        (_contour, IsCircle) = (contour, isCircle);
        for (var i = 1; i < contour.Source.Length; i++)
        {
            var p = contour.Source[i];
            if (p.X < contour.Source[_left].X) _left = i;
            if (p.X > contour.Source[_right].X) _right = i;
            if (p.Y < contour.Source[_top].Y) _top = i;
            if (p.Y > contour.Source[_bottom].Y) _bottom = i;
        }
    }

    /// <summary>True where both radii are the same.</summary>
    internal bool IsCircle { get; }

    /// <summary>The middle's x.</summary>
    internal Sum X => Between(_contour.Points[_left].X, _contour.Points[_right].X, _contour.Source[_left].X, _contour.Source[_right].X, _contour.Middle.X);

    /// <summary>The middle's y.</summary>
    internal Sum Y => Between(_contour.Points[_top].Y, _contour.Points[_bottom].Y, _contour.Source[_top].Y, _contour.Source[_bottom].Y, _contour.Middle.Y);

    /// <summary>The radius along x.</summary>
    internal Sum Radius
    {
        get
        {
            var part = (_contour.Extent.Right - _contour.Extent.Left) / (2 * (_contour.Source[_right].X - _contour.Source[_left].X));
            return new(_contour.Points[_right].X, part, _contour.Points[_left].X, -part);
        }
    }

    /// <summary>The radius along y.</summary>
    internal Sum RadiusY
    {
        get
        {
            var part = (_contour.Extent.Bottom - _contour.Extent.Top) / (2 * (_contour.Source[_bottom].Y - _contour.Source[_top].Y));
            return new(_contour.Points[_bottom].Y, part, _contour.Points[_top].Y, -part);
        }
    }

    /// <summary>Any contour, as its box moves and stretches.</summary>
    internal static RoundForm Box(PlacedContour contour) => new(contour, isCircle: false);

    /// <summary>What a contour is, where it is round.</summary>
    internal static RoundForm? Of(PlacedContour contour)
    {
        var (width, height) = (contour.Extent.Right - contour.Extent.Left, contour.Extent.Bottom - contour.Extent.Top);
        if (!contour.IsClosed || width <= 0 || height <= 0) return null;
        var isCircle = Math.Abs(width - height) <= SameRadii * Math.Max(width, height);
        if (contour.Kind == ContourKind.Ellipse) return new(contour, isCircle);
        if (contour.Kind != ContourKind.Path || contour.Segments().Any(s => s.First < 0) || contour.Segments().Count() < 2) return null;
        foreach (var p in ContourCurve.Flatten(contour, contour.Source))
        {
            var (x, y) = ((p.X - contour.Middle.X) * 2 / width, (p.Y - contour.Middle.Y) * 2 / height);
            if (Math.Abs(Math.Sqrt(x * x + y * y) - 1) > Tolerance) return null;
        }
        return new(contour, isCircle);
    }

    /// <summary>Rows by which all points move as the form does.</summary>
    internal void Keep(RelationRows rows)
    {
        var (source, points) = (_contour.Source, _contour.Points);
        var (l, r, t, b) = (points[_left].X, points[_right].X, points[_top].Y, points[_bottom].Y);
        var (width, height) = (source[_right].X - source[_left].X, source[_bottom].Y - source[_top].Y);
        for (var i = 0; i < points.Length; i++)
        {
            var (x, y) = ((source[i].X - source[_left].X) / width, (source[i].Y - source[_top].Y) / height);
            rows.Add((1, points[i].X), (x - 1, l), (-x, r));
            rows.Add((1, points[i].Y), (y - 1, t), (-y, b));
        }
        if (IsCircle) rows.Add((1 / width, r), (-1 / width, l), (-1 / height, b), (1 / height, t));
    }

    private static Sum Between(LinearForm low, LinearForm high, double from, double to, double at) =>
        new(low, (to - at) / (to - from), high, (at - from) / (to - from));
}
