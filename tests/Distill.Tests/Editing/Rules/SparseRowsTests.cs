using SvgDistill.Distill.Editing.Rules;
using Xunit;

namespace SvgDistill.Distill.Tests.Editing.Rules;

public class SparseRowsTests
{
    /// <summary>
    /// Each number is the mean of its neighbours: rows of which many together all but repeat each other. What is left are the straight lines, and a second
    /// time nothing is taken out.
    /// </summary>
    [Theory]
    [InlineData(100)]
    [InlineData(200)]
    public void Rows_that_nearly_repeat_each_other_hold_to_rounding(int count)
    {
        var rows = Enumerable.Range(1, count - 2).Select(i => (IReadOnlyList<Term>)[new(i - 1, -1), new(i, 2), new(i + 1, -1)]).ToArray();
        var sparse = new SparseRows(rows);
        var random = new Random(1);
        double[] v = [.. Enumerable.Range(0, count).Select(_ => random.NextDouble() - .5)];
        var (mean, slope) = Line(v);
        sparse.Remove(v);
        for (var i = 0; i < count; i++) Assert.Equal(mean + slope * (i - (count - 1) / 2.0), v[i], 1e-6);
        Assert.True(sparse.Remove(v) < 1e-9);
    }

    private static (double Mean, double Slope) Line(double[] v)
    {
        var middle = (v.Length - 1) / 2.0;
        return (v.Average(), v.Select((x, i) => x * (i - middle)).Sum() / v.Select((_, i) => (i - middle) * (i - middle)).Sum());
    }
}
