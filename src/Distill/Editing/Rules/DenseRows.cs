using System.Numerics;

namespace SvgDistill.Distill.Editing.Rules;

/// <summary>The projection onto what rows leave, by an orthonormal basis of theirs. Each vector of it is kept from its first number to its last: what rows connect is written close together.</summary>
internal sealed class DenseRows
{
    // Of a row's length: what is left of it by those before it, where it says nothing new.
    private const double Dependent = 1e-9;
    // Products that making a basis may take (half a second), and numbers that it may hold.
    private const long MostWork = 1_500_000_000, MostNumbers = 3_000_000;

    private readonly List<(int Start, double[] Values)> _basis = [];
    private long _work, _numbers;

    private DenseRows() { }

    /// <summary>Takes rows by place in the set of <paramref name="count"/> numbers; null where that takes too long.</summary>
    internal static DenseRows? Of(IReadOnlyList<RelationRow> rows, int count)
    {
        var (made, v) = (new DenseRows(), new double[count]);
        foreach (var row in rows)
            if (!made.Add(row, v)) return null;
        return made;
    }

    /// <summary>Takes the part along the rows out; returns the largest departure that there was.</summary>
    internal double Remove(double[] v)
    {
        var largest = 0.0;
        foreach (var (start, b) in _basis)
        {
            var dot = Dot(b, v, start);
            Subtract(dot, b, v, start);
            largest = Math.Max(largest, Math.Abs(dot));
        }
        return largest;
    }

    private bool Add(RelationRow row, double[] v)
    {
        Array.Clear(v);
        foreach (var (index, factor) in row.Terms) v[index] += factor;
        var (low, high) = (row.Terms.Min(t => t.Index), row.Terms.Max(t => t.Index) + 1);
        var length = Length(v, low, high);
        // Modified Gram-Schmidt; the second time makes it orthogonal to rounding.
        for (var time = 0; time < 2; time++)
            foreach (var (start, b) in _basis)
            {
                if (start >= high || start + b.Length <= low) continue;
                _work += 2 * b.Length;
                var dot = Dot(b, v, start);
                if (dot == 0) continue;
                Subtract(dot, b, v, start);
                (low, high) = (Math.Min(low, start), Math.Max(high, start + b.Length));
            }
        var rest = Length(v, low, high);
        if (rest <= (row.IsForm ? TiedNumbers.Alike : Dependent) * length) return _work <= MostWork;
        var values = v[low..high];
        for (var i = 0; i < values.Length; i++) values[i] /= rest;
        _basis.Add((low, values));
        _numbers += values.Length;
        return _work <= MostWork && _numbers <= MostNumbers;
    }

    private static double Dot(double[] b, double[] v, int start)
    {
        var (dot, i, sum) = (0.0, 0, Vector<double>.Zero);
        for (; i <= b.Length - Vector<double>.Count; i += Vector<double>.Count) sum += new Vector<double>(b, i) * new Vector<double>(v, start + i);
        for (; i < b.Length; i++) dot += b[i] * v[start + i];
        return dot + Vector.Sum(sum);
    }

    private static void Subtract(double factor, double[] b, double[] v, int start)
    {
        var i = 0;
        for (; i <= b.Length - Vector<double>.Count; i += Vector<double>.Count) (new Vector<double>(v, start + i) - factor * new Vector<double>(b, i)).CopyTo(v, start + i);
        for (; i < b.Length; i++) v[start + i] -= factor * b[i];
    }

    private static double Length(double[] v, int low, int high)
    {
        var sum = 0.0;
        for (var i = low; i < high; i++) sum += v[i] * v[i];
        return Math.Sqrt(sum);
    }
}
