using System.Text.RegularExpressions;
using SvgDistill.Cli.Terminal;
using SvgDistill.Rasterizer.Imaging;
using SvgDistill.Tests;
using Xunit;

namespace SvgDistill.Cli.Tests;

/// <summary>Pictures between the lines of a terminal.</summary>
public sealed class TerminalPictureTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string Apple => File.Exists(_folder["apple.svg"]) ? _folder["apple.svg"] : _folder.Example("apple.svg");

    [Theory]
    [InlineData("Kitty", "TERM=xterm-kitty")]
    [InlineData("Kitty", "TERM=xterm-256color KITTY_WINDOW_ID=3")]
    [InlineData("Kitty", "TERM=xterm-ghostty")]
    [InlineData("Iterm", "TERM=xterm-256color TERM_PROGRAM=iTerm.app")]
    [InlineData("Iterm", "TERM=xterm-256color TERM_PROGRAM=WezTerm")]
    [InlineData("Iterm", "TERM=xterm-256color LC_TERMINAL=iTerm2")]
    [InlineData("Sixel", "TERM=foot")]
    [InlineData("Sixel", "TERM=mlterm")]
    // What may or may not draw them, and what hands them on only where it was told to.
    [InlineData("None", "TERM=xterm-256color")]
    [InlineData("None", "TERM=xterm-256color WT_SESSION=1")]
    [InlineData("None", "TERM=tmux-256color TERM_PROGRAM=tmux")]
    [InlineData("None", "TERM=xterm-kitty TMUX=/tmp/tmux")]
    [InlineData("None", "TERM=screen-256color LC_TERMINAL=iTerm2")]
    [InlineData("None", "")]
    public void ATerminalIsKnownByItsEnvironment(string expected, string environment)
    {
        var variables = environment.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(v => v.Split('=')).ToDictionary(v => v[0], v => v[1]);
        Assert.Equal(Enum.Parse<PictureProtocol>(expected), TerminalPictures.Detect(variables.GetValueOrDefault));
    }

    private static RgbaImage Noise(int side)
    {
        var image = new RgbaImage(side, side);
        new Random(1).NextBytes(image.Pixels);
        for (var i = 3; i < image.Pixels.Length; i += 4) image.Pixels[i] = 255;
        return image;
    }

    [Theory]
    [InlineData(4)]
    [InlineData(100)]
    public void KittyGetsAPngInPieces(int side)
    {
        var image = Noise(side);
        var text = TerminalPictures.Encode(image, PictureProtocol.Kitty);
        var pieces = Regex.Matches(text, "\u001b_G([^;]*);([^\u001b]*)\u001b\\\\");
        Assert.Equal(text.TrimEnd('\n'), string.Concat(pieces.Select(p => p.Value)));
        Assert.StartsWith("a=T,f=100,q=2,m=", pieces[0].Groups[1].Value);
        Assert.All(pieces, p => Assert.InRange(p.Groups[2].Length, 1, 4096));
        Assert.All(pieces.SkipLast(1), p => Assert.EndsWith("m=1", p.Groups[1].Value));
        Assert.EndsWith("m=0", pieces[^1].Groups[1].Value);
        Assert.Equal(image.Pixels, PictureReader.Decode(Convert.FromBase64String(string.Concat(pieces.Select(p => p.Groups[2].Value))), "a.png").Pixels);
    }

    [Fact]
    public void ItermGetsAPngWithItsSize()
    {
        var image = Noise(9);
        var match = Regex.Match(TerminalPictures.Encode(image, PictureProtocol.Iterm), "^\u001b\\]1337;File=inline=1;size=(\\d+);width=9px;height=9px:([^\a]*)\a\n$");
        var png = Convert.FromBase64String(match.Groups[2].Value);
        Assert.Equal(png.Length.ToString(System.Globalization.CultureInfo.InvariantCulture), match.Groups[1].Value);
        Assert.Equal(image.Pixels, PictureReader.Decode(png, "a.png").Pixels);
    }

    private CliResult Edit(params string[] more) => CliRun.InProcess(
        ["edit", Apple, "--trg", "a pear", "--no-losses", "--method", "sds", "--steps", "4", "--model", TestPaths.TinyModel, "-o", _folder["out.svg"], .. more]);

    [Fact]
    public void PicturesComeDuringAndAfterAnEditWhereTheyAreAskedFor()
    {
        Assert.DoesNotContain("\u001b", Edit().Error); // no terminal, nothing asked
        Assert.DoesNotContain("\u001b", Edit("--preview", "auto").Error);
        Assert.Equal(4, Edit("--preview", "kitty").Error.Split("a=T,").Length - 1);
        Assert.Equal(4, Edit("--preview", "sixel").Error.Split("\u001bP").Length - 1);
        Assert.Equal(4, Edit("--preview", "iterm").Error.Split("\u001b]1337;").Length - 1);
    }

    [Fact]
    public void QuietRunsAndRecordsHaveNone()
    {
        Assert.DoesNotContain("\u001b", Edit("--preview", "kitty", "--quiet").Error);
        Assert.DoesNotContain("\u001b", Edit("--preview", "kitty", "--json").Error);
    }

    [Fact]
    public void APictureFileAndTheTerminalGoTogether()
    {
        var result = Edit("--preview", "2", "--preview", "sixel");
        Assert.Contains("\u001bP", result.Error);
        Assert.True(File.Exists(_folder["out.preview.png"]));
        var refused = Edit("--preview", "braille");
        Assert.Equal(2, refused.Code);
        Assert.Contains("--preview takes a whole number from 1 to 1000000 or one of auto, sixel, kitty, iterm, none, not 'braille'", refused.Error);
    }
}
