using Microsoft.Playwright;
using SvgDistill.Rasterizer.Imaging;
using Xunit;

namespace SvgDistill.Browser.Tests;

/// <summary>The Chromium of the system, headless; one for all tests. Where there is none, the tests that need it are skipped.</summary>
public sealed class Browser : IAsyncLifetime
{
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    private static string? Program { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .SelectMany(folder => new[] { "chromium", "chromium-browser", "google-chrome" }.Select(name => Path.Combine(folder, name)))
        .FirstOrDefault(File.Exists);

    public async ValueTask InitializeAsync()
    {
        if (Program is null) return;
        _playwright = await Playwright.CreateAsync();
        // Only drawings of these tests are opened; in a container Chromium's own sandbox cannot be set up by root.
        _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = Program, Args = ["--no-sandbox", "--disable-gpu", "--force-color-profile=srgb"] });
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null) await _browser.DisposeAsync();
        _playwright?.Dispose();
    }

    /// <summary>A page of a size, whose errors are listed.</summary>
    public async Task<(IPage Page, List<string> Errors)> OpenAsync(int width, int height)
    {
        Assert.SkipWhen(_browser is null, "there is no Chromium here (apt-get install chromium)");
        var page = await _browser!.NewPageAsync(new() { ViewportSize = new() { Width = width, Height = height } });
        var errors = new List<string>();
        page.Console += (_, message) => { if (message.Type is "error" or "warning") errors.Add(message.Text); };
        page.PageError += (_, error) => errors.Add(error);
        page.Dialog += (_, dialog) => { errors.Add(dialog.Message); _ = dialog.DismissAsync(); };
        return (page, errors);
    }

    /// <summary>What the page shows.</summary>
    public static async Task<RgbaImage> LookAsync(IPage page) => PictureReader.Decode(await page.ScreenshotAsync(), "screenshot");

    /// <summary>The mean difference of two pictures, 0..1.</summary>
    public static double Difference(RgbaImage a, RgbaImage b)
    {
        Assert.Equal((a.Width, a.Height), (b.Width, b.Height));
        return a.Pixels.Zip(b.Pixels).Average(p => Math.Abs(p.First - p.Second)) / 255;
    }
}

[CollectionDefinition(nameof(Browser))]
public sealed class OneBrowser : ICollectionFixture<Browser>;
