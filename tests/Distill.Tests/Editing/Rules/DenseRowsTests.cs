using SvgDistill.Distill.Editing.Rules;
using Xunit;

namespace SvgDistill.Distill.Tests.Editing.Rules;

public class DenseRowsTests
{
    // Neighbours in a chain, and some that lie far apart.
    private static RelationRow[] Rows(int count, Random random) =>
    [
        .. Enumerable.Range(0, count - 3).Where(i => i % 3 != 0).Select(i => new RelationRow([new(i, 1), new(i + 1, -2), new(i + 3, random.NextDouble())], false)),
        .. Enumerable.Range(0, count / 20).Select(_ => new RelationRow([new(random.Next(count / 2), 1), new(count / 2 + random.Next(count / 2), random.NextDouble())], false)),
    ];

    [Theory]
    [InlineData(30)]
    [InlineData(900)]
    public void What_is_left_holds_every_row_and_is_the_nearest(int count)
    {
        var random = new Random(3);
        var rows = Rows(count, random);
        double[] v = [.. Enumerable.Range(0, count).Select(_ => random.NextDouble() - .5)];
        var (basis, sparse) = (DenseRows.Of(rows, count)!, new SparseRows([.. rows.Select(r => r.Terms)]));
        var (projected, iterated) = ((double[])v.Clone(), (double[])v.Clone());
        Assert.True(basis.Remove(projected) > .01);
        sparse.Remove(iterated);
        foreach (var row in rows) Assert.Equal(0, row.Terms.Sum(t => t.Factor * projected[t.Index]), 1e-12);
        Assert.Equal(iterated, projected, (a, b) => Math.Abs(a - b) < 1e-8);
        Assert.True(basis.Remove(projected) < 1e-12);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_forms_row_that_says_the_same_but_for_a_digit_says_nothing(bool isForm)
    {
        var basis = DenseRows.Of([new([new(0, 1), new(1, -1), new(2, 1)], isForm), new([new(0, 1), new(1, -1), new(2, 1.004)], isForm)], 3)!;
        double[] v = [1, 0, 0];
        basis.Remove(v);
        // The plane x - y + z = 0, or the line x = y, z = 0.
        Assert.Equal(isForm ? [2.0 / 3, 1.0 / 3, -1.0 / 3] : [.5, .5, 0], v, (a, b) => Math.Abs(a - b) < .01);
    }

    [Fact]
    public void What_would_take_too_long_is_refused()
    {
        const int Count = 3000;
        var random = new Random(1);
        Assert.Null(DenseRows.Of([.. Enumerable.Range(0, Count - 100).Select(_ => new RelationRow([new(random.Next(Count), 1), new(random.Next(Count), -.5), new(random.Next(Count), .7)], false))], Count));
    }
}
