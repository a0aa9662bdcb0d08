using SvgDistill.Rasterizer.Svg;
using SvgDistill.Rasterizer.Text.Fonts;
using SvgDistill.Tests;
using Xunit;

namespace SvgDistill.Rasterizer.Tests.Text;

/// <summary>Which font file text is drawn with, and what is said of it.</summary>
public sealed class FontTests
{
    private static string File(string attributes) => Assert.Single(TextCase.Read($"<text y='50' {attributes}>a</text>").Fonts).Path;

    [Theory]
    [InlineData("font-family='serif'", "NotoSerif-Regular.ttf")]
    [InlineData("font-family='sans-serif'", "NotoSans-Regular.ttf")]
    [InlineData("font-family='cursive'", "Yellowtail-Regular.ttf")]
    [InlineData("font-family='fantasy'", "SedgwickAveDisplay-Regular.ttf")]
    [InlineData("font-family='monospace'", "NotoMono-Regular.ttf")]
    [InlineData("", "NotoSerif-Regular.ttf")]
    [InlineData("font-family='None such, \"source sans pro\", serif'", "SourceSansPro-Regular.ttf")]
    [InlineData("font-family='Noto Sans' font-weight='bold'", "NotoSans-Bold.ttf")]
    [InlineData("font-family='Noto Sans' font-weight='500'", "NotoSans-Regular.ttf")]
    [InlineData("font-family='Noto Sans' font-weight='200'", "NotoSans-Thin.ttf")]
    [InlineData("font-family='Noto Sans' font-weight='350'", "NotoSans-Light.ttf")]
    [InlineData("font-family='Noto Sans' font-weight='800'", "NotoSans-Black.ttf")]
    [InlineData("font-family='Noto Sans' font-style='oblique'", "NotoSans-Italic.ttf")]
    [InlineData("style='font:italic 700 12px/1.5 &apos;Noto Sans&apos;,serif'", "NotoSans-Italic.ttf")]
    public void Matching_is_that_of_css(string attributes, string file) => Assert.Equal(file, File(attributes));

    [Fact]
    public void Characters_that_a_font_lacks_come_from_the_next_one()
    {
        var scene = TextCase.Read("<text y='50' font-family='Noto Sans'>a日م</text>");
        Assert.Equal(["Amiri-Regular.ttf", "MPLUS1p-Regular.ttf", "NotoSans-Regular.ttf"], scene.Fonts.Select(f => f.Path));
        Assert.Empty(scene.Scene.Notes);
    }

    [Fact]
    public void A_missing_font_is_named_with_the_one_in_its_place()
    {
        var note = Assert.Single(TextCase.Read("<text y='50' font-family='Brand {0} Sans, Other'>a<tspan>b</tspan></text>").Scene.Notes);
        Assert.Equal("There is no font Brand {0} Sans, Other: text is drawn in Noto Serif (2 elements).", note);
        Assert.Empty(TextCase.Read("<text y='50' font-family='Missing, Noto Sans'>a</text>").Scene.Notes);
    }

    [Fact]
    public void Without_fonts_text_is_kept_and_said_so()
    {
        var scene = TextCase.Read("<rect width='9' height='9'/><text y='50'>a</text>", new SceneOptions { Fonts = FontDatabase.None });
        Assert.Single(TextCase.Shapes(scene));
        Assert.Contains("no fonts here; --fonts", Assert.Single(scene.Scene.Notes), StringComparison.Ordinal);
        Assert.Empty(scene.Fonts);
    }

    [Fact]
    public void Characters_that_no_font_has_are_said() => Assert.Contains("no font here has",
        Assert.Single(TextCase.Read("<text y='50' font-family='serif'>\U00012345</text>").Scene.Notes), StringComparison.Ordinal);

    [Fact]
    public void Fonts_of_the_file_are_not_loaded() => Assert.Contains("not loaded", Assert.Single(TextCase.Read(
        "<style>@font-face{font-family:X;src:url(http://example.org/x.ttf)}</style><text y='50' font-family='Noto Sans'>a</text>").Scene.Notes), StringComparison.Ordinal);

    [Fact]
    public void Hashes_are_of_the_files()
    {
        var font = Assert.Single(TextCase.Read("<text y='50' font-family='Noto Sans'>a</text>").Fonts);
        var bytes = System.IO.File.ReadAllBytes(Path.Combine(TestPaths.Root, "tests", "conformance", "fonts", font.Path));
        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes)), font.Sha256);
        Assert.Equal("Noto Sans", font.Family);
    }

    [Fact]
    public void A_folder_without_fonts_is_an_error_with_a_remedy()
    {
        var folder = Directory.CreateTempSubdirectory("svgdistill-fonts-");
        System.IO.File.WriteAllText(Path.Combine(folder.FullName, "broken.ttf"), "not a font");
        Assert.Contains("no font in this folder", Assert.Throws<FontException>(() => FontDatabase.FromFolder(folder.FullName)).Message, StringComparison.Ordinal);
        folder.Delete(recursive: true);
        Assert.Contains("no such folder", Assert.Throws<FontException>(() => FontDatabase.FromFolder(folder.FullName)).Message, StringComparison.Ordinal);
    }
}
