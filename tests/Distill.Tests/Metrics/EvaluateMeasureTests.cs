using SvgDistill.Distill.Metrics;
using SvgDistill.Distill.Reports;
using Xunit;

namespace SvgDistill.Distill.Tests.Metrics;

public class EvaluateMeasureTests
{
    private static RgbPicture Row(params float[] grey) => new(grey.Length, 1, [.. grey, .. grey, .. grey]);

    [Fact]
    public void The_region_that_should_not_change_is_what_both_drawings_share()
    {
        var (before, wanted) = (Row(0, 0, 1, 1), Row(0, 0, 1, 0));
        Assert.Equal(new UnchangedRegion(.75, 1, 0), UnchangedRegion.Of(before, wanted, before));
        Assert.Equal(new UnchangedRegion(.75, 1, 0), UnchangedRegion.Of(before, wanted, wanted));
        // One of the three is gone by .5; what happens to the fourth is no matter.
        var edited = UnchangedRegion.Of(before, wanted, Row(0, .5f, 1, .3f));
        Assert.Equal((.75, 2 / 3.0, .25 / 3), (edited.Share, edited.Kept, edited.MeanSquare));
        Assert.Equal(new UnchangedRegion(0, 1, 0), UnchangedRegion.Of(Row(0, 0), Row(1, 1), Row(0, 1)));
    }

    [Fact]
    public void A_subject_is_the_mean_direction_of_its_pictures()
    {
        var probe = new SubjectProbe([("an owl", [1, 0, 0]), ("Owl", [0, 1, 0]), ("the cat", [0, 0, 1])]);
        Assert.Equal(2, probe.Count);
        Assert.True(probe.Knows("owl") && probe.Knows("a cat") && !probe.Knows("dog"));
        double[] half = [Math.Sqrt(.5), Math.Sqrt(.5), 0];
        Assert.Equal(1, probe.Nearness(half, "owl"), 12);
        Assert.Equal((1, 2), (probe.Rank(half, "owl"), probe.Rank(half, "cat")));
        Assert.Equal(1, probe.Rank([0, 0, 1], "cat"));
    }

    [Fact]
    public void A_squared_difference_is_what_its_name_says() =>
        Assert.Equal((.25 + .01) / 2, Psnr.MeanSquare(Row(0, 1), Row(.5f, .9f)), 7);

    [Fact]
    public void Quantiles_lie_between_values_in_proportion()
    {
        Assert.Equal((2, 2.5, 4), (Quantiles.Of([3, 1, 2], .5), Quantiles.Of([4, 1, 3, 2], .5), Quantiles.Of([4, 1], 1)));
        Assert.Equal(3.85, Quantiles.Of([1, 2, 3, 4], .95), 12);
    }

    [Fact]
    public void A_summary_has_shares_of_yes_and_no_and_medians_of_the_rest()
    {
        ReportResult Of(double nearer, double overlap, double crossings, double seconds) => new()
        {
            Row = "ids", Picture = default, Seconds = seconds, Sha256 = "",
            Figures = [("nearer_to_after", nearer), ("overlap", overlap), ("crossings_added", crossings)],
        };
        var summary = EvaluateSummary.Of([Of(1, .5, 0, 3), Of(0, .7, 0, 1), Of(1, .9, 10, 2)]).ToDictionary(s => s.Key, s => s.Value);
        Assert.Equal(2 / 3.0, summary["nearer_to_after"]!.Value, 12);
        Assert.Equal((.7, 0, 9, 2), (summary["overlap_median"]!.Value, summary["crossings_added_median"]!.Value, Math.Round(summary["crossings_added_95"]!.Value, 9), summary["seconds"]!.Value));
        Assert.Null(summary["target_loss_fell"]); // asked for, not measured
    }
}
