using SvgDistill.Distill.Editing;
using Xunit;

namespace SvgDistill.Distill.Tests.Editing;

public sealed class RateScheduleTests
{
    [Theory]
    [InlineData(0, .02)]
    [InlineData(250, .11)]
    [InlineData(500, .2)]
    [InlineData(750, .125)]
    [InlineData(1000, .05)]
    public void DreamSamplers_rates_rise_to_a_fifth_and_fall_to_a_twentieth(int step, double rate) =>
        Assert.Equal(rate, .2 * new WarmUpSchedule().Factor(step, 1000), 1e-12);

    [Theory]
    [InlineData(0, 1)]
    [InlineData(70, 1)]
    [InlineData(85, .55)]
    [InlineData(100, .1)]
    public void Edits_hold_their_rates_and_fall_to_a_tenth(int step, double factor) =>
        Assert.Equal(factor, new RateSchedule().Factor(step, 100), 1e-12);
}
