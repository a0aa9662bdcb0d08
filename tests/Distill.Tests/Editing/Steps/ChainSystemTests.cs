using SvgDistill.Distill.Editing.Steps;
using Xunit;

namespace SvgDistill.Distill.Tests.Editing.Steps;

public class ChainSystemTests
{
    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(2, true)]
    [InlineData(3, false)]
    [InlineData(3, true)]
    [InlineData(4, true)]
    [InlineData(9, false)]
    [InlineData(9, true)]
    public void The_solution_times_the_matrix_is_what_was_given(int points, bool cycle)
    {
        var random = new Random(points);
        double[] Some(int count) => [.. Enumerable.Range(0, count).Select(_ => .1 + random.NextDouble())];
        var (mass, ties, wanted) = (Some(points), Some(cycle ? points : points - 1), Some(points));

        var solved = (double[])wanted.Clone();
        new ChainSystem(mass, ties).Solve(solved);

        var product = mass.Zip(solved, (m, v) => m * v).ToArray();
        for (var i = 0; i < ties.Length; i++)
        {
            var (a, b) = (i, (i + 1) % points);
            product[a] += ties[i] * (solved[a] - solved[b]);
            product[b] += ties[i] * (solved[b] - solved[a]);
        }
        for (var i = 0; i < points; i++) Assert.Equal(wanted[i], product[i], 1e-12);
    }
}
