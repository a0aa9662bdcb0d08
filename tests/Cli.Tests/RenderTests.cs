using System.Text.Json;
using SvgDistill.Rasterizer;
using SvgDistill.Rasterizer.Imaging;
using SvgDistill.Rasterizer.Svg;
using Xunit;

namespace SvgDistill.Cli.Tests;

public sealed class RenderTests : IDisposable
{
    private const string Square = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 10"><path d="M0 0H10V10H0z" fill="#ff0000"/></svg>""";
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ThePictureIsTheLibrarys()
    {
        var input = _folder.Example("owl.svg");
        Assert.Equal(0, CliRun.InProcess("render", input, _folder["owl.png"], "--size", "96").Code);

        var scene = SvgSceneReader.Read(SvgDocument.Load(input)).Scene;
        var picture = new SceneRasterizer(scene, 96, 96).Forward(scene.InitialValues());
        Assert.Equal(RgbaImage.FromPicture(picture).Pixels, PictureReader.Read(_folder["owl.png"]).Pixels);
    }

    [Fact]
    public void TheLongerSideIsTheSizeAndTheRestIsTransparent()
    {
        var input = _folder.Write("a.svg", Square);
        Assert.Equal(0, CliRun.InProcess("render", input, _folder["a.png"], "--size", "40").Code);
        var image = PictureReader.Read(_folder["a.png"]);
        Assert.Equal((40, 20), (image.Width, image.Height));
        Assert.Equal([255, 0, 0, 255], image.Pixels[..4]);
        Assert.Equal([0, 0, 0, 0], image.Pixels[^4..]);
    }

    /// <summary>A dash far below a pixel's reach: nothing in the file is wrong, drawing it finds out.</summary>
    [Fact]
    public void WhatDrawingLeavesOutIsANoteOfEveryCommandThatDraws()
    {
        var input = _folder.Write("a.svg", Square.Replace("/></svg>", """ stroke="red" stroke-dasharray="1e-9"/></svg>"""));
        var render = CliRun.InProcess("render", input, _folder["a.png"], "--size", "20", "--json");
        Assert.Equal(0, render.Code);
        Assert.Contains("are drawn solid", render.Error);
        Assert.Contains("are drawn solid", JsonDocument.Parse(render.Output).RootElement.GetProperty("notes")[0].GetString());
        var fit = CliRun.InProcess("fit", _folder["a.png"], "--from", input, "--steps", "1", "-o", _folder["b.svg"]);
        Assert.Equal(0, fit.Code);
        Assert.Contains("are drawn solid", fit.Error);
    }

    [Fact]
    public void ABackgroundFillsWhatTheDrawingLeaves()
    {
        var input = _folder.Write("a.svg", Square);
        Assert.Equal(0, CliRun.InProcess("render", input, _folder["a.png"], "--size", "40", "--background", "rgb(0, 0, 255)").Code);
        Assert.Equal([0, 0, 255, 255], PictureReader.Read(_folder["a.png"]).Pixels[^4..]);
    }

    [Fact]
    public void DefaultNamesNeverOverwriteAndNamedFilesAreReplaced()
    {
        var input = _folder.Write("a.svg", Square);
        _folder.Write("a.png", "mine");
        Assert.Equal(0, CliRun.InProcess("render", input).Code);
        Assert.Equal("mine", File.ReadAllText(_folder["a.png"]));
        Assert.Equal(["a-2.png", "a.png", "a.svg"], _folder.Files);
        Assert.Equal(0, CliRun.InProcess("render", input, "-o", _folder["a.png"]).Code);
        Assert.Equal(0x89, File.ReadAllBytes(_folder["a.png"])[0]);
    }

    [Fact]
    public void TheRecordNamesBothFilesByTheirHashes()
    {
        var input = _folder.Write("a.svg", Square);
        var result = CliRun.InProcess("render", input, _folder["a.png"], "--json", "--quiet");
        using var record = JsonDocument.Parse(result.Output);
        Assert.Equal("", result.Error);
        Assert.Equal(1, record.RootElement.GetProperty("schema_version").GetInt32());
        Assert.Equal(Sha256(input), record.RootElement.GetProperty("input").GetProperty("sha256").GetString());
        Assert.Equal(Sha256(_folder["a.png"]), record.RootElement.GetProperty("output").GetProperty("sha256").GetString());
    }

    [Theory]
    [InlineData("<svg xmlns='http://www.w3.org/2000/svg'><path d='M0 0'", "bad.svg:1:")] // cut off
    [InlineData("<html/>", "<html>")]
    [InlineData("", "bad.svg")]
    public void AMalformedFileEndsWith3AndOneLineThatNamesThePlace(string text, string named)
    {
        var input = _folder.Write("bad.svg", text);
        var result = CliRun.InProcess("render", input, _folder["out.png"]);
        Assert.Equal(3, result.Code);
        Assert.Contains(named, result.Error);
        Assert.Single(result.Error.TrimEnd('\n').Split('\n'));
        Assert.Equal(["bad.svg"], _folder.Files);
    }

    [Fact]
    public void AMissingFileAndAFolderEndWith3()
    {
        Assert.Equal(3, CliRun.InProcess("render", _folder["no.svg"]).Code);
        Assert.Equal(3, CliRun.InProcess("render", _folder.Path).Code);
        Assert.Empty(_folder.Files);
    }

    [Theory]
    [InlineData("--size", "0")]
    [InlineData("--size", "big")]
    [InlineData("--background", "auto")]
    [InlineData("--background", "#12345")]
    [InlineData("--threads", "0")]
    [InlineData("--sise", "10")]
    public void AWrongOptionEndsWith2AndIsNamed(string option, string value)
    {
        var result = CliRun.InProcess("render", _folder.Write("a.svg", Square), _folder["a.png"], option, value);
        Assert.Equal(2, result.Code);
        Assert.Contains(option, result.Error);
        Assert.Equal(["a.svg"], _folder.Files);
    }

    [Fact]
    public void AnOutputInNoFolderEndsWith2()
    {
        var result = CliRun.InProcess("render", _folder.Write("a.svg", Square), Path.Combine(_folder["none"], "a.png"));
        Assert.Equal(2, result.Code);
        Assert.Contains("no folder", result.Error);
    }

    internal static string Sha256(string path) =>
        Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(path)));
}
