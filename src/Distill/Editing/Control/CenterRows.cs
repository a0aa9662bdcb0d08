using SvgDistill.Distill.Editing.Rules;
using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Distill.Editing.Control;

/// <summary>
/// Each shape's centre stays: the middle of a rectangle or an ellipse, of a path the centre of mass of its outline, each point weighing the
/// length of outline that it stands for in the source (the integral of its Bernstein polynomial along the curve). That is linear in the
/// moves, so it holds together with all other relations.
/// </summary>
internal static class CenterRows
{
    private const int Samples = 16;

    /// <summary>Adds two rows a shape.</summary>
    internal static void Add(Scene scene, ReadOnlySpan<bool> free, RelationRows rows)
    {
        var theta = scene.InitialValues();
        foreach (var geometry in SceneShapes.Geometries(scene))
        {
            var (xs, ys) = geometry switch
            {
                RectGeometry r => ([(r.X, 1.0), (r.Width, .5)], [(r.Y, 1.0), (r.Height, .5)]),
                EllipseGeometry e => ([(e.Center.X, 1.0)], [(e.Center.Y, 1.0)]),
                PathGeometry path => Weighted(path, theta),
                _ => (Array.Empty<(Scalar, double)>(), Array.Empty<(Scalar, double)>()),
            };
            Add(xs, free, rows);
            Add(ys, free, rows);
        }
    }

    private static void Add((Scalar Number, double Weight)[] sum, ReadOnlySpan<bool> free, RelationRows rows)
    {
        var terms = new Dictionary<int, double>();
        foreach (var (number, weight) in sum)
            if (!number.IsConstant && free[number.Index])
                terms[number.Index] = terms.GetValueOrDefault(number.Index) + weight * number.Scale;
        rows.Add(terms.Where(t => t.Value != 0).OrderBy(t => t.Key).Select(t => new Term(t.Key, t.Value)));
    }

    private static ((Scalar, double)[] X, (Scalar, double)[] Y) Weighted(PathGeometry path, double[] theta)
    {
        var weights = new double[path.Points.Length];
        var points = path.Points.Select(p => p.Value(theta)).ToArray();
        var (next, first) = (0, 0);
        foreach (var command in path.Commands)
        {
            switch (command)
            {
                case PathCommand.Move:
                    first = next++;
                    break;
                case PathCommand.Line:
                    Line(next - 1, next++);
                    break;
                case PathCommand.Cubic:
                    Cubic(next - 1);
                    next += 3;
                    break;
                case PathCommand.Close:
                    Line(next - 1, first);
                    break;
            }
        }
        var total = weights.Sum();
        if (total == 0) return ([], []);
        return ([.. path.Points.Select((p, i) => (p.X, weights[i] / total))], [.. path.Points.Select((p, i) => (p.Y, weights[i] / total))]);

        void Line(int from, int to)
        {
            var half = (points[to] - points[from]).Length / 2;
            weights[from] += half;
            weights[to] += half;
        }

        void Cubic(int at)
        {
            var before = points[at];
            for (var k = 1; k <= Samples; k++)
            {
                var here = At((double)k / Samples, at);
                var (t, length) = ((k - .5) / Samples, (here - before).Length);
                var s = 1 - t;
                weights[at] += s * s * s * length;
                weights[at + 1] += 3 * s * s * t * length;
                weights[at + 2] += 3 * s * t * t * length;
                weights[at + 3] += t * t * t * length;
                before = here;
            }
        }

        Point At(double t, int at)
        {
            var s = 1 - t;
            return s * s * s * points[at] + 3 * s * s * t * points[at + 1] + 3 * s * t * t * points[at + 2] + t * t * t * points[at + 3];
        }
    }
}
