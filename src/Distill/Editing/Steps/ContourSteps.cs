using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Distill.Editing.Steps;

/// <summary>
/// A contour: p = S u with the <see cref="ContourMetric"/> of its form in the source, and steps of u. Coordinates are x and y of its
/// points, those that lie on one another in a row once.
/// </summary>
internal sealed class ContourSteps : StepGroup
{
    // Of a canvas diagonal: points nearer than that are as good as one.
    private const double Least = 1e-6;

    // Chords that a segment is measured by.
    private const int Samples = 16;

    private readonly int[] _x, _y;
    private readonly ContourMetric _metric;

    private ContourSteps(int[] x, int[] y, ContourMetric metric) => (_x, _y, _metric) = (x, y, metric);

    /// <inheritdoc/>
    internal override IEnumerable<int> Parameters => _x.Concat(_y);

    /// <inheritdoc/>
    internal override int Count => 2 * _x.Length;

    /// <summary>Prepares a contour; null where nothing of it may move.</summary>
    /// <param name="contour">The contour.</param>
    /// <param name="scene">Its scene.</param>
    /// <param name="free">Which parameters may move.</param>
    /// <param name="length">l, in canvas diagonals.</param>
    internal static ContourSteps? Of(PathContour contour, Scene scene, ReadOnlySpan<bool> free, double length)
    {
        var diagonal = 0.0;
        foreach (var p in contour.Points) diagonal = Math.Max(diagonal, Math.Max(Diagonal(p.X, scene), Diagonal(p.Y, scene)));
        if (!(diagonal > 0)) return null;
        var values = scene.InitialValues();
        var places = contour.Points.Select(p => 1 / diagonal * p.Value(values)).ToArray();

        var slots = Slots(contour);
        var mass = Masses(contour, places, slots);
        var edges = Edges(contour, places, slots);
        var points = contour.Points.Where((_, i) => i == 0 || slots[i] > slots[i - 1]).Take(mass.Length).ToArray();
        var (x, y) = (new int[points.Length], new int[points.Length]);
        for (var i = 0; i < points.Length; i++) (x[i], y[i]) = (Index(points[i].X, free), Index(points[i].Y, free));
        if (x.Concat(y).All(i => i < 0)) return null;
        return new ContourSteps(x, y, new ContourMetric(mass, edges, length));
    }

    /// <inheritdoc/>
    internal override double Read(ReadOnlySpan<double> gradient, ReadOnlySpan<double> share, Span<double> coordinates)
    {
        var across = coordinates[.._x.Length];
        var down = coordinates[_x.Length..];
        for (var i = 0; i < _x.Length; i++)
            (across[i], down[i]) = (Take(gradient, share, _x[i]), Take(gradient, share, _y[i]));
        _metric.ToField(across);
        _metric.ToField(down);
        var largest = 0.0;
        for (var i = 0; i < _x.Length; i++) largest = Math.Max(largest, across[i] * across[i] + down[i] * down[i]);
        return largest;
    }

    /// <inheritdoc/>
    internal override void Write(Span<double> coordinates, ReadOnlySpan<double> share, Span<double> direction)
    {
        var across = coordinates[.._x.Length];
        var down = coordinates[_x.Length..];
        _metric.Smooth(across);
        _metric.Smooth(down);
        for (var i = 0; i < _x.Length; i++)
        {
            Give(across[i], share, _x[i], direction);
            Give(down[i], share, _y[i], direction);
        }
    }

    private static int Index(Scalar scalar, ReadOnlySpan<bool> free) => scalar.Index >= 0 && free[scalar.Index] ? scalar.Index : -1;

    private static double Diagonal(Scalar scalar, Scene scene) =>
        scalar.IsConstant ? 0 : Math.Abs(scalar.Scale) * scene.Parameters[scalar.Index].Unit;

    // Of each point its place in the chain: the same as the one before where both are one point, and as the first where it closes the contour.
    private static int[] Slots(PathContour contour)
    {
        var points = contour.Points;
        var slots = new int[points.Length];
        for (var i = 1; i < points.Length; i++) slots[i] = slots[i - 1] + (points[i] == points[i - 1] ? 0 : 1);
        for (var i = points.Length - 1; i > 0 && slots[i] > 0 && points[i] == points[0]; i--) slots[i] = 0;
        return slots;
    }

    // A point stands for as much of the outline as it weighs in: the integral of its Bernstein polynomial along the curve.
    private static double[] Masses(PathContour contour, Point[] places, int[] slots)
    {
        var mass = new double[slots.Max() + 1];
        Span<double> weights = stackalloc double[4];
        var first = 0;
        foreach (var order in contour.Orders)
        {
            var at = places[first];
            for (var k = 0; k < Samples; k++)
            {
                Bernstein(order, (k + 1.0) / Samples, weights);
                var next = new Point(0, 0);
                for (var i = 0; i <= order; i++) next += weights[i] * places[first + i];
                Bernstein(order, (k + .5) / Samples, weights);
                for (var i = 0; i <= order; i++) mass[slots[first + i]] += weights[i] * (next - at).Length;
                at = next;
            }
            first += order;
        }
        if (contour.IsClosed)
            foreach (var end in new[] { 0, places.Length - 1 })
                mass[slots[end]] += (places[^1] - places[0]).Length / 2;
        for (var i = 0; i < mass.Length; i++) mass[i] = Math.Max(mass[i], Least);
        return mass;
    }

    private static void Bernstein(int order, double t, Span<double> weights)
    {
        var s = 1 - t;
        if (order == 1) (weights[0], weights[1]) = (s, t);
        else (weights[0], weights[1], weights[2], weights[3]) = (s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t);
    }

    private static double[] Edges(PathContour contour, Point[] places, int[] slots)
    {
        List<double> edges = [];
        for (var i = 1; i < places.Length; i++)
            if (slots[i] != slots[i - 1]) edges.Add(Math.Max((places[i] - places[i - 1]).Length, Least));
        var closes = contour.IsClosed && slots[^1] != 0;
        if (closes) edges.Add(Math.Max((places[^1] - places[0]).Length, Least));
        return [.. edges];
    }
}
