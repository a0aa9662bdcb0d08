namespace SvgDistill.Distill.Editing.Rules;

/// <summary>
/// Numbers that follow one another: y_i = ratio_i * y_root. Union-find with ratios; a class whose relations contradict each other, or that
/// a row of one term names, does not move at all.
/// </summary>
internal sealed class TiedNumbers
{
    // Of a row's largest coefficient: what is smaller comes from rounding.
    private const double Negligible = 1e-9;

    private readonly int[] _parent;
    private readonly double[] _ratio;
    private readonly bool[] _still;

    internal TiedNumbers(int count)
    {
        _parent = [.. Enumerable.Range(0, count)];
        _ratio = new double[count];
        Array.Fill(_ratio, 1);
        _still = new bool[count];
    }

    /// <summary>The number that stands for a class, and what the given one is of it.</summary>
    internal (int Root, double Ratio) Find(int index)
    {
        var (root, product) = (index, 1.0);
        for (; _parent[root] != root; root = _parent[root]) product *= _ratio[root];
        // Hang everything on the way directly under the root.
        for (var rest = product; index != root;)
        {
            var (next, step) = (_parent[index], _ratio[index]);
            (_parent[index], _ratio[index]) = (root, rest);
            (index, rest) = (next, rest / step);
        }
        return (root, Snapped(product));
    }

    /// <summary>True where the class of a root does not move.</summary>
    internal bool IsStill(int root) => _still[root];

    /// <summary>A row in terms of roots; ties them where there are two at most, and then gives nothing back.</summary>
    internal List<Term>? Reduce(ReadOnlySpan<Term> row)
    {
        var sum = new List<Term>(row.Length);
        var largest = 0.0;
        foreach (var term in row)
        {
            var (root, part) = Find(term.Index);
            largest = Math.Max(largest, Math.Abs(term.Factor * part));
            if (_still[root]) continue;
            var at = sum.FindIndex(t => t.Index == root);
            if (at < 0) sum.Add(new Term(root, term.Factor * part));
            else sum[at] = new Term(root, sum[at].Factor + term.Factor * part);
        }
        sum.RemoveAll(t => Math.Abs(t.Factor) <= Negligible * largest);
        switch (sum)
        {
            case []:
                return null;
            case [var only]:
                _still[only.Index] = true;
                return null;
            case [var a, var b]:
                // The smaller index stands for the class, so that the order of rows does not matter for it.
                var (root, other) = a.Index < b.Index ? (a, b) : (b, a);
                (_parent[other.Index], _ratio[other.Index]) = (root.Index, Snapped(-root.Factor / other.Factor));
                return null;
            default:
                return sum;
        }
    }

    private static double Snapped(double ratio) =>
        Math.Abs(Math.Abs(ratio) - 1) < Negligible ? Math.Sign(ratio) : ratio;
}
