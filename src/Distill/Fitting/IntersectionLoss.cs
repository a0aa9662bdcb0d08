using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Distill.Fitting;

/// <summary>
/// Keeps a cubic from crossing itself: with A, B, C the control polygon's edges and s = sin of the angle from A to C, the loss is
/// max(0, -s) where B turns to the positive side of A, else max(0, s) (the Xing loss of LIVE, Ma et al. 2022, eq. 4-5).
/// </summary>
internal static class IntersectionLoss
{
    /// <summary>The sum over all cubics; adds weight times its gradient.</summary>
    public static double Add(IEnumerable<PathGeometry> paths, ReadOnlySpan<double> theta, double weight, Span<double> thetaGradient)
    {
        var loss = 0.0;
        foreach (var path in paths)
        {
            var next = 0;
            foreach (var command in path.Commands)
            {
                if (command == PathCommand.Cubic)
                    loss += AddCubic(path.Points.AsSpan(next - 1, 4), theta, weight, thetaGradient);
                next += command switch { PathCommand.Cubic => 3, PathCommand.Close => 0, _ => 1 };
            }
        }
        return loss;
    }

    private static double AddCubic(
        ReadOnlySpan<ScalarPoint> points, ReadOnlySpan<double> theta, double weight, Span<double> thetaGradient)
    {
        var (p0, p1, p2, p3) = (points[0].Value(theta), points[1].Value(theta), points[2].Value(theta), points[3].Value(theta));
        var (a, b, c) = (p1 - p0, p2 - p1, p3 - p2);
        var product = a.Length * c.Length;
        if (product == 0) return 0;
        var sine = Point.Cross(a, c) / product;
        var sign = Point.Cross(a, b) > 0 ? -1 : 1;
        if (sign * sine <= 0) return 0;
        var factor = sign * weight;
        var da = factor * ((1 / product) * new Point(c.Y, -c.X) - (sine / Point.Dot(a, a)) * a);
        var dc = factor * ((1 / product) * new Point(-a.Y, a.X) - (sine / Point.Dot(c, c)) * c);
        Accumulate(points[0], -1 * da, thetaGradient);
        Accumulate(points[1], da, thetaGradient);
        Accumulate(points[2], -1 * dc, thetaGradient);
        Accumulate(points[3], dc, thetaGradient);
        return sign * sine;
    }

    private static void Accumulate(ScalarPoint point, Point gradient, Span<double> thetaGradient)
    {
        point.X.Accumulate(gradient.X, thetaGradient);
        point.Y.Accumulate(gradient.Y, thetaGradient);
    }
}
