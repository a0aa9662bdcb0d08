using SvgDistill.Distill.Variants;
using Xunit;

namespace SvgDistill.Distill.Tests.Variants;

public class VariantRankingTests
{
    private static readonly float[] _source = Grey(0);

    [Fact]
    public void The_best_trade_between_text_and_identity_comes_first()
    {
        RankedCandidate[] candidates = [new(0, .010, .5, Grey(.2f)), new(0, .020, .9, Grey(.4f)), new(0, .022, .2, Grey(.6f))];
        var places = VariantRanking.Choose(candidates, _source, 3);
        Assert.Equal([2, 3, 1], [.. new[] { 0, 1, 2 }.OrderBy(i => places[i].Rank).Select(i => i + 1)]);
        // Between .010 and .022, and between .2 and .9.
        Assert.Equal(.6 * 10 / 12 + .4, places[1].Score, 12);
    }

    [Fact]
    public void Of_two_that_look_alike_the_better_is_kept_and_the_other_says_so()
    {
        RankedCandidate[] candidates = [new(0, .01, .5, Grey(.5f)), new(0, .02, .5, Grey(.53f)), new(0, 0, .4, Grey(.9f))];
        var places = VariantRanking.Choose(candidates, _source, 3);
        Assert.Equal((null, 1), (places[0].Rank, places[0].Like));
        Assert.Equal((1, null), (places[1].Rank, places[1].Like));
        Assert.Equal(2, places[2].Rank);
    }

    [Fact]
    public void Every_prompt_has_its_share_of_the_places()
    {
        // The first prompt's candidates are better throughout.
        RankedCandidate[] candidates =
        [
            new(0, .9, .9, Grey(.1f)), new(0, .8, .8, Grey(.2f)), new(0, .7, .7, Grey(.3f)),
            new(1, .3, .3, Grey(.5f)), new(1, .2, .2, Grey(.6f)), new(1, .1, .1, Grey(.7f)),
        ];
        var places = VariantRanking.Choose(candidates, _source, 4);
        Assert.Equal([0, 1, 3, 4], candidates.Index().Where(c => places[c.Index].Rank is not null).Select(c => c.Index));
    }

    [Fact]
    public void Turns_decide_who_is_kept_and_scores_who_stands_first()
    {
        RankedCandidate[] candidates =
        [
            new(0, 1, 1, Grey(.1f)), new(0, .2, .2, Grey(.2f)), new(0, 0, 0, Grey(.3f)),
            new(1, 1, 1, Grey(.5f)), new(1, .9, .9, Grey(.6f)), new(1, 0, 0, Grey(.7f)),
        ];
        int?[] Ranks(int count) => [.. VariantRanking.Choose(candidates, _source, count).Select(p => p.Rank)];
        Assert.Equal([1, 4, null, 2, 3, null], Ranks(4));
        Assert.Equal([1, 3, null, 2, null, null], Ranks(3));
    }

    [Fact]
    public void Candidates_that_measure_the_same_are_all_the_best()
    {
        RankedCandidate[] candidates = [new(0, .1, .5, Grey(.3f)), new(0, .1, .5, Grey(.6f))];
        Assert.Equal([1, 1], VariantRanking.Choose(candidates, _source, 2).Select(p => p.Score));
    }

    [Fact]
    public void What_is_the_source_still_is_kept_last()
    {
        RankedCandidate[] candidates = [new(0, .5, 1, Grey(.01f)), new(0, .4, .1, Grey(.5f)), new(0, .3, .1, Grey(.8f))];
        var places = VariantRanking.Choose(candidates, _source, 2);
        Assert.Null(places[0].Rank);
        Assert.Equal(3, VariantRanking.Choose(candidates, _source, 3).Count(p => p.Rank is not null));
    }

    [Fact]
    public void Fewer_than_wanted_are_kept_where_the_rest_look_alike()
    {
        RankedCandidate[] candidates = [.. Enumerable.Range(0, 5).Select(i => new RankedCandidate(0, i, i, Grey(.5f + .001f * i)))];
        var places = VariantRanking.Choose(candidates, _source, 4);
        Assert.Equal(1, Assert.Single(places, p => p.Rank is not null).Rank);
        Assert.Equal(4, places.Count(p => p.Like == 1));
    }

    private static float[] Grey(float value) => [.. Enumerable.Repeat(value, 48)];
}
