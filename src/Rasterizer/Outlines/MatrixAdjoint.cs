using SvgDistill.Rasterizer.Geometry;

namespace SvgDistill.Rasterizer.Outlines;

/// <summary>Reverse-mode derivatives of the operations on affine maps; a gradient has the layout of the map itself.</summary>
internal static class MatrixAdjoint
{
    /// <summary>Adds two gradients.</summary>
    public static Matrix Sum(in Matrix a, in Matrix b) =>
        new(a.A + b.A, a.B + b.B, a.C + b.C, a.D + b.D, a.E + b.E, a.F + b.F);

    /// <summary>dL/dleft where dL/d(left right) is <paramref name="g"/>.</summary>
    public static Matrix OfLeft(in Matrix right, in Matrix g) => new(
        g.A * right.A + g.C * right.C + g.E * right.E, g.B * right.A + g.D * right.C + g.F * right.E,
        g.A * right.B + g.C * right.D + g.E * right.F, g.B * right.B + g.D * right.D + g.F * right.F, g.E, g.F);

    /// <summary>dL/dright where dL/d(left right) is <paramref name="g"/>.</summary>
    public static Matrix OfRight(in Matrix left, in Matrix g) => new(
        left.A * g.A + left.B * g.B, left.C * g.A + left.D * g.B,
        left.A * g.C + left.B * g.D, left.C * g.C + left.D * g.D,
        left.A * g.E + left.B * g.F, left.C * g.E + left.D * g.F);

    /// <summary>dL/dM where dL/d(M^-1) is <paramref name="g"/>: -M^-T g M^-T in homogeneous coordinates.</summary>
    public static Matrix OfInverse(in Matrix inverse, in Matrix g)
    {
        var i = inverse;
        var (r00, r01) = (g.A * i.A + g.C * i.C + g.E * i.E, g.A * i.B + g.C * i.D + g.E * i.F);
        var (r10, r11) = (g.B * i.A + g.D * i.C + g.F * i.E, g.B * i.B + g.D * i.D + g.F * i.F);
        return new(
            -(i.A * r00 + i.B * r10), -(i.C * r00 + i.D * r10), -(i.A * r01 + i.B * r11), -(i.C * r01 + i.D * r11),
            -(i.A * g.E + i.B * g.F), -(i.C * g.E + i.D * g.F));
    }

    /// <summary>dL/dv where dL/d(M v) is (gx, gy), v a vector.</summary>
    public static Point OfVector(in Matrix m, double gx, double gy) => new(m.A * gx + m.B * gy, m.C * gx + m.D * gy);

    /// <summary>The factor by which lengths grow at most: the largest singular value of the linear part.</summary>
    public static double LargestScale(in Matrix m)
    {
        var half = .5 * (m.A * m.A + m.B * m.B + m.C * m.C + m.D * m.D);
        return Math.Sqrt(half + Math.Sqrt(Math.Max(0, half * half - m.Determinant * m.Determinant)));
    }
}
