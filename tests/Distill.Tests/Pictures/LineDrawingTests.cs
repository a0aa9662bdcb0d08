using SvgDistill.Distill.Metrics;
using Xunit;
using SvgDistill.Distill.Pictures;

namespace SvgDistill.Distill.Tests.Pictures;

public class LineDrawingTests
{
    private const int Side = 24;

    private static RgbPicture Picture(Func<int, int, float> grey) => Picture((_, x, y) => grey(x, y));

    private static RgbPicture Picture(Func<int, int, int, float> value) => new(Side, Side,
        [.. from channel in Enumerable.Range(0, 3) from y in Enumerable.Range(0, Side) from x in Enumerable.Range(0, Side) select value(channel, x, y)]);

    private static List<(int X, int Y)> Lines(RgbPicture picture)
    {
        var lines = LineDrawing.Of(picture);
        Assert.Equal((Side, Side), (lines.Width, lines.Height));
        Assert.All(lines.Values.ToArray(), v => Assert.True(v is 0 or 1));
        for (var channel = 1; channel < 3; channel++) Assert.Equal(lines.Channel(0).ToArray(), lines.Channel(channel).ToArray());
        return [.. Enumerable.Range(0, Side * Side).Where(i => lines.Values[i] == 1).Select(i => (i % Side, i / Side))];
    }

    [Fact]
    public void APlainPictureAndAGentleSlopeHaveNoLines()
    {
        Assert.Empty(Lines(Picture((_, _) => .7f)));
        Assert.Empty(Lines(Picture((x, y) => (x + y) / (2f * Side))));
    }

    /// <summary>A step between two columns is a line of one pixel's width over the whole height, whichever side is light.</summary>
    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, .5)]
    public void AStepIsOneLine(float left, float right)
    {
        var lines = Lines(Picture((x, _) => x < 10 ? left : right));
        Assert.Equal(Enumerable.Range(0, Side), lines.Select(p => p.Y).Order());
        Assert.Single(lines.Select(p => p.X).Distinct());
        Assert.InRange(lines[0].X, 9, 10);
    }

    [Fact]
    public void AStepInOneChannelCounts() => Assert.Equal(Side, Lines(Picture((channel, _, y) => channel == 2 && y > 7 ? 1 : 0)).Count);

    /// <summary>Sobel's sum over a straight step of height s is 4 s: below 100/255 nothing, from there on only what goes on from 200/255.</summary>
    [Fact]
    public void AWeakEdgeCountsWhereItGoesOnFromAStrongOne()
    {
        Assert.Empty(Lines(Picture((x, _) => x < 10 ? 0 : .09f)));
        Assert.Empty(Lines(Picture((x, _) => x < 10 ? 0 : .15f)));
        var joined = Lines(Picture((x, y) => x < 10 ? 0 : y < 4 ? .4f : .15f));
        Assert.Contains(joined, p => p.Y == Side - 1);
    }

    [Fact]
    public void ADiskIsAThinRing()
    {
        var lines = Lines(Picture((x, y) => Math.Clamp(8.5f - MathF.Sqrt((x - 12) * (x - 12) + (y - 12) * (y - 12)), 0, 1)));
        Assert.All(lines, p => Assert.InRange(Math.Sqrt((p.X - 12) * (p.X - 12) + (p.Y - 12) * (p.Y - 12)), 6.5, 9.5));
        Assert.InRange(lines.Count, 40, 64); // 2 pi 8 is 50
    }
}
