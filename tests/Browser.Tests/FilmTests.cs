using SvgDistill.Distill.Films;
using SvgDistill.Rasterizer.Svg;
using SvgDistill.Rasterizer.Svg.Animating;
using Xunit;
using static SvgDistill.Browser.Tests.Browser;

namespace SvgDistill.Browser.Tests;

[Collection(nameof(Browser))]
public sealed class FilmTests(Browser browser)
{
    // Edges are drawn by another program, and key times may be a pixel of 512 off.
    private const double Near = .008;
    private const double Seconds = 3;

    public static TheoryData<string, string, SceneOptions> Drawings
    {
        get
        {
            var all = MovingDrawing.All;
            all.Add("gradient geometry", "<radialGradient id='g' cx='.4' r='.6' gradientTransform='rotate(20)'><stop offset='.1' stop-color='red'/><stop offset='.9' stop-color='#00f' stop-opacity='.8'/></radialGradient><rect width='90' height='90' fill='url(#g)'/>", SceneOptions.Default with { Optimize = OptimizeKinds.All });
            all.Add("matrix", "<g transform='matrix(.8 .3 -.2 1 20 5)'><ellipse cx='40' cy='30' rx='30' ry='14' fill='teal'/></g>", SceneOptions.Default with { Optimize = OptimizeKinds.All });
            return all;
        }
    }

    [Theory, MemberData(nameof(Drawings))]
    public async Task A_film_shows_at_each_time_what_we_draw_of_that_state(string name, string content, SceneOptions options)
    {
        var drawing = new MovingDrawing(content, options);
        var film = SvgFilm.Write(drawing.Scene, drawing.States, Seconds);
        Assert.Empty(film.Still);
        var (page, errors) = await browser.OpenAsync(MovingDrawing.Side, MovingDrawing.Side);
        await page.SetContentAsync(MovingDrawing.Page(film.Bytes));
        foreach (var time in new[] { 0, .25, .6, .9 })
        {
            await page.EvaluateAsync("t => { const s = document.querySelector('svg'); s.pauseAnimations(); s.setCurrentTime(t); }", Seconds * time);
            var difference = Difference(await LookAsync(page), drawing.Draw(PictureFilm.At(drawing.States, time)));
            Assert.True(difference < Near, $"{name} at {time}: {difference:0.0000}");
        }
        await page.EvaluateAsync("() => document.querySelector('svg').setCurrentTime(9)");
        Assert.InRange(Difference(await LookAsync(page), drawing.Draw(drawing.Result)), 0, Near);
        Assert.Empty(errors);
        await page.CloseAsync();
    }

    [Theory, MemberData(nameof(MovingDrawing.All), MemberType = typeof(MovingDrawing))]
    public async Task An_animation_goes_from_the_source_to_the_result_and_back(string name, string content, SceneOptions options)
    {
        var drawing = new MovingDrawing(content, options);
        var source = drawing.Scene.Scene.InitialValues();
        var loop = SvgLoop.Write(drawing.Scene, drawing.Result, Seconds);
        Assert.Empty(loop.Still);
        var (page, errors) = await browser.OpenAsync(MovingDrawing.Side, MovingDrawing.Side);
        foreach (var milliseconds in new[] { 0, 1400, 2999, 4500, 5999 })
        {
            // Held at a time: what use elements show has animations of its own, which no script reaches.
            await page.SetContentAsync($"<style>*{{animation-play-state:paused!important;animation-delay:-{milliseconds}ms!important}}</style>{MovingDrawing.Page(loop.Bytes)}");
            var part = milliseconds <= 1000 * Seconds ? milliseconds / (1000 * Seconds) : 2 - milliseconds / (1000 * Seconds);
            var theta = drawing.Result.Select((v, i) => source[i] + Eased(part) * (v - source[i])).ToArray();
            var difference = Difference(await LookAsync(page), drawing.Draw(theta));
            Assert.True(difference < Near, $"{name} at {milliseconds}: {difference:0.0000}");
        }
        Assert.Empty(errors);
    }

    [Fact]
    public async Task Who_asks_for_less_motion_sees_the_result()
    {
        var drawing = new MovingDrawing("<path d='M10 10h60v60z' fill='#c33'/>", SceneOptions.Default);
        var (page, _) = await browser.OpenAsync(MovingDrawing.Side, MovingDrawing.Side);
        await page.EmulateMediaAsync(new() { ReducedMotion = Microsoft.Playwright.ReducedMotion.Reduce });
        await page.SetContentAsync(MovingDrawing.Page(SvgLoop.Write(drawing.Scene, drawing.Result, Seconds).Bytes));
        Assert.Equal(0, await page.EvaluateAsync<int>("() => document.getAnimations().length"));
        Assert.InRange(Difference(await LookAsync(page), drawing.Draw(drawing.Result)), 0, Near);
    }

    // cubic-bezier(.8, 0, .2, 1): the y where x is the part of the way.
    private static double Eased(double x)
    {
        var (low, high) = (0.0, 1.0);
        for (var i = 0; i < 60; i++)
        {
            var u = (low + high) / 2;
            if (3 * u * (1 - u) * (1 - u) * .8 + 3 * u * u * (1 - u) * .2 + u * u * u < x) low = u;
            else high = u;
        }
        return 3 * low * low * (1 - low) + low * low * low;
    }
}
