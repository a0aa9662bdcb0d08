using SkiaSharp;
using Svg.Skia;
using SvgDistill.Tests;

namespace SvgDistill.Rasterizer.Tests.Conformance;

/// <summary>Drawings as Svg.Skia draws them: an implementation that shares nothing with this one or with resvg but SVG.</summary>
internal static class SecondOpinion
{
    /// <summary>Counts by folder, and the paths of cases in which the reference and Svg.Skia agree against us.</summary>
    public static string File { get; } = Path.Combine(TestPaths.Root, "tests", "conformance", "second-opinion.txt");

    /// <summary>The file's lines, cut at tabs.</summary>
    public static IReadOnlyList<string[]> Recorded() => !System.IO.File.Exists(File) ? []
        : [.. System.IO.File.ReadAllLines(File).Where(line => line.Length > 0 && line[0] != '#').Select(line => line.Split('\t'))];

    /// <summary>Planar premultiplied values at a size; nothing where Svg.Skia refuses the file.</summary>
    public static float[] Draw(string path, int width, int height)
    {
        using var svg = new SKSvg();
        using var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Premul));
        using var canvas = new SKCanvas(bitmap);
        canvas.Clear(SKColors.Transparent);
        if (svg.Load(path) is { CullRect: { Width: > 0, Height: > 0 } size } picture)
        {
            canvas.Scale(width / size.Width, height / size.Height);
            canvas.DrawPicture(picture);
        }
        canvas.Flush();
        var bytes = bitmap.GetPixelSpan();
        var planes = new float[bytes.Length];
        for (int i = 0; i < bytes.Length; i++) planes[i % 4 * width * height + i / 4] = bytes[i] / 255f;
        return planes;
    }
}
