namespace SvgDistill.Rasterizer.Geometry;

/// <summary>A point or vector of the plane; y points down as in SVG.</summary>
public readonly record struct Point(double X, double Y)
{
    /// <summary>The Euclidean length.</summary>
    public double Length => Math.Sqrt(X * X + Y * Y);

    /// <summary>Adds component by component.</summary>
    public static Point operator +(Point a, Point b) => new(a.X + b.X, a.Y + b.Y);

    /// <summary>Subtracts component by component.</summary>
    public static Point operator -(Point a, Point b) => new(a.X - b.X, a.Y - b.Y);

    /// <summary>Scales a vector.</summary>
    public static Point operator *(double s, Point a) => new(s * a.X, s * a.Y);

    /// <summary>The dot product.</summary>
    public static double Dot(Point a, Point b) => a.X * b.X + a.Y * b.Y;

    /// <summary>The z component of the cross product: positive where b lies clockwise of a on screen.</summary>
    public static double Cross(Point a, Point b) => a.X * b.Y - a.Y * b.X;
}
