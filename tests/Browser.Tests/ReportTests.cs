using System.Text;
using SvgDistill.Distill.Reports;
using SvgDistill.Rasterizer.Svg;
using SvgDistill.Rasterizer.Svg.Animating;
using Xunit;
using static SvgDistill.Browser.Tests.Browser;

namespace SvgDistill.Browser.Tests;

[Collection(nameof(Browser))]
public sealed class ReportTests(Browser browser)
{
    // It would run wherever the drawing stood in the page itself.
    private const string Hostile = "<script>alert('ran')</script><image href='https://example.invalid/x.png' width='5' height='5'/><path d='M10 10h60v60z' fill='#c33' onload='alert(1)'/>"
        + "<text x='9' y='90'>words</text>";

    private static EditReport Report(MovingDrawing drawing) => new()
    {
        Input = "<b>drawing</b>.svg", SourcePrompt = "a \"thing\"", TargetPrompt = "an <i>other</i>", Background = "#ffffff",
        Scene = drawing.Scene.Scene,
        Before = drawing.Scene.Document.ToBytes(),
        After = SvgWriter.Write(drawing.Scene, drawing.Result),
        Film = SvgFilm.Write(drawing.Scene, drawing.States, 2).Bytes,
        Moves = MovedPoints.Between(drawing.Scene.Scene, drawing.Scene.Scene.InitialValues(), drawing.Result),
        Curves = [("loss", [.. Enumerable.Range(0, 60).Select(i => ((double)i, 1.0 / (1 + i)))])],
        Command = "svgdistill edit drawing.svg",
        Options = [("steps", "60")],
        Frozen = FrozenElements.Of(drawing.Scene, SceneOptions.Default),
        Record = "{ \"a\": \"</pre><script>alert(2)</script>\" }",
    };

    [Fact]
    public async Task A_report_opens_without_errors_and_runs_nothing_of_the_drawing()
    {
        var drawing = new MovingDrawing(Hostile, SceneOptions.Default);
        var file = Path.Combine(Path.GetTempPath(), $"svgdistill-{Guid.NewGuid():n}.html");
        await File.WriteAllTextAsync(file, EditHtml.Write(Report(drawing)));
        try
        {
            var (page, errors) = await browser.OpenAsync(1000, 800);
            var asked = new List<string>();
            page.Request += (_, request) => { if (!request.Url.StartsWith("data:", StringComparison.Ordinal) && request.Url != new Uri(file).AbsoluteUri) asked.Add(request.Url); };
            await page.GotoAsync(new Uri(file).AbsoluteUri);
            Assert.Equal(4, await page.EvaluateAsync<int>("() => [...document.images].filter(i => i.naturalWidth > 0).length"));
            Assert.Contains("letters keep their form", await page.InnerTextAsync("body"));
            Assert.Empty(errors);
            Assert.Empty(asked);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task The_slider_shows_source_and_result()
    {
        var drawing = new MovingDrawing("<path d='M10 10h60v60z' fill='#c33'/>", SceneOptions.Default);
        var (page, errors) = await browser.OpenAsync(1000, 800);
        await page.SetContentAsync(EditHtml.Write(Report(drawing)));
        await page.AddStyleTagAsync(new() { Content = $"#compared {{ position: fixed !important; inset: 0; width: {MovingDrawing.Side}px !important; height: {MovingDrawing.Side}px; border: 0 !important; z-index: 9; }} .edge {{ display: none; }}" });
        foreach (var (value, theta) in new[] { (0, drawing.Result), (100, drawing.Scene.Scene.InitialValues()) })
        {
            await page.EvaluateAsync("v => { const s = document.querySelector('.slider'); s.value = v; s.dispatchEvent(new Event('input')); }", value);
            var shot = SvgDistill.Rasterizer.Imaging.PictureReader.Decode(
                await page.ScreenshotAsync(new() { Clip = new() { X = 0, Y = 0, Width = MovingDrawing.Side, Height = MovingDrawing.Side } }), "slider");
            Assert.InRange(Difference(shot, drawing.Draw(theta)), 0, .008);
        }
        Assert.Empty(errors);
    }

    [Fact]
    public void The_policy_names_the_script_by_its_hash()
    {
        var page = EditHtml.Write(Report(new MovingDrawing("<path d='M10 10h60v60z'/>", SceneOptions.Default)));
        var script = page[(page.IndexOf("<script>", StringComparison.Ordinal) + 8)..page.IndexOf("</script>", StringComparison.Ordinal)];
        Assert.Contains($"script-src 'sha256-{Convert.ToBase64String(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(script)))}'\">", page);
        Assert.Contains("default-src 'none'", page);
    }
}
