using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Distill.Editing.Rules;

/// <summary>
/// All relations that are linear in the moves from the source, at once: what is left is a subspace, so Project and Restore are one and the
/// same orthogonal projection (in normalised units), and no two relations can pull against each other. Relations of two numbers make
/// classes that follow one number (<see cref="TiedNumbers"/>); the others are projected by an orthonormal basis of their rows (<see cref="DenseRows"/>) or by iteration
/// (<see cref="SparseRows"/>), for each set of numbers that they connect.
/// </summary>
internal sealed class LinearRelations : IDrawingRule
{
    // In canvas diagonals: what a projection leaves by rounding, and what iteration leaves.
    private const double Rounding = 1e-12, Iterated = 1e-9;
    /// <summary>Numbers that follow one: y_i = ratio_i * y.</summary>
    private sealed record Class(int[] Members, double[] Ratios, double Length);

    /// <summary>Classes whose numbers further rows connect, and what takes out what they may not do.</summary>
    private sealed record Set(Class[] Classes, Func<double[], double> Remove, double Rounding);

    private readonly double[] _source, _units;
    private readonly List<int> _still = [];
    private readonly List<Class> _classes = [];
    private readonly List<Set> _sets = [];
    private readonly WrittenNumbers _written;
    private readonly HashSet<Class> _inSet = new(ReferenceEqualityComparer.Instance);

    /// <summary>Makes the projection.</summary>
    /// <param name="scene">The drawing.</param>
    /// <param name="free">Which of its parameters may move; rows with others are left out.</param>
    /// <param name="rows">The relations.</param>
    /// <param name="decimals">How many decimals each is written with; negative for what is not written as a decimal number.</param>
    /// <param name="followers">Numbers that are rounded after those of which they are parts.</param>
    internal LinearRelations(Scene scene, ReadOnlySpan<bool> free, RelationRows rows, int[] decimals, IReadOnlySet<int> followers)
    {
        _source = scene.InitialValues();
        _units = [.. scene.Parameters.Select(p => p.Unit)];
        var ties = new TiedNumbers(_source.Length);
        var used = new bool[_source.Length];
        var left = Reduce(rows, free, ties, used);
        var byRoot = Classes(ties, used);
        _written = new WrittenNumbers(_source, decimals, followers);
        var standing = byRoot.OrderBy(c => c.Key).ToDictionary(c => c.Key,
            c => _written.AddClass(c.Value.Members, [.. c.Value.Members.Select((m, i) => c.Value.Ratios[i] * _units[m])]));
        foreach (var (members, set) in Components(left, byRoot)) Build(members, set, byRoot, standing);
        _classes.AddRange(byRoot.OrderBy(c => c.Key).Select(c => c.Value).Where(c => c.Members.Length > 1 && !_inSet.Contains(c)));
    }

    /// <inheritdoc/>
    public void Project(ReadOnlySpan<double> theta, Span<double> gradient)
    {
        foreach (var index in _still) gradient[index] = 0;
        foreach (var c in _classes) Spread(c, Gather(c, gradient), gradient);
        foreach (var set in _sets)
        {
            var v = new double[set.Classes.Length];
            for (var i = 0; i < v.Length; i++) v[i] = Gather(set.Classes[i], gradient);
            set.Remove(v);
            for (var i = 0; i < v.Length; i++) Spread(set.Classes[i], v[i], gradient);
        }
    }

    /// <inheritdoc/>
    public void Restore(Span<double> theta)
    {
        foreach (var index in _still) theta[index] = _source[index];
        foreach (var c in _classes)
        {
            var v = Moved(c, theta, out var holds);
            if (!holds) Place(c, v, theta);
        }
        foreach (var set in _sets)
        {
            var v = new double[set.Classes.Length];
            var holds = true;
            for (var i = 0; i < v.Length; i++)
            {
                v[i] = Moved(set.Classes[i], theta, out var kept);
                holds &= kept;
            }
            holds &= set.Remove(v) <= set.Rounding * Math.Sqrt(v.Length) * (1 + Farthest(set, theta));
            if (holds) continue;
            for (var i = 0; i < v.Length; i++) Place(set.Classes[i], v[i], theta);
        }
    }

    /// <summary>Numbers as they will be written, related in the file's own digits (<see cref="WrittenNumbers"/>).</summary>
    internal void Settle(Span<double> theta) => _written.Settle(theta);

    /// <summary>Sets of parameters that relations connect, each with at least two.</summary>
    internal IEnumerable<IEnumerable<int>> Connected =>
        _classes.Select(c => (IEnumerable<int>)c.Members).Concat(_sets.Select(s => s.Classes.SelectMany(c => c.Members)));

    private List<RelationRow> Reduce(RelationRows rows, ReadOnlySpan<bool> free, TiedNumbers ties, bool[] used)
    {
        var left = new List<RelationRow>();
        for (var r = 0; r < rows.Count; r++)
        {
            var row = rows[r];
            var (moves, normal) = (true, new Term[row.Length]);
            for (var i = 0; i < row.Length; i++)
            {
                moves &= free[row[i].Index];
                normal[i] = row[i] with { Factor = row[i].Factor * _units[row[i].Index] };
            }
            if (!moves) continue;
            foreach (var term in normal) used[term.Index] = true;
            var isForm = r >= rows.FirstForm;
            if (ties.Reduce(normal, isForm) is not null) left.Add(new([.. normal], isForm, r >= rows.FirstLoose));
        }
        // Each tie may shorten the rows that are left.
        for (var count = -1; count != left.Count;)
        {
            count = left.Count;
            left.RemoveAll(row => Again(row) is null);
        }
        return [.. left.Select(Again).OfType<RelationRow>()];

        RelationRow? Again(RelationRow row) =>
            ties.Reduce(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(row.Terms), row.IsForm) is { } terms ? row with { Terms = terms } : null;
    }

