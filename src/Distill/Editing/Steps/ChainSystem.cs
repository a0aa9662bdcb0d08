namespace SvgDistill.Distill.Editing.Steps;

/// <summary>
/// A symmetric positive definite system over the points of a chain or a cycle: every point is tied to the one before and the one
/// after. Factored once as L D L^T, the last point as a border that a cycle's closing tie fills; solved in linear time.
/// </summary>
internal sealed class ChainSystem
{
    private readonly double[] _pivots, _below, _border;

    /// <summary>Factors diag(mass) + the graph Laplacian of the ties.</summary>
    /// <param name="mass">Of each point, positive.</param>
    /// <param name="ties">Of each point to the next, not negative; one fewer than points for a chain, as many for a cycle.</param>
    internal ChainSystem(ReadOnlySpan<double> mass, ReadOnlySpan<double> ties)
    {
        var n = mass.Length;
        (_pivots, _below, _border) = (mass.ToArray(), new double[n], new double[n]);
        for (var i = 0; i < ties.Length && n > 1; i++)
        {
            var j = (i + 1) % n;
            _pivots[i] += ties[i];
            _pivots[j] += ties[i];
            if (j == 0) _border[0] -= ties[i];
            else if (j == n - 1) _border[i] -= ties[i];
            else _below[j] = -ties[i];
        }
        // below[j] ties j to j - 1, border[j] ties the last point to j. Eliminating j fills in nothing but border[j + 1].
        for (var j = 0; j < n - 1; j++)
        {
            var edge = _border[j];
            _pivots[n - 1] -= edge * edge / _pivots[j];
            _border[j] = edge / _pivots[j];
            if (j + 1 >= n - 1) continue;
            var tie = _below[j + 1];
            _below[j + 1] = tie / _pivots[j];
            _pivots[j + 1] -= tie * _below[j + 1];
            _border[j + 1] -= edge * _below[j + 1];
        }
    }

    /// <summary>Solves in place.</summary>
    internal void Solve(Span<double> values)
    {
        var last = _pivots.Length - 1;
        for (var j = 0; j < last; j++)
        {
            if (j + 1 < last) values[j + 1] -= _below[j + 1] * values[j];
            values[last] -= _border[j] * values[j];
        }
        for (var j = 0; j <= last; j++) values[j] /= _pivots[j];
        for (var j = last - 1; j >= 0; j--)
        {
            values[j] -= _border[j] * values[last];
            if (j + 1 < last) values[j] -= _below[j + 1] * values[j + 1];
        }
    }
}
