namespace SvgDistill.Rasterizer.Geometry;

/// <summary>An affine map in SVG's order: x' = A x + C y + E, y' = B x + D y + F.</summary>
public readonly record struct Matrix(double A, double B, double C, double D, double E, double F)
{
    /// <summary>The map that changes nothing.</summary>
    public static Matrix Identity { get; } = new(1, 0, 0, 1, 0, 0);

    /// <summary>The determinant of the linear part: the factor by which areas grow.</summary>
    public double Determinant => A * D - B * C;

    /// <summary>True where the map makes a line or a point of the plane, but for rounding.</summary>
    public bool IsSingular
    {
        get
        {
            var largest = Math.Max(Math.Max(Math.Abs(A), Math.Abs(B)), Math.Max(Math.Abs(C), Math.Abs(D)));
            return !(Math.Abs(Determinant) > 1e-15 * largest * largest) || !double.IsFinite(1 / Determinant);
        }
    }

    /// <summary>The factor by which lengths grow on average: the square root of |determinant|.</summary>
    public double MeanScale => Math.Sqrt(Math.Abs(Determinant));

    /// <summary>A translation.</summary>
    public static Matrix Translation(double x, double y) => new(1, 0, 0, 1, x, y);

    /// <summary>A scaling about the origin.</summary>
    public static Matrix Scaling(double x, double y) => new(x, 0, 0, y, 0, 0);

    /// <summary>A rotation about the origin; the angle is in radians, clockwise on screen as in SVG.</summary>
    public static Matrix Rotation(double angle)
    {
        var (sin, cos) = Math.SinCos(angle);
        return new(cos, sin, -sin, cos, 0, 0);
    }

    /// <summary>A horizontal skew by an angle in radians; by a right angle, where there is no such map, the one of everything to a point.</summary>
    public static Matrix SkewX(double angle) => IsRightAngle(angle) ? default : new(1, 0, Math.Tan(angle), 1, 0, 0);

    /// <summary>A vertical skew, likewise.</summary>
    public static Matrix SkewY(double angle) => IsRightAngle(angle) ? default : new(1, Math.Tan(angle), 0, 1, 0, 0);

    private static bool IsRightAngle(double angle) => Math.Abs(Math.Cos(angle)) < 1e-9;

    /// <summary>The map that applies <paramref name="right"/> first: SVG's <c>transform="left right"</c>.</summary>
    public static Matrix operator *(in Matrix left, in Matrix right) => new(
        left.A * right.A + left.C * right.B, left.B * right.A + left.D * right.B,
        left.A * right.C + left.C * right.D, left.B * right.C + left.D * right.D,
        left.A * right.E + left.C * right.F + left.E, left.B * right.E + left.D * right.F + left.F);

    /// <summary>Applies the map to a point.</summary>
    public Point Apply(Point p) => new(A * p.X + C * p.Y + E, B * p.X + D * p.Y + F);

    /// <summary>Applies the linear part to a vector.</summary>
    public Point ApplyVector(Point v) => new(A * v.X + C * v.Y, B * v.X + D * v.Y);

    /// <summary>The inverse map, or false where the map is singular (or not finite).</summary>
    public bool TryInvert(out Matrix inverse)
    {
        var determinant = Determinant;
        if (determinant == 0 || !double.IsFinite(1 / determinant))
        {
            inverse = Identity;
            return false;
        }
        var (a, b, c, d) = (D / determinant, -B / determinant, -C / determinant, A / determinant);
        inverse = new(a, b, c, d, -(a * E + c * F), -(b * E + d * F));
        return true;
    }
}
