using SvgDistill.Distill.Editing;
using Xunit;

namespace SvgDistill.Distill.Tests.Editing;

public class AdamTests
{
    [Fact]
    public void First_steps_are_signs_whatever_the_gradients_size()
    {
        var adam = new Adam(3, epsilon: 0);
        double[] g = [1e-12, -3, 1e9];
        adam.Direction(g);
        Assert.Equal([1, -1, 1], g.Select(x => Math.Round(x, 12)));
    }

    /// <summary>The recurrence written out for two steps.</summary>
    [Fact]
    public void Second_steps_follow_the_recurrence()
    {
        const double g1 = 2, g2 = -.5, b1 = .9, b2 = .999;
        var adam = new Adam(1);
        double[] g = [g1];
        adam.Direction(g);
        g[0] = g2;
        adam.Direction(g);
        var m = ((1 - b1) * b1 * g1 + (1 - b1) * g2) / (1 - b1 * b1);
        var v = ((1 - b2) * b2 * g1 * g1 + (1 - b2) * g2 * g2) / (1 - b2 * b2);
        Assert.Equal(m / (Math.Sqrt(v) + 1e-8), g[0], 1e-12);
    }

    [Fact]
    public void Rates_stay_for_seven_tenths_and_end_near_a_tenth()
    {
        var rates = new RateSchedule();
        Assert.Equal(1, rates.Factor(0, 200));
        Assert.Equal(1, rates.Factor(140, 200));
        Assert.Equal(.55, rates.Factor(170, 200), 1e-12);
        Assert.Equal(.1, rates.Factor(200, 200), 1e-12);
    }
}
