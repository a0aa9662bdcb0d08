using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Distill.Editing;

/// <summary>
/// How far contours have left their own shape: E = sum over contours of |P - T P0|^2 / size^2, P0 the contour's points in
/// the source, T the similarity (shift, turn, scale) that brings them nearest to P, size the source's root mean square
/// distance from its centre. Moving, turning and scaling a shape is free; bending it is not, and the smaller the shape the
/// less: small shapes keep from turning into slivers.
/// </summary>
/// <remarks>
/// T minimises E, so E's gradient is that with T held (envelope theorem): 2 (P - T P0) / size^2. Basic shapes take part
/// with four points each, so that a rectangle or an ellipse keeps its proportions.
/// </remarks>
public sealed class ShapeAnchor
{
    // At weight 1 a contour as small as its points reach in so many steps is drawn back by two thirds a step, one ten times
    // larger by two hundredths. Chosen by eye on edits with the embedded prior: below about 3 small shapes still became slivers.
    private const double AnchorReach = 5;

    // Of a canvas diagonal: a contour smaller than this has no form that could be kept.
    private const double Smallest = 1e-6;

    /// <summary>A coordinate of an anchored point: a sum of two scene numbers.</summary>
    private readonly record struct Coordinate(Scalar A, Scalar B)
    {
        /// <summary>The canvas diagonal in the units of the coordinate; 0 where nothing moves it.</summary>
        internal double Diagonal(Scene scene) => Math.Max(Diagonal(scene, A), Diagonal(scene, B));

        private static double Diagonal(Scene scene, Scalar scalar) =>
            scalar.IsConstant ? 0 : Math.Abs(scalar.Scale) * scene.Parameters[scalar.Index].Unit;

        internal double Value(ReadOnlySpan<double> theta) => A.Value(theta) + B.Value(theta);

        internal void Accumulate(double gradient, Span<double> thetaGradient)
        {
            A.Accumulate(gradient, thetaGradient);
            B.Accumulate(gradient, thetaGradient);
        }

        internal void AccumulateSquared(double curvature, Span<double> diagonal)
        {
            if (A.Index >= 0) diagonal[A.Index] += curvature * A.Scale * A.Scale;
            if (B.Index >= 0) diagonal[B.Index] += curvature * B.Scale * B.Scale;
        }
    }

    /// <summary>One contour: its points, and where they lie in the source relative to their centre.</summary>
    private sealed record Contour((Coordinate X, Coordinate Y)[] Points, (double X, double Y)[] Source, double Size2);

    private readonly List<Contour> _contours = [];

    /// <summary>Anchors every contour of a scene at the given parameters.</summary>
    public ShapeAnchor(Scene scene, ReadOnlySpan<double> theta)
    {
        foreach (var geometry in SceneShapes.Geometries(scene))
            foreach (var points in Outlines(geometry))
                if (Anchor(points, scene, theta) is { } contour) _contours.Add(contour);
    }

    /// <summary>What <see cref="Pull"/> takes for a weight, where points move <paramref name="pointRate"/> diagonals a step.</summary>
    public static double Strength(double weight, double pointRate) => weight * AnchorReach * pointRate * AnchorReach * pointRate;

    /// <summary>E at the given parameters.</summary>
    public double Energy(ReadOnlySpan<double> theta) => Evaluate(theta, []);

    /// <summary>E, and dE/dtheta added to <paramref name="gradient"/>.</summary>
    public double AddGradient(ReadOnlySpan<double> theta, Span<double> gradient) => Evaluate(theta, gradient);

    /// <summary>
    /// One damped descent on strength * E in normalised units: theta -= a G / (1 + a H) with a = strength * unit^2, G the
    /// gradient and H the diagonal of the Hessian with T held. However strong, a point goes at most to where T puts it.
    /// </summary>
    /// <param name="theta">The parameters, changed where <paramref name="free"/>.</param>
    /// <param name="units">Their units (<see cref="Parameter.Unit"/>).</param>
    /// <param name="free">Which may be moved.</param>
    /// <param name="strength">How strong.</param>
    /// <param name="factors">What part of that move, 0 to 1, a parameter makes, by its index; all of it where there is none.</param>
    public void Pull(Span<double> theta, ReadOnlySpan<double> units, ReadOnlySpan<bool> free, double strength, IReadOnlyDictionary<int, double>? factors = null)
    {
        var gradient = new double[theta.Length];
        AddGradient(theta, gradient);
        var diagonal = Diagonal(theta.Length);
        for (var i = 0; i < theta.Length; i++)
        {
            if (!free[i]) continue;
            var a = strength * units[i] * units[i];
            theta[i] -= (factors?.GetValueOrDefault(i, 1) ?? 1) * a * gradient[i] / (1 + a * diagonal[i]);
        }
    }

