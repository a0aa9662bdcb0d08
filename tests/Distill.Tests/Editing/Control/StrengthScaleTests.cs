using SvgDistill.Distill.Editing.Control;
using Xunit;

namespace SvgDistill.Distill.Tests.Editing.Control;

public class StrengthScaleTests
{
    [Fact]
    public void Where_the_figure_rises_a_strength_is_that_part_of_the_way()
    {
        foreach (var scale in new[] { StrengthScale.Even, StrengthScale.Of([0, .1, .5, 2]) })
            foreach (var s in new[] { 0, .2, 1 / 3.0, .5, .9, 1 }) Assert.Equal(s, scale.WayAt(s), 12);
    }

    /// <summary>From 1 down to .5 and up again: the figure is back at 1 half way from the third step to the fourth.</summary>
    [Fact]
    public void What_goes_back_is_left_out()
    {
        var scale = StrengthScale.Of([0, 1, .8, .5, 1.5, 2]);
        Assert.Equal(.2, scale.WayAt(.2), 12);
        Assert.Equal(.7, scale.WayAt(.2 + 1e-12), 9);
        Assert.Equal(.75, scale.WayAt(.5), 12);
        Assert.Equal(.8, scale.WayAt(.8), 12);
        Assert.Equal(.9, scale.WayAt(.9), 12);
    }

    [Fact]
    public void What_is_above_the_end_is_left_out()
    {
        // It has come to the end's 2 at two thirds of the first step; all strengths share the way there.
        var scale = StrengthScale.Of([0, 3, 1, 4, 2]);
        Assert.Equal(1 / 12.0, scale.WayAt(.5), 12);
        Assert.Equal(1 / 6.0, scale.WayAt(1 - 1e-13), 9);
        Assert.Equal(1, scale.WayAt(1));
    }

    [Fact]
    public void An_edit_that_loses_has_no_order_to_keep()
    {
        Assert.Same(StrengthScale.Even, StrengthScale.Of([0, 1, -.1]));
        Assert.Throws<ArgumentException>(() => StrengthScale.Of([0, double.NaN, 1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => StrengthScale.Of([0]));
        Assert.Throws<ArgumentOutOfRangeException>(() => StrengthScale.Even.WayAt(1.1));
    }

    /// <summary>Whatever the figures, both the way and the figure on it never go back, and the ends are the ends.</summary>
    [Fact]
    public void The_figure_never_goes_back()
    {
        var random = new Random(1);
        for (var round = 0; round < 500; round++)
        {
            double[] gains = [0, .. Enumerable.Range(0, random.Next(1, 12)).Select(_ => random.NextDouble() * 3 - 1)];
            var scale = StrengthScale.Of(gains);
            var (steps, ways) = (gains.Length - 1, Enumerable.Range(0, 201).Select(i => scale.WayAt(i / 200.0)).ToArray());
            Assert.Equal((0, 1), (ways[0], ways[^1]));
            Assert.All(ways.Zip(ways.Skip(1)), w => Assert.True(w.Second >= w.First));
            if (gains[^1] <= 0) continue;
            double Figure(double way) => Math.Min((int)(way * steps), steps - 1) is var k ? gains[k] + (way * steps - k) * (gains[k + 1] - gains[k]) : 0;
            Assert.All(ways.Zip(ways.Skip(1)), w => Assert.True(Figure(w.Second) >= Figure(w.First) - 1e-9, string.Join(' ', gains)));
        }
    }
}
