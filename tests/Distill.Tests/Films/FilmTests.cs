using System.Text;
using SvgDistill.Distill.Films;
using SvgDistill.Distill.Reports;
using SvgDistill.Rasterizer.Imaging;
using SvgDistill.Rasterizer.Svg;
using Xunit;

namespace SvgDistill.Distill.Tests.Films;

public sealed class FilmTests
{
    private static SvgScene Read(string content) => SvgSceneReader.Read(SvgDocument.Parse(
        Encoding.UTF8.GetBytes($"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 100 50\">{content}</svg>"), "drawing.svg"));

    [Theory]
    [InlineData(200, 0)]
    [InlineData(3, 0)]
    [InlineData(200, 120)]
    [InlineData(1, 0)]
    public void A_way_has_a_bounded_number_of_states_from_the_source_to_the_result(int steps, int first)
    {
        var path = new EditPath([0], steps, first);
        for (var step = first + 1; step <= steps; step++) path.Add(step, [step]);
        var states = path.To([1000], steps);
        Assert.InRange(states.Count, 2, EditPath.Most);
        Assert.Equal((0, 0), (states[0].Time, states[0].Theta.Span[0]));
        Assert.Equal((1, 1000), (states[^1].Time, states[^1].Theta.Span[0]));
        Assert.All(states.Skip(1).SkipLast(1), s => Assert.Equal(s.Time * steps, s.Theta.Span[0], 9));
        Assert.Equal(states.Count, states.Select(s => s.Time).Distinct().Count());
        if (steps > 100 && first == 0) Assert.Equal(EditPath.Most, states.Count);
    }

    [Fact]
    public void A_run_that_was_stopped_ends_where_it_stopped()
    {
        var path = new EditPath([0], 200);
        for (var step = 1; step <= 90; step++) path.Add(step, [step]);
        var states = path.To([90], 90);
        Assert.Equal(1, states[^1].Time);
        Assert.All(states, s => Assert.Equal(s.Time * 90, s.Theta.Span[0], 9));
    }

    [Fact]
    public void No_step_at_all_is_a_way_too() => Assert.Equal([0, 1], new EditPath([5], 0).To([5], 0).Select(s => s.Time));

    [Fact]
    public void Pictures_go_evenly_from_the_source_to_the_result()
    {
        var svg = Read("<rect width='10' height='50' fill='#fff'/>");
        var end = svg.Scene.InitialValues();
        end[svg.Scene.Parameters.Select((p, i) => (p, i)).First(p => p.p.Name == "width").i] = 90;
        var frames = PictureFilm.Draw(svg.Scene, [new(0, svg.Scene.InitialValues()), new(1, end)], 200);
        Assert.All(frames, f => Assert.Equal((200, 100), (f.Width, f.Height)));
        var covered = frames.Select(f => Enumerable.Range(0, 200).Sum(x => f.Pixels[4 * x + 3] / 255.0)).ToArray();
        for (var k = 0; k < covered.Length; k++) Assert.Equal(20 + 160.0 * k / (covered.Length - 1), covered[k], 1);
        // The last frames of both files are the result.
        var gif = PictureFilm.Gif(svg.Scene, [new(0, svg.Scene.InitialValues()), new(1, end)], 200, (0, 0, 1));
        Assert.Equal("GIF89a"u8.ToArray(), gif[..6]);
        Assert.Equal(frames.Count, gif.AsSpan().Count((ReadOnlySpan<byte>)[0x21, 0xF9, 4]));
        Assert.Equal([0, 0, 255], PictureReader.Decode(gif, "a.gif").Pixels[(4 * 150)..(4 * 150 + 3)]); // the background, in the first frame
        var png = PictureFilm.Png(svg.Scene, [new(0, svg.Scene.InitialValues()), new(1, end)], 200);
        Assert.Equal(frames.Count, png.AsSpan().Count("fcTL"u8));
    }

    [Fact]
    public void Arrows_go_from_where_points_were_to_where_they_are()
    {
        var svg = Read("<g transform='translate(10 0)'><path d='M0 0H80V40H0z'/></g>");
        var after = svg.Scene.InitialValues();
        // One corner far, one by less than is worth an arrow.
        foreach (var (p, i) in svg.Scene.Parameters.Select((p, i) => (p, i)))
            after[i] += p.Name switch { "d[2].x" => -30, "d[2].y" => -20, "d[0].x" => .1, _ => 0 };
        var (from, to) = Assert.Single(MovedPoints.Between(svg.Scene, svg.Scene.InitialValues(), after));
        Assert.Equal((90, 40, 60, 20), (from.X, from.Y, to.X, to.Y));
    }

    [Fact]
    public void Of_many_points_near_each_other_one_has_an_arrow()
    {
        var svg = Read($"<path d='M0 0{string.Concat(Enumerable.Range(0, 3000).Select(i => FormattableString.Invariant($"L{50 + i % 60 / 2.0} {i / 60}")))}'/>");
        var after = svg.Scene.InitialValues();
        for (var i = 0; i < after.Length; i++) after[i] += 3;
        Assert.InRange(MovedPoints.Between(svg.Scene, svg.Scene.InitialValues(), after).Count, 50, 400);
    }
}
