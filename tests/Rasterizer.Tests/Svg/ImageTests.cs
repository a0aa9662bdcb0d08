using System.Text;
using SvgDistill.Rasterizer.Imaging;
using SvgDistill.Rasterizer.Svg;
using SvgDistill.Tests;
using Xunit;

namespace SvgDistill.Rasterizer.Tests.Svg;

/// <summary>Pictures in a drawing, and beside it.</summary>
public sealed class ImageTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("svgdistill").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Red, green, blue and alpha of the picture's middle.</summary>
    private static byte[] Middle(SvgScene svg)
    {
        var image = RgbaImage.FromPicture(new SceneRasterizer(svg.Scene, 9, 9).Forward(svg.Scene.InitialValues(), keep: false));
        return image.Pixels[(4 * 40)..(4 * 41)];
    }

    private static RgbaImage Plain(byte red, byte green) => new(4, 4, [.. Enumerable.Range(0, 16).SelectMany(_ => new byte[] { red, green, 0, 255 })]);

    private SvgScene Read(string href, string? resources, string drawing = "drawings/a.svg")
    {
        string path = Path.Combine(_folder, drawing);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, $"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'><image href='{href}' width='9' height='9'/></svg>");
        return SvgSceneReader.Read(SvgDocument.Load(path), new SceneOptions { Resources = resources is null ? null : Path.Combine(_folder, resources) });
    }

    private void Write(string name, byte[] bytes)
    {
        string path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
    }

    [Theory]
    [InlineData("a.jpg")]
    [InlineData("a.webp")]
    [InlineData("a.png")]
    public void Embedded_formats_are_drawn(string name)
    {
        string data = Convert.ToBase64String(PictureWriter.Encode(Plain(200, 40), name));
        var svg = Read($"data:image/whatever;base64,{data}", null);
        Assert.Empty(svg.Scene.Notes);
        Assert.All(Middle(svg).Zip(new byte[] { 200, 40, 0, 255 }), p => Assert.InRange(p.First - p.Second, -3, 3));
    }

    [Fact]
    public void Data_may_be_percent_encoded_bytes_or_base64_with_percent_signs()
    {
        byte[] png = PngWriter.Encode(Plain(200, 40));
        Assert.Equal([200, 40, 0, 255], Middle(Read("data:image/png," + string.Concat(png.Select(b => $"%{b:X2}")), null)));
        Assert.Equal([200, 40, 0, 255], Middle(Read("data:image/png;base64," + Uri.EscapeDataString(Convert.ToBase64String(png)), null)));
    }

    [Theory]
    [InlineData("red.png", true)]
    [InlineData("./red.png#x", true)]
    [InlineData("../drawings/red.png", true)]
    [InlineData("sub/my%20red.png", true)]
    [InlineData("../outside/red.png", false)]
    [InlineData("leaves.png", false)] // a link out of the folder
    [InlineData("out/red.png", false)] // by way of a linked folder
    [InlineData("stays.png", true)] // a link inside
    [InlineData("loop.png", false)]
    [InlineData("none.png", false)]
    [InlineData("pipe.png", false)]
    [InlineData("sub", false)]
    [InlineData("//example.org/red.png", false)]
    [InlineData("http://example.org/red.png", false)]
    [InlineData("red%00.png", false)]
    public void Files_beside_the_drawing_are_read_where_their_real_path_lies_in_the_folder(string href, bool isDrawn)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need rights there");
        foreach (string name in (string[])["drawings/red.png", "drawings/sub/my red.png", "outside/red.png"]) Write(name, PngWriter.Encode(Plain(255, 0)));
        string Place(string name) => Path.Combine(_folder, "drawings", name);
        File.CreateSymbolicLink(Place("leaves.png"), "../outside/red.png");
        Directory.CreateSymbolicLink(Place("out"), Path.Combine(_folder, "outside"));
        File.CreateSymbolicLink(Place("stays.png"), "sub/../sub/my red.png");
        File.CreateSymbolicLink(Place("loop.png"), "loop.png");
        System.Diagnostics.Process.Start("mkfifo", Place("pipe.png")).WaitForExit();
        var svg = Read(href, "drawings");
        Assert.Equal(isDrawn, svg.Scene.Notes.IsEmpty);
        Assert.Equal(isDrawn ? 255 : 0, Middle(svg)[3]);
        Assert.Equal(isDrawn ? [href] : [], svg.Resources.Select(r => r.Address));
    }

    [Fact]
    public void Without_a_folder_no_file_is_read_nor_by_way_of_an_image()
    {
        Write("drawings/red.png", PngWriter.Encode(Plain(255, 0)));
        Assert.Equal("Images outside the file are kept but not drawn; --resources DIR draws those below DIR (1 element).", Read("red.png", null).Scene.Notes.Single());
        Write("drawings/inner.svg", Encoding.UTF8.GetBytes(
            "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'><image href='red.png' width='9' height='9'/><flowRoot/></svg>"));
        var svg = Read("inner.svg", "drawings");
        Assert.Equal(0, Middle(svg)[3]);
        Assert.Contains(svg.Scene.Notes, n => n.StartsWith("Images outside the file", StringComparison.Ordinal));
        Assert.Contains(svg.Scene.Notes, n => n.StartsWith("Flowed text", StringComparison.Ordinal)); // what an image leaves out is said, too
    }

    [Fact]
    public void Images_outside_a_folder_with_a_name_that_begins_alike_are_not_read()
    {
        Write("drawings-2/red.png", PngWriter.Encode(Plain(255, 0)));
        Assert.Equal(0, Middle(Read("../drawings-2/red.png", "drawings"))[3]);
    }

    [Fact]
    public void A_picture_drawn_far_smaller_is_averaged()
    {
        // One black and one white column by turns: any sampling of single pixels gives bars.
        var bars = new RgbaImage(300, 300);
        for (int i = 0; i < bars.Pixels.Length; i++) bars.Pixels[i] = (byte)(i % 4 == 3 || i / 4 % 2 == 0 ? 255 : 0);
        string data = Convert.ToBase64String(PngWriter.Encode(bars));
        var scene = SvgText.Read($"<image width='100' height='100' href='data:image/png;base64,{data}'/>").Scene;
        foreach (int side in (int[])[40, 23, 7])
        {
            var picture = new SceneRasterizer(scene, side, side).Forward(scene.InitialValues(), keep: false);
            for (int x = 1; x < side - 1; x++) Assert.InRange(picture.Plane(0)[side * (side / 2) + x], .45f, .55f);
        }
    }

    [Fact]
    public void A_turned_photograph_stands_upright_unless_the_style_says_otherwise()
    {
        string jpeg = Convert.ToBase64String(TurnedJpeg());
        string Image(string style) => $"<image width='100' height='100' preserveAspectRatio='none' style='{style}' href='data:image/jpeg;base64,{jpeg}'/>";
        // Stored with red on the left; EXIF 6 turns it clockwise, and red is on top.
        Assert.True(Red(Image(""), 5, 2) && !Red(Image(""), 2, 7));
        Assert.True(Red(Image("image-orientation:none"), 2, 7) && !Red(Image("image-orientation:none"), 7, 2));

        static bool Red(string content, int x, int y)
        {
            var scene = SvgText.Read(content).Scene;
            var picture = new SceneRasterizer(scene, 10, 10).Forward(scene.InitialValues(), keep: false);
            return picture.Plane(0)[10 * y + x] > .8f && picture.Plane(2)[10 * y + x] < .2f;
        }
    }

    private static byte[] TurnedJpeg()
    {
        var image = new RgbaImage(32, 16);
        for (int i = 0; i < 32 * 16; i++) (i % 32 < 16 ? new byte[] { 255, 0, 0, 255 } : [0, 0, 255, 255]).CopyTo(image.Pixels, 4 * i);
        byte[] jpeg = PictureWriter.Encode(image, "a.jpg");
        return [.. jpeg[..2], 0xFF, 0xE1, 0, 34, .. "Exif\0\0MM\0*"u8, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0, .. jpeg[2..]];
    }
}
