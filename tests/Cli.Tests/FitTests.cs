using System.Text.Json;
using SvgDistill.Rasterizer.Imaging;
using Xunit;

namespace SvgDistill.Cli.Tests;

public sealed class FitTests : IDisposable
{
    private const string Before = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48"><!-- kept --><circle id="dot" cx="20" cy="24" r="10" fill="#c33"/></svg>""";
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ANewDrawingComesWithItsRecordAndFilm()
    {
        var target = Picture(Before, "target.png");

        var run = CliRun.InProcess("fit", target, "--paths", "4", "--steps", "40", "-o", _folder["out.svg"], "--film", _folder["film.png"], "--json");

        Assert.Equal(0, run.Code);
        Assert.Contains("<path", File.ReadAllText(_folder["out.svg"]), StringComparison.Ordinal);
        Assert.Equal(run.Output, File.ReadAllText(_folder["out.svg.json"]));
        Assert.InRange(JsonDocument.Parse(run.Output).RootElement.GetProperty("metrics").GetProperty("psnr_db").GetDouble(), 28, 200);
        Assert.Contains("acTL", System.Text.Encoding.Latin1.GetString(File.ReadAllBytes(_folder["film.png"])), StringComparison.Ordinal);
    }

    [Fact]
    public void AnExistingDrawingMovesAndKeepsItsTree()
    {
        var target = Picture(Before.Replace("cx=\"20\"", "cx=\"27\"", StringComparison.Ordinal), "target.png");
        var source = _folder["source.svg"];
        File.WriteAllText(source, Before);

        var run = CliRun.InProcess("fit", target, "--from", source, "--steps", "120", "--quiet");

        Assert.Equal(0, run.Code);
        Assert.Equal(Before, File.ReadAllText(source));
        var moved = File.ReadAllText(_folder["target.fit.svg"]);
        Assert.Contains("<!-- kept --><circle id=\"dot\"", moved, StringComparison.Ordinal);
        Assert.InRange(double.Parse(moved.Split("cx=\"")[1].Split('"')[0], System.Globalization.CultureInfo.InvariantCulture), 26.5, 27.5);
    }

    /// <summary>A quarter of the picture is four times as many pixels in one of four times the size.</summary>
    [Theory]
    [InlineData(128)]
    [InlineData(512)]
    public void ADrawingMovesAsFarWhateverThePicturesSize(int size)
    {
        var target = Picture(Before.Replace("cx=\"20\"", "cx=\"32\"", StringComparison.Ordinal), "target.png", size);
        File.WriteAllText(_folder["source.svg"], Before);

        Assert.Equal(0, CliRun.InProcess("fit", target, "--from", _folder["source.svg"], "--quiet", "-o", _folder["out.svg"]).Code);

        Assert.Equal(32, double.Parse(File.ReadAllText(_folder["out.svg"]).Split("cx=\"")[1].Split('"')[0], System.Globalization.CultureInfo.InvariantCulture), .3);
    }