    private Dictionary<int, Class> Classes(TiedNumbers ties, bool[] used)
    {
        var members = new Dictionary<int, List<(int, double)>>();
        for (var i = 0; i < used.Length; i++)
        {
            if (!used[i]) continue;
            var (root, ratio) = ties.Find(i);
            if (ties.IsStill(root)) _still.Add(i);
            else if (members.TryGetValue(root, out var list)) list.Add((i, ratio));
            else members[root] = [(i, ratio)];
        }
        return members.ToDictionary(m => m.Key, m => new Class(
            [.. m.Value.Select(v => v.Item1)], [.. m.Value.Select(v => v.Item2)], Math.Sqrt(m.Value.Sum(v => v.Item2 * v.Item2))));
    }

    /// <summary>Roots that rows connect, with those rows.</summary>
    private static IEnumerable<(List<int> Roots, List<RelationRow> Rows)> Components(List<RelationRow> rows, Dictionary<int, Class> byRoot)
    {
        var parent = byRoot.Keys.ToDictionary(k => k);
        int Find(int i)
        {
            while (parent[i] != i) i = parent[i] = parent[parent[i]];
            return i;
        }
        foreach (var (row, _, _) in rows)
            foreach (var term in row)
            {
                var (a, b) = (Find(row[0].Index), Find(term.Index));
                parent[Math.Max(a, b)] = Math.Min(a, b);
            }
        return rows.GroupBy(row => Find(row.Terms[0].Index)).OrderBy(g => g.Key)
            .Select(g => (g.SelectMany(row => row.Terms.Select(t => t.Index)).Distinct().Order().ToList(), g.ToList()));
    }

    private void Build(List<int> roots, List<RelationRow> rows, Dictionary<int, Class> byRoot, Dictionary<int, int> standing)
    {
        var place = roots.Select((root, i) => (root, i)).ToDictionary(p => p.root, p => p.i);
        // A class of k numbers moves with a k-th of the length that its common number has.
        var placed = rows.ConvertAll(row => row.With(t => new Term(place[t.Index], t.Factor / byRoot[t.Index].Length)));
        Class[] classes = [.. roots.Select(root => byRoot[root])];
        // A basis grows with the square of its numbers: where it would take too long, iteration does.
        var set = DenseRows.Of(placed, roots.Count) is { } basis ? new Set(classes, basis.Remove, Rounding) : new Set(classes, new SparseRows(placed.ConvertAll(row => row.Terms)).Remove, Iterated);
        _sets.Add(set);
        _inSet.UnionWith(set.Classes);
        // A root's number in terms of the one that stands for its class, in the file's units.
        _written.AddRows([.. rows.Where(row => !row.IsLoose).Select(row => row.Terms.ConvertAll(t =>
        {
            var (c, stands) = (byRoot[t.Index], standing[t.Index]);
            return new Term(stands, t.Factor / (c.Ratios[Array.IndexOf(c.Members, stands)] * _units[stands]));
        }))]);
    }

    /// <summary>A vector's part along a class's common direction.</summary>
    private static double Gather(Class c, ReadOnlySpan<double> y)
    {
        var sum = 0.0;
        for (var i = 0; i < c.Members.Length; i++) sum += c.Ratios[i] * y[c.Members[i]];
        return sum / c.Length;
    }

    private static void Spread(Class c, double v, Span<double> y)
    {
        for (var i = 0; i < c.Members.Length; i++) y[c.Members[i]] = c.Ratios[i] * v / c.Length;
    }

    /// <summary>A class's common move in normalised units, and whether all its numbers have made it.</summary>
    private double Moved(Class c, ReadOnlySpan<double> theta, out bool holds)
    {
        var sum = 0.0;
        for (var i = 0; i < c.Members.Length; i++) sum += c.Ratios[i] * Move(c.Members[i], theta);
        var v = sum / c.Length;
        holds = true;
        for (var i = 0; i < c.Members.Length && holds; i++)
        {
            var index = c.Members[i];
            holds = Math.Abs(Move(index, theta) - c.Ratios[i] * v / c.Length) <= Rounding * (1 + Math.Abs(theta[index]) / _units[index]);
        }
        return v;
    }

    private double Move(int index, ReadOnlySpan<double> theta) => (theta[index] - _source[index]) / _units[index];

    private void Place(Class c, double v, Span<double> theta)
    {
        for (var i = 0; i < c.Members.Length; i++)
            theta[c.Members[i]] = _source[c.Members[i]] + _units[c.Members[i]] * c.Ratios[i] * v / c.Length;
    }

    private double Farthest(Set set, ReadOnlySpan<double> theta)
    {
        var farthest = 0.0;
        foreach (var c in set.Classes)
            foreach (var index in c.Members) farthest = Math.Max(farthest, Math.Abs(theta[index]) / _units[index]);
        return farthest;
    }
}
