using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using SvgDistill.Rasterizer.Imaging;
using SvgDistill.Tests;
using Xunit;

namespace SvgDistill.Cli.Tests;

/// <summary>Commands read every format of pictures and write the one that the result's name says.</summary>
public sealed class PictureFormatTests : IDisposable
{
    private const string Square = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><title>a box</title><path d="M0 0H6V6H0z" fill="#ff0000"/></svg>""";
    private static readonly string _tiny = TestPaths.TinyModel;
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static string Resource(string name) => Path.Combine(TestPaths.Root, "tests", "conformance", "resources", name);

    [Theory]
    [InlineData("a.jpg", new byte[] { 0xFF, 0xD8, 0xFF })]
    [InlineData("a.JPEG", new byte[] { 0xFF, 0xD8, 0xFF })]
    [InlineData("a.webp", new byte[] { (byte)'R', (byte)'I', (byte)'F', (byte)'F' })]
    [InlineData("a.png", new byte[] { 0x89, (byte)'P', (byte)'N', (byte)'G' })]
    public void RenderWritesWhatTheNameSays(string name, byte[] first)
    {
        var input = _folder.Write("in.svg", Square);
        Assert.Equal(0, CliRun.InProcess("render", input, _folder[name], "--size", "64").Code);
        var bytes = File.ReadAllBytes(_folder[name]);
        Assert.True(bytes.AsSpan().StartsWith(first));
        Assert.Equal(0, CliRun.InProcess("render", input, _folder[name], "--size", "64").Code);
        Assert.Equal(bytes, File.ReadAllBytes(_folder[name]));
        var image = PictureReader.Decode(bytes, name);
        Assert.All(image.Pixels[..4].Zip(new byte[] { 255, 0, 0, 255 }), p => Assert.InRange(p.First - p.Second, -3, 3));
        // A corner where nothing is drawn: JPEG has no transparency.
        Assert.Equal(first[0] == 0xFF ? new byte[] { 255, 255, 255, 255 } : [0, 0, 0, 0], image.Pixels[^4..]);
        Assert.Equal(2, CliRun.InProcess("render", input, _folder["a.gif"]).Code);
    }

    [Theory]
    [InlineData("image.jpg")]
    [InlineData("image.webp")]
    [InlineData("image.gif")]
    public void CommandsReadEveryFormat(string name)
    {
        var picture = _folder[name];
        File.Copy(Resource(name), picture);
        Assert.Equal(0, CliRun.InProcess("fit", picture, "--paths", "4", "--steps", "2", "-o", _folder["fit.svg"], "--quiet").Code);
        Assert.Equal(0, CliRun.InProcess("image", picture, "--trg", "a ball", "--model", _tiny, "--steps", "2", "-o", _folder["edited.webp"], "--quiet").Code);
        Assert.StartsWith("RIFF", Encoding.Latin1.GetString(File.ReadAllBytes(_folder["edited.webp"])), StringComparison.Ordinal);
    }

    [Fact]
    public void MasksAndPicturesToVectorizeAreOfAnyFormatToo()
    {
        var picture = _folder["image.jpg"];
        File.Copy(Resource("image.jpg"), picture);
        Assert.Equal(0, CliRun.InProcess("vectorize", picture, "--steps", "0", "--paths", "4", "--model", _tiny, "-o", _folder["vectorized.svg"], "--quiet").Code);
        // The picture as its own mask: it is white somewhere.
        Assert.Equal(0, CliRun.InProcess("inpaint", picture, "--mask", picture, "--trg", "a ball", "--model", _tiny, "--steps", "2", "-o", _folder["painted.jpg"], "--quiet").Code);
        Assert.Equal(0xFF, File.ReadAllBytes(_folder["painted.jpg"])[0]);
    }

    /// <summary>A picture of 32 x 16, white on its left and black on its right, as what a camera or an old program makes of it.</summary>
    [Theory]
    [InlineData("turned.jpg", 16, 32)]
    [InlineData("drawn.bmp", 32, 16)]
    public void CommandsSeePicturesUprightAndReadBitmaps(string name, int width, int height)
    {
        var picture = _folder[name];
        File.WriteAllBytes(picture, name == "drawn.bmp" ? Bitmap(32, 16) : Turned(PictureWriter.Encode(PictureReader.Decode(Bitmap(32, 16), "a.bmp"), "a.jpg")));
        Assert.Equal(0, CliRun.InProcess("fit", picture, "--paths", "2", "--steps", "1", "-o", _folder["fit.svg"], "--quiet").Code);
        Assert.Contains($"viewBox=\"0 0 {width} {height}\"", File.ReadAllText(_folder["fit.svg"]), StringComparison.Ordinal);
        Assert.Equal(0, CliRun.InProcess("restore", picture, "--downsample", "2", "--paths", "2", "--steps", "1", "--model", _tiny, "-o", _folder["restored.svg"], "--quiet").Code);
        Assert.Contains($"viewBox=\"0 0 {2 * width} {2 * height}\"", File.ReadAllText(_folder["restored.svg"]), StringComparison.Ordinal);
        // As its own mask it has the picture's shape only where both are turned alike.
        Assert.Equal(0, CliRun.InProcess("inpaint", picture, "--mask", picture, "--trg", "a ball", "--model", _tiny, "--steps", "2", "-o", _folder["painted.png"], "--quiet").Code);
        var painted = PictureReader.Read(_folder["painted.png"]);
        Assert.Equal((2 * width, 2 * height), (painted.Width, painted.Height)); // 64 is the model's side
        var svg = _folder.Write("in.svg", $"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {width} {height}'><path d='M0 0H9V9H0z' fill='red'/></svg>");
        Assert.Equal(0, CliRun.InProcess("edit", svg, "--trg", "a ball", "--mask", picture, "--no-losses", "--model", _tiny, "--steps", "0", "-o", _folder["edited.svg"], "--quiet").Code);
    }

    private static byte[] Bitmap(int width, int height)
    {
        var bytes = new byte[54 + 3 * width * height];
        (bytes[0], bytes[1], bytes[10], bytes[14], bytes[18], bytes[22], bytes[26], bytes[28]) = ((byte)'B', (byte)'M', 54, 40, (byte)width, (byte)height, 1, 24);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(2), bytes.Length);
        for (var i = 0; i < width * height; i++)
            if (i % width < width / 2) bytes.AsSpan(54 + 3 * i, 3).Fill(255);
        return bytes;
    }

    // EXIF of one entry, Orientation 6 (TIFF 6.0: the stored first row is the right side), behind the start of the image.
    private static byte[] Turned(byte[] jpeg) =>
        [.. jpeg[..2], 0xFF, 0xE1, 0, 34, .. "Exif\0\0MM\0*"u8, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0, .. jpeg[2..]];

    [Fact]
    public void WhatIsNoPictureIsSaid()
    {
        _folder.Write("a.jpg", "no picture");
        File.WriteAllBytes(_folder["cut.jpg"], File.ReadAllBytes(Resource("image.jpg"))[..400]);
        var bomb = Bitmap(32, 16);
        (bomb[18], bomb[19], bomb[22], bomb[23]) = (0x60, 0xEA, 0x60, 0xEA);
        File.WriteAllBytes(_folder["bomb.bmp"], bomb);
        foreach (var (name, said) in new[] { ("a.jpg", "no PNG, JPEG, WebP, GIF or BMP"), ("cut.jpg", "cut off"), ("bomb.bmp", "60000 x 60000 pixels is outside the limits") })
        {
            var result = CliRun.InProcess("fit", _folder[name], "-o", _folder["o.svg"]);
            Assert.Equal(3, result.Code);
            Assert.Contains(name, result.Error, StringComparison.Ordinal);
            Assert.Contains(said, result.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void ResourcesAreDrawnWhereTheyAreAllowedAndRecorded()
    {
        File.WriteAllBytes(_folder["red.png"], PngWriter.Encode(new RgbaImage(1, 1, [255, 0, 0, 255])));
        var input = _folder.Write("in.svg", """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><image href="red.png" width="4" height="8" preserveAspectRatio="none"/><path d="M4 0H8V8H4z" fill="#00f"/></svg>""");
        var without = CliRun.InProcess("render", input, _folder["a.png"]);
        Assert.Contains("--resources DIR", without.Error, StringComparison.Ordinal);
        Assert.Equal(0, PictureReader.Read(_folder["a.png"]).Pixels[3]);
        var with = CliRun.InProcess("render", input, _folder["a.png"], "--resources", _folder.Path, "--json");
        Assert.Equal(0, with.Code);
        Assert.Equal([255, 0, 0, 255], PictureReader.Read(_folder["a.png"]).Pixels[..4]);
        Assert.Equal(RenderTests.Sha256(_folder["red.png"]), (string?)JsonNode.Parse(with.Output)!["resources"]![0]!["sha256"]);
        Assert.Equal(0, CliRun.InProcess("edit", input, "--trg", "a ball", "--no-losses", "--model", _tiny, "--steps", "0", "--resources", _folder.Path, "-o", _folder["b.svg"]).Code);
        Assert.Equal(File.ReadAllBytes(input), File.ReadAllBytes(_folder["b.svg"]));
        Assert.Equal("red.png", (string?)JsonNode.Parse(File.ReadAllText(_folder["b.svg.json"]))!["options"]!["resources"]![0]!["address"]);
        Assert.Equal(2, CliRun.InProcess("render", input, _folder["a.png"], "--resources", _folder["none"]).Code);
    }

    [Theory, Trait("Category", "Slow")]
    [InlineData("compare")]
    [InlineData("variants")]
    [InlineData("evaluate")]
    public void ResultsAreMeasuredAndShownWithResourcesBesideTheInput(string command)
    {
        File.Copy(Resource("image.jpg"), _folder["photo.jpg"]);
        var input = _folder.Write("in.svg", """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><image href="photo.jpg" width="4" height="8" preserveAspectRatio="none"/><path d="M4 0H8V8H4z" fill="#00f"/></svg>""");
        _folder.Write("pairs.json", """[{"before":"in.svg","src":"a bin","trg":"a ball"}]""");
        string[] ofOne = command switch { "evaluate" => [_folder["pairs.json"], "--methods", "sds"], "compare" => [input, "--trg", "a ball", "--methods", "sds", "--seeds", "1"], _ => [input, "--trg", "a ball", "-n", "1"] };
        var (code, _, error) = CliRun.InProcess([command, .. ofOne, "--model", _tiny, "--steps", "0", "--resources", _folder.Path, "-o", _folder["out"], "--quiet"]);
        Assert.True(code == 0, error);
        // Nothing moved: where the photograph was left out of one of the two pictures, they would differ by half.
        var lines = File.ReadAllLines(_folder["out/results.csv"]).Select(l => l.Split(',')).ToArray();
        var likeness = lines[0].Index().First(c => c.Item is "ssim" or "ssim_before" or "identity").Index;
        Assert.All(lines[1..], l => Assert.Equal("1", l[likeness]));
        // A page cannot show a file beside a drawing that is inside it.
        Assert.DoesNotContain(Convert.ToBase64String(File.ReadAllBytes(input)), File.ReadAllText(_folder["out/index.html"]), StringComparison.Ordinal);
    }

    [Fact]
    public void ACompressedDrawingPassesThroughAsItCame()
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.NoCompression)) gzip.Write(Encoding.UTF8.GetBytes(Square));
        var (code, bytes, error) = CliRun.Piped(packed.ToArray(), "edit", "-", "--trg", "a ball", "--no-losses", "--model", _tiny, "--steps", "0", "--quiet");
        Assert.True(code == 0, error);
        Assert.Equal(packed.ToArray(), bytes);
    }
}
