namespace SvgDistill.Distill.Editing.Rules;

/// <summary>The projection onto what a few rows leave, by an orthonormal basis of theirs.</summary>
internal sealed class DenseRows
{
    // Of a row's length: what is left of it by those before it, where it says nothing new.
    private const double Dependent = 1e-9;

    private readonly List<double[]> _basis = [];

    /// <summary>Takes rows by place in the set of <paramref name="count"/> numbers.</summary>
    internal DenseRows(IReadOnlyList<RelationRow> rows, int count)
    {
        foreach (var (row, isForm) in rows)
        {
            var v = new double[count];
            foreach (var (index, factor) in row) v[index] += factor;
            var length = Length(v);
            // Modified Gram-Schmidt; the second time makes it orthogonal to rounding.
            Remove(v);
            Remove(v);
            var rest = Length(v);
            if (rest <= (isForm ? TiedNumbers.Alike : Dependent) * length) continue;
            for (var i = 0; i < v.Length; i++) v[i] /= rest;
            _basis.Add(v);
        }
    }

    /// <summary>Takes the part along the rows out; returns the largest departure that there was.</summary>
    internal double Remove(double[] v)
    {
        var largest = 0.0;
        foreach (var b in _basis)
        {
            var dot = 0.0;
            for (var i = 0; i < v.Length; i++) dot += b[i] * v[i];
            for (var i = 0; i < v.Length; i++) v[i] -= dot * b[i];
            largest = Math.Max(largest, Math.Abs(dot));
        }
        return largest;
    }

    private static double Length(double[] v) => Math.Sqrt(v.Sum(x => x * x));
}
