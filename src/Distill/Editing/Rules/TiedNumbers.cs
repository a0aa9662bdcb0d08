namespace SvgDistill.Distill.Editing.Rules;

/// <summary>
/// Numbers that follow one another: y_i = ratio_i * y_root. Union-find with ratios; a class whose relations contradict each other, or that
/// a row of one term names, does not move at all.
/// </summary>
internal sealed class TiedNumbers
{
    // Of a row's largest coefficient: what is smaller comes from rounding.
    private const double Negligible = 1e-9;
    /// <summary>
    /// Of what a form's row says: what is left of it by the rows before, where it says the same but for the file's rounded digits. Taken at its word, such a rest would
    /// say that a circle whose two sides differ by a digit may not grow.
    /// </summary>
    internal const double Alike = .01;

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
    /// <param name="row">The row.</param>
    /// <param name="isForm">Whether what nearly cancels does.</param>
    internal List<Term>? Reduce(ReadOnlySpan<Term> row, bool isForm)
    {
        var sum = new List<Term>(row.Length);
        var largest = 0.0;
        foreach (var term in row)
        {
            var (root, part) = Find(term.Index);
            var factor = term.Factor * part;
            largest = Math.Max(largest, Math.Abs(factor));
            if (_still[root]) continue;
            var at = sum.FindIndex(t => t.Index == root);
            if (at < 0) sum.Add(new Term(root, factor));
            else if (isForm && Math.Abs(sum[at].Factor + factor) <= Alike * Math.Abs(factor)) sum.RemoveAt(at);
            else sum[at] = new Term(root, sum[at].Factor + factor);
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