    /// <summary>The picture moves one of two mirror images and tilts a level line: both stay with <c>--keep</c>, the line alone with <c>--symmetry none</c>.</summary>
    [Theory]
    [InlineData(false, false)]
    [InlineData(true, true, "--keep")]
    [InlineData(false, true, "--keep", "--symmetry", "none")]
    public void WhatAnEditKeepsIsKeptWhereAsked(bool isSymmetric, bool isLevel, params string[] more)
    {
        const string Face = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48"><circle cx="14" cy="16" r="6"/><circle cx="34" cy="16" r="6"/><path d="M12 36H36" stroke="#d22" stroke-width="4"/></svg>""";
        var target = Picture(Face.Replace("cx=\"14\"", "cx=\"18\"", StringComparison.Ordinal).Replace("M12 36H36", "M12 32 36 40", StringComparison.Ordinal), "target.png");
        File.WriteAllText(_folder["source.svg"], Face);

        Assert.Equal(0, CliRun.InProcess(["fit", target, "--from", _folder["source.svg"], "-o", _folder["out.svg"], "--quiet", .. more]).Code);

        var moved = File.ReadAllText(_folder["out.svg"]);
        double[] centers = [.. moved.Split("cx=\"")[1..].Select(p => double.Parse(p.Split('"')[0], System.Globalization.CultureInfo.InvariantCulture))];
        Assert.InRange(centers[0], isSymmetric ? 14.5 : 17.5, isSymmetric ? 17.5 : 18.5);
        Assert.Equal(isSymmetric ? 48 - centers[0] : 34, centers[1], isSymmetric ? 0 : .3);
        var line = moved.Split(" d=\"M")[1].Split('"')[0].Split(' ', 'L'); // x y x y
        Assert.Equal(isLevel, line[1] == line[3]);
        var kept = JsonDocument.Parse(File.ReadAllText(_folder["out.svg.json"])).RootElement.GetProperty("options").GetProperty("keep");
        Assert.Equal(isLevel, kept.GetBoolean());
    }

    [Theory]
    [InlineData("--keep goes with --from", "--keep")]
    [InlineData("--symmetry goes with --keep", "--symmetry", "x")]
    public void OptionsOfWhatIsKeptGoTogether(string says, params string[] more)
    {
        var run = CliRun.InProcess(["fit", _folder["a.png"], "-o", _folder["out.svg"], .. more]);
        Assert.Equal(2, run.Code);
        Assert.Contains(says, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void AMovedDrawingKeepsFlatColoursUnlessSquaresAreAskedFor()
    {
        const string Plain = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48"><rect width="48" height="48" fill="#d22"/></svg>""";
        var target = Picture(Plain.Replace("</svg>", "<rect width=\"16\" height=\"48\" fill=\"#22d\"/></svg>", StringComparison.Ordinal), "target.png");
        File.WriteAllText(_folder["source.svg"], Plain);
        (double Red, double Robust) Moved(params string[] more)
        {
            var run = CliRun.InProcess(["fit", target, "--from", _folder["source.svg"], "--steps", "100", "--point-rate", "0", "--json", "-o", _folder["out.svg"], .. more]);
            Assert.Equal(0, run.Code);
            var fill = File.ReadAllText(_folder["out.svg"]).Split("fill=\"")[1].Split('"')[0];
            var red = fill.Length == 4 ? 17 * Convert.ToInt32(fill[1..2], 16) : Convert.ToInt32(fill[1..3], 16);
            return (red, JsonDocument.Parse(run.Output).RootElement.GetProperty("options").GetProperty("robust").GetDouble());
        }

        var usual = Moved();
        Assert.Equal(.1, usual.Robust);
        Assert.InRange(usual.Red, 205, 235);
        var squared = Moved("--robust", "0");
        Assert.Equal(0, squared.Robust);
        Assert.InRange(squared.Red, 150, 175);
    }

    [Theory]
    [InlineData(3, "no such file", "missing.png")]
    [InlineData(3, "PNG", "text.png")]
    [InlineData(2, "--anchor-position goes with --from", "text.png", "--anchor-position", "1")]
    public void WrongInputIsOneSentenceAndNothingIsWritten(int code, string says, string picture, params string[] more)
    {
        File.WriteAllText(_folder["text.png"], "not a picture");

        var run = CliRun.InProcess(["fit", _folder[picture], "-o", _folder["out.svg"], .. more]);

        Assert.Equal(code, run.Code);
        Assert.Contains(says, run.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder["out.svg"]));
    }

    private string Picture(string svg, string name, int size = 64)
    {
        File.WriteAllText(_folder["drawn.svg"], svg);
        Assert.Equal(0, CliRun.InProcess("render", _folder["drawn.svg"], _folder[name], "--size", size.ToString(System.Globalization.CultureInfo.InvariantCulture)).Code);
        return _folder[name];
    }
}