    private double Evaluate(ReadOnlySpan<double> theta, Span<double> gradient)
    {
        var energy = 0.0;
        foreach (var (points, source, size2) in _contours)
        {
            var (cx, cy) = Center(points, theta);
            // The similarity as a complex factor a: sum(conj(q) p) / sum |q|^2 over centred points p and q (Procrustes).
            var (re, im) = (0.0, 0.0);
            for (var i = 0; i < points.Length; i++)
            {
                var (px, py) = (points[i].X.Value(theta) - cx, points[i].Y.Value(theta) - cy);
                re += source[i].X * px + source[i].Y * py;
                im += source[i].X * py - source[i].Y * px;
            }
            var norm = size2 * points.Length;
            (re, im) = (re / norm, im / norm);
            for (var i = 0; i < points.Length; i++)
            {
                var dx = points[i].X.Value(theta) - cx - (re * source[i].X - im * source[i].Y);
                var dy = points[i].Y.Value(theta) - cy - (re * source[i].Y + im * source[i].X);
                energy += (dx * dx + dy * dy) / size2;
                if (gradient.IsEmpty) continue;
                points[i].X.Accumulate(2 * dx / size2, gradient);
                points[i].Y.Accumulate(2 * dy / size2, gradient);
            }
        }
        return energy;
    }

    private double[] Diagonal(int length)
    {
        var diagonal = new double[length];
        foreach (var (points, _, size2) in _contours)
        {
            foreach (var (x, y) in points)
            {
                x.AccumulateSquared(2 / size2, diagonal);
                y.AccumulateSquared(2 / size2, diagonal);
            }
        }
        return diagonal;
    }

    private static Contour? Anchor((Coordinate X, Coordinate Y)[] points, Scene scene, ReadOnlySpan<double> theta)
    {
        // Any two points are similar to any others.
        if (points.Length < 3) return null;
        var (cx, cy) = Center(points, theta);
        var source = new (double X, double Y)[points.Length];
        var sum = 0.0;
        for (var i = 0; i < points.Length; i++)
        {
            source[i] = (points[i].X.Value(theta) - cx, points[i].Y.Value(theta) - cy);
            sum += source[i].X * source[i].X + source[i].Y * source[i].Y;
        }
        var (size2, diagonal) = (sum / points.Length, points.Max(p => Math.Max(p.X.Diagonal(scene), p.Y.Diagonal(scene))));
        return size2 > Smallest * diagonal * Smallest * diagonal ? new Contour(points, source, size2) : null;
    }

    private static (double X, double Y) Center((Coordinate X, Coordinate Y)[] points, ReadOnlySpan<double> theta)
    {
        var (x, y) = (0.0, 0.0);
        foreach (var point in points)
        {
            x += point.X.Value(theta);
            y += point.Y.Value(theta);
        }
        return (x / points.Length, y / points.Length);
    }

    private static IEnumerable<(Coordinate, Coordinate)[]> Outlines(ShapeGeometry geometry)
    {
        var zero = Scalar.Constant(0);
        switch (geometry)
        {
            case PathGeometry path:
                return Contours(path);
            case RectGeometry r:
                var (left, right) = (new Coordinate(r.X, zero), new Coordinate(r.X, r.Width));
                var (top, bottom) = (new Coordinate(r.Y, zero), new Coordinate(r.Y, r.Height));
                return [[(left, top), (right, top), (right, bottom), (left, bottom)]];
            case EllipseGeometry e:
                var (cx, cy) = (new Coordinate(e.Center.X, zero), new Coordinate(e.Center.Y, zero));
                return
                [[
                    (new Coordinate(e.Center.X, e.Rx), cy), (new Coordinate(e.Center.X, -1 * e.Rx), cy),
                    (cx, new Coordinate(e.Center.Y, e.Ry)), (cx, new Coordinate(e.Center.Y, -1 * e.Ry)),
                ]];
            default:
                return [];
        }
    }

    private static IEnumerable<(Coordinate, Coordinate)[]> Contours(PathGeometry path)
    {
        var zero = Scalar.Constant(0);
        var points = new List<(Coordinate, Coordinate)>();
        var next = 0;
        foreach (var command in path.Commands)
        {
            if (command == PathCommand.Move && points.Count > 0)
            {
                yield return [.. points];
                points.Clear();
            }
            var takes = command switch { PathCommand.Cubic => 3, PathCommand.Close => 0, _ => 1 };
            for (; takes > 0; takes--, next++)
                points.Add((new Coordinate(path.Points[next].X, zero), new Coordinate(path.Points[next].Y, zero)));
        }
        if (points.Count > 0) yield return [.. points];
    }
}
