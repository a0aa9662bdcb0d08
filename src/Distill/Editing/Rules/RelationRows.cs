namespace SvgDistill.Distill.Editing.Rules;

/// <summary>A relation that is left when ties are taken out: a sum of terms that is zero.</summary>
/// <param name="Terms">Its terms, each number once.</param>
/// <param name="IsForm">Whether it says how a form is kept, which holds as nearly as the file's digits have it; others hold exactly.</param>
/// <param name="IsLoose">Whether it holds in written numbers as rounding leaves it, though its factors are whole.</param>
internal readonly record struct RelationRow(List<Term> Terms, bool IsForm, bool IsLoose = false)
{
    /// <summary>The same of other terms.</summary>
    internal RelationRow With(Converter<Term, Term> term) => this with { Terms = Terms.ConvertAll(term) };
}

/// <summary>
/// Relations between moves: each row says that a sum of factors times moves (theta - source) is zero. Constants of the forms do not
/// count, so that a relation that the source has only nearly is kept as nearly as the source has it, and no movement breaks none.
/// </summary>
internal sealed class RelationRows
{
    // Of the largest part of a sum: what rounding leaves where a number and its image under another frame cancel.
    private const double Rounding = 1e-9;

    private readonly List<Term> _terms = [];
    private readonly List<double> _largest = []; // of each term's parts
    private readonly List<int> _ends = [];

    /// <summary>How many rows there are.</summary>
    internal int Count => _ends.Count;

    /// <summary>Rows from here on say how forms are kept: as near as the file's digits have them, where others hold exactly.</summary>
    internal int FirstForm { get; set; } = int.MaxValue;

    /// <summary>Rows from here on leave the last digit to the others.</summary>
    internal int FirstLoose { get; set; } = int.MaxValue;

    /// <summary>The terms of a row.</summary>
    internal ReadOnlySpan<Term> this[int row]
    {
        get
        {
            var start = row == 0 ? 0 : _ends[row - 1];
            return System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_terms)[start.._ends[row]];
        }
    }

    /// <summary>The sum of these forms' moves is zero.</summary>
    internal void Add(params ReadOnlySpan<(double Factor, LinearForm Form)> sum)
    {
        var start = _ends.Count == 0 ? 0 : _ends[^1];
        foreach (var (factor, form) in sum)
        {
            if (factor == 0) continue;
            Add(start, factor, form.A);
            Add(start, factor, form.B);
            Add(start, factor, form.C);
            Add(start, factor, form.D);
        }
        for (var i = _terms.Count - 1; i >= start; i--)
            if (Math.Abs(_terms[i].Factor) <= Rounding * _largest[i - start]) _terms.RemoveAt(i);
        _largest.Clear();
        if (_terms.Count > start) _ends.Add(_terms.Count);
    }

    /// <summary>A row of as many terms as it takes, each number in one of them.</summary>
    internal void Add(IEnumerable<Term> row)
    {
        _terms.AddRange(row);
        if (_terms.Count > (_ends.Count == 0 ? 0 : _ends[^1])) _ends.Add(_terms.Count);
    }

    /// <summary>Takes another's rows, too.</summary>
    internal void AddAll(RelationRows other)
    {
        var start = _terms.Count;
        _terms.AddRange(other._terms);
        _ends.AddRange(other._ends.Select(end => start + end));
    }

    /// <summary>Two forms move alike.</summary>
    internal void Equal(in LinearForm a, in LinearForm b) => Add((1, a), (-1, b));

    /// <summary>Two points move alike.</summary>
    internal void Equal(in LinearPoint a, in LinearPoint b)
    {
        Equal(a.X, b.X);
        Equal(a.Y, b.Y);
    }

    private void Add(int start, double factor, Term term)
    {
        if (term.Index < 0) return;
        for (var i = start; i < _terms.Count; i++)
        {
            if (_terms[i].Index != term.Index) continue;
            _terms[i] = new Term(term.Index, _terms[i].Factor + factor * term.Factor);
            _largest[i - start] = Math.Max(_largest[i - start], Math.Abs(factor * term.Factor));
            return;
        }
        _terms.Add(new Term(term.Index, factor * term.Factor));
        _largest.Add(Math.Abs(factor * term.Factor));
    }
}
