namespace SvgDistill.Distill.Editing.Rules;

/// <summary>
/// Numbers as the file will have them, so that relations with whole factors (x' = A - x, x' = A - x - width) hold in the digits that are
/// written: some numbers are rounded as the writer does, the others are derived from them. Numbers that have not moved stay as they are.
/// </summary>
internal sealed class WrittenNumbers
{
    // Their solution takes time with the square of it.
    private const int MostRows = 5000;
    private const double Whole = 1e-9;
    // Where the source is symmetric, all sums of pairs are the same: what lies halfway between two digits falls one way for all of them.
    private const double Tie = 1e-6;

    /// <summary>A number as a sum of others with whole factors, beside a constant that the source says.</summary>
    private sealed record Derived(int Index, (int Index, double Factor)[] From);

    private readonly double[] _source;
    private readonly int[] _decimals;
    private readonly IReadOnlySet<int> _followers;
    private readonly HashSet<int> _rounded = [];
    // Those of rows first: classes follow them.
    private readonly List<Derived> _derived = [], _derivedOfClasses = [];

    /// <param name="source">The numbers as the file has them.</param>
    /// <param name="decimals">How many each is written with; negative for what is not written as a decimal number.</param>
    /// <param name="followers">Numbers that are parts of others, a corner's radius of its side: they are rounded after them.</param>
    internal WrittenNumbers(double[] source, int[] decimals, IReadOnlySet<int> followers) => (_source, _decimals, _followers) = (source, decimals, followers);

    /// <summary>Numbers that are multiples of one, in the file's units; the one that the others are whole multiples of, where there is one.</summary>
    internal int AddClass(int[] members, double[] factors)
    {
        var leads = Array.ConvertAll(members, m => !_followers.Contains(m));
        var first = Math.Max(0, Array.IndexOf(leads, true));
        for (var i = 0; i < members.Length; i++)
            if (leads[i] == leads[first] && Math.Abs(factors[i]) < Math.Abs(factors[first]) * (1 - Whole)) first = i;
        for (var i = 0; i < members.Length; i++)
        {
            if (leads[i] != leads[first])
            {
                _rounded.Add(members[i]);
                continue;
            }
            var factor = factors[i] / factors[first];
            if (i != first && IsWhole(factor) && _decimals[members[i]] == _decimals[members[first]] && _decimals[members[i]] >= 0)
                _derivedOfClasses.Add(new(members[i], [(members[first], Math.Round(factor))]));
        }
        if (_decimals[members[first]] >= 0) _rounded.Add(members[first]);
        return members[first];
    }

    /// <summary>
    /// Rows between the numbers that stand for classes; those with whole factors are solved for one of their numbers each (Gauss elimination
    /// with pivots of one), others are met as rounding leaves them.
    /// </summary>
    internal void AddRows(List<List<Term>> rows)
    {
        if (rows.Count > MostRows) return;
        var solved = new List<(int Pivot, Dictionary<int, double> Row)>();
        foreach (var terms in rows)
        {
            var least = terms.Min(t => Math.Abs(t.Factor));
            var row = terms.ToDictionary(t => t.Index, t => Snapped(t.Factor / least));
            if (!row.Values.All(IsWhole) || row.Keys.Any(k => _decimals[k] < 0 || _decimals[k] != _decimals[terms[0].Index])) continue;
            foreach (var (pivot, other) in solved) Eliminate(row, pivot, other);
            Shorten(row);
            if (IsUnwieldy(row)) continue;
            if (row.Count == 0 || row.Keys.Where(k => Math.Abs(row[k]) == 1).DefaultIfEmpty(-1).Max() is not (>= 0 and var own)) continue;
            var sign = row[own];
            foreach (var key in row.Keys.ToList()) row[key] *= sign;
            var others = solved.Select((s, i) => (Place: i, Row: s.Row)).Where(o => o.Row.ContainsKey(own))
                .Select(o => (o.Place, Row: new Dictionary<int, double>(o.Row))).ToList();
            foreach (var (_, other) in others) Eliminate(other, own, row);
            if (others.Exists(o => IsUnwieldy(o.Row))) continue;
            foreach (var (place, other) in others) solved[place] = (solved[place].Pivot, other);
            solved.Add((own, row));
        }
        foreach (var (pivot, row) in solved)
        {
            _rounded.Remove(pivot);
            _derived.Add(new(pivot, [.. row.Where(t => t.Key != pivot).OrderBy(t => t.Key).Select(t => (t.Key, -t.Value))]));
        }
    }

    /// <summary>Rounds and derives.</summary>
    internal void Settle(Span<double> theta)
    {
        foreach (var index in _rounded)
            if (theta[index] != _source[index]) theta[index] = Math.Round(theta[index], _decimals[index]);
        foreach (var number in _derived) Derive(number, theta);
        foreach (var number in _derivedOfClasses) Derive(number, theta);
    }

    private void Derive(Derived number, Span<double> theta)
    {
        var (moved, constant, sum) = (theta[number.Index] != _source[number.Index], _source[number.Index], 0.0);
        foreach (var (index, factor) in number.From)
        {
            moved |= theta[index] != _source[index];
            constant -= factor * _source[index];
            sum += factor * theta[index];
        }
        if (!moved) return;
        var digits = _decimals[number.Index];
        var grid = Math.Pow(10, digits);
        theta[number.Index] = Math.Round(Math.Floor(constant * grid + .5 + Tie) / grid + sum, digits);
    }

    private static void Eliminate(Dictionary<int, double> row, int pivot, Dictionary<int, double> by)
    {
        if (ReferenceEquals(row, by) || !row.TryGetValue(pivot, out var factor)) return;
        foreach (var (key, value) in by)
        {
            var left = row.GetValueOrDefault(key) - factor * value;
            if (left == 0) row.Remove(key);
            else row[key] = left;
        }
    }

    // 2 a + 2 b = 0 says a + b = 0.
    private static void Shorten(Dictionary<int, double> row)
    {
        var least = row.Values.Select(Math.Abs).DefaultIfEmpty(1).Min();
        if (least <= 1 || !row.Values.All(v => IsWhole(v / least))) return;
        foreach (var key in row.Keys.ToList()) row[key] = Math.Round(row[key] / least);
    }

    // Chains of relations multiply what rounding takes; such a row is met as rounding leaves it.
    private static bool IsUnwieldy(Dictionary<int, double> row) => row.Count > 16 || row.Values.Any(v => Math.Abs(v) > 2);

    private static double Snapped(double factor) => IsWhole(factor) ? Math.Round(factor) : factor;

    private static bool IsWhole(double factor) => Math.Abs(factor - Math.Round(factor)) < Whole * Math.Abs(factor) && Math.Abs(factor) < 16;
}
