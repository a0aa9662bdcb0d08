namespace SvgDistill.Distill.Editing.Rules;

/// <summary>
/// The projection onto what sparse rows leave, for sets of numbers too large for a basis: v - R^T x with R R^T x = R v by conjugate
/// gradients, which rows that repeat each other do not disturb.
/// </summary>
internal sealed class SparseRows
{
    // One long pass gets farther than several short ones: each begins to learn anew which rows nearly repeat each other.
    private const int MaximumIterations = 1200;
    // Of the first residual's square. Beyond that rows that repeat each other make the iteration drift; another pass goes on from there.
    private const double Converged = 1e-20;
    private const int MaximumPasses = 2;
    // What rounding leaves of a departure.
    private const double Rounding = 1e-14;

    private readonly int[] _ends, _indices;
    private readonly double[] _factors;

    /// <summary>Takes rows by place in the set, and makes each a unit vector.</summary>
    internal SparseRows(IReadOnlyList<IReadOnlyList<Term>> rows)
    {
        var (ends, indices, factors) = (new List<int>(), new List<int>(), new List<double>());
        foreach (var row in rows)
        {
            var length = Math.Sqrt(row.Sum(t => t.Factor * t.Factor));
            foreach (var (index, factor) in row)
            {
                indices.Add(index);
                factors.Add(factor / length);
            }
            ends.Add(indices.Count);
        }
        (_ends, _indices, _factors) = ([.. ends], [.. indices], [.. factors]);
    }

    /// <summary>Takes the part along the rows out; returns the largest departure that there was.</summary>
    internal double Remove(double[] v)
    {
        var departure = Pass(v);
        for (var (pass, rest) = (1, departure); pass < MaximumPasses && rest > Rounding; pass++) rest = Pass(v);
        return departure;
    }

    private double Pass(double[] v)
    {
        var residual = Times(v);
        var departure = residual.Max(Math.Abs);
        if (departure == 0) return 0;
        var (x, p, image) = (new double[residual.Length], (double[])residual.Clone(), new double[v.Length]);
        var square = Square(residual);
        var first = square;
        for (var k = 0; k < MaximumIterations && square > Converged * first; k++)
        {
            Array.Clear(image);
            AddTransposed(p, 1, image);
            var curvature = Square(image);
            // A direction that the rows do not see: they repeat each other along it.
            if (curvature <= Rounding * Square(p)) break;
            var (alpha, ap) = (square / curvature, Times(image));
            for (var i = 0; i < x.Length; i++)
            {
                x[i] += alpha * p[i];
                residual[i] -= alpha * ap[i];
            }
            var next = Square(residual);
            for (var i = 0; i < x.Length; i++) p[i] = residual[i] + next / square * p[i];
            square = next;
        }
        AddTransposed(x, -1, v);
        return departure;
    }

    private double[] Times(double[] v)
    {
        var product = new double[_ends.Length];
        for (int row = 0, k = 0; row < _ends.Length; row++)
        {
            var sum = 0.0;
            for (; k < _ends[row]; k++) sum += _factors[k] * v[_indices[k]];
            product[row] = sum;
        }
        return product;
    }

    private void AddTransposed(double[] x, double factor, double[] to)
    {
        for (int row = 0, k = 0; row < _ends.Length; row++)
            for (; k < _ends[row]; k++) to[_indices[k]] += factor * x[row] * _factors[k];
    }

    private static double Square(double[] v)
    {
        var sum = 0.0;
        foreach (var x in v) sum += x * x;
        return sum;
    }
}
