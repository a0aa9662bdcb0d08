using SvgDistill.Training.Data;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace SvgDistill.Training.Tests;

/// <summary>Pictures in other styles than their sets'.</summary>
public sealed class OtherStylesTests
{
    private const int Side = 32;

    // A red disc with a blue bar across it, on white.
    private static Tensor Picture()
    {
        var picture = ones(1, 3, Side, Side);
        for (var y = 0; y < Side; y++)
            for (var x = 0; x < Side; x++)
            {
                var (isBar, isDisc) = (Math.Abs(y - 15.5) < 3, (x - 15.5) * (x - 15.5) + (y - 15.5) * (y - 15.5) < 144);
                if (!isDisc) continue;
                (picture[0, 0, y, x], picture[0, 1, y, x], picture[0, 2, y, x]) = isBar ? (.1f, .2f, .9f) : (.9f, .2f, .1f);
            }
        return picture;
    }

    [Fact]
    public void NoneAreChangedWhereNoneShouldBe()
    {
        using var scope = NewDisposeScope();
        var pictures = cat([Picture(), Picture()], 0);
        Assert.True(OtherStyles.Of(pictures, 0, new Draws(1, 0, Purpose.Style)).equal(pictures).all().item<bool>());
    }

    /// <summary>All five come, show the disc still, and are the same again for the same numbers.</summary>
    [Fact]
    public void EveryStyleComesAndShowsTheSame()
    {
        using var scope = NewDisposeScope();
        const int Rows = 60;
        var picture = Picture();
        var pictures = picture.expand(Rows, -1, -1, -1);
        var drawn = OtherStyles.Of(pictures, 1, new Draws(1, 0, Purpose.Style));
        Assert.True(drawn.equal(OtherStyles.Of(pictures, 1, new Draws(1, 0, Purpose.Style))).all().item<bool>());
        Assert.InRange(drawn.min().item<float>(), 0, 1);
        Assert.InRange(drawn.max().item<float>(), 0, 1);
        var (counts, inked) = (new Dictionary<string, int>(), new HashSet<long>());
        for (var row = 0; row < Rows; row++)
        {
            var one = drawn.narrow(0, row, 1);
            Assert.False(one.equal(picture).all().item<bool>());
            var isGrey = (one.amax([1L]) - one.amin([1L])).abs().max().item<float>() < 1e-6;
            var inside = one[0, .., 8, 15]; // Of the disc, far from any edge.
            var kind = !isGrey ? inside.sort().Values.allclose(tensor(new[] { .1f, .2f, .9f })) && one[0, .., 0, 0].min().item<float>() == 1 && one.min().item<float>() < .05f ? "outlined" : "colours"
                : one.eq(0).logical_or(one.eq(1)).all().item<bool>() ? inside.max().item<float>() == 0 ? "black" : "lines" : "greys";
            if (kind == "lines") inked.Add(one.eq(0).sum().item<long>());
            counts[kind] = counts.GetValueOrDefault(kind) + 1;
            Assert.Equal(1, one[0, .., 0, 0].min().item<float>()); // The ground stays white,
            Assert.True((one[0, .., 15, 15] - one[0, .., 0, 0]).abs().max().item<float>() > .1 || kind is "lines"); // and what is drawn differs from it.
        }
        Assert.Equal(["black", "colours", "greys", "lines", "outlined"], counts.Keys.Order(StringComparer.Ordinal));
        Assert.All(counts.Values, n => Assert.InRange(n, 3, 25));
        Assert.Equal(2, inked.Count); // Thin lines and thick ones.
    }
}
