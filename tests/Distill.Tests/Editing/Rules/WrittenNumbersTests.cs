using SvgDistill.Distill.Editing.Rules;
using Xunit;

namespace SvgDistill.Distill.Tests.Editing.Rules;

public class WrittenNumbersTests
{
    /// <summary>a + b + c + d = 0 and a - b - c + d = 0 together say a = -d and b = -c: what elimination leaves is 2 b + 2 c = 0.</summary>
    [Fact]
    public void Rows_that_say_more_together_than_apart_hold_in_written_digits()
    {
        var written = new WrittenNumbers([.004, .003, .002, .001], [2, 2, 2, 2], new HashSet<int>());
        for (var i = 0; i < 4; i++) written.AddClass([i], [1]);
        written.AddRows([[new(0, .5), new(1, .5), new(2, .5), new(3, .5)], [new(0, .5), new(1, -.5), new(2, -.5), new(3, .5)]]);
        // Moves of 1.2315 and 2.341 and back; both sums are .005 in the source, .01 in digits.
        double[] theta = [1.2355, 2.344, -2.339, -1.2305];
        written.Settle(theta);
        Assert.Equal(.01, theta[0] + theta[3], 1e-12);
        Assert.Equal(.01, theta[1] + theta[2], 1e-12);
        Assert.All(theta, t => Assert.Equal(Math.Round(t, 2), t));
    }

    [Fact]
    public void Followers_are_rounded_after_what_they_are_parts_of()
    {
        // A corner's radius, a sixteenth of a height that a mirror image has, too.
        var written = new WrittenNumbers([32, 2, 40], [2, 2, 2], new HashSet<int> { 1 });
        Assert.Equal(0, written.AddClass([0, 1], [1, 1 / 16.0]));
        written.AddClass([2], [1]);
        written.AddRows([[new(0, 1), new(2, -1)]]);
        double[] theta = [33.33333, 33.33333 / 16, 41.33333];
        written.Settle(theta);
        Assert.Equal([33.33, 2.08, 41.33], theta);
    }
}
